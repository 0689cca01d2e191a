/** The bytes that BODY[…] of FETCH means (RFC 3501 6.4.5). */
import type { Bytes } from '../../machine/machine.ts';
import type { Section } from './fetch-items.ts';
import { fieldTexts } from './header.ts';
import type { Part } from './mime.ts';

/** The bytes of a section; null where the message has no such part. */
export function sectionBytes(bytes: Bytes, message: Part, section: Section): Bytes | null {
  if (section.part.length === 0) return ofMessage(bytes, message, section);
  const part = partAt(message, section.part);
  if (part === null) return null;
  if (section.what === 'ALL') return bytes.slice(part.body, part.to);
  if (section.what === 'MIME') return bytes.slice(part.from, part.body);
  return part.message === null ? null : ofMessage(bytes, part.message, section);
}

function ofMessage(bytes: Bytes, { from, body, to }: Part, { what, fields }: Section): Bytes {
  switch (what) {
    case 'TEXT':
      return bytes.slice(body, to);
    case 'ALL':
      return bytes.slice(from, to);
    default:
      return headerSection(bytes.slice(from, body), what, fields);
  }
}

/** HEADER, HEADER.FIELDS and HEADER.FIELDS.NOT of a header block; selected fields end with an empty line, too. */
export function headerSection(block: Bytes, what: Section['what'], fields: ReadonlySet<string>): Bytes {
  if (what !== 'FIELDS' && what !== 'FIELDS.NOT') return block;
  return `${fieldTexts(block, (name) => fields.has(name) === (what === 'FIELDS'))}\r\n`;
}

/** The part with this number. A message without parts has one part, 1: its text. */
function partAt(message: Part, numbers: readonly number[]): Part | null {
  let here: Part = message;
  for (const [nth, number] of numbers.entries()) {
    // Numbers go on into a message that is a part; not into the message that everything is in.
    const inner: Part = nth > 0 && here.message !== null ? here.message : here;
    if (inner.parts.length > 0) {
      const next = inner.parts[number - 1];
      if (next === undefined) return null;
      here = next;
    } else if (number !== 1 || (nth > 0 && here.message === null)) return null;
    else here = inner;
  }
  return here;
}

/** Whether the header block alone is enough to tell. */
export const needsHeaderOnly = ({ part, what }: Section): boolean =>
  part.length === 0 && (what === 'HEADER' || what === 'FIELDS' || what === 'FIELDS.NOT');
