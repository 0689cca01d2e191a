/**
 * The query language of the session list: `key:value`, quotes, a space for *and*, `or`, `not` or `-`, parentheses.
 * A filter is a tree, so that the list in memory (`matches`) and the database (electron/journal) follow the same one.
 */
import { gates } from './breakpoint.ts';
import { type DiagnosticKey, type DiagnosticSeverity, diagnostics, severities } from './diagnostics.ts';
import type { SessionSummary } from './entry.ts';
import { fold, globMatches } from './glob.ts';
import { parseTree, QueryProblem, type Tree } from './query-tree.ts';
import { FIRST_STAGE, stageNames } from './stage.ts';

/** Keys whose value is a pattern held against one text of a session. */
export type TextKey =
  | ('to' | 'from' | 'user' | 'upstream' | 'rule' | 'client' | 'ip')
  | ('error' | 'place' | 'imported' | 'stage');

/** One condition of a filter. Patterns are folded, see glob.ts. */
type Condition =
  /** `to` matches when one recipient does; `client` also by its address alone. */
  | { readonly type: 'glob'; readonly key: TextKey; readonly pattern: string }
  /** A bare word: somewhere in from, to, user, upstream or rule. The pattern has its `*` at both ends. */
  | { readonly type: 'text'; readonly pattern: string }
  | { readonly type: 'proto'; readonly value: string }
  /** It ran into a pitfall: an ID (`C1`) or a key (`G2.mixed`) as a pattern, or how bad one is. */
  | { readonly type: 'diag'; readonly pattern: string }
  /** The client speaks TLS, as the pattern says; null: in clear text. */
  | { readonly type: 'tls'; readonly pattern: string | null }
  /** Something of it is held now, at a gate as the pattern says; null: nothing. */
  | { readonly type: 'held'; readonly pattern: string | null }
  /** A fault that the lab armed struck it: act, stage, upstream or preset. */
  | { readonly type: 'fault'; readonly pattern: string }
  | { readonly type: 'severity'; readonly value: DiagnosticSeverity }
  /** `open` is a session that has not ended. */
  | { readonly type: 'outcome'; readonly value: string }
  | { readonly type: 'code' | 'id'; readonly from: number; readonly to: number }
  /** The session started at or after `from` and before `to`, both in ms since 1970. */
  | { readonly type: 'time'; readonly from: number; readonly to: number };

/** What a filter asks for. */
export type Filter = Tree<Condition>;

/** A filter, or one sentence about what is wrong with the text. */
export type Parsed = { readonly filter: Filter } | { readonly problem: string };

const textKeys: readonly string[] = [
  ...['to', 'from', 'user', 'upstream', 'rule', 'client', 'ip', 'error', 'place', 'imported', 'stage'],
];
const outcomes: readonly string[] = ['relayed', 'rejected', 'failed', 'quit', 'closed', 'open'];
const protocols: readonly string[] = ['smtp', 'imap', 'pop3'];

/** Every key the language knows, in the order they are shown. */
export const filterKeys: readonly string[] = [
  ...['to', 'from', 'user', 'upstream', 'rule', 'code', 'stage', 'proto', 'tls', 'ip', 'held', 'fault'],
  ...['diag', 'severity', 'outcome', 'id', 'text', 'before', 'after', 'client', 'error', 'place', 'imported'],
];

function oneOf(key: string, value: string, known: readonly string[]): string {
  const folded = fold(value);
  if (!known.includes(folded))
    throw new QueryProblem(`${key}:${value} is not known: it is one of ${known.join(', ')}.`);
  return folded;
}

function severity(value: string): DiagnosticSeverity {
  const known = oneOf('severity', value, severities);
  return severities.find((one) => one === known) ?? 'error';
}

/** What a finding can be called in a filter: its key, and the ID that it begins with. */
export const namesOf = (keys: readonly DiagnosticKey[]): readonly string[] => [
  ...new Set(keys.flatMap((key) => [key, key.split('.')[0] ?? key])),
];

function code(value: string): Condition {
  const digits = /^([2-5])(\d|x)(\d|x)$/i.exec(value);
  const lowest = value.replace(/x/gi, '0');
  const highest = value.replace(/x/gi, '9');
  if (digits === null || /x\d/i.test(value)) {
    throw new QueryProblem(`code:${value} is not a reply code: write three digits, or 4xx for all that begin with 4.`);
  }
  return { type: 'code', from: Number(lowest), to: Number(highest) };
}

function id(value: string): Condition {
  const [, from, to = from] = /^#?(\d{1,15})(?:\.\.#?(\d{1,15}))?$/.exec(value) ?? [];
  if (from === undefined) throw new QueryProblem(`id:${value} is not a session number, nor a range such as 3..17.`);
  return { type: 'id', from: Number(from), to: Number(to) };
}

/** A day, or a day and a time, in local time unless a zone is written. */
const moment = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?$/i;

function time(key: 'before' | 'after', value: string): Condition {
  const iso = value.toUpperCase().replace(' ', 'T');
  const at = moment.test(value) ? new Date(iso.includes('T') ? iso : `${iso}T00:00`).getTime() : Number.NaN;
  if (Number.isNaN(at)) {
    throw new QueryProblem(`${key}:${value} is not a time: write 2026-01-31 or 2026-01-31T12:30.`);
  }
  return key === 'after' ? { type: 'time', from: at, to: Infinity } : { type: 'time', from: -Infinity, to: at };
}

/** Adds the `*` at both ends that a bare word has. */
function within(value: string): string {
  return `*${fold(value)}*`.replace(/\*{2,}/g, '*');
}

/** yes: any · no: null · else a pattern. */
function yesNo(key: string, value: string): string | null {
  const folded = fold(value);
  if (folded === 'no') return null;
  return folded === 'yes' ? '*' : pattern(key, value);
}

