/** The patterns of a rule's `when`: what they match, and what is wrong with one that cannot be used. */
import { RE2JS } from 're2js';
import { contains, readNetwork } from './ip.ts';
import type { Pattern } from './rule.ts';

/** Longer values are never given to a regular expression; nginx's own line buffer is this long by default. */
const REGEX_INPUT_MAX = 4096;

/** Longer patterns are refused when the lab file is read. */
const PATTERN_MAX = 1000;

/** A pattern ready to be used, which can say how it was written. */
export interface Matcher {
  /** As in the lab file; the parts of a list are joined with `, `. */
  readonly written: string;
  matches(value: string): boolean;
}

type Test = (value: string) => boolean;

/** A pattern's parts: one, or those of a list. */
export const partsOf = (pattern: Pattern): readonly string[] => (typeof pattern === 'string' ? [pattern] : pattern);

interface Regex {
  readonly source: string;
  readonly flags: string;
}

/** `/source/flags` taken apart; null for plain texts and globs. */
function regexOf(pattern: string): Regex | null {
  const match = /^\/(.*)\/([a-z]*)$/is.exec(pattern);
  return match ? { source: match[1] ?? '', flags: match[2] ?? '' } : null;
}

/** Whether a pattern is plain text: no glob, no regular expression. */
export const isPlain = (pattern: string): boolean => !/[*?]/.test(pattern) && !pattern.startsWith('/');

/** What is wrong with a text pattern, as the end of a sentence; null when it can be used. */
export function textProblem(pattern: string): string | null {
  if (pattern.length > PATTERN_MAX) return `is longer than ${PATTERN_MAX} characters`;
  if (!pattern.startsWith('/')) return null;
  const compiled = regexIn(pattern, false);
  return typeof compiled === 'string' ? compiled : null;
}

/** The regular expression of a pattern that is meant as one, or what is wrong with it, as the end of a sentence. */
export function regexIn(pattern: string, ignoreCase: boolean): RE2JS | string {
  const regex = regexOf(pattern);
  if (!regex) return 'begins like a regular expression but has no closing "/"';
  if (!/^[imsu]*$/.test(regex.flags)) return 'has a flag other than i, m, s and u';
  if (new Set(regex.flags).size < regex.flags.length) return 'has the same flag twice';
  return compileRegex(regex, ignoreCase);
}

/**
 * Makes a regular expression ready, or says what is wrong with it, as the end of a sentence. RE2's language: no
 * backreferences and no lookaround, and in return no pattern, whatever it is, can take more than linear time.
 */
function compileRegex({ source, flags }: Regex, ignoreCase: boolean): RE2JS | string {
  const bits =
    (ignoreCase || flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0);
  try {
    return RE2JS.compile(source, bits);
  } catch (error) {
    return `is no regular expression: ${reason(error)}`;
  }
}

/** The engine's own words, with the part of the pattern that they are about. */
function reason(error: unknown): string {
  const words = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it is invalid';
  return /`\(\?<?[=!]/.test(words) ? `${words} (looking ahead or behind is not in RE2's language)` : words;
}

/** A text pattern. With `ignoreCase` the value must be lower-case already. One that cannot be used matches nothing. */
export function textMatcher(pattern: Pattern, ignoreCase: boolean): Matcher {
  return anyOf(pattern, (part) => textTest(part, ignoreCase));
}

function textTest(part: string, ignoreCase: boolean): Test {
  if (part.length > PATTERN_MAX) return () => false;
  if (part.startsWith('/')) {
    const regex = regexIn(part, ignoreCase);
    return typeof regex === 'string' ? () => false : (value) => value.length <= REGEX_INPUT_MAX && regex.test(value);
  }
  const text = ignoreCase ? part.toLowerCase() : part;
  if (isPlain(text)) return (value) => value === text;
  // Most patterns are a whole domain, `*@abc.com`.
  const end = text.slice(1);
  return text.startsWith('*') && isPlain(end) ? (value) => value.endsWith(end) : (value) => glob(text, value);
}

/** An address or network, or a list of them; `unix:` is nginx's name for a client on a unix socket. */
export function clientMatcher(pattern: Pattern): Matcher {
  return anyOf(pattern, (part) => {
    const network = readNetwork(part);
    return network ? (value) => contains(network, value) : (value) => value === part;
  });
}

/** What is wrong with a client pattern, as the end of a sentence; null when it can be used. */
export function clientProblem(pattern: string): string | null {
  if (pattern === 'unix:' || readNetwork(pattern)) return null;
  return 'is no address or network; expected one such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32';
}

function anyOf(pattern: Pattern, compile: (part: string) => Test): Matcher {
  const written = typeof pattern === 'string' ? pattern : pattern.join(', ');
  const tests = partsOf(pattern).map(compile);
  const [only] = tests;
  return { written, matches: only && tests.length === 1 ? only : (value) => tests.some((test) => test(value)) };
}

/** How many UTF-16 units the character at `at` has. */
const unitsAt = (value: string, at: number): number => ((value.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** `*` is any run of characters, `?` any one. Takes at most pattern × value steps, whatever the pattern. */
function glob(pattern: string, value: string): boolean {
  let p = 0;
  let v = 0;
  let star = -1;
  let resume = 0;
  while (v < value.length) {
    const char = pattern[p];
    if (char === '*') {
      star = p++;
      resume = v;
    } else if (char !== undefined && char === value[v]) {
      p++;
      v++;
    } else if (char === '?') {
      p++;
      v += unitsAt(value, v);
    } else if (star >= 0) {
      p = star + 1;
      resume += unitsAt(value, resume);
      v = resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** The attempts a rule applies to, both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** `3`, `2..`, `..3` or `2..4`; null when it is none of these. */
export function readAttempts(written: number | string): Range | null {
  const text = String(written).trim();
  const match = /^(\d{1,6})?(\.\.)?(\d{1,6})?$/.exec(text);
  if (!match) return null;
  const [, low, dots, high] = match;
  if (low === undefined && high === undefined) return null;
  const from = low === undefined ? 1 : Number(low);
  const to = high === undefined ? (dots ? Number.POSITIVE_INFINITY : from) : Number(high);
  return from >= 1 && to >= from ? { from, to } : null;
}
