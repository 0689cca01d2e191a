/**
 * Understands an IMAP relay without touching it: cuts both directions into command lines, tagged and untagged replies,
 * and collapses literals (RFC 9051 4.3).
 */
import type { Bytes } from '../machine/machine.ts';
import { bodyEnd } from '../wire/line.ts';
import {
  CONTENT_KEPT_MAX,
  Content,
  dataPiece,
  type Hasher,
  LineCutter,
  linePiece,
  type MakeTap,
  type RelayItem,
  type RelayPiece,
  type RelayTap,
} from '../wire/relay.ts';

/** The tap of one IMAP relay. */
export const imapTap: MakeTap = (hash, emit) => new ImapTap(hash, emit);

type Side = RelayItem['from'];

/** A literal's announcement at a line's end; one with `+` comes without leave (RFC 7888). */
const ANNOUNCED = /\{(\d{1,15})(\+?)\}\r?\n$/;
/** An announcement is not longer than this; a line may be cut within it. */
const TAIL = 24;
/** Replies whose text may look like an announcement, but is not: status lines, tagged or not, and continuations. */
const STATUS = /^(?:\S+ (?:OK|NO|BAD|BYE|PREAUTH)\b|\+)/i;

interface Literal {
  readonly content: Content;
  left: number;
  readonly secret: boolean;
}

/** The client's half: what its next bytes are. */
type Mode =
  | { readonly type: 'command' }
  /** The answer to a SASL prompt. */
  | { readonly type: 'sasl' }
  /** IDLE runs until DONE. */
  | { readonly type: 'idle' }
  /** A literal was announced; the upstream has not given leave yet. */
  | { readonly type: 'unanswered'; readonly size: number; readonly bytes: Bytes };

/** The command that is being sent, line by line and literal by literal. */
interface Command {
  readonly tag: string;
  readonly name: string;
}

class ImapTap implements RelayTap {
  readonly #hash: () => Hasher;
  readonly #emit: (item: RelayItem) => void;
  readonly #lines: Readonly<Record<Side, LineCutter>> = { client: new LineCutter(), upstream: new LineCutter() };
  readonly #literals: Partial<Record<Side, Literal>> = {};
  readonly #tails: Record<Side, Bytes> = { client: '', upstream: '' };
  /** Whether the line that comes goes on with one that a literal interrupted, or that was cut. */
  readonly #goesOn: Record<Side, boolean> = { client: false, upstream: false };
  /** Commands whose tagged reply has not come yet, by tag. */
  readonly #outstanding = new Map<string, string>();
  #mode: Mode = { type: 'command' };
  #command: Command = { tag: '', name: '' };
  /** TLS or compression: not readable any more. */
  #opaque = false;

  constructor(hash: () => Hasher, emit: (item: RelayItem) => void) {
    this.#hash = hash;
    this.#emit = emit;
  }

  client(bytes: Bytes): void {
    let rest = bytes;
    while (rest !== '') rest = this.#take('client', rest);
  }

  upstream(bytes: Bytes): void {
    let rest = bytes;
    while (rest !== '') rest = this.#take('upstream', rest);
  }

  piece(from: Side, bytes: Bytes): RelayPiece {
    if (this.#opaque) return dataPiece(bytes);
    const literal = this.#literals[from];
    if (literal) {
      const part = dataPiece(bytes, literal.left);
      return literal.secret ? { ...part, secret: [[0, part.length]] } : part;
    }
    const line = linePiece(bytes);
    const text = bytes.slice(0, line.length);
    const secret = from === 'client' ? this.#proofIn(text) : -1;
    return secret < 0 || secret >= bodyEnd(text) ? line : { ...line, secret: [[secret, bodyEnd(text)]] };
  }

  /** Where a proof begins in the client's next line, or -1. */
  #proofIn(line: Bytes): number {
    if (this.#mode.type === 'sasl') return 0;
    if (this.#mode.type !== 'command') return -1;
    if (this.#goesOn.client) return isLogin(this.#command.name) ? 0 : -1;
    return proofOf(line);
  }

  end(): void {
    while (this.#mode.type === 'unanswered') this.#settle(isLogin(this.#command.name));
    for (const side of ['client', 'upstream'] as const) {
      const rest = this.#lines[side].end();
      if (rest !== '') this.#line(side, rest);
      const literal = this.#literals[side];
      if (literal && literal.content.size > 0) this.#close(side, literal);
    }
  }

  /** Takes one thing off the front of `bytes`; gives back what follows it. */
  #take(side: Side, bytes: Bytes): Bytes {
    if (this.#opaque) {
      this.#emit({ from: side, kind: 'data', bytes: '', size: bytes.length });
      return '';
    }
    const literal = this.#literals[side];
    if (literal) return this.#takeLiteral(side, literal, bytes);
    if (side === 'client' && this.#mode.type === 'unanswered') return this.#takeUnanswered(this.#mode, bytes);
    const { line, rest } = this.#lines[side].take(bytes);
    if (line !== undefined) this.#read(side, line);
    return rest;
  }

  #takeLiteral(side: Side, literal: Literal, bytes: Bytes): Bytes {
    const part = bytes.slice(0, literal.left);
    literal.content.add(part);
    literal.left -= part.length;
    if (literal.left === 0) this.#close(side, literal);
    return bytes.slice(part.length);
  }

  #close(side: Side, { content, secret }: Literal): void {
    const { bytes, size, hash } = content.close();
    const item: RelayItem = { from: side, kind: 'data', bytes, size, hash };
    this.#emit(secret ? { ...item, secret: [[0, bytes.length]] } : item);
    delete this.#literals[side];
  }

  #takeUnanswered(mode: Extract<Mode, { type: 'unanswered' }>, bytes: Bytes): Bytes {
    const held = mode.bytes + bytes;
    this.#mode = { ...mode, bytes: held };
    // That much is a literal, whatever the answer will be.
    if (held.length > CONTENT_KEPT_MAX) this.#settle(true);
    return '';
  }

  /** The announced literal comes, or never will. */
  #settle(comes: boolean): void {
    const mode = this.#mode;
    if (mode.type !== 'unanswered') return;
    this.#mode = { type: 'command' };
    this.#goesOn.client = comes;
    if (comes) this.#begin('client', mode.size);
    if (mode.bytes !== '') this.client(mode.bytes);
  }

