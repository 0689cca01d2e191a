/** What a person types in place of held bytes, as bytes. */
import type { Bytes } from '../machine/machine.ts';
import { bodyEnd } from '../wire/line.ts';
import type { Piece, Ranges } from './breakpoint.ts';

/**
 * The bytes of a typed text. It is a byte string; a text with characters beyond U+00FF is none, and goes as UTF-8. A line
 * feed without a carriage return becomes CR LF, and everything else stays as typed. A line ends in CR LF whether that was
 * typed or not; a request or an answer ends in the empty line that ends its headers; a part of a content gets nothing.
 * In place of binary bytes a text goes exactly as it is.
 */
export function typedBytes({ kind, text: was }: Pick<Piece, 'kind' | 'text'>, text: string): Bytes {
  if (isBinary(was)) return byteString(text);
  const bytes = byteString(text).replace(/\r?\n/g, '\r\n');
  if (kind === 'data') return bytes;
  if (kind === 'line') return bytes.endsWith('\n') ? bytes : `${bytes}\r\n`;
  const headers = bytes.endsWith('\n') || bytes === '' ? bytes : `${bytes}\r\n`;
  return headers.includes('\r\n\r\n') ? headers : `${headers}\r\n`;
}

/** Whether bytes are nothing that a person could read and type: a PROXY header of version 2, TLS. */
export const isBinary = (bytes: Bytes): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones looked for
  /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(bytes);

function byteString(text: string): Bytes {
  if (!/[^\0-\xff]/.test(text)) return text;
  const escaped = encodeURIComponent(text.toWellFormed());
  return escaped.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * Where secrets stand in a line that was typed instead of one with secrets: where the old ones stand, else behind the
 * words that both have in common; so a password that was changed is masked as the first one was.
 */
export function secretsOfTyped(was: Bytes, secret: Ranges, typed: Bytes): Ranges {
  const first = secret[0];
  if (!first) return [];
  const same = samePlaces(was, secret, typed);
  const end = bodyEnd(typed);
  const from = typed.startsWith(was.slice(0, first[0])) ? first[0] : same.length > 0 ? end : 0;
  const covered = from < end ? ([[from, end]] as const) : [];
  return [...same.filter(([at]) => at < from), ...covered];
}

/** Where the secrets of one text stand in another. */
export const samePlaces = (was: Bytes, secret: Ranges, typed: Bytes): Ranges =>
  secret.flatMap(([from, to]) => rangesOf(typed, was.slice(from, to)));

function rangesOf(text: Bytes, wanted: Bytes): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  if (wanted === '') return found;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length))
    found.push([at, at + wanted.length]);
  return found;
}
