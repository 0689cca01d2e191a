/**
 * Understands an SMTP relay without touching it: cuts both directions into commands, replies and message contents.
 * Fed with copies of the bytes in any chunking, it gives the same items.
 */
import type { Bytes } from '../machine/machine.ts';

/** Longer lines are cut into pieces of this many bytes. */
export const LINE_MAX = 8192;
/** Of one message's content this much is kept; size and hash cover all of it. */
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

/** Watches one relay. */
export interface RelayTap {
  client(bytes: Bytes): void;
  upstream(bytes: Bytes): void;
  /** Emits what is left of unfinished lines and contents. */
  end(): void;
}

type ClientMode =
  | { readonly type: 'command' }
  /** The next line answers a 334 prompt. */
  | { readonly type: 'sasl' }
  | { readonly type: 'content'; readonly left: number | null }
  /** DATA is sent and not answered: what comes now is content or commands, as the answer will tell. */
  | { readonly type: 'unanswered'; readonly bytes: Bytes }
  /** TLS or something else that is not SMTP any more. */
  | { readonly type: 'opaque' };

const END = '\r\n.\r\n';

/** The tap of one SMTP relay. `hash` makes a new SHA-256; `emit` gets every item as soon as it is complete. */
export const smtpTap = (hash: () => Hasher, emit: (item: RelayItem) => void): RelayTap => new SmtpTap(hash, emit);

class SmtpTap implements RelayTap {
  readonly #hash: () => Hasher;
  readonly #emit: (item: RelayItem) => void;
  #mode: ClientMode = { type: 'command' };
  #clientRest = '';
  #upstreamRest = '';
  #content: Content | undefined;
  /** Commands whose reply has not come yet, oldest first. */
  readonly #outstanding: string[] = [];

  constructor(hash: () => Hasher, emit: (item: RelayItem) => void) {
    this.#hash = hash;
    this.#emit = emit;
  }

  client(bytes: Bytes): void {
    let rest = bytes;
    while (rest !== '') rest = this.#take(rest);
  }

  upstream(bytes: Bytes): void {
    if (this.#mode.type === 'opaque') this.#opaque('upstream', bytes);
    else this.#takeReplies(bytes);
  }

  #take(bytes: Bytes): Bytes {
    if (this.#mode.type === 'content') return this.#takeContent(bytes, this.#mode.left);
    if (this.#mode.type === 'unanswered') return this.#takeUnanswered(this.#mode.bytes + bytes);
    if (this.#mode.type !== 'opaque') return this.#takeLine(bytes);
    this.#opaque('client', bytes);
    return '';
  }

  #takeReplies(bytes: Bytes): void {
    const text = this.#upstreamRest + bytes;
    let start = 0;
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at) + 1;
      if (end === 0 && text.length - start < LINE_MAX) break;
      const next = end === 0 ? text.length : end;
      // A line such as `250-…` goes on with the next one; both are one reply.
      if (text[at + 3] !== '-' || next - start >= LINE_MAX) {
        this.#reply(text.slice(start, next));
        start = next;
      }
      at = next;
    }
    this.#upstreamRest = text.slice(start);
  }

  end(): void {
    while (this.#mode.type === 'unanswered') this.#settle(false);
    if (this.#clientRest !== '') this.#line('client', this.#clientRest);
    const content = this.#content?.close();
    if (content && content.size > 0) this.#emit({ from: 'client', kind: 'data', ...content });
    if (this.#upstreamRest !== '') this.#line('upstream', this.#upstreamRest);
    this.#clientRest = this.#upstreamRest = '';
    this.#content = undefined;
  }

  #opaque(from: RelayItem['from'], bytes: Bytes): void {
    this.#emit({ from, kind: 'data', bytes: '', size: bytes.length });
  }

  #line(from: RelayItem['from'], bytes: Bytes, more: Partial<RelayItem> = {}): void {
    this.#emit({ from, kind: 'line', bytes, size: bytes.length, ...more });
  }

  #takeLine(bytes: Bytes): Bytes {
    const end = bytes.indexOf('\n') + 1;
    const room = LINE_MAX - this.#clientRest.length;
    const taken = end > 0 && end <= room ? end : Math.min(bytes.length, room);
    this.#clientRest += bytes.slice(0, taken);
    if (this.#clientRest.endsWith('\n') || this.#clientRest.length >= LINE_MAX) {
      const line = this.#clientRest;
      this.#clientRest = '';
      this.#command(line);
    }
    return bytes.slice(taken);
  }

