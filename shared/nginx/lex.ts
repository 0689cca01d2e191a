/**
 * The lexical grammar of nginx.conf, as in `ngx_conf_read_token()` of src/core/ngx_conf_file.c. Every character of the
 * text is in exactly one token, white space and comments too, so a text can be printed back as it was.
 */

/** What a stretch of the text is. */
export type TokenKind = 'word' | 'semicolon' | 'open' | 'close' | 'space' | 'comment';

/** A stretch of the text with its place. Joining `raw` of all tokens gives the text. */
export interface Token {
  readonly kind: TokenKind;
  /** As written, quotes and backslashes included. */
  readonly raw: string;
  /** What nginx keeps of a word: without its quotes, with backslashes resolved. The same as `raw` for the rest. */
  readonly text: string;
  /** From 0, in UTF-16 units. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Why reading stopped, in nginx's words, and the place nginx names (its column is ours: nginx prints none). */
export interface Fault {
  readonly message: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** The tokens up to the end, or up to where nginx stops reading. */
export interface Lexed {
  readonly tokens: readonly Token[];
  readonly fault: Fault | null;
}

/** NGX_CONF_BUFFER: a token and the character that ends it must fit into this many bytes. */
export const TOKEN_MAX = 4096;

/** How many bytes nginx shows of a token that is too long. */
const SHOWN = 10;

const PUNCTUATION: Readonly<Record<string, TokenKind>> = { ';': 'semicolon', '{': 'open', '}': 'close' };
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' };

/** The only rewriting nginx does in a word; a backslash before anything else stays. */
function stored(raw: string): string {
  return raw.replace(/\\(["'\\trn])/g, (whole, letter: string) => ESCAPES[letter] ?? whole);
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

/** The UTF-8 length of one UTF-16 unit; the two halves of a pair count two each. */
function width(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code >= 0xd800 && code <= 0xdfff ? 2 : 3;
}

class Scanner {
  readonly tokens: Token[] = [];
  fault: Fault | null = null;
  private readonly text: string;
  private at = 0;
  private line = 1;
  private lineStart = 0;
  /** Bytes read since nginx last marked the start of a token. */
  private used = 0;
  private mark = { offset: 0, line: 1, column: 1 };
  private quote = '';

  constructor(text: string) {
    this.text = text;
  }

  run(): Lexed {
    while (this.at < this.text.length && this.fault === null) this.token();
    return { tokens: this.tokens, fault: this.fault };
  }

  private token(): void {
    const char = this.peek();
    this.start();
    if (isSpace(char)) this.space();
    else if (char === '#') this.comment();
    else if (PUNCTUATION[char] !== undefined) this.punctuation(PUNCTUATION[char]);
    else if (char === '"' || char === "'") this.quoted(char);
    else this.bare();
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }

  private place(): { offset: number; line: number; column: number } {
    return { offset: this.at, line: this.line, column: this.at - this.lineStart + 1 };
  }

  private start(): void {
    this.mark = this.place();
    this.used = 0;
  }

  private stop(message: string, place = this.place()): void {
    this.fault = { message, ...place };
  }

  /** Moves over one character; false when nginx's buffer is full before it. */
  private take(): boolean {
    this.used += width(this.text.charCodeAt(this.at));
    if (this.used > TOKEN_MAX) {
      this.tooLong();
      return false;
    }
    const lineEnds = this.peek() === '\n';
    this.at += 1;
    if (lineEnds) {
      this.line += 1;
      this.lineStart = this.at;
    }
    return true;
  }

  private tooLong(): void {
    if (this.quote !== '') {
      this.stop(`too long parameter, probably missing terminating "${this.quote}" character`, this.mark);
      return;
    }
    const opened = /["']/.test(this.text.charAt(this.mark.offset)) ? 1 : 0;
    let shown = '';
    let bytes = 0;
    for (const char of this.text.slice(this.mark.offset + opened, this.mark.offset + opened + SHOWN)) {
      bytes += char.length * width(char.charCodeAt(0));
      if (bytes > SHOWN) break;
      shown += char;
    }
    this.stop(`too long parameter "${shown}..." started`, this.mark);
  }

  /**
   * True when nginx cannot read on behind a word: what ends the word must fit too, and when that is white space one
   * character more, for only then nginx forgets the word.
   */
  private full(): boolean {
    const ahead = isSpace(this.peek()) ? 2 : 1;
    const left = Math.min(ahead, this.text.length - this.at);
    return this.used + left > TOKEN_MAX;
  }

  private push(kind: TokenKind, text: string | null = null): void {
    const raw = this.text.slice(this.mark.offset, this.at);
    this.tokens.push({ kind, raw, text: text ?? raw, ...this.mark });
  }

  /** White space has no limit: nginx forgets each of its characters at once. */
  private space(): void {
    while (this.at < this.text.length && isSpace(this.peek())) {
      this.used = 0;
      this.take();
    }
    this.push('space');
  }

  private comment(): void {
    while (this.at < this.text.length && this.peek() !== '\n') {
      if (!this.take()) return;
    }
    if (this.at < this.text.length && this.used === TOKEN_MAX) this.tooLong();
    else this.push('comment');
  }

  private punctuation(kind: TokenKind): void {
    this.take();
    this.push(kind);
  }

  /** Moves over a backslash and the character it protects. */
  private pair(): boolean {
    if (!this.take()) return false;
    return this.at >= this.text.length || this.take();
  }

  private quoted(quote: string): void {
    this.take();
    this.used = 0;
    this.quote = quote;
    while (this.at < this.text.length && this.peek() !== quote) {
      const moved = this.peek() === '\\' ? this.pair() : this.take();
      if (!moved) return;
    }
    if (this.at >= this.text.length) {
      this.stop('unexpected end of file, expecting ";" or "}"');
      return;
    }
    if (!this.take()) return;
    this.quote = '';
    this.afterQuote();
  }

  private afterQuote(): void {
    const next = this.peek();
    if (this.full()) {
      this.tooLong();
      return;
    }
    this.push('word', stored(this.text.slice(this.mark.offset + 1, this.at - 1)));
    if (next === '' || isSpace(next) || next === ';' || next === '{' || next === ')') return;
    this.stop(`unexpected "${String.fromCodePoint(this.text.codePointAt(this.at) ?? 0)}"`);
  }

  /** A word without quotes: to white space, `;` or `{`; a `$` takes a `{` that follows into the word. */
  private bare(): void {
    let variable = false;
    while (this.at < this.text.length) {
      const char = this.peek();
      if (char === '\\') {
        if (!this.pair()) return;
        variable = false;
        continue;
      }
      if (isSpace(char) || char === ';' || (char === '{' && !variable)) break;
      if (!this.take()) return;
      variable = char === '$' || (char === '{' && variable);
    }
    if (this.full()) this.tooLong();
    else this.push('word', stored(this.text.slice(this.mark.offset, this.at)));
  }
}

/** Cuts a configuration into tokens. Never throws; stops where nginx stops. */
export function lex(text: string): Lexed {
  return new Scanner(text).run();
}
