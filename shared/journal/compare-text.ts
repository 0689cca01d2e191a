/** The texts of two entries beside each other: what they are when chance is left out, and which words differ. */
import { align } from './align.ts';
import type { Entry } from './entry.ts';

/** A stretch of a text; `changed`: the other side has something else here. */
export interface Piece {
  readonly text: string;
  readonly changed: boolean;
}

/** Words of one line that are looked at one by one; a longer text is marked from its first difference to its last. */
const WORDS_MAX = 400;

const DOTS = '••••';

interface Word {
  readonly text: string;
  /** What makes it equal to another: for a secret the secret itself, though its text is dots. */
  readonly key: string;
}

/** What differs from one run to the next and means nothing, with what stands for it. */
const chance: readonly (readonly [RegExp, string])[] = [
  // RFC 5322 3.3: the day's name may be left out.
  [
    /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), +)?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)?(?: [+-]\d{4}| GMT)?/g,
    '⟨date⟩',
  ],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, '⟨date⟩'],
  [/\b\d{1,2}-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '⟨date⟩'],
  // A challenge, or the timestamp of a POP3 greeting (RFC 1939 7).
  [/<\d+\.\d+@[^>\s]+>/g, '⟨challenge⟩'],
  [/^(Message-I[Dd]: *).*$/gm, '$1⟨id⟩'],
  [/\b(queued as|id) [0-9A-Za-z]{6,}\b/g, '$1 ⟨id⟩'],
  [/\bboundary="[^"]*"/g, 'boundary=⟨id⟩'],
  [/^(Client-Port|X-Client-Port): *\d+/gim, '$1: ⟨port⟩'],
  [/\bPORT=\d+/g, 'PORT=⟨port⟩'],
  [/^(PROXY TCP[46] \S+ \S+) \d+/g, '$1 ⟨port⟩'],
];

/** Parameters of an entry's sentence that are chance. */
const chanceParams: ReadonlySet<string> = new Set(['client', 'local', 'message']);

/** A text with signs for what is chance in it. */
export function withoutChance(text: string): string {
  return chance.reduce((left, [pattern, stands]) => left.replace(pattern, stands), text);
}

/** What an entry says with everything taken out that is chance or secret. */
export function plainOf(entry: Entry): string {
  const said = withoutChance(shown(entry)) + (entry.size === undefined ? '' : `\0${entry.size}`);
  const params = Object.entries(entry.params ?? {}).filter(([name]) => !chanceParams.has(name));
  return params.length === 0 ? said : `${said}\0${JSON.stringify(params.sort(([a], [b]) => (a < b ? -1 : 1)))}`;
}

/** The text with dots for secrets, without its line end. */
function shown(entry: Entry): string {
  return wordsOf(entry)
    .map(({ text }) => text)
    .join('')
    .replace(/\r\n$/, '');
}

/** Whether the secrets of both are the same; the dots are. A challenge makes a digest that is never the same. */
export function sameSecrets(a: Entry | undefined, b: Entry | undefined): boolean {
  const all = (entry: Entry | undefined) => (entry?.secret ?? []).map(([from, to]) => entry?.bytes.slice(from, to));
  return all(a).join('\0') === all(b).join('\0');
}

/** Words, the spaces between them, and every other character of its own. What may be UTF-8 stays in one piece. */
const word = /\r\n|[ \t\r\n\v\f]+|[A-Za-z0-9_\u0080-\u00ff]+|[\s\S]/g;

const split = (text: string): Word[] => (text.match(word) ?? []).map((one) => ({ text: one, key: one }));

function wordsOf({ bytes, secret }: Entry): readonly Word[] {
  if (secret === undefined) return split(bytes);
  const words: Word[] = [];
  let from = 0;
  for (const [start, end] of secret) {
    words.push(...split(bytes.slice(from, start)), { text: DOTS, key: `\0${bytes.slice(start, end)}` });
    from = end;
  }
  return [...words, ...split(bytes.slice(from))];
}

/** The text of `entry`, and which stretches of it `other` has otherwise; without an other none. */
export function pieces(entry: Entry, other: Entry | null): readonly Piece[] {
  const own = wordsOf(entry);
  if (other === null) return merged(own.map(({ text }) => ({ text, changed: false })));
  const theirs = wordsOf(other);
  const same = own.length > WORDS_MAX || theirs.length > WORDS_MAX ? ends(own, theirs) : aligned(own, theirs);
  return merged(own.map(({ text }, at) => ({ text, changed: !same.has(at) })));
}

function aligned(own: readonly Word[], theirs: readonly Word[]): ReadonlySet<number> {
  const keys = (words: readonly Word[]) => words.map(({ key }) => key);
  const pairs = align(keys(own), keys(theirs));
  return new Set(pairs.flatMap(([left, right]) => (left === null || right === null ? [] : [left])));
}

/** The words that both begin with, and those that both end with. */
function ends(own: readonly Word[], theirs: readonly Word[]): ReadonlySet<number> {
  const shorter = Math.min(own.length, theirs.length);
  let start = 0;
  while (start < shorter && own[start]?.key === theirs[start]?.key) start += 1;
  let end = 0;
  while (end < shorter - start && own[own.length - 1 - end]?.key === theirs[theirs.length - 1 - end]?.key) end += 1;
  return new Set([...own.keys()].filter((at) => at < start || at >= own.length - end));
}

function merged(all: readonly Piece[]): readonly Piece[] {
  const out: { text: string; changed: boolean }[] = [];
  for (const { text, changed } of all) {
    const last = out.at(-1);
    if (last?.changed === changed) last.text += text;
    else out.push({ text, changed });
  }
  return out;
}
