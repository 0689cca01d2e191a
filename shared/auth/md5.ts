/** MD5 (RFC 1321) and HMAC-MD5 (RFC 2104) of byte strings: what APOP and CRAM-MD5 prove a password with. */
import type { Bytes } from '../machine/machine.ts';

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;
const sines = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

/** The digest as 16 bytes. */
function digest(text: Bytes): Bytes {
  const words = pad(text);
  let state: readonly [number, number, number, number] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < words.length; block += 16) state = mix(state, words, block);
  return state
    .map((word) => String.fromCharCode(word & 255, (word >> 8) & 255, (word >> 16) & 255, word >>> 24))
    .join('');
}

/** The text, a 1 bit, zeros, and the length in bits, as little-endian words. */
function pad(text: Bytes): Int32Array {
  const words = new Int32Array((((text.length + 8) >> 6) + 1) * 16);
  for (let i = 0; i < text.length; i++) put(words, i, text.charCodeAt(i));
  put(words, text.length, 0x80);
  words[words.length - 2] = text.length << 3;
  words[words.length - 1] = text.length >>> 29;
  return words;
}

function put(words: Int32Array, index: number, byte: number): void {
  words[index >> 2] = (words[index >> 2] ?? 0) | ((byte & 255) << ((index & 3) * 8));
}

type State = readonly [number, number, number, number];

function mix(state: State, words: Int32Array, block: number): State {
  let [a, b, c, d] = state;
  for (let i = 0; i < 64; i++) {
    const [f, word] = round(i, b, c, d);
    const sum = (a + f + (sines[i] ?? 0) + (words[block + word] ?? 0)) | 0;
    const shift = shifts[(i >> 4) * 4 + (i & 3)] ?? 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  return [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0];
}

/** The round's function of the state, and which word of the block it takes. */
function round(i: number, b: number, c: number, d: number): readonly [number, number] {
  if (i < 16) return [(b & c) | (~b & d), i];
  if (i < 32) return [(d & b) | (~d & c), (5 * i + 1) & 15];
  if (i < 48) return [b ^ c ^ d, (3 * i + 5) & 15];
  return [c ^ (b | ~d), (7 * i) & 15];
}

const toHex = (bytes: Bytes): string =>
  Array.from(bytes, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');

/** MD5 in lower-case hex. */
export const md5 = (text: Bytes): string => toHex(digest(text));

/** HMAC-MD5 in lower-case hex. */
export function hmacMd5(key: Bytes, text: Bytes): string {
  const short = (key.length > 64 ? digest(key) : key).padEnd(64, '\0');
  const masked = (mask: number): Bytes =>
    Array.from(short, (char) => String.fromCharCode(char.charCodeAt(0) ^ mask)).join('');
  return toHex(digest(masked(0x5c) + digest(masked(0x36) + text)));
}
