/**
 * Two sessions beside each other: their stages first, then the lines within each. What differs from run to run without
 * meaning anything (dates, ports, queue numbers, message ids) does not count. Pure; changing sides mirrors the result.
 */
import { align } from './align.ts';
import { type Piece, pieces, plainOf, sameSecrets, withoutChance } from './compare-text.ts';
import type { Entry, Knowledge, SessionSummary } from './entry.ts';
import { parseHttp } from './http.ts';

/** A session as the journal keeps it. */
export interface Recording {
  readonly summary: SessionSummary;
  readonly entries: readonly Entry[];
}

/** same · changed: both have it, in other words · missing: only the first has it · added: only the second. */
export type Mark = 'same' | 'changed' | 'missing' | 'added';

/** One entry of a session; `pieces` make up its text, secrets as dots. */
export interface Cell {
  readonly entry: Entry;
  readonly pieces: readonly Piece[];
}

/** Two entries that belong together. */
export interface Row {
  readonly mark: Mark;
  readonly a: Cell | null;
  readonly b: Cell | null;
}

/** A place of the dialogue; null: that session never was there. */
export interface StageView {
  /** The place's name as the proxy has it; '' before the first. */
  readonly name: string;
  readonly mark: Mark;
  readonly rows: readonly Row[];
  /** Of its rows, those that are not the same. */
  readonly differences: number;
}

/** A named value of both. */
export interface Field {
  readonly name: string;
  readonly a: string | null;
  readonly b: string | null;
  readonly mark: Mark;
}

/** A question to the auth service, or its answer. */
export interface Exchange {
  /** Counts from 1. */
  readonly number: number;
  readonly way: 'request' | 'answer';
  readonly fields: readonly Field[];
}

/** How long something took in each, in µs; null where it did not happen. */
export interface Timing {
  readonly name: 'whole' | 'auth' | 'dial' | 'handover';
  readonly a: number | null;
  readonly b: number | null;
}

/** The two, compared. */
export interface Comparison {
  readonly stages: readonly StageView[];
  readonly exchanges: readonly Exchange[];
  /** What the proxy knew at the end. */
  readonly knowledge: readonly Field[];
  readonly timings: readonly Timing[];
  /** Rows, fields of the exchanges and of the knowledge that are not the same. Times always differ and do not count. */
  readonly differences: number;
}

interface Stage {
  readonly name: string;
  readonly entries: readonly Entry[];
}

/** A stage begins where the proxy moves to another place of the dialogue. */
function stagesOf(entries: readonly Entry[]): readonly Stage[] {
  const stages: { name: string; entries: Entry[] }[] = [];
  let place = '';
  for (const entry of entries) {
    const next = entry.state?.place ?? place;
    const last = stages.at(-1);
    if (last === undefined || next !== place) stages.push({ name: next, entries: [entry] });
    else last.entries.push(entry);
    place = next;
  }
  return stages;
}

/** What makes two entries the same. The reason counts: the same line may be said for another one. */
const keyOf = (entry: Entry): string =>
  [entry.leg, entry.direction, entry.kind, entry.why, entry.disposition ?? '', plainOf(entry)].join('\0');

/** What two entries must share to be told as one that changed. */
const shapeOf = ({ leg, direction, kind }: Entry): string => `${leg} ${direction} ${kind}`;

const cellOf = (entry: Entry): Cell => ({ entry, pieces: pieces(entry, null) });

function rowOf(a: Entry, b: Entry): Row {
  const same = keyOf(a) === keyOf(b) && sameSecrets(a, b);
  if (same) return { mark: 'same', a: cellOf(a), b: cellOf(b) };
  return { mark: 'changed', a: { entry: a, pieces: pieces(a, b) }, b: { entry: b, pieces: pieces(b, a) } };
}

const missing = (entry: Entry): Row => ({ mark: 'missing', a: cellOf(entry), b: null });
const added = (entry: Entry): Row => ({ mark: 'added', a: null, b: cellOf(entry) });

/** What has no equal between two that have: of the same shape, one changed into the other. */
function gap(a: readonly Entry[], b: readonly Entry[]): readonly Row[] {
  return align(a.map(shapeOf), b.map(shapeOf)).flatMap(([left, right]): readonly Row[] => {
    const one = left === null ? undefined : a[left];
    const other = right === null ? undefined : b[right];
    if (one && other) return [rowOf(one, other)];
    return one ? [missing(one)] : other ? [added(other)] : [];
  });
}

function rowsOf(a: readonly Entry[], b: readonly Entry[]): readonly Row[] {
  const rows: Row[] = [];
  let left: Entry[] = [];
  let right: Entry[] = [];
  for (const [atA, atB] of align(a.map(keyOf), b.map(keyOf))) {
    const one = atA === null ? undefined : a[atA];
    const other = atB === null ? undefined : b[atB];
    if (one && other) {
      rows.push(...gap(left, right), rowOf(one, other));
      left = [];
      right = [];
    } else if (one) left.push(one);
    else if (other) right.push(other);
  }
  return [...rows, ...gap(left, right)];
}

const count = (all: readonly { readonly mark: Mark }[]): number => all.filter(({ mark }) => mark !== 'same').length;

function stageOf(a: Stage | undefined, b: Stage | undefined): StageView {
  const rows = rowsOf(a?.entries ?? [], b?.entries ?? []);
  const differences = count(rows);
  const mark = !a ? 'added' : !b ? 'missing' : differences > 0 ? 'changed' : 'same';
  return { name: a?.name ?? b?.name ?? '', mark, rows, differences };
}

