/** The header block of a raw message, for reading beside its envelope. Pure. */

/** One header field, unfolded (RFC 5322 section 2.2.3). */
export interface Field {
  /** '' for a line that is no field. */
  readonly name: string;
  readonly value: string;
}

/** A field as it is shown: its encoded words read, and the addresses it names. */
export interface ReadField extends Field {
  /** In small letters; only of fields that name who sends and who receives. */
  readonly addresses: readonly string[];
}

/** The fields in order; `more` of them were left out. */
export interface Fields<F extends Field = Field> {
  readonly fields: readonly F[];
  readonly more: number;
}

/** Fields that are read of a message, and characters of each. */
const FIELDS_MAX = 400;
const VALUE_MAX = 4000;

/** The fields of a header block. A line that is no field is kept as one without a name. */
export function fieldsOf(block: string): Fields {
  const fields: { name: string; value: string }[] = [];
  let more = 0;
  for (let at = 0; at < block.length; ) {
    const lf = block.indexOf('\n', at);
    const end = lf < 0 ? block.length : lf;
    const line = block.slice(at, Math.min(end, at + VALUE_MAX)).replace(/\r$/, '');
    at = end + 1;
    if (line === '') continue;
    const last = fields.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      if (more === 0 && last.value.length < VALUE_MAX) last.value += ` ${line.trim()}`;
    } else if (fields.length >= FIELDS_MAX) more += 1;
    else fields.push(fieldOf(line));
  }
  return { fields, more };
}

function fieldOf(line: string): { name: string; value: string } {
  const found = /^([!-9;-~]+)[ \t]*:[ \t]*(.*)$/.exec(line);
  return { name: found?.[1] ?? '', value: found?.[2] ?? line };
}

const receivers = /^(resent-)?(to|cc|bcc)$/i;
const senders = /^(resent-)?(from|sender)$|^return-path$/i;

/** Whether a field names who sends or who receives. */
export function namesPeople({ name }: Field): boolean {
  return receivers.test(name) || senders.test(name);
}

/** What the envelope and the headers do not share. All in small letters. */
export interface Difference {
  /** Recipients, and the sender, that no header names: with Bcc the envelope alone carries them. */
  readonly envelopeOnly: ReadonlySet<string>;
  /** Recipients that the headers name and the envelope does not: this copy was not for them. */
  readonly headersOnly: ReadonlySet<string>;
}

export function differences(from: string, to: readonly string[], fields: readonly ReadField[]): Difference {
  const named = (pattern: RegExp) =>
    new Set(fields.filter(({ name }) => pattern.test(name)).flatMap(({ addresses }) => addresses));
  const [sent, received] = [named(senders), named(receivers)];
  const envelope = new Set(to.map((one) => one.toLowerCase()));
  const alone = [...envelope].filter((one) => !received.has(one));
  const sender = from.toLowerCase();
  return {
    envelopeOnly: new Set(sender === '' || sent.has(sender) ? alone : [...alone, sender]),
    headersOnly: new Set([...received].filter((one) => !envelope.has(one))),
  };
}
