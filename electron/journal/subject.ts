/** The subject of a message, for a list: unfolded, its encoded words decoded (RFC 5322 2.2.3, RFC 2047). */
import type { Bytes } from '../../shared/machine/machine.ts';

/** Headers are looked for this far into the message, in bytes. */
const MAX_HEADER = 65_536;

/** Characters of a subject that are kept. */
const MAX_SUBJECT = 998;

const encodedWord = /=\?([\w-]+)(?:\*[\w-]+)?\?([bq])\?([^?\s]*)\?=/gi;

function wordBytes(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === 'b') return Buffer.from(text, 'base64');
  const plain = text
    .replaceAll('_', ' ')
    .replace(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

function decoded(charset: string, bytes: Buffer): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** Text outside of encoded words: UTF-8 where it is (RFC 6532), else byte by byte. */
function plainText(bytes: Bytes): string {
  const buffer = Buffer.from(bytes, 'latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer);
  } catch {
    return bytes;
  }
}

/** A header's value as it reads: its encoded words decoded. */
export function decodedField(value: Bytes): string {
  // White space between two encoded words is not part of the text (RFC 2047 6.2).
  const tight = value.replace(/(\?=)[ \t]+(?==\?)/g, '$1');
  return plainText(tight).replace(encodedWord, (_, charset: string, encoding: string, text: string) =>
    decoded(charset, wordBytes(encoding, text)),
  );
}

/** '' when the message has none. */
export function subjectOf(raw: Buffer): string {
  const start = raw.subarray(0, MAX_HEADER).toString('latin1');
  const [header = ''] = start.split(/\r?\n\r?\n/, 1);
  const field = /^subject[ \t]*:((?:.*)(?:\r?\n[ \t].*)*)/im.exec(header)?.[1] ?? '';
  const unfolded = field.replace(/\r?\n(?=[ \t])/g, '').trim();
  return decodedField(unfolded).slice(0, MAX_SUBJECT).toWellFormed();
}
