/** What SEARCH looks for (RFC 3501 6.4.4). */
import type { Bytes } from '../../machine/machine.ts';
import { SEARCH_DEPTH_MAX, SEARCH_KEYS_MAX, SEARCH_TEXTS_MAX } from './limits.ts';
import { monthOf } from './print.ts';
import type { Scanner } from './scanner.ts';
import { type NumberSet, readSet } from './sets.ts';

/** A key. Days are counted from 1970. */
export type SearchKey =
  | { readonly key: 'and'; readonly keys: readonly SearchKey[] }
  | { readonly key: 'or'; readonly one: SearchKey; readonly other: SearchKey }
  | { readonly key: 'not'; readonly of: SearchKey }
  | { readonly key: 'all' | 'recent' | 'new' }
  | { readonly key: 'flag'; readonly flag: string }
  | { readonly key: 'numbers' | 'uids'; readonly set: NumberSet }
  | { readonly key: 'before' | 'on' | 'since'; readonly day: number }
  | { readonly key: 'sent'; readonly how: 'before' | 'on' | 'since'; readonly day: number }
  | { readonly key: 'larger' | 'smaller'; readonly size: number }
  /** `field` in lower case. */
  | { readonly key: 'header'; readonly field: string; readonly text: Bytes }
  | { readonly key: 'text' | 'body'; readonly text: Bytes };

const not = (of: SearchKey): SearchKey => ({ key: 'not', of });
const flag = (name: string): SearchKey => ({ key: 'flag', flag: name });

const simple: Readonly<Record<string, SearchKey>> = {
  ALL: { key: 'all' },
  ANSWERED: flag('\\Answered'),
  DELETED: flag('\\Deleted'),
  DRAFT: flag('\\Draft'),
  FLAGGED: flag('\\Flagged'),
  SEEN: flag('\\Seen'),
  UNANSWERED: not(flag('\\Answered')),
  UNDELETED: not(flag('\\Deleted')),
  UNDRAFT: not(flag('\\Draft')),
  UNFLAGGED: not(flag('\\Flagged')),
  UNSEEN: not(flag('\\Seen')),
  NEW: { key: 'new' },
  RECENT: { key: 'recent' },
  OLD: not({ key: 'recent' }),
};

const fields = new Set(['BCC', 'CC', 'FROM', 'SUBJECT', 'TO']);
/** What is compared: with INTERNALDATE, or with the day of the Date field. */
const days: ReadonlyMap<string, 'before' | 'on' | 'since'> = new Map([
  ['BEFORE', 'before'],
  ['ON', 'on'],
  ['SINCE', 'since'],
]);

const WORD = /[A-Za-z]+/y;
const DAY = /"?\d{1,2}-[A-Za-z]{3}-\d{4}"?/y;

/** A SEARCH as it was asked: `charset` as it was written, null where none was. */
export interface Search {
  readonly charset: Bytes | null;
  readonly key: SearchKey;
}

/** Reads what stands behind `SEARCH `. */
export function readSearch(scanner: Scanner): Search {
  const reader = new KeyReader(scanner);
  const keys: SearchKey[] = [];
  let charset: Bytes | null = null;
  if (scanner.match(/CHARSET /iy) !== null) {
    charset = scanner.astring('a charset');
    scanner.space();
  }
  do keys.push(reader.read(0));
  while (scanner.takes(' '));
  return { charset, key: all(keys) };
}

const all = (keys: readonly SearchKey[]): SearchKey => (keys.length === 1 && keys[0] ? keys[0] : { key: 'and', keys });

/** Reads keys, and counts those that are costly. */
class KeyReader {
  readonly #scanner: Scanner;
  #keys = 0;
  #texts = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  read(depth: number): SearchKey {
    const scanner = this.#scanner;
    if (depth > SEARCH_DEPTH_MAX) return scanner.fail(`Keys are nested deeper than ${SEARCH_DEPTH_MAX}`);
    this.#keys += 1;
    if (this.#keys > SEARCH_KEYS_MAX) return scanner.fail(`More than ${SEARCH_KEYS_MAX} keys`);
    const next = scanner.peek();
    if (next === '(') return all(scanner.list(() => this.read(depth + 1), false));
    if (next === '*' || (next >= '0' && next <= '9')) return { key: 'numbers', set: readSet(scanner) };
    const name = (scanner.match(WORD) ?? scanner.fail('Expected a search key')).toUpperCase();
    return simple[name] ?? this.#withArgument(name, depth);
  }

  #withArgument(name: string, depth: number): SearchKey {
    const scanner = this.#scanner;
    if (!known.has(name)) return scanner.fail(`${name.slice(0, 30)} is no search key`);
    scanner.space();
    if (fields.has(name)) return { key: 'header', field: name.toLowerCase(), text: scanner.astring('a text') };
    const sent = name.startsWith('SENT');
    const how = days.get(sent ? name.slice('SENT'.length) : name);
    if (how !== undefined)
      return sent ? { key: 'sent', how, day: readDay(scanner) } : { key: how, day: readDay(scanner) };
    switch (name) {
      case 'KEYWORD':
        return flag(scanner.atom('a keyword'));
      case 'UNKEYWORD':
        return not(flag(scanner.atom('a keyword')));
      case 'LARGER':
        return { key: 'larger', size: scanner.number('a size') };
      case 'SMALLER':
        return { key: 'smaller', size: scanner.number('a size') };
      case 'UID':
        return { key: 'uids', set: readSet(scanner) };
      case 'NOT':
        return not(this.read(depth + 1));
      case 'OR': {
        const one = this.read(depth + 1);
        scanner.space();
        return { key: 'or', one, other: this.read(depth + 1) };
      }
      case 'HEADER': {
        const field = scanner.astring('the name of a header field').toLowerCase();
        scanner.space();
        return { key: 'header', field, text: scanner.astring('a text') };
      }
      default:
        return this.#text(name === 'BODY' ? 'body' : 'text');
    }
  }

  #text(key: 'text' | 'body'): SearchKey {
    this.#texts += 1;
    if (this.#texts > SEARCH_TEXTS_MAX) return this.#scanner.fail(`More than ${SEARCH_TEXTS_MAX} TEXT and BODY keys`);
    return { key, text: this.#scanner.astring('a text') };
  }
}

const known: ReadonlySet<string> = new Set([
  ...fields,
  ...days.keys(),
  ...[...days.keys()].map((name) => `SENT${name}`),
  'KEYWORD',
  'UNKEYWORD',
  'LARGER',
  'SMALLER',
  'UID',
  'NOT',
  'OR',
  'HEADER',
  'BODY',
  'TEXT',
]);

/** `1-Feb-1994`, with or without quotes. */
function readDay(scanner: Scanner): number {
  const text = scanner.match(DAY) ?? scanner.fail('Expected a date such as 1-Feb-1994');
  const [day = '', month = '', year = ''] = text.replaceAll('"', '').split('-');
  const at = dayNumber(Number(day), month, Number(year));
  return at === null || text.startsWith('"') !== text.endsWith('"') ? scanner.fail(`${text} is no date`) : at;
}

const DAY_MS = 86_400_000;

/** The day of a date, counted from 1970; null where there is no such day. */
export function dayNumber(day: number, month: string, year: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, monthOf(month), day);
  return monthOf(month) < 0 || date.getUTCDate() !== day ? null : date.getTime() / DAY_MS;
}

/** The day of a moment in UTC. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
