/** What is told of a running relay: the parts that the taps of all protocols are made of. */
import type { Bytes } from '../machine/machine.ts';

/** Longer lines are cut into pieces of this many bytes. */
export const LINE_MAX = 8192;
/** Of one collapsed content this much is kept; size and hash cover all of it. */
export const CONTENT_KEPT_MAX = 65_536;

/** One thing that crossed the relay. */
export interface RelayItem {
  readonly from: 'client' | 'upstream';
  readonly kind: 'line' | 'data';
  readonly bytes: Bytes;
  /** Bytes on the wire, where `bytes` is cut. */
  readonly size: number;
  readonly hash?: string;
  readonly secret?: readonly (readonly [number, number])[];
  /** The command a reply answers: `DATA`, `.` for a message's content, `RCPT` …; '' where nothing was asked. */
  readonly answers?: string;
}

/** A running SHA-256. */
export interface Hasher {
  update(bytes: Bytes): void;
  digest(): string;
}

/** What stands at the front of bytes that have not crossed yet. */
export interface RelayPiece {
  /** Its bytes; 0 where its end has not come. */
  readonly length: number;
  /** data: a part of a content, as much of it as is there. */
  readonly kind: 'line' | 'data';
  readonly secret: readonly (readonly [number, number])[];
}

/** The line at the front of `bytes`. */
export const linePiece = (bytes: Bytes, secret: RelayPiece['secret'] = []): RelayPiece => ({
  length: bytes.indexOf('\n') + 1,
  kind: 'line',
  secret,
});

/** So many bytes of a content, or all that there are. */
export const dataPiece = (bytes: Bytes, length: number = bytes.length): RelayPiece => ({
  length: Math.min(length, bytes.length),
  kind: 'data',
  secret: [],
});

/** Watches one relay. Fed with copies of the bytes in any chunking, it gives the same items. */
export interface RelayTap {
  client(bytes: Bytes): void;
  upstream(bytes: Bytes): void;
  /** How bytes that are about to cross would be cut, without taking them in. */
  piece(from: RelayItem['from'], bytes: Bytes): RelayPiece;
  /** Emits what is left of unfinished lines and contents. */
  end(): void;
}

/** Makes the tap of one relay. `hash` makes a new SHA-256; `emit` gets every item as soon as it is complete. */
export type MakeTap = (hash: () => Hasher, emit: (item: RelayItem) => void) => RelayTap;

/** Gathers one collapsed content: the beginning of it, its size and its hash. */
export class Content {
  readonly #hasher: Hasher;
  #kept = '';
  #size = 0;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  get size(): number {
    return this.#size;
  }

  add(bytes: Bytes): void {
    this.#hasher.update(bytes);
    this.#size += bytes.length;
    if (this.#kept.length < CONTENT_KEPT_MAX) this.#kept += bytes.slice(0, CONTENT_KEPT_MAX - this.#kept.length);
  }

  close(): { readonly bytes: Bytes; readonly size: number; readonly hash: string } {
    return { bytes: this.#kept, size: this.#size, hash: this.#hasher.digest() };
  }
}

const DOT_END = '\r\n.\r\n';

/** A content that a line with a dot alone ends, as in SMTP and POP3 (RFC 5321 4.5.2, RFC 1939 3). */
export class DottedContent extends Content {
  // The content may begin with the dot that ends it; the line end of the command or reply before it counts.
  #tail = '\r\n';

  /** Where the content ends in `bytes` (behind CR LF . CR LF), or -1. */
  find(bytes: Bytes): number {
    const at = (this.#tail + bytes).indexOf(DOT_END);
    return at < 0 ? -1 : at + DOT_END.length - this.#tail.length;
  }

  override add(bytes: Bytes): void {
    super.add(bytes);
    this.#tail = (this.#tail + bytes.slice(-DOT_END.length)).slice(1 - DOT_END.length);
  }
}

/** Cuts one direction into lines; what is longer than `LINE_MAX` comes in pieces. */
export class LineCutter {
  #rest = '';

  /** Takes the front of `bytes`, up to one line: the line if it is complete, and what follows. */
  take(bytes: Bytes): { readonly line: Bytes | undefined; readonly rest: Bytes } {
    const end = bytes.indexOf('\n') + 1;
    const room = LINE_MAX - this.#rest.length;
    const taken = end > 0 && end <= room ? end : Math.min(bytes.length, room);
    const text = this.#rest + bytes.slice(0, taken);
    const whole = text.endsWith('\n') || text.length >= LINE_MAX;
    this.#rest = whole ? '' : text;
    return { line: whole ? text : undefined, rest: bytes.slice(taken) };
  }

  /** What is left of an unfinished line. */
  end(): Bytes {
    const rest = this.#rest;
    this.#rest = '';
    return rest;
  }
}