function stageViews(a: readonly Entry[], b: readonly Entry[]): readonly StageView[] {
  const [ofA, ofB] = [stagesOf(a), stagesOf(b)];
  const names = (all: readonly Stage[]) => all.map(({ name }) => name);
  return align(names(ofA), names(ofB)).map(([left, right]) =>
    stageOf(left === null ? undefined : ofA[left], right === null ? undefined : ofB[right]),
  );
}

function field(name: string, a: string | null, b: string | null, same = a === b): Field {
  const mark = same ? 'same' : a === null ? 'added' : b === null ? 'missing' : 'changed';
  return { name, a, b, mark };
}

/** The header fields of both, in the order of the first. */
function headerFields(a: Entry | undefined, b: Entry | undefined): readonly Field[] {
  const [one, other] = [headersOf(a), headersOf(b)];
  const names = [...new Set([...one.keys(), ...other.keys()])];
  const secret = sameSecrets(a, b);
  return names.map((name) => {
    const [left, right] = [one.get(name) ?? null, other.get(name) ?? null];
    const hidden = /pass/i.test(name);
    const plain = (value: string | null) => value && withoutChance(`${name}: ${value}`);
    return field(name, left, right, plain(left) === plain(right) && (!hidden || secret));
  });
}

function headersOf(entry: Entry | undefined): ReadonlyMap<string, string> {
  if (entry === undefined) return new Map();
  const { start, headers } = parseHttp(
    pieces(entry, null)
      .map(({ text }) => text)
      .join(''),
  );
  const found = new Map<string, string>(start === '' ? [] : [['', start]]);
  for (const [name, value] of headers) found.set(name, found.has(name) ? `${found.get(name)}, ${value}` : value);
  return found;
}

function exchangesOf(a: readonly Entry[], b: readonly Entry[]): readonly Exchange[] {
  const calls = (all: readonly Entry[], way: Exchange['way']) =>
    all.filter(({ kind, direction }) => kind === 'http' && direction === (way === 'request' ? 'out' : 'in'));
  const of = (way: Exchange['way']): readonly Exchange[] => {
    const [ofA, ofB] = [calls(a, way), calls(b, way)];
    const most = Math.max(ofA.length, ofB.length);
    return Array.from({ length: most }, (_, at) => ({ number: at + 1, way, fields: headerFields(ofA[at], ofB[at]) }));
  };
  return [...of('request'), ...of('answer')].sort((one, other) => one.number - other.number);
}

const known: readonly (keyof Knowledge)[] = [
  ...(['place', 'helo', 'esmtp', 'from', 'to', 'user', 'password', 'tls'] as const),
  ...(['errors', 'attempt', 'rule', 'upstream'] as const),
];

function knowledgeOf(a: readonly Entry[], b: readonly Entry[]): readonly Field[] {
  const end = (all: readonly Entry[]): Partial<Knowledge> => Object.assign({}, ...all.map(({ state }) => state));
  const [one, other] = [end(a), end(b)];
  const shown = (name: keyof Knowledge, from: Partial<Knowledge>) => {
    const value = from[name] ?? null;
    if (value === null || value === '') return null;
    return name === 'password' ? '••••' : String(value).trim();
  };
  return known.map((name) =>
    field(name, shown(name, one), shown(name, other), (one[name] ?? null) === (other[name] ?? null)),
  );
}

/** From the first entry that `begins` to the next that `ends`, in µs. */
function span(entries: readonly Entry[], begins: (entry: Entry) => boolean, ends: (entry: Entry) => boolean) {
  const from = entries.findIndex(begins);
  const to = entries.findIndex((entry, at) => at > from && ends(entry));
  const [first, last] = [entries[from], entries[to]];
  return first === undefined || last === undefined ? null : last.at - first.at;
}

function timingsOf(a: readonly Entry[], b: readonly Entry[]): readonly Timing[] {
  const is = (kind: Entry['kind'], direction: Entry['direction']) => (entry: Entry) =>
    entry.kind === kind && entry.direction === direction;
  const measures: Record<Timing['name'], (all: readonly Entry[]) => number | null> = {
    whole: (all) => all.at(-1)?.at ?? null,
    auth: (all) => span(all, is('http', 'out'), is('http', 'in')),
    dial: (all) => span(all, is('dial', 'out'), is('dial', 'in')),
    handover: (all) => all.find(is('relay', 'none'))?.at ?? null,
  };
  return (['whole', 'auth', 'dial', 'handover'] as const).map((name) => ({
    ...{ name, a: measures[name](a), b: measures[name](b) },
  }));
}

/** `compareSessions(a, a)` has no differences; of `(a, b)` and `(b, a)` each is the other in a mirror. */
export function compareSessions(a: Recording, b: Recording): Comparison {
  const stages = stageViews(a.entries, b.entries);
  const exchanges = exchangesOf(a.entries, b.entries);
  const knowledge = knowledgeOf(a.entries, b.entries);
  const rows = stages.reduce((sum, stage) => sum + stage.differences, 0);
  const fields = exchanges.reduce((sum, exchange) => sum + count(exchange.fields), 0);
  return {
    ...{ stages, exchanges, knowledge, timings: timingsOf(a.entries, b.entries) },
    differences: rows + fields + count(knowledge),
  };
}
