/**
 * How nginx reads an IMAP command (ngx_mail_imap_parse_command): byte by byte, with literals, and with its own defects
 * where the lab must give the same answers. A unit of input is a whole command, or the part of one that ends where the
 * client waits for leave to send a literal, or a line that is no command.
 */
import type { Bytes } from '../machine/machine.ts';

/** The commands nginx knows before the login; everything else, ID and ENABLE included, is a syntax error. */
export const imapVerbs = ['NOOP', 'LOGIN', 'LOGOUT', 'STARTTLS', 'CAPABILITY', 'AUTHENTICATE'] as const;
export type ImapVerb = (typeof imapVerbs)[number];

/** One argument more is a syntax error. */
const ARGUMENTS_MAX = 3;
/** A tag of one byte more is a syntax error. */
const TAG_MAX = 32;

/** Where reading goes on with the next unit. */
export interface Scan {
  /** A new command, the bytes of a literal, or the answer to a SASL prompt. */
  readonly at: 'start' | 'literal' | 'argument';
  readonly verb: ImapVerb;
  /** The arguments of the running command so far. */
  readonly args: readonly Bytes[];
  /** A quote that a line end closed is never forgotten: spaces are then taken into every argument. */
  readonly quoted: boolean;
  /** Bytes of the literal still to come. */
  readonly literal: number;
}

/** A new command comes next. */
export const freshScan = (quoted: boolean): Scan => ({ at: 'start', verb: 'NOOP', args: [], quoted, literal: 0 });

/** The answer to a SASL prompt comes next. */
export const answerScan = (quoted: boolean): Scan => ({
  ...freshScan(quoted),
  at: 'argument',
  verb: 'AUTHENTICATE',
});

/** What all outcomes tell: the tag with its space, if this unit has one, and where the second argument begins in it. */
interface Seen {
  readonly tag: Bytes | undefined;
  readonly verb: ImapVerb;
  readonly second: number | undefined;
}

/** What stands at the beginning of the input. */
export type Found =
  /** Not a complete unit yet. */
  | ({ readonly type: 'more' } & Seen)
  | ({
      readonly type: 'command';
      readonly length: number;
      readonly args: readonly Bytes[];
      readonly quoted: boolean;
    } & Seen)
  /** The client waits until it may send a literal. */
  | ({ readonly type: 'literal'; readonly length: number; readonly next: Scan } & Seen)
  /** Not a command; `announces`: it ends like a literal that comes unasked. */
  | ({ readonly type: 'invalid'; readonly length: number; readonly announces: boolean } & Seen);

type Mode =
  | 'tag'
  | 'spaces-before-command'
  | 'command'
  | 'spaces-before-argument'
  | 'argument'
  | 'backslash'
  | 'literal-size'
  | 'literal-unasked'
  | 'literal-line-end'
  | 'literal'
  | 'after-literal'
  | 'almost-done';
type Next = Mode | 'done' | 'wait' | 'invalid';

const first: Readonly<Record<Scan['at'], Mode>> = { start: 'tag', literal: 'literal', argument: 'argument' };
const verbs: ReadonlySet<string> = new Set(imapVerbs);

/** Longer literals than this fit no buffer; so counting cannot overflow. */
const LITERAL_MAX = 1e12;

/** The reader of one unit. It keeps nothing between two units but what `Scan` holds. */
class Reader {
  readonly input: Bytes;
  readonly args: Bytes[];
  verb: ImapVerb;
  tag: Bytes | undefined;
  second: number | undefined;
  quoted: boolean;
  literal: number;
  #escapes = false;
  #unasked = false;
  #word = 0;
  #argument = 0;

  constructor(scan: Scan, input: Bytes) {
    this.input = input;
    this.args = [...scan.args];
    this.verb = scan.verb;
    this.quoted = scan.quoted;
    this.literal = scan.literal;
    if (scan.at === 'literal') this.#begins(0);
  }

