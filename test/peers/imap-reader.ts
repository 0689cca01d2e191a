/** Reads the words that IMAP responses are made of (RFC 3501 9). */

/** What the server said is not in the grammar. */
export class Violation extends Error {}

const ATOM = /[^\0-\x20\x7f-\xff(){%*"\\\]]+/y;
const ASTRING = /[^\0-\x20\x7f-\xff(){%*"\\]+/y;
const QUOTED = /"((?:[^"\\\r\n\0\x80-\xff]|\\["\\])*)"/y;
const NZ = /[1-9]\d{0,9}/y;
const NUMBER = /\d{1,10}/y;

/** A place in a response; every method takes what it names, or throws. */
export class Reader {
  readonly #bytes: string;
  #at = 0;

  constructor(bytes: string) {
    this.#bytes = bytes;
  }

  fail(wanted: string): never {
    const here = this.#bytes.slice(this.#at, this.#at + 40);
    throw new Violation(
      `expected ${wanted} at ${JSON.stringify(here)} of ${JSON.stringify(this.#bytes.slice(0, 300))}`,
    );
  }

  has(text: string): boolean {
    if (!this.#bytes.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  need(text: string): void {
    if (!this.has(text)) this.fail(JSON.stringify(text));
  }

  peek(): string {
    return this.#bytes[this.#at] ?? '';
  }

  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#bytes)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  take(pattern: RegExp, wanted: string): string {
    return this.match(pattern) ?? this.fail(wanted);
  }

  number(): number {
    const value = Number(this.take(NUMBER, 'a number'));
    return value > 0xffffffff ? this.fail('a number of 32 bits') : value;
  }

  nz(): number {
    const value = Number(this.take(NZ, 'a number from 1 on'));
    return value > 0xffffffff ? this.fail('a number of 32 bits') : value;
  }

  atom(): string {
    return this.take(ATOM, 'an atom');
  }

  #literal(): string | null {
    const head = this.match(/\{\d+\}\r\n/y);
    if (head === null) return null;
    const size = Number(head.slice(1, -3));
    const text = this.#bytes.slice(this.#at, this.#at + size);
    if (text.includes('\0')) this.fail('a literal without NUL');
    this.#at += size;
    return text;
  }

  string(): string {
    const quoted = this.match(QUOTED);
    if (quoted !== null) return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
    return this.#literal() ?? this.fail('a string');
  }

  nstring(): string | null {
    return this.has('NIL') ? null : this.string();
  }

  astring(): string {
    return this.match(ASTRING) ?? this.string();
  }

  /** Items with one space between them, or none, in parentheses. */
  list<T>(item: () => T, least: number, between = ' '): T[] {
    this.need('(');
    const items: T[] = [];
    if (least === 0 && this.has(')')) return items;
    do items.push(item());
    while (between === '' ? this.peek() !== ')' : this.has(between));
    this.need(')');
    return items;
  }

  end(): void {
    this.need('\r\n');
    if (this.#at !== this.#bytes.length) this.fail('the end');
  }
}
