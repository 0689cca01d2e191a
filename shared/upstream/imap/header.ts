/** Header blocks of messages and MIME parts (RFC 5322 2.2), as they come: byte by byte, however broken. */
import type { Bytes } from '../../machine/machine.ts';

/** Where the line that begins at `at` ends: behind its LF, or at the end of the text. */
export const lineEnd = (bytes: Bytes, at: number): number => {
  const end = bytes.indexOf('\n', at);
  return end < 0 ? bytes.length : end + 1;
};

/** Whether the line at `at` is empty: CR LF or LF alone. */
export const isEmptyLine = (bytes: Bytes, at: number): boolean => {
  const char = bytes.charCodeAt(at);
  return char === 10 || (char === 13 && bytes.charCodeAt(at + 1) === 10);
};

/** A field's place: its name ends at `colon`, its text at `end`, line end included. */
interface Place {
  readonly begin: number;
  readonly colon: number;
  readonly end: number;
}

/** The fields of a block, up to its empty line. Lines without a name are no fields; they are passed over. */
function* fields(block: Bytes): Generator<Place> {
  let colon = -1;
  for (let at = 0; at < block.length && !isEmptyLine(block, at); ) {
    const begin = at;
    at = lineEnd(block, at);
    for (let next = block.charCodeAt(at); next === 32 || next === 9; next = block.charCodeAt(at))
      at = lineEnd(block, at);
    // The place of the next colon is kept: looking for it anew in every line could take for ever.
    if (colon < begin) colon = block.indexOf(':', begin);
    if (colon < 0) return;
    if (colon > begin && colon < at) yield { begin, colon, end: at };
  }
}

const nameOf = (block: Bytes, { begin, colon }: Place): string => block.slice(begin, colon).trimEnd().toLowerCase();

/** The texts of the fields that are wanted, as they are, line ends included. */
export function fieldTexts(block: Bytes, wanted: (name: string) => boolean): Bytes {
  let texts = '';
  for (const field of fields(block)) if (wanted(nameOf(block, field))) texts += block.slice(field.begin, field.end);
  return texts;
}

/** A field's value in one line: the line ends before white space are taken out (RFC 5322 2.2.3). */
const unfolded = (value: Bytes): Bytes =>
  value.includes('\n') ? value.replace(/\r?\n(?=[ \t])/g, '').trim() : value.trim();

/** The values of the fields with these names (in lower case), in their order. */
export function fieldValues(block: Bytes, names: ReadonlySet<string>): ReadonlyMap<string, readonly Bytes[]> {
  const values = new Map<string, Bytes[]>();
  for (const field of fields(block)) {
    const name = nameOf(block, field);
    if (!names.has(name)) continue;
    const value = unfolded(block.slice(field.colon + 1, field.end));
    const before = values.get(name);
    if (before) before.push(value);
    else values.set(name, [value]);
  }
  return values;
}