  /** What one byte at `at` leads to, in each mode. */
  readonly modes: Readonly<Record<Mode, (char: string, at: number) => Next>> = {
    tag: (char, at) => {
      if (char === ' ') {
        this.tag = this.input.slice(0, at + 1);
        return 'spaces-before-command';
      }
      return at < TAG_MAX && /[A-Za-z0-9._-]/.test(char) ? 'tag' : 'invalid';
    },
    'spaces-before-command': (char, at) => {
      if (isEnd(char)) return 'invalid';
      this.#word = at;
      return char === ' ' ? 'spaces-before-command' : 'command';
    },
    command: (char, at) => {
      if (char !== ' ' && !isEnd(char)) return /[A-Za-z]/.test(char) ? 'command' : 'invalid';
      const word = this.input.slice(this.#word, at).toUpperCase();
      if (!verbs.has(word)) return 'invalid';
      this.verb = word as ImapVerb;
      return behind(char);
    },
    'spaces-before-argument': (char, at) => {
      if (char === ' ' || isEnd(char)) return behind(char);
      if (this.args.length >= ARGUMENTS_MAX) return 'invalid';
      if (char === '{') return 'literal-size';
      this.quoted ||= char === '"';
      this.#begins(char === '"' ? at + 1 : at);
      return 'argument';
    },
    argument: (char, at) => {
      if (this.quoted && char === '\\') {
        this.#escapes = true;
        return 'backslash';
      }
      const closes = this.quoted ? char === '"' : char === ' ';
      if (!closes && !isEnd(char)) return 'argument';
      this.quoted &&= char !== '"';
      this.#ends(at);
      return behind(char);
    },
    backslash: (char) => (isEnd(char) ? 'invalid' : 'argument'),
    'literal-size': (char) => {
      if (char === '}') return 'literal-line-end';
      if (char === '+') return 'literal-unasked';
      if (char < '0' || char > '9') return 'invalid';
      this.literal = Math.min(this.literal * 10 + Number(char), LITERAL_MAX);
      return 'literal-size';
    },
    'literal-unasked': (char) => {
      this.#unasked = true;
      return char === '}' ? 'literal-line-end' : 'invalid';
    },
    'literal-line-end': (char, at) => {
      if (char === '\r') return 'literal-line-end';
      if (char !== '\n') return 'invalid';
      this.#begins(at + 1);
      if (!this.#unasked) return 'wait';
      this.#unasked = false;
      return 'literal';
    },
    // A literal of no bytes takes one all the same.
    literal: (_char, at) => {
      if (this.literal > 0) this.literal -= 1;
      if (this.literal > 0) return 'literal';
      this.#ends(at + 1);
      return 'after-literal';
    },
    'after-literal': (char) => {
      if (isEnd(char)) return behind(char);
      if (char !== '{') return 'spaces-before-argument';
      return this.args.length >= ARGUMENTS_MAX ? 'invalid' : 'literal-size';
    },
    'almost-done': (char) => (char === '\n' ? 'done' : 'invalid'),
  };

  get seen(): Seen {
    return { tag: this.tag, verb: this.verb, second: this.second };
  }

  #begins(at: number): void {
    this.#argument = at;
    if (this.args.length > 0) this.second ??= at;
  }

  #ends(at: number): void {
    const raw = this.input.slice(this.#argument, at);
    this.args.push(this.#escapes ? unescaped(raw, this.input[at] ?? '') : raw);
    this.#escapes = false;
  }
}

const isEnd = (char: string): boolean => char === '\r' || char === '\n';

/** What follows a word, by the byte behind it. */
const behind = (char: string): Next =>
  char === '\n' ? 'done' : char === '\r' ? 'almost-done' : 'spaces-before-argument';

/** Each backslash gives way to the byte behind it; nginx looks one byte too far when the last one is a backslash. */
function unescaped(text: Bytes, next: string): Bytes {
  let out = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    out += text[at] ?? next;
  }
  return out;
}

/** Reads the next unit of `input`; `blockAt` is the place of its first byte in the input buffer. */
export function scan(from: Scan, input: Bytes, blockAt = 0): Found {
  const reader = new Reader(from, input);
  let mode: Mode = first[from.at];
  for (let at = 0; at < input.length; at += 1) {
    const next = reader.modes[mode](input[at] ?? '', at);
    switch (next) {
      case 'done': {
        const { args, quoted } = reader;
        return { type: 'command', length: at + 1, args, quoted, ...reader.seen };
      }
      case 'wait': {
        const { verb, args, quoted, literal } = reader;
        return {
          type: 'literal',
          length: at + 1,
          next: { at: 'literal', verb, args, quoted, literal },
          ...reader.seen,
        };
      }
      case 'invalid':
        return invalid(reader, input, at, blockAt);
      default:
        mode = next;
    }
  }
  return { type: 'more', ...reader.seen };
}

/** Everything up to the next line end is thrown away. */
function invalid(reader: Reader, input: Bytes, at: number, blockAt: number): Found {
  const end = input.indexOf('\n', at);
  if (end < 0) return { type: 'more', ...reader.seen };
  // nginx looks for the `+}` of an unasked literal only where the buffer holds enough for one.
  const announces = blockAt + end > '{1+}'.length && /\+\}\r?$/.test(input.slice(0, end));
  return { type: 'invalid', length: end + 1, announces, ...reader.seen };
}
