/** A program as an automaton whose states come into being as they are asked for (subset construction). */
import { LAST, type Program, places, type Runes } from './prove-pattern.ts';

/** Characters fall into classes that the automaton cannot tell apart; states are numbers. */
export interface Automaton {
  readonly start: number;
  /** Where another class begins: ascending, the first is 0. Between two bounds all characters are of one class. */
  readonly bounds: readonly number[];
  /** The class from each bound on. */
  readonly classes: readonly number[];
  step(state: number, kind: number): number;
  /** Whether a text that ends here matches. */
  accepts(state: number): boolean;
  /** No text that goes on from here can match. */
  isDead(state: number): boolean;
}

/** A proof that would need more states of one pattern is given up. */
const STATES_MAX = 20_000;

/** Thrown where a proof would take more than its limits allow, and caught where the proof was begun. */
export class Beyond extends Error {}

const wordRunes: Runes = [48, 57, 65, 90, 95, 95, 97, 122];
const newlineRunes: Runes = [10, 10];

/** What stands before a place, as far as conditions on places need to know. */
const before = { begin: 0, newline: 1, word: 2, other: 3 } as const;

const matched = { threads: [], before: before.other, matched: true } as const;

interface State {
  /** Instructions that go on from here, before conditions on the place are looked at; ascending. */
  readonly threads: readonly number[];
  readonly before: number;
  readonly matched: boolean;
}

/** What a class of characters is to the program. */
interface Kind {
  /** For each set of runes of the program, whether the class is in it. */
  readonly sets: ReadonlySet<Runes>;
  readonly word: boolean;
  readonly newline: boolean;
}

export function automatonOf(program: Program): Automaton {
  const { insts } = program;
  const { bounds, classes, kinds } = classify(program);
  const lines = uses(program, places.beginLine);
  const words = uses(program, places.boundary | places.noBoundary);
  const states: State[] = [];
  const transitions: (number | undefined)[][] = [];
  const ends: (boolean | undefined)[] = [];
  const numbers = new Map<string, number>();

  const intern = (state: State): number => {
    const key = state.matched ? 'matched' : `${state.before} ${state.threads.join(' ')}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    if (states.length >= STATES_MAX) throw new Beyond();
    numbers.set(key, states.length);
    transitions.push([]);
    return states.push(state) - 1;
  };

  /** The instructions that read a character, or null where a match was reached. */
  const reach = (threads: readonly number[], flags: number): readonly number[] | null => {
    const seen = new Set<number>();
    const todo = [...threads];
    const found: number[] = [];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const inst = insts[at];
      if (inst?.op === 'match') return null;
      if (inst?.op === 'rune') found.push(at);
      else if (inst?.op === 'split') todo.push(inst.next, inst.other);
      else if (inst?.op === 'where' && (inst.flags & ~flags) === 0) todo.push(inst.next);
    }
    return found;
  };

  const advance = (state: State, kind: Kind): State => {
    if (state.matched) return state;
    const readers = reach(state.threads, flagsAt(state.before, kind));
    if (readers === null) return matched;
    const next = new Set<number>(program.anchored ? [] : [program.start]);
    for (const at of readers) {
      const inst = insts[at];
      if (inst?.op === 'rune' && kind.sets.has(inst.runes)) next.add(inst.next);
    }
    return { threads: [...next].sort((a, b) => a - b), before: lastOf(kind), matched: false };
  };
  const lastOf = (kind: Kind): number => {
    if (kind.newline && lines) return before.newline;
    return kind.word && words ? before.word : before.other;
  };

  const start = intern({ threads: [program.start], before: before.begin, matched: false });
  return {
    start,
    bounds,
    classes,
    step(number, kind) {
      const row = transitions[number] ?? [];
      const known = row[kind];
      if (known !== undefined) return known;
      const next = intern(advance(states[number] ?? matched, kinds[kind] ?? nothing));
      row[kind] = next;
      return next;
    },
    accepts(number) {
      const known = ends[number];
      if (known !== undefined) return known;
      const state = states[number] ?? matched;
      const accepted = state.matched || reach(state.threads, flagsAt(state.before, null)) === null;
      ends[number] = accepted;
      return accepted;
    },
    isDead: (number) => states[number]?.matched === false && states[number].threads.length === 0,
  };
}

const nothing: Kind = { sets: new Set(), word: false, newline: false };

/** What holds between two characters (RE2's `emptyOpContext`); null: the text ends here. */
function flagsAt(last: number, next: Kind | null): number {
  let flags = 0;
  if (last === before.begin) flags |= places.beginText | places.beginLine;
  if (last === before.newline) flags |= places.beginLine;
  if (next === null) flags |= places.endText | places.endLine;
  if (next?.newline) flags |= places.endLine;
  return flags | ((last === before.word) === (next?.word ?? false) ? places.noBoundary : places.boundary);
}

const uses = ({ insts }: Program, flags: number): boolean =>
  insts.some((inst) => inst.op === 'where' && (inst.flags & flags) !== 0);

interface Classes {
  readonly bounds: readonly number[];
  readonly classes: readonly number[];
  readonly kinds: readonly Kind[];
}

/** The classes of characters that a program tells apart. */
function classify(program: Program): Classes {
  const sets = new Set(program.insts.flatMap((inst) => (inst.op === 'rune' ? [inst.runes] : [])));
  if (uses(program, places.beginLine | places.endLine)) sets.add(newlineRunes);
  if (uses(program, places.boundary | places.noBoundary)) sets.add(wordRunes);
  const { bounds, inside } = sweep([...sets]);
  const kinds: Kind[] = [];
  const numbers = new Map<string, number>();
  const classes = inside.map((one) => {
    const key = one.numbers.join(' ');
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, kinds.length);
    return kinds.push({ sets: one.sets, word: one.sets.has(wordRunes), newline: one.sets.has(newlineRunes) }) - 1;
  });
  return { bounds, classes, kinds };
}

/** Cuts all characters where some set begins or ends, and says which sets each part is in. */
function sweep(sets: readonly Runes[]) {
  const edges = new Map<number, { readonly opens: number[]; readonly closes: number[] }>([
    [0, { opens: [], closes: [] }],
  ]);
  const edge = (at: number) => {
    const known = edges.get(at);
    if (known) return known;
    const fresh = { opens: [], closes: [] };
    edges.set(at, fresh);
    return fresh;
  };
  for (const [number, runes] of sets.entries()) {
    for (let i = 0; i < runes.length; i += 2) {
      edge(runes[i] ?? 0).opens.push(number);
      const after = (runes[i + 1] ?? LAST) + 1;
      if (after <= LAST) edge(after).closes.push(number);
    }
  }
  const open = new Set<number>();
  const bounds = [...edges.keys()].sort((a, b) => a - b);
  const inside = bounds.map((bound) => {
    const { opens, closes } = edge(bound);
    for (const number of closes) open.delete(number);
    for (const number of opens) open.add(number);
    const numbers = [...open].sort((a, b) => a - b);
    return { numbers, sets: new Set(sets.filter((_, number) => open.has(number))) };
  });
  return { bounds, inside };
}