  #begin(side: Side, size: number): void {
    const secret = side === 'client' && isLogin(this.#command.name);
    const literal = { content: new Content(this.#hash()), left: size, secret };
    this.#literals[side] = literal;
    if (size === 0) this.#close(side, literal);
  }

  #line(side: Side, bytes: Bytes, more: Partial<RelayItem> = {}): void {
    this.#emit({ from: side, kind: 'line', bytes, size: bytes.length, ...more });
  }

  #read(side: Side, line: Bytes): void {
    const goesOn = this.#goesOn[side];
    const text = this.#tails[side] + line;
    const cut = !line.endsWith('\n');
    this.#goesOn[side] = cut;
    this.#tails[side] = cut ? text.slice(-TAIL) : '';
    if (side === 'client') this.#said(line, goesOn);
    else this.#replied(line, goesOn);
    const announced = this.#opaque ? null : ANNOUNCED.exec(text);
    if (announced) this.#announced(side, Number(announced[1]), announced[2] === '', !goesOn && STATUS.test(line));
  }

  #announced(side: Side, size: number, asks: boolean, status: boolean): void {
    if (side === 'client' ? this.#mode.type !== 'command' : status) return;
    if (side === 'client' && asks) this.#mode = { type: 'unanswered', size, bytes: '' };
    else {
      this.#goesOn[side] = true;
      this.#begin(side, size);
    }
  }

  /** A line of the client. */
  #said(line: Bytes, goesOn: boolean): void {
    const secret = this.#understand(line, goesOn);
    this.#line('client', line, secret < 0 || secret >= bodyEnd(line) ? {} : { secret: [[secret, bodyEnd(line)]] });
    if (this.#mode.type === 'idle' && /^DONE\r?\n?$/i.test(line)) this.#mode = { type: 'command' };
  }

  /** Reads a command's line; gives back where a proof begins in it, or -1. */
  #understand(line: Bytes, goesOn: boolean): number {
    if (this.#mode.type !== 'command') return this.#mode.type === 'sasl' ? 0 : -1;
    if (goesOn) return isLogin(this.#command.name) ? 0 : -1;
    const [tag = '', word = '', , second] = line.slice(0, bodyEnd(line)).split(/ +/, 4);
    const name = word.toUpperCase();
    this.#command = { tag, name };
    this.#outstanding.set(tag, name);
    if (name === 'AUTHENTICATE' && second === undefined) this.#mode = { type: 'sasl' };
    return proofOf(line);
  }

  /** A line of the upstream. */
  #replied(line: Bytes, goesOn: boolean): void {
    const tag = goesOn ? '' : (line.split(' ', 1)[0] ?? '');
    const name = this.#outstanding.get(tag);
    this.#line('upstream', line, { answers: name ?? '' });
    if (tag.startsWith('+')) this.#goAhead();
    else if (name !== undefined) this.#completed(tag, name, /^\S+ OK\b/i.test(line));
  }

  #completed(tag: string, name: string, ok: boolean): void {
    this.#outstanding.delete(tag);
    if (ok && (name === 'STARTTLS' || name === 'COMPRESS')) this.#opaque = true;
    if (tag !== this.#command.tag) return;
    if (this.#mode.type === 'unanswered') this.#settle(false);
    else this.#mode = { type: 'command' };
  }

  /** The upstream waits for more of the running command. */
  #goAhead(): void {
    if (this.#mode.type === 'unanswered') this.#settle(true);
    else if (this.#command.name === 'IDLE') this.#mode = { type: 'idle' };
    else if (this.#command.name === 'AUTHENTICATE') this.#mode = { type: 'sasl' };
  }
}

const isLogin = (name: string): boolean => name === 'LOGIN' || name === 'AUTHENTICATE';

/** Where a password or an initial response begins in a command's line, or -1. */
function proofOf(line: Bytes): number {
  const name = line.split(/ +/, 2)[1] ?? '';
  return isLogin(name.toUpperCase().trimEnd()) ? (/^[^ ]* +(?:[^ ]+ +){2}/.exec(line)?.[0].length ?? -1) : -1;
}
