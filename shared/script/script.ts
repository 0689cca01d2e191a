/**
 * A dialogue of a client with a server, written down: one step a line, what is sent and what must come. The language is
 * the same for SMTP, IMAP and POP3; what a whole reply is follows from the protocol.
 */
import type { RE2JS } from 're2js';
import { regexIn, textProblem } from '../auth/match.ts';

/** Lines of one script. */
const LINES_MAX = 5000;
/** Characters of one line. */
const LINE_MAX = 100_000;
/** Problems that are told; of more the first ones. */
const PROBLEMS_MAX = 50;
/** The longest that a script can wait for anything, in ms. */
const WAIT_MAX_MS = 600_000;
/** How long a reply may take unless the script says otherwise, in ms. */
export const PATIENCE_MS = 10_000;

/** The words of steps that have nothing behind them. */
const bareWords = ['starttls', 'tls', 'close', 'closed'] as const;

/**
 * What a step does. send: a line, with CR LF · bytes: as written, without · expect: a line of the next reply must match ·
 * also, never: a line of the same reply must, must not · until: lines are read until one matches · patience: how long
 * replies may take from here on · wait · set: a variable · starttls: asks for TLS and shakes hands · tls: shakes hands ·
 * close: closes · closed: the server must close.
 */
type Doing =
  | { readonly do: 'send' | 'bytes'; readonly text: string }
  | { readonly do: 'expect' | 'also' | 'never' | 'until'; readonly pattern: string }
  | { readonly do: 'patience' | 'wait'; readonly ms: number }
  | { readonly do: 'set'; readonly name: string; readonly text: string }
  | { readonly do: (typeof bareWords)[number] };

/** One step, with its line in the text, from 1. */
export type ScriptStep = Doing & { readonly line: number };

/** What is wrong with one line, as a sentence. */
export interface ScriptProblem {
  readonly line: number;
  readonly message: string;
}

/** Steps that can be run, or everything that is wrong. */
export type ReadScript = { readonly steps: readonly ScriptStep[] } | { readonly problems: readonly ScriptProblem[] };

/** Names that every script knows: where it is run. */
const givenNames = ['host', 'port', 'protocol'] as const;
export type Variables = ReadonlyMap<string, string>;

const signs = {
  '>': 'send',
  '>>': 'bytes',
  '<': 'expect',
  '&': 'also',
  '!': 'never',
  '~': 'until',
} as const;

const reference = /\$(\$|[a-z_]\w*)?/gi;

/** A text with its variables put in; `$$` is a dollar. Unknown ones stay as they are written. */
export function filledIn(text: string, variables: Variables): string {
  return text.replace(reference, (all, name: string | undefined) =>
    name === '$' ? '$' : name === undefined ? all : (variables.get(name.toLowerCase()) ?? all),
  );
}

const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' };

/** `\r`, `\n`, `\t`, `\0`, `\\` and `\xHH` as what they stand for. */
export const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (_, hex: string | undefined, sign: string) =>
    hex === undefined ? (escapes[sign] ?? sign) : String.fromCharCode(Number.parseInt(hex, 16)),
  );

/** What `>>` would have to say for these bytes. */
export const escaped = (bytes: string): string =>
  bytes
    .replace(/\\/g, '\\\\')
    .replace(/\r/g, '\\r')
    .replace(/\n/g, '\\n')
    .replace(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** A pattern that is a regular expression; null for a text or glob. It has been checked. */
export function regexOf(pattern: string): RE2JS | null {
  if (!pattern.startsWith('/')) return null;
  const regex = regexIn(pattern, false);
  return typeof regex === 'string' ? null : regex;
}

/** `5s`, `300ms`, `1.5s`, `2min`. */
function msOf(text: string): number | null {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s|min)$/i.exec(text) ?? [];
  if (count === undefined) return null;
  const ms = Number(count) * ({ ms: 1, s: 1000, min: 60_000 }[unit.toLowerCase()] ?? 1);
  return ms >= 1 && ms <= WAIT_MAX_MS ? Math.round(ms) : null;
}

/** Reads line after line, and notes what is wrong with each. */
class Reader {
  readonly steps: ScriptStep[] = [];
  readonly problems: ScriptProblem[] = [];
  readonly #names = new Set<string>(givenNames);
  #line = 0;
  #hasReply = false;

