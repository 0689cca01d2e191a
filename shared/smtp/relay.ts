/**
 * Understands an SMTP relay without touching it: cuts both directions into commands, replies and message contents.
 * Fed with copies of the bytes in any chunking, it gives the same items.
 */
import type { Bytes } from '../machine/machine.ts';
import { bodyEnd } from '../wire/line.ts';
import {
  CONTENT_KEPT_MAX,
  DottedContent,
  dataPiece,
  type Hasher,
  LINE_MAX,
  LineCutter,
  linePiece,
  type MakeTap,
  type RelayItem,
  type RelayPiece,
  type RelayTap,
} from '../wire/relay.ts';

type ClientMode =
  | { readonly type: 'command' }
  /** The next line answers a 334 prompt. */
  | { readonly type: 'sasl' }
  | { readonly type: 'content'; readonly left: number | null }
  /** DATA is sent and not answered: what comes now is content or commands, as the answer will tell. */
  | { readonly type: 'unanswered'; readonly bytes: Bytes }
  /** TLS or something else that is not SMTP any more. */
  | { readonly type: 'opaque' };

/** The tap of one SMTP relay. */
export const smtpTap: MakeTap = (hash, emit) => new SmtpTap(hash, emit);

class SmtpTap implements RelayTap {
  readonly #hash: () => Hasher;
  readonly #emit: (item: RelayItem) => void;
  #mode: ClientMode = { type: 'command' };
  readonly #lines = new LineCutter();
  #upstreamRest = '';
  #content: DottedContent | undefined;
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

  piece(from: RelayItem['from'], bytes: Bytes): RelayPiece {
    const mode = this.#mode;
    if (mode.type === 'opaque') return dataPiece(bytes);
    if (from === 'upstream') return replyPiece(this.#upstreamRest, bytes);
    if (mode.type === 'content') {
      const end = mode.left ?? this.#content?.find(bytes) ?? -1;
      return dataPiece(bytes, end < 0 ? bytes.length : end);
    }
    const line = linePiece(bytes);
    const text = bytes.slice(0, line.length);
    if (mode.type === 'sasl') return { ...line, secret: [[0, bodyEnd(text)]] };
    return { ...line, secret: initialResponse(text) };
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
    const rest = this.#lines.end();
    if (rest !== '') this.#line('client', rest);
    const content = this.#content?.close();
    if (content && content.size > 0) this.#emit({ from: 'client', kind: 'data', ...content });
    if (this.#upstreamRest !== '') this.#line('upstream', this.#upstreamRest);
    this.#upstreamRest = '';
    this.#content = undefined;
  }

  #opaque(from: RelayItem['from'], bytes: Bytes): void {
    this.#emit({ from, kind: 'data', bytes: '', size: bytes.length });
  }

  #line(from: RelayItem['from'], bytes: Bytes, more: Partial<RelayItem> = {}): void {
    this.#emit({ from, kind: 'line', bytes, size: bytes.length, ...more });
  }

  #takeLine(bytes: Bytes): Bytes {
    const { line, rest } = this.#lines.take(bytes);
    if (line !== undefined) this.#command(line);
    return rest;
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
      this.#line('client', line, { secret: [[0, bodyEnd(line)]] });
      return;
    }
    const words = line.trimEnd().split(/ +/, 2);
    const verb = (words[0] ?? '').toUpperCase();
    const secret = initialResponse(line);
    this.#line('client', line, secret.length > 0 ? { secret } : {});
    if (verb === 'BDAT') this.#startContent(Number.parseInt(words[1] ?? '0', 10) || 0);
    else this.#outstanding.push(verb);
    if (verb === 'DATA') this.#mode = { type: 'unanswered', bytes: '' };
  }

  #startContent(left: number | null): void {
    this.#mode = { type: 'content', left };
    this.#content = new DottedContent(this.#hash());
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

/** Where `AUTH` has an initial response (RFC 4954 4). */
function initialResponse(line: Bytes): RelayPiece['secret'] {
  const before = /^AUTH +[^ ]+ +(?=[^ \r\n])/i.exec(line)?.[0];
  return before === undefined ? [] : [[before.length, bodyEnd(line)]];
}

/** A whole reply: lines such as `250-…` go on with the next one. `rest` is what has crossed of it. */
function replyPiece(rest: Bytes, bytes: Bytes): RelayPiece {
  const text = rest + bytes;
  let end = 0;
  for (let at = 0; at < text.length; at = end) {
    end = text.indexOf('\n', at) + 1;
    if (end === 0) break;
    if (text[at + 3] !== '-' && end > rest.length) return { length: end - rest.length, kind: 'line', secret: [] };
  }
  return { length: 0, kind: 'line', secret: [] };
}