function stage(value: string): string {
  const wanted = pattern('stage', value);
  if (stageNames.some((name) => globMatches(wanted, name))) return wanted;
  throw new QueryProblem(`stage:${value} is not known: it is one of ${stageNames.join(', ')}.`);
}

function held(value: string): string | null {
  const wanted = yesNo('held', value);
  if (wanted === null || gates.some((gate) => globMatches(wanted, fold(gate)))) return wanted;
  throw new QueryProblem(`held:${value} is not known: it is yes, no, or a gate: ${gates.join(', ')}.`);
}

function pattern(key: string, value: string): string {
  // An IPv6 address stands in brackets before its port, and alone without them.
  const plain = key === 'client' || key === 'ip' ? value.replace(/^\[(.*)\]$/, '$1') : value;
  return fold(plain).replace(/\*{2,}/g, '*');
}

function condition(key: string | null, value: string): Condition {
  if (key === null) return { type: 'text', pattern: within(value) };
  if (!filterKeys.includes(key)) {
    throw new QueryProblem(
      `${key}: is not a key: the keys are ${filterKeys.join(', ')}. Put text with a colon in quotes.`,
    );
  }
  if (value === '') throw new QueryProblem(`${key}: needs a value right after the colon.`);
  switch (key) {
    case 'text':
      return { type: 'text', pattern: within(value) };
    case 'proto':
      return { type: 'proto', value: oneOf(key, value, protocols) };
    case 'outcome':
      return { type: 'outcome', value: oneOf(key, value, outcomes) };
    case 'tls':
      return { type: 'tls', pattern: yesNo(key, value) };
    case 'held':
      return { type: 'held', pattern: held(value) };
    case 'fault':
      return { type: 'fault', pattern: pattern(key, value) };
    case 'stage':
      return { type: 'glob', key: 'stage', pattern: stage(value) };
    case 'diag':
      return { type: 'diag', pattern: pattern(key, value) };
    case 'severity':
      return { type: 'severity', value: severity(value) };
    case 'code':
      return code(value);
    case 'id':
      return id(value);
    case 'before':
    case 'after':
      return time(key, value);
    default:
      return { type: 'glob', key: textKey(key), pattern: pattern(key, value) };
  }
}

function isTextKey(key: string): key is TextKey {
  return textKeys.includes(key);
}

function textKey(key: string): TextKey {
  if (!isTextKey(key)) throw new Error(`the key ${key} has no meaning yet`);
  return key;
}

/** Reads a filter as typed. An empty text is the filter that everything passes. */
export function parseFilter(text: string): Parsed {
  const parsed = parseTree(text, condition);
  return 'problem' in parsed ? parsed : { filter: parsed.tree };
}

/** The address of `ADDRESS:PORT`, without the brackets of an IPv6 one. */
export function addressOf(peer: string): string {
  return peer.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** What a session's TLS can be called in a filter: its version and cipher, and its version alone. */
export const tlsNames = ({ tls }: Pick<SessionSummary, 'tls'>): readonly string[] =>
  tls === undefined ? [] : [tls, tls.split(' ', 1)[0] ?? tls];

function glob(pattern: string, text: string | null): boolean {
  return text !== null && globMatches(pattern, fold(text));
}

function textMatches(key: TextKey, pattern: string, summary: SessionSummary): boolean {
  if (key === 'to') return summary.to.some((address) => glob(pattern, address));
  if (key === 'client') return glob(pattern, summary.client) || glob(pattern, addressOf(summary.client));
  if (key === 'ip') return glob(pattern, addressOf(summary.client));
  if (key === 'stage') return glob(pattern, summary.stage ?? FIRST_STAGE);
  return glob(pattern, summary[key] ?? null);
}

/** One of these is as the pattern says; null: there is none. */
const someOrNone = (pattern: string | null, names: readonly string[]): boolean =>
  pattern === null ? names.length === 0 : names.some((name) => glob(pattern, name));

/** Whether a filter asks for what is held now: only the gates know. */
export const asksForHeld = (text: string): boolean => /\bheld:/i.test(text);

/** Whether a session passes the filter. */
export function matches(filter: Filter, summary: SessionSummary): boolean {
  switch (filter.type) {
    case 'all':
      return true;
    case 'and':
      return filter.of.every((part) => matches(part, summary));
    case 'or':
      return filter.of.some((part) => matches(part, summary));
    case 'not':
      return !matches(filter.of, summary);
    case 'glob':
      return textMatches(filter.key, filter.pattern, summary);
    case 'text':
      return [summary.from, ...summary.to, summary.user, summary.upstream, summary.rule].some((text) =>
        glob(filter.pattern, text),
      );
    case 'proto':
      return summary.protocol === filter.value;
    case 'diag':
      return namesOf(summary.findings?.keys ?? []).some((name) => glob(filter.pattern, name));
    case 'tls':
      return someOrNone(filter.pattern, tlsNames(summary));
    case 'held':
      return someOrNone(filter.pattern, summary.held ?? []);
    case 'fault':
      return (summary.faults ?? []).some((name) => glob(filter.pattern, name));
    case 'severity':
      return (summary.findings?.keys ?? []).some((key) => diagnostics[key] === filter.value);
    case 'outcome':
      return filter.value === 'open' ? summary.ms === null : summary.ms !== null && summary.outcome === filter.value;
    case 'code':
      return summary.reply !== null && summary.reply >= filter.from && summary.reply <= filter.to;
    case 'id':
      return summary.id >= filter.from && summary.id <= filter.to;
    case 'time':
      return summary.startedAt >= filter.from && summary.startedAt < filter.to;
  }
}
