/** Looks for a lookup that some clauses hold for and others do not. */
import { Beyond } from './prove-automaton.ts';
import type { Clause, Condition, Value } from './prove-clause.ts';
import { type Asked, type Chosen, chosen, type Option, optionsOf, type Space } from './prove-space.ts';

/** What a lookup must be. */
export interface Query {
  /** All of these hold. */
  readonly targets: readonly Clause[];
  /** None of these holds. */
  readonly others: readonly Clause[];
  /** Leaves lookups out by their kind and user. */
  admits?(asked: Asked, user: string): boolean;
}

/** A lookup by what its fields hold. */
export interface Point {
  readonly asked: Asked;
  readonly values: ReadonlyMap<Chosen, Value>;
  /** Fields that some condition of the query is about. */
  readonly touched: ReadonlySet<string>;
}

/** A search that would weigh more choices is given up. */
const CHOICES_MAX = 50_000;

/** A condition, the clause it is of, and whether it stands under `not`. */
interface Use {
  readonly condition: Condition;
  readonly clause: number;
  readonly isTarget: boolean;
  readonly negated: boolean;
}

/** How a clause stands while values are chosen. */
const standing = {
  open: 0,
  /** A target whose `not` holds; or one of the others that does not hold any more. */
  settled: 1,
  /** One of the others, whose `not` holds: some of the rest has to fail. */
  pending: 2,
} as const;

/** A point, or null where there is none. `exact: false` only guesses: its null means nothing. */
export function find(query: Query, space: Space, exact: boolean): Point | null {
  const clauses = [...query.targets, ...query.others];
  const uses = clauses.flatMap((clause, index) => usesOf(clause, index, index < query.targets.length));
  const touched = new Set(uses.map(({ condition }) => condition.field));
  const start = clauses.map(({ not }, index) =>
    index < query.targets.length && not === null ? standing.settled : standing.open,
  );
  const isEnd = (standings: readonly number[]): boolean =>
    standings.every(
      (one, index) => one === standing.settled || (one === standing.open && isVoid(clauses[index], index)),
    );
  // One of the others whose `not` holds whole does not hold itself.
  const isVoid = (clause: Clause | undefined, index: number): boolean =>
    index >= query.targets.length && clause !== undefined && clause.not !== null;
  const choices = { left: CHOICES_MAX };
  for (const asked of space.asked) {
    const kindUses = uses.filter(({ condition }) => kindFields.includes(condition.field));
    const held = kindUses.map(({ condition }) => condition.holds(kindValue(asked, condition.field)));
    const standings = apply(start, kindUses, held);
    if (standings === null) continue;
    const fields = fieldsOf(query, space, asked, uses, exact);
    const values = choose(fields, standings, isEnd, choices);
    if (values !== null) return { asked, values, touched };
  }
  return null;
}

const usesOf = (clause: Clause, index: number, isTarget: boolean): readonly Use[] => [
  ...clause.plain.map((condition) => ({ condition, clause: index, isTarget, negated: false })),
  ...(clause.not ?? []).map((condition) => ({ condition, clause: index, isTarget, negated: true })),
];

/** Fields that come with the kind of lookup. */
const kindFields: readonly string[] = ['protocol', 'method', 'tls', 'password'];

function kindValue({ protocol, method, tls, password }: Asked, field: string): Value {
  const values: Readonly<Record<string, Value>> = { protocol, method, tls, password };
  return values[field] ?? null;
}

/** How the clauses stand once these conditions came out so; null where a target fails. */
function apply(
  standings: readonly number[],
  uses: readonly Use[],
  holds: readonly boolean[],
): readonly number[] | null {
  const next = [...standings];
  for (const [index, { clause, isTarget, negated }] of uses.entries()) {
    if (holds[index] === true) continue;
    if (isTarget && !negated) return null;
    if (isTarget || !negated) next[clause] = standing.settled;
    else if (next[clause] !== standing.settled) next[clause] = standing.pending;
  }
  return next;
}

/** A field whose value is to be chosen. */
interface Open {
  readonly field: Chosen;
  readonly uses: readonly Use[];
  readonly options: readonly Option[];
}

/** The fields with what they can hold; those with the fewest values first. */
function fieldsOf(query: Query, space: Space, asked: Asked, uses: readonly Use[], exact: boolean): readonly Open[] {
  const fields = chosen.map((field): Open => {
    const own = uses.filter(({ condition }) => condition.field === field);
    const wanted = own.map(({ condition, isTarget, negated }) => ({ condition, must: isTarget && !negated }));
    const admits = query.admits;
    if (field !== 'user' || admits === undefined) {
      return { field, uses: own, options: optionsOf(field, asked, space, wanted, exact) };
    }
    const keep = (value: Value) => typeof value === 'string' && admits(asked, value);
    return { field, uses: own, options: optionsOf(field, asked, space, wanted, exact, keep) };
  });
  return fields.sort((a, b) => a.options.length - b.options.length);
}

/** Depth first; how clauses stand behind a field is all that matters for the rest, so no such case is tried twice. */
function choose(
  fields: readonly Open[],
  start: readonly number[],
  isEnd: (standings: readonly number[]) => boolean,
  choices: { left: number },
): ReadonlyMap<Chosen, Value> | null {
  const values = new Map<Chosen, Value>();
  const hopeless = new Set<string>();
  const go = (depth: number, standings: readonly number[]): boolean => {
    const open = fields[depth];
    if (open === undefined) return isEnd(standings);
    const key = `${depth} ${standings.join('')}`;
    if (hopeless.has(key)) return false;
    for (const { value, holds } of open.options) {
      choices.left -= 1;
      if (choices.left < 0) throw new Beyond();
      const next = apply(standings, open.uses, holds);
      if (next === null) continue;
      values.set(open.field, value);
      if (go(depth + 1, next)) return true;
    }
    hopeless.add(key);
    return false;
  };
  return go(0, start) ? values : null;
}
