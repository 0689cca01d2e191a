/** How texts become the bytes of an HTTP header and back: nginx's percent escapes, and UTF-8. */
import type { Bytes } from '../machine/machine.ts';

const hex = '0123456789ABCDEF';

/** nginx escapes 0x00 to 0x20 and `%` in `Auth-User` and `Auth-Pass`, and nothing else (NGX_ESCAPE_MAIL_AUTH). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped.
const special = /[\x00-\x20%]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped.
const specials = /[\x00-\x20%]/g;

/** Escapes a login or password as nginx does: `+`, quotes and bytes above 0x7e go raw. */
export const percentEncode = (text: Bytes): Bytes =>
  special.test(text)
    ? text.replace(specials, (char) => {
        const code = char.charCodeAt(0);
        return `%${hex[code >> 4]}${hex[code & 15]}`;
      })
    : text;

/** Undoes `percentEncode`: plain percent decoding; `+` is itself, and a `%` without two hex digits stays. */
export const percentDecode = (text: Bytes): Bytes =>
  text.includes('%')
    ? text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    : text;

/** A text of the lab file as UTF-8 in a byte string, to go out in a header. */
export function encodeUtf8(text: string): Bytes {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes below 0x80 are exactly what needs no encoding.
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  let bytes = '';
  for (const char of text) bytes += encodeOne(char.codePointAt(0) ?? 0);
  return bytes;
}

function encodeOne(point: number): Bytes {
  if (point < 0x80) return String.fromCharCode(point);
  if (point < 0x800) return String.fromCharCode(0xc0 | (point >> 6), tail(point, 0));
  // A surrogate without its other half is no character.
  if (point >= 0xd800 && point <= 0xdfff) return '\xef\xbf\xbd';
  if (point < 0x10000) return String.fromCharCode(0xe0 | (point >> 12), tail(point, 6), tail(point, 0));
  return String.fromCharCode(0xf0 | (point >> 18), tail(point, 12), tail(point, 6), tail(point, 0));
}

const tail = (point: number, shift: number): number => 0x80 | ((point >> shift) & 0x3f);
