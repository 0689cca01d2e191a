/** A message as SMTP carried it, made the message it means (RFC 5321 4.5.2). Pure. */

/** `bytes` without the lone dot that ends DATA, and with one dot taken off every line that was stuffed; may be cut anywhere. */
export function unstuffed(bytes: string): string {
  return bytes.replace(/(^|\r?\n)\.\r?\n$/, '$1').replace(/^\.\./gm, '.');
}
