/**
 * What searches over all messages read: the beginning of each one's text, and for a longer one a signature, which tells
 * at once that a text is not in the rest. (An FTS5 trigram index was measured instead: 1 ms for a message of 4 kB and
 * 12 ms for one of 50 kB, on the way to every 250; a search over 10,000 of these digests takes some 30 ms.)
 */
import { type MailText, mailText } from './mail-text.ts';

/** Characters of the headers and of the text that are kept beside a message. */
const HEAD_MAX = 2000;
const BODY_MAX = 4000;

/** Bytes of a signature: a power of two, one bit in three or fewer set for text in words. */
const SIGNATURE_MIN = 512;
const SIGNATURE_MAX = 4096;

/** What is kept of a message for searches. */
export interface Digest {
  readonly head: string;
  readonly body: string;
  /** The signature of the whole text where it is longer than what is kept; else null. */
  readonly more: Uint8Array | null;
}

function bitOf(text: string, at: number, bits: number): number {
  const mixed = (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) | 0;
  return (Math.imul(mixed, 0x9e37_79b1) >>> 8) & (bits - 1);
}

function add(signature: Uint8Array, text: string): void {
  const bits = signature.length * 8;
  for (let at = 0; at + 2 < text.length; at += 1) {
    const bit = bitOf(text, at, bits);
    signature[bit >> 3] = (signature[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
}

/** Whether a text with this signature may hold `wanted`; false is certain. */
export function mayHold(signature: Uint8Array, wanted: string): boolean {
  const bits = signature.length * 8;
  for (let at = 0; at + 2 < wanted.length; at += 1) {
    const bit = bitOf(wanted, at, bits);
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
  return { head: head.slice(0, HEAD_MAX), body: body.slice(0, BODY_MAX).toWellFormed(), more };
}

/** Whether a message holds a searchable text, in full. */
export function holds(raw: Buffer, wanted: string, within: 'text' | 'head' | 'body'): boolean {
  const { head, body } = mailText(raw);
  return (within !== 'head' && body.includes(wanted)) || (within !== 'body' && head.includes(wanted));
}
