/**
 * Understands a POP3 relay without touching it: cuts both directions into commands and replies, and collapses what a
 * multi-line reply brings into one item.
 */
import type { Bytes } from '../machine/machine.ts';
import { bodyEnd } from '../wire/line.ts';
import {
  DottedContent,
  dataPiece,
  type Hasher,
  LineCutter,
  linePiece,
  type MakeTap,
  type RelayItem,
  type RelayPiece,
  type RelayTap,
} from '../wire/relay.ts';

/** The tap of one POP3 relay. */
export const pop3Tap: MakeTap = (hash, emit) => new Pop3Tap(hash, emit);

// RFC 1939, 2449, 5034 and 6856: what is answered with more lines than one, and when that depends on an argument.
const multiLine: Readonly<Record<string, 'always' | 'alone'>> = {
  RETR: 'always',
  TOP: 'always',
  CAPA: 'always',
  LIST: 'alone',
  UIDL: 'alone',
  AUTH: 'alone',
  LANG: 'alone',
};

interface Asked {
  readonly verb: string;
  /** Its good answer goes on until a dot. */
  readonly lines: boolean;
}

class Pop3Tap implements RelayTap {
  readonly #hash: () => Hasher;
  readonly #emit: (item: RelayItem) => void;
  readonly #clientLines = new LineCutter();
  readonly #upstreamLines = new LineCutter();
  /** Commands whose reply has not come yet, oldest first. */
  readonly #outstanding: Asked[] = [];
  #content: DottedContent | undefined;
  /** The next line of the client answers a prompt. */
  #sasl = false;
  /** TLS, not POP3 any more. */
  #opaque = false;

  constructor(hash: () => Hasher, emit: (item: RelayItem) => void) {
    this.#hash = hash;
    this.#emit = emit;
  }

  client(bytes: Bytes): void {
    if (this.#opaque) this.#hidden('client', bytes);
    for (let rest = this.#opaque ? '' : bytes; rest !== ''; ) {
      const taken = this.#clientLines.take(rest);
      rest = taken.rest;
      if (taken.line !== undefined) this.#command(taken.line);
    }
  }

  upstream(bytes: Bytes): void {
    let rest = bytes;
    while (rest !== '') rest = this.#take(rest);
  }

  piece(from: RelayItem['from'], bytes: Bytes): RelayPiece {
    if (this.#opaque) return dataPiece(bytes);
    if (from === 'upstream') {
      const end = this.#content?.find(bytes);
      if (end === undefined) return linePiece(bytes);
      return dataPiece(bytes, end < 0 ? bytes.length : end);
    }
    const line = linePiece(bytes);
    const text = bytes.slice(0, line.length);
    const verb = (/^[^ \r\n]*/.exec(text)?.[0] ?? '').toUpperCase();
    const secret = this.#sasl ? 0 : secretOf(text, verb);
    return secret < 0 || secret >= bodyEnd(text) ? line : { ...line, secret: [[secret, bodyEnd(text)]] };
  }

  end(): void {
    const command = this.#clientLines.end();
    if (command !== '') this.#line('client', command);
    const reply = this.#upstreamLines.end();
    if (reply !== '') this.#line('upstream', reply);
    if (this.#content && this.#content.size > 0) this.#closeContent(this.#content);
  }

  /** Takes one line, or content, off the front of the upstream's bytes. */
  #take(bytes: Bytes): Bytes {
    if (this.#content) return this.#takeContent(this.#content, bytes);
    if (this.#opaque) {
      this.#hidden('upstream', bytes);
      return '';
    }
    const { line, rest } = this.#upstreamLines.take(bytes);
    if (line !== undefined) this.#reply(line);
    return rest;
  }

  #hidden(from: RelayItem['from'], bytes: Bytes): void {
    this.#emit({ from, kind: 'data', bytes: '', size: bytes.length });
  }

  #line(from: RelayItem['from'], bytes: Bytes, more: Partial<RelayItem> = {}): void {
    this.#emit({ from, kind: 'line', bytes, size: bytes.length, ...more });
  }

  #command(line: Bytes): void {
    if (this.#sasl) {
      this.#sasl = false;
      this.#line('client', line, { secret: [[0, bodyEnd(line)]] });
      return;
    }
    const [word = '', argument] = line.slice(0, bodyEnd(line)).split(/ +/, 2);
    const verb = word.toUpperCase();
    const secret = secretOf(line, verb);
    this.#line('client', line, secret < 0 || secret >= bodyEnd(line) ? {} : { secret: [[secret, bodyEnd(line)]] });
    const kind = multiLine[verb];
    this.#outstanding.push({ verb, lines: kind === 'always' || (kind === 'alone' && !argument) });
  }

  #reply(line: Bytes): void {
    const asked = this.#outstanding[0];
    const ok = line.startsWith('+OK');
    const prompted = !ok && line.startsWith('+') && asked?.verb === 'AUTH';
    if (!prompted) this.#outstanding.shift();
    this.#line('upstream', line, { answers: asked?.verb ?? '' });
    if (prompted) this.#sasl = true;
    else if (ok && asked?.verb === 'STLS') this.#opaque = true;
    else if (ok && asked?.lines) this.#content = new DottedContent(this.#hash());
  }

  /** Takes content off the front of `bytes`; gives back what follows it. */
  #takeContent(content: DottedContent, bytes: Bytes): Bytes {
    const end = content.find(bytes);
    content.add(end < 0 ? bytes : bytes.slice(0, end));
    if (end < 0) return '';
    this.#closeContent(content);
    return bytes.slice(end);
  }

  #closeContent(content: DottedContent): void {
    this.#emit({ from: 'upstream', kind: 'data', ...content.close() });
    this.#content = undefined;
  }
}

/** Where in the line a proof begins: a password, a digest, an initial response; -1 where there can be none. */
function secretOf(line: Bytes, verb: string): number {
  if (verb === 'PASS') return verb.length + 1;
  return verb === 'APOP' || verb === 'AUTH' ? (/^(?:[^ ]+ +){2}/.exec(line)?.[0].length ?? -1) : -1;
}