  read(line: number, text: string): void {
    this.#line = line;
    if (text.length > LINE_MAX) {
      this.#bad(`The line is longer than ${LINE_MAX} characters.`);
      return;
    }
    const trimmed = text.trimStart();
    if (trimmed === '' || trimmed.startsWith('#')) return;
    const [, sign = '', rest = ''] = /^(>>|[><&!~?])(.*)$/s.exec(trimmed) ?? [];
    if (sign === '') this.#word(trimmed.trimEnd());
    else this.#signed(sign, rest);
  }

  #bad(message: string): void {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push({ line: this.#line, message });
  }

  #known(text: string): void {
    for (const [written, name] of text.matchAll(reference)) {
      if (name === '$' || (name !== undefined && this.#names.has(name.toLowerCase()))) continue;
      if (name === undefined) this.#bad('A dollar alone is written $$.');
      else this.#bad(`${written} is not known here; set ${name} = … before it, or write $$ for a dollar.`);
    }
  }

  #signed(sign: string, rest: string): void {
    if (sign === '?') {
      this.#duration('patience', rest.trim());
      return;
    }
    // One blank behind the sign belongs to the language, the others to the text.
    const text = rest.replace(/^ /, '');
    if (sign === '>' || sign === '>>') {
      this.#known(text);
      this.steps.push({ do: signs[sign], text, line: this.#line });
    } else this.#pattern(signs[sign as '<' | '&' | '!' | '~'], text.trim());
  }

  #pattern(what: 'expect' | 'also' | 'never' | 'until', pattern: string): void {
    if (pattern === '') {
      this.#bad('Say what must come: a text, where * is anything, or /a regular expression/.');
      return;
    }
    if ((what === 'also' || what === 'never') && !this.#hasReply) {
      this.#bad('& and ! look at the reply of a < before them, and there is none.');
      return;
    }
    const wrong = textProblem(pattern);
    if (wrong !== null) {
      this.#bad(`The pattern ${wrong}.`);
      return;
    }
    const regex = regexOf(pattern);
    if (regex === null) this.#known(pattern);
    else for (const name of Object.keys(regex.namedGroups())) this.#names.add(name.toLowerCase());
    this.#hasReply = true;
    this.steps.push({ do: what, pattern, line: this.#line });
  }

  #duration(what: 'patience' | 'wait', text: string): void {
    const ms = msOf(text);
    if (ms === null) {
      this.#bad(`“${text}” is no time to wait: write 5s or 300ms, at most 10min.`);
      return;
    }
    this.steps.push({ do: what, ms, line: this.#line });
  }

  #word(text: string): void {
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
    const bare = bareWords.find((one) => one === word.toLowerCase());
    if (bare !== undefined) {
      if (rest !== '' && !rest.startsWith('#')) {
        this.#bad(`Nothing can stand behind ${bare}.`);
        return;
      }
      this.#hasReply = false;
      this.steps.push({ do: bare, line: this.#line });
    } else if (word.toLowerCase() === 'wait') this.#duration('wait', rest);
    else if (word.toLowerCase() === 'set') this.#set(rest);
    else
      this.#bad(
        `A step begins with > >> < & ! ~ ? or a word (${bareWords.join(', ')}, wait, set), not with “${word.slice(0, 40)}”.`,
      );
  }

  #set(text: string): void {
    const [, name, value = ''] = /^\$?([a-z_]\w*)\s*=\s*(.*)$/is.exec(text) ?? [];
    if (name === undefined) {
      this.#bad('A variable is set with: set NAME = TEXT');
      return;
    }
    this.#known(value);
    this.#names.add(name.toLowerCase());
    this.steps.push({ do: 'set', name: name.toLowerCase(), text: value, line: this.#line });
  }
}

/** Reads a script; every problem is told, with its line. */
export function readScript(text: string): ReadScript {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length > LINES_MAX)
    return { problems: [{ line: LINES_MAX, message: `A script has at most ${LINES_MAX} lines.` }] };
  const reader = new Reader();
  for (const [index, line] of lines.entries()) reader.read(index + 1, line);
  if (reader.problems.length > 0) return { problems: reader.problems };
  if (reader.steps.length === 0)
    return { problems: [{ line: 1, message: 'There is no step yet: > sends a line, < says what must come.' }] };
  return { steps: reader.steps };
}
