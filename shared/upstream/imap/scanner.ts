/** Reads the words of an IMAP command (RFC 3501 9), piece by piece. */
import type { Bytes } from '../../machine/machine.ts';
import type { Piece } from './state.ts';

/** The command is not what RFC 3501 allows; the message is for the client. */
export class SyntaxFault extends Error {}

const ATOM = /[^\0- \x7f-\xff(){%*"\\\]]+/y;
const ASTRING = /[^\0- \x7f-\xff(){%*"\\]+/y;
const PATTERN = /[^\0- \x7f-\xff(){"\\]+/y;
/** Bytes above 0x7f are not allowed in it (RFC 3501 9), but clients send UTF-8 so, and nothing is lost by taking it. */
const QUOTED = /"[^"\\\r\n\0]*(?:\\["\\][^"\\\r\n\0]*)*"/y;
const NUMBER = /\d{1,10}/y;

/** The largest number there is (RFC 3501 9). */
export const NUMBER_MAX = 0xffffffff;

/** A place in a command. */
export class Scanner {
  readonly #pieces: readonly Piece[];
  #piece = 0;
  #at = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  get #text(): Bytes {
    return this.#pieces[this.#piece]?.text ?? '';
  }

  /** The next byte; '' before a literal and at the end. */
  peek(): string {
    return this.#text[this.#at] ?? '';
  }

  /** What the pattern (a sticky one) finds here, or null: nothing is taken then. */
  match(pattern: RegExp): Bytes | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  /** Takes `char` if it comes next. */
  takes(char: string): boolean {
    if (!this.#text.startsWith(char, this.#at)) return false;
    this.#at += char.length;
    return true;
  }

  expect(char: string): void {
    if (!this.takes(char)) throw new SyntaxFault(`Expected ${char === ' ' ? 'a space' : `"${char}"`}${this.#here()}`);
  }

  space(): void {
    this.expect(' ');
  }

  /** Nothing may follow. */
  end(): void {
    if (!this.atEnd()) throw new SyntaxFault(`Unexpected arguments${this.#here()}`);
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length && (this.#pieces[this.#piece]?.literal ?? null) === null;
  }

  atom(what: string): Bytes {
    return this.match(ATOM) ?? this.fail(`Expected ${what}`);
  }

  number(what: string): number {
    const found = this.match(NUMBER);
    if (found === null) return this.fail(`Expected ${what}`);
    const value = Number(found);
    return value > NUMBER_MAX ? this.fail(`${found} is too large`) : value;
  }

  /** A quoted string or a literal, if one comes next. */
  maybeString(): Bytes | null {
    const quoted = this.match(QUOTED);
    if (quoted !== null) return quoted.slice(1, -1).replace(/\\(["\\])/g, '$1');
    return this.#at >= this.#text.length ? this.#literal() : null;
  }

  /** The literal here, if there is one. */
  literal(what: string): Bytes {
    return (this.#at >= this.#text.length ? this.#literal() : null) ?? this.fail(`Expected ${what}`);
  }

  astring(what: string): Bytes {
    return this.match(ASTRING) ?? this.maybeString() ?? this.fail(`Expected ${what}`);
  }

  /** A pattern of LIST: an astring that may hold wildcards. */
  pattern(what: string): Bytes {
    return this.match(PATTERN) ?? this.maybeString() ?? this.fail(`Expected ${what}`);
  }

  /** `( … )` around items with single spaces between them; `empty` allows none. */
  list<T>(item: () => T, empty: boolean): T[] {
    this.expect('(');
    const items: T[] = [];
    if (empty && this.takes(')')) return items;
    do items.push(item());
    while (this.takes(' '));
    this.expect(')');
    return items;
  }

  fail(message: string): never {
    throw new SyntaxFault(`${message}${this.#here()}`);
  }

  #literal(): Bytes | null {
    const literal = this.#pieces[this.#piece]?.literal ?? null;
    if (literal === null) return null;
    this.#piece += 1;
    this.#at = 0;
    return literal;
  }

  /** Where it went wrong, short enough for a reply, and without what could end the line. */
  #here(): string {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    return rest === '' ? ' at the end' : ` at: ${rest.replace(/[^ -~]/g, '?')}`;
  }
}
