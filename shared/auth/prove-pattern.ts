/**
 * Patterns as programs: plain texts and globs are translated, and a regular expression is the program that its own
 * engine runs, so that a proof about it can never read it differently.
 */
import { RE2JS } from 're2js';
import { partsOf, regexIn, textProblem } from './match.ts';
import type { Pattern } from './rule.ts';

/** Code points as pairs of first and last, ascending. */
export type Runes = readonly number[];

/** One instruction. `next` and `other` are indexes of the program. */
export type Inst =
  | { readonly op: 'rune'; readonly runes: Runes; readonly next: number }
  | { readonly op: 'split'; readonly next: number; readonly other: number }
  | { readonly op: 'where'; readonly flags: number; readonly next: number }
  | { readonly op: 'match' }
  | { readonly op: 'fail' };

/** Matches a text when `match` is reached somewhere in it. */
export interface Program {
  readonly insts: readonly Inst[];
  readonly start: number;
  /** Whether a match can begin only where the text begins. */
  readonly anchored: boolean;
}

/** Conditions on the place between two characters, as RE2 numbers them (its `EmptyOp`). */
export const places = { beginLine: 1, endLine: 2, beginText: 4, endText: 8, boundary: 16, noBoundary: 32 } as const;

/** The last code point. */
export const LAST = 0x10ffff;
const anyRune: Runes = [0, LAST];
const anyButNewline: Runes = [0, 9, 11, LAST];

/** RE2's instructions by number (its `InstOp`). */
const re2 = {
  alt: 1,
  altMatch: 2,
  capture: 3,
  where: 4,
  fail: 5,
  match: 6,
  nop: 7,
  rune: 8,
  rune1: 9,
  any: 10,
  anyButNewline: 11,
} as const;

interface Re2Inst {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: ArrayLike<number>;
}

/** The program of a pattern: of a list, one that matches what any of its parts does. */
export function programOf(pattern: Pattern, ignoreCase: boolean): Program {
  const insts: Inst[] = [];
  const starts: number[] = [];
  let anchored = true;
  for (const part of partsOf(pattern)) {
    if (!part.startsWith('/')) {
      if (textProblem(part) === null) starts.push(addGlob(insts, ignoreCase ? part.toLowerCase() : part));
      continue;
    }
    const regex = regexIn(part, ignoreCase);
    if (typeof regex === 'string') continue;
    const added = addRegex(insts, regex);
    starts.push(added.start);
    anchored &&= added.anchored;
  }
  return { insts, start: join(insts, starts), anchored };
}

const singles = new Map<string, Runes>();

/** One character; the same set for every pattern it stands in. */
function only(char: string): Runes {
  const point = char.codePointAt(0) ?? 0;
  const runes = singles.get(char) ?? [point, point];
  if (point < 0x80) singles.set(char, runes);
  return runes;
}

/** One start for several, as a tree of splits. */
function join(insts: Inst[], starts: readonly number[]): number {
  const [first] = starts;
  if (first === undefined) return insts.push({ op: 'fail' }) - 1;
  if (starts.length === 1) return first;
  const half = starts.length >> 1;
  const next = join(insts, starts.slice(0, half));
  const other = join(insts, starts.slice(half));
  return insts.push({ op: 'split', next, other }) - 1;
}

/** Plain text too: a glob without wildcards. */
function addGlob(insts: Inst[], glob: string): number {
  const start = insts.length;
  insts.push({ op: 'where', flags: places.beginText, next: start + 1 });
  for (const char of glob) {
    const at = insts.length;
    if (char === '*') {
      insts.push({ op: 'split', next: at + 1, other: at + 2 }, { op: 'rune', runes: anyRune, next: at });
    } else {
      insts.push({ op: 'rune', runes: char === '?' ? anyRune : only(char), next: at + 1 });
    }
  }
  insts.push({ op: 'where', flags: places.endText, next: insts.length + 1 }, { op: 'match' });
  return start;
}

function addRegex(insts: Inst[], regex: RE2JS): { readonly start: number; readonly anchored: boolean } {
  const { prog } = regex.re2();
  const base = insts.length;
  for (const inst of prog.inst) insts.push(translate(inst, base));
  const begins = prog.startCond();
  return { start: base + prog.start, anchored: begins !== -1 && (begins & places.beginText) !== 0 };
}

function translate({ op, out, arg, runes }: Re2Inst, base: number): Inst {
  const next = base + out;
  switch (op) {
    case re2.alt:
    case re2.altMatch:
      return { op: 'split', next, other: base + arg };
    case re2.capture:
    case re2.nop:
      return { op: 'where', flags: 0, next };
    case re2.where:
      return { op: 'where', flags: arg, next };
    case re2.match:
      return { op: 'match' };
    case re2.any:
      return { op: 'rune', runes: anyRune, next };
    case re2.anyButNewline:
      return { op: 'rune', runes: anyButNewline, next };
    case re2.rune:
    case re2.rune1:
      return { op: 'rune', runes: runesOf(runes, (arg & 1) !== 0), next };
    case re2.fail:
      return { op: 'fail' };
    default:
      // The engine's version is pinned; with another one a proof would rather fail than guess.
      throw new Error(`the engine of regular expressions has an instruction ${op} that proofs do not know`);
  }
}

/** RE2 writes a single code point alone, with a flag where its case does not matter. */
function runesOf(runes: ArrayLike<number>, folds: boolean): Runes {
  const [point = 0] = Array.from(runes);
  if (runes.length !== 1) return Array.from(runes);
  return folds ? foldsOf(point) : [point, point];
}

const known = new Map<number, Runes>();

/** Far from every letter. */
const STRANGER = 0x10fffe;

/** All code points that are the same but for case. Asked of the engine: in a set it writes them out. */
function foldsOf(point: number): Runes {
  const found = known.get(point);
  if (found) return found;
  const hex = (one: number) => `\\x{${one.toString(16)}}`;
  const regex = RE2JS.compile(`[${hex(point)}${hex(STRANGER)}]`, RE2JS.CASE_INSENSITIVE);
  const sets: Re2Inst[] = regex.re2().prog.inst.filter(({ op }: Re2Inst) => op === re2.rune);
  const all = Array.from(sets[0]?.runes ?? []);
  const folds = all.filter((_, index) => (all[index - (index % 2)] ?? 0) < STRANGER);
  known.set(point, folds);
  return folds;
}
