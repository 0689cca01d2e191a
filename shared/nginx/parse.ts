/** The directives and blocks of an nginx.conf, with their places and with all white space and comments. */
import { type Fault, lex, type Token } from './lex.ts';

/** A token and the white space and comments before it. */
export interface Placed extends Token {
  readonly before: readonly Token[];
}

/** `name arg …;` or `name arg … { … }`. */
export interface Directive {
  readonly name: Placed;
  readonly args: readonly Placed[];
  /** The `;` or `{`: nginx names its line in every complaint about the directive. */
  readonly end: Placed;
  readonly block: Block | null;
}

/** What stands between `{` and `}`. */
export interface Block {
  readonly children: readonly Directive[];
  /** Null when the text breaks off before the block ends. */
  readonly close: Placed | null;
}

/** A whole text. When it has a fault, the directives that nginx runs before it meets the fault. */
export interface ConfFile {
  readonly children: readonly Directive[];
  /** White space and comments after the last directive. */
  readonly after: readonly Token[];
}

/** What became of a text. */
export interface Parsed {
  readonly file: ConfFile;
  readonly fault: Fault | null;
}

interface OpenBlock {
  readonly children: Directive[];
  close: Placed | null;
}

/** Blocks are kept on a list of our own, so that no depth of nesting exhausts the stack. */
class Parser {
  readonly root: OpenBlock = { children: [], close: null };
  readonly open: OpenBlock[] = [];
  fault: Fault | null = null;
  before: Token[] = [];
  words: Placed[] = [];

  add(token: Token): void {
    if (token.kind === 'space' || token.kind === 'comment') {
      this.before.push(token);
      return;
    }
    const placed = { ...token, before: this.before };
    this.before = [];
    if (token.kind === 'word') this.words.push(placed);
    else if (token.kind === 'close') this.close(placed);
    else this.end(placed);
  }

  private top(): OpenBlock {
    return this.open.at(-1) ?? this.root;
  }

  private end(token: Placed): void {
    const [name, ...args] = this.words;
    if (name === undefined) {
      this.unexpected(token);
      return;
    }
    this.words = [];
    const block = token.kind === 'open' ? { children: [], close: null } : null;
    this.top().children.push({ name, args, end: token, block });
    if (block !== null) this.open.push(block);
  }

  private close(token: Placed): void {
    const block = this.words.length === 0 ? this.open.pop() : undefined;
    if (block === undefined) this.unexpected(token);
    else block.close = token;
  }

  private unexpected(token: Placed): void {
    const { raw, offset, line, column } = token;
    this.fault = { message: `unexpected "${raw}"`, offset, line, column };
  }
}

function endOf(text: string): { offset: number; line: number; column: number } {
  const lines = text.split('\n');
  return { offset: text.length, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

function endFault(parser: Parser, text: string): Fault | null {
  if (parser.words.length > 0) {
    return { message: 'unexpected end of file, expecting ";" or "}"', ...endOf(text) };
  }
  if (parser.open.length > 0) return { message: 'unexpected end of file, expecting "}"', ...endOf(text) };
  return null;
}

/** Reads a text into directives. Never throws; a faulty text gives what stands before the fault, and the fault. */
export function parse(text: string): Parsed {
  const lexed = lex(text);
  const parser = new Parser();
  for (const token of lexed.tokens) {
    parser.add(token);
    if (parser.fault !== null) break;
  }
  const fault = parser.fault ?? lexed.fault ?? endFault(parser, text);
  return { file: { children: parser.root.children, after: parser.before }, fault };
}