  #takeUnanswered(bytes: Bytes): Bytes {
    this.#mode = { type: 'unanswered', bytes };
    if (bytes.length <= CONTENT_KEPT_MAX) return '';
    // That much is a message, whatever the answer will be.
    this.#startContent(null);
    return bytes;
  }

  /** DATA is answered, or never will be. */
  #settle(accepted: boolean): void {
    const waiting = this.#mode.type === 'unanswered' ? this.#mode.bytes : '';
    if (accepted) this.#startContent(null);
    else this.#mode = { type: 'command' };
    if (waiting !== '') this.client(waiting);
  }

  #command(line: Bytes): void {
    if (this.#mode.type === 'sasl') {
      this.#mode = { type: 'command' };
      this.#line('client', line, { secret: [[0, withoutEnd(line)]] });
      return;
    }
    const words = line.trimEnd().split(/ +/, 3);
    const verb = (words[0] ?? '').toUpperCase();
    const response = verb === 'AUTH' ? words[2] : undefined;
    this.#line('client', line, response === undefined ? {} : { secret: [[line.indexOf(response), withoutEnd(line)]] });
    if (verb === 'BDAT') this.#startContent(Number.parseInt(words[1] ?? '0', 10) || 0);
    else this.#outstanding.push(verb);
    if (verb === 'DATA') this.#mode = { type: 'unanswered', bytes: '' };
  }

  #startContent(left: number | null): void {
    this.#mode = { type: 'content', left };
    this.#content = new Content(this.#hash());
    if (left === 0) this.#endContent();
  }

  #endContent(): void {
    if (this.#content) this.#emit({ from: 'client', kind: 'data', ...this.#content.close() });
    this.#content = undefined;
    this.#outstanding.push('.');
    this.#mode = { type: 'command' };
  }

  /** Takes content off the front of `bytes`; gives back what follows it. */
  #takeContent(bytes: Bytes, left: number | null): Bytes {
    const end = left === null ? (this.#content?.find(bytes) ?? -1) : left <= bytes.length ? left : -1;
    const part = end < 0 ? bytes : bytes.slice(0, end);
    this.#content?.add(part);
    if (end >= 0) this.#endContent();
    else if (left !== null) this.#mode = { type: 'content', left: left - part.length };
    return end < 0 ? '' : bytes.slice(end);
  }

  #reply(text: Bytes): void {
    const code = text.slice(0, 3);
    const answers = this.#outstanding[0] ?? '';
    const prompted = code === '334' && answers === 'AUTH';
    if (!prompted) this.#outstanding.shift();
    this.#line('upstream', text, { answers });
    if (prompted) this.#mode = { type: 'sasl' };
    else if (answers === 'DATA' && this.#mode.type === 'unanswered') this.#settle(code === '354');
    else if (answers === 'STARTTLS' && code === '220') this.#mode = { type: 'opaque' };
  }
}

const withoutEnd = (line: Bytes): number => line.replace(/\r?\n$/, '').length;

/** Gathers one message's content: the beginning of it, its size, its hash, and where it ends. */
class Content {
  readonly #hasher: Hasher;
  #kept = '';
  #size = 0;
  // The content may begin with the dot that ends it; DATA's own line end counts as the one before it.
  #tail = '\r\n';

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  /** Where the content ends in `bytes` (behind CR LF . CR LF), or -1. */
  find(bytes: Bytes): number {
    const at = (this.#tail + bytes).indexOf(END);
    return at < 0 ? -1 : at + END.length - this.#tail.length;
  }

  add(bytes: Bytes): void {
    this.#hasher.update(bytes);
    this.#size += bytes.length;
    if (this.#kept.length < CONTENT_KEPT_MAX) this.#kept += bytes.slice(0, CONTENT_KEPT_MAX - this.#kept.length);
    this.#tail = (this.#tail + bytes.slice(-END.length)).slice(1 - END.length);
  }

  close(): { readonly bytes: Bytes; readonly size: number; readonly hash: string } {
    return { bytes: this.#kept, size: this.#size, hash: this.#hasher.digest() };
  }
}
