/** Names of mailboxes on the wire: modified UTF-7 (RFC 3501 5.1.3), on byte strings. */
import type { Bytes } from '../../machine/machine.ts';
import { decodeBase64, encodeBase64 } from '../../wire/base64.ts';

/** The name, or null where it is none: bytes above 0x7e, a shift that never ends or that ASCII needed none of. */
export function decodeName(bytes: Bytes): string | null {
  if (!/^[ -~]*$/.test(bytes)) return null;
  let name = '';
  for (let at = 0; at < bytes.length; ) {
    const shift = bytes.indexOf('&', at);
    if (shift < 0) return name + bytes.slice(at);
    const end = bytes.indexOf('-', shift);
    if (end < 0) return null;
    const inner = end === shift + 1 ? '&' : decodeShift(bytes.slice(shift + 1, end));
    if (inner === null) return null;
    name += bytes.slice(at, shift) + inner;
    at = end + 1;
  }
  return name;
}

/** UTF-16 in base64 with `,` for `/` and without padding. */
function decodeShift(base64: Bytes): string | null {
  if (/[=/]/.test(base64)) return null;
  const octets = decodeBase64(base64.replace(/,/g, '/'));
  if (octets === undefined || octets.length % 2 === 1) return null;
  let text = '';
  for (let at = 0; at < octets.length; at += 2)
    text += String.fromCharCode(octets.charCodeAt(at) * 256 + octets.charCodeAt(at + 1));
  // Only one way of writing a name is right, else two names would be one; half a surrogate pair is no character.
  return encodeName(text) === `&${base64}-` && text.isWellFormed() ? text : null;
}

/** The name on the wire. */
export const encodeName = (name: string): Bytes =>
  name.replace(/&|[^ -~]+/g, (run) => (run === '&' ? '&-' : `&${encodeShift(run)}-`));

function encodeShift(run: string): Bytes {
  let octets = '';
  for (let at = 0; at < run.length; at += 1) {
    const unit = run.charCodeAt(at);
    octets += String.fromCharCode(unit >> 8, unit & 255);
  }
  return encodeBase64(octets).replace(/=+$/, '').replace(/\//g, ',');
}
