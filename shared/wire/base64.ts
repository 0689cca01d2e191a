/** Base64 as nginx reads it, on byte strings. */
import type { Bytes } from '../machine/machine.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values: ReadonlyMap<string, number> = new Map([...alphabet].map((char, value) => [char, value]));

/**
 * Decodes the way ngx_decode_base64 does: everything from the first `=` on is ignored, padding is optional, and the
 * empty text decodes to the empty string. Undefined for a byte outside the alphabet or an impossible length.
 */
export function decodeBase64(text: Bytes): Bytes | undefined {
  const end = text.indexOf('=');
  const body = end < 0 ? text : text.slice(0, end);
  if (body.length % 4 === 1) return undefined;
  let bits = 0;
  let held = 0;
  let out = '';
  for (const char of body) {
    const value = values.get(char);
    if (value === undefined) return undefined;
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += String.fromCharCode((bits >> held) & 0xff);
    }
  }
  return out;
}

/** Encodes a byte string with padding (RFC 4648 4). */
export function encodeBase64(text: Bytes): Bytes {
  let out = '';
  for (let at = 0; at < text.length; at += 3) {
    const left = text.length - at;
    const word =
      (text.charCodeAt(at) << 16) |
      ((left > 1 ? text.charCodeAt(at + 1) : 0) << 8) |
      (left > 2 ? text.charCodeAt(at + 2) : 0);
    out += alphabet.charAt(word >> 18) + alphabet.charAt((word >> 12) & 63);
    out += left > 1 ? alphabet.charAt((word >> 6) & 63) : '=';
    out += left > 2 ? alphabet.charAt(word & 63) : '=';
  }
  return out;
}
