/** Splits a message as SMTP carried it into headers and text (RFC 5322 2.1; RFC 5321 4.5.2 for the dots). Pure. */

export interface Message {
  /** As spelled, in order, folded lines joined. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** `bytes` may end with the lone dot that ends DATA, and may have been cut anywhere. */
export function messageOf(bytes: string): Message {
  const text = unstuffed(bytes);
  const end = /\r?\n\r?\n|^\r?\n/.exec(text);
  const head = end === null ? text : text.slice(0, end.index);
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).trim()] as const] : [];
  });
  return { headers, body: end === null ? '' : text.slice(end.index + end[0].length) };
}

/** Without the final dot, and with one dot taken off every line that was stuffed. */
function unstuffed(bytes: string): string {
  return bytes.replace(/(^|\r?\n)\.\r?\n$/, '$1').replace(/^\.\./gm, '.');
}
