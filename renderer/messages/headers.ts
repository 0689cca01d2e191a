/** The header block of a raw message, for reading beside its envelope. */

/** One header field, unfolded (RFC 5322 section 2.2.3). */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** The fields in order, and the body as it is. A line that is no field ends the headers, as mail programs do it. */
export function splitMessage(raw: string): { readonly fields: readonly Field[]; readonly body: string } {
  const fields: { name: string; value: string }[] = [];
  let at = 0;
  while (at < raw.length) {
    const end = raw.indexOf('\n', at) < 0 ? raw.length : raw.indexOf('\n', at);
    const line = raw.slice(at, end).replace(/\r$/, '');
    if (line === '') return { fields, body: raw.slice(end + 1) };
    const last = fields.at(-1);
    const field = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line);
    if (/^[ \t]/.test(line) && last !== undefined) last.value += ` ${line.trim()}`;
    else if (field === null) return { fields, body: raw.slice(at) };
    else fields.push({ name: field[1] ?? '', value: field[2] ?? '' });
    at = end + 1;
  }
  return { fields, body: '' };
}

/** Recipients that no header names: the envelope alone carries them, as with Bcc. */
export function envelopeOnly(to: readonly string[], fields: readonly Field[]): ReadonlySet<string> {
  const named = fields
    .filter(({ name }) => /^(to|cc|resent-to|resent-cc)$/i.test(name))
    .map(({ value }) => value.toLowerCase())
    .join(' ');
  return new Set(to.filter((address) => !named.includes(address.toLowerCase())));
}
