/**
 * What searches over all messages read first: the beginning of each one's text, and for a longer one a signature, which
 * tells at once that a text is not in the rest. (An FTS5 trigram index was measured instead: 1 ms for a message of 4 kB and
 * 12 ms for one of 50 kB, on the way to every 250; a search over 10,000 of these digests takes some 30 ms.)
 */
import type { MailText } from './mail-text.ts';

/** A message with headers and text of at most so many characters has all of them in its digest. */
const HEAD_MAX = 2000;
const BODY_MAX = 4000;

/** Of a longer one, so many are. */
const HEAD_KEPT = 1000;
const BODY_KEPT = 2000;

/** Bytes of a signature: a power of two. Of English text of 20 kB it has one bit in eight set, of 1 MB one in three. */
const SIGNATURE_MIN = 512;
const SIGNATURE_MAX = 4096;

/** What is kept of a message for searches. */
export interface Digest {
  readonly head: string;
  readonly body: string;
  /** The signature of the whole text where it is longer than what is kept here; else null. */
  readonly more: Uint8Array | null;
}

/** Of three letters in a row. */
function hash(first: number, second: number, third: number): number {
  return Math.imul((first * 961 + second * 31 + third) | 0, 0x9e37_79b1) >>> 8;
}

function add(signature: Uint8Array, text: string): void {
  const mask = signature.length * 8 - 1;
  let [first, second] = [text.charCodeAt(0), text.charCodeAt(1)];
  for (let at = 2; at < text.length; at += 1) {
    const third = text.charCodeAt(at);
    const bit = hash(first, second, third) & mask;
    signature[bit >> 3] = (signature[bit >> 3] ?? 0) | (1 << (bit & 7));
    first = second;
    second = third;
  }
}

/** Whether a text with this signature may hold `wanted`; false is certain. */
export function mayHold(signature: Uint8Array, wanted: string): boolean {
  const mask = signature.length * 8 - 1;
  for (let at = 0; at + 2 < wanted.length; at += 1) {
    const bit = hash(wanted.charCodeAt(at), wanted.charCodeAt(at + 1), wanted.charCodeAt(at + 2)) & mask;
    if (((signature[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

function sizeFor(length: number): number {
  let size = SIGNATURE_MIN;
  while (size < SIGNATURE_MAX && size * 4 < length) size *= 2;
  return size;
}

/** The digest of a message that says this. */
export function digestOf({ head, body }: Pick<MailText, 'head' | 'body'>): Digest {
  if (head.length <= HEAD_MAX && body.length <= BODY_MAX) return { head, body, more: null };
  const more = new Uint8Array(sizeFor(head.length + body.length));
  add(more, head);
  add(more, body);
  return { head: head.slice(0, HEAD_KEPT).toWellFormed(), body: body.slice(0, BODY_KEPT).toWellFormed(), more };
}
