/** Pairs of rules of which neither takes all that the other matches, so that their order matters. */

import { type Proving, type RuleProof, settle } from './prove.ts';
import { Beyond } from './prove-automaton.ts';
import type { Clause, Condition } from './prove-clause.ts';
import { find, type Point } from './prove-find.ts';
import { type Example, exampleAt } from './prove-lookup.ts';
import type { Then } from './rule.ts';

/** Both rules match `example`, each matches something that the other does not, and they do different things. */
export interface Overlap {
  /** Numbers of the rules, from 1; `first` decides. */
  readonly first: number;
  readonly second: number;
  readonly example: Example;
}

/** All overlaps, as far as the limits allow. */
export interface Overlaps {
  readonly overlaps: readonly Overlap[];
  /** false: there may be more. */
  readonly complete: boolean;
}

/** Pairs that are searched through; the others are told apart by what their patterns begin and end with. */
const PAIRS_MAX = 300;

/** Of lists longer than this, no pair of parts is compared one by one. */
const PARTS_MAX = 64;

/** Looks at all pairs of rules that decide something. To be run in steps. */
export function* findOverlaps(proof: Proving, proofs: readonly RuleProof[]): Generator<void, Overlaps> {
  const { rules } = proof.book;
  const reached = proofs.flatMap(({ rule, state }) => (rule !== null && state === 'reached' ? [rule - 1] : []));
  const deeds = rules.map(({ then }) => deedOf(then));
  const edges = proof.clauses.map(edgesOf);
  const overlaps: Overlap[] = [];
  let pairs = 0;
  for (const second of reached) {
    for (const first of reached) {
      if (first >= second) break;
      if (deeds[first] === deeds[second] || areApart(edges[first], edges[second])) continue;
      pairs += 1;
      if (pairs > PAIRS_MAX) return { overlaps, complete: false };
      const point = crossing(proof, first, second);
      if (point) overlaps.push({ first: first + 1, second: second + 1, example: exampleAt(point) });
    }
    yield;
  }
  return { overlaps, complete: true };
}

/** What a rule does, apart from how long it takes. */
const deedOf = ({ delay: _, ...then }: Then): string => JSON.stringify(then);

/** A lookup that both match and the first decides, if there also is one that only it matches. */
function crossing(proof: Proving, first: number, second: number): Point | null {
  const { clauses, space } = proof;
  const [one, other] = [clauses[first], clauses[second]];
  if (one === undefined || other === undefined) return null;
  const alone = { targets: [one], others: [other] };
  try {
    if ((find(alone, space, false) ?? find(alone, space, true)) === null) return null;
  } catch (error) {
    if (error instanceof Beyond) return null;
    throw error;
  }
  const settled = settle(proof, first, [one, other]);
  return settled.type === 'found' ? settled.point : null;
}

/** What a text that matches begins and ends with; both are the whole of a plain text. */
interface Edges {
  readonly start: string;
  readonly end: string;
  readonly isPlain: boolean;
}

type Fields = ReadonlyMap<string, readonly Edges[]>;

/** The edges of the patterns of each field; none for fields where they cannot be told. */
function edgesOf({ plain }: Clause): Fields {
  const isText = ({ field }: Condition) => field !== 'client';
  const known = plain.filter((one) => isText(one) && one.parts.length > 0 && one.parts.length <= PARTS_MAX);
  const readable = known.filter(({ parts }) => !parts.some((part) => part.startsWith('/')));
  return new Map(
    readable.map(({ field, parts }) => [
      field,
      parts.map((part) => edges(field === 'user' ? part : part.toLowerCase())),
    ]),
  );
}

function edges(part: string): Edges {
  const isPlain = !/[*?]/.test(part);
  return { start: /^[^*?]*/.exec(part)?.[0] ?? '', end: /[^*?]*$/.exec(part)?.[0] ?? '', isPlain };
}

/** Whether in some field no text can match both. */
function areApart(one: Fields | undefined, other: Fields | undefined): boolean {
  for (const [field, parts] of one ?? []) {
    const others = other?.get(field);
    if (others?.every((a) => parts.every((b) => cannotMeet(a, b)))) return true;
  }
  return false;
}

function cannotMeet(one: Edges, other: Edges): boolean {
  if (one.isPlain && other.isPlain) return one.start !== other.start;
  const [short, long] = one.end.length < other.end.length ? [one.end, other.end] : [other.end, one.end];
  if (!long.endsWith(short)) return true;
  const [head, whole] = one.start.length < other.start.length ? [one.start, other.start] : [other.start, one.start];
  return !whole.startsWith(head);
}
