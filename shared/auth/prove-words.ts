/** Texts that a field of a lookup can hold, one for every way in which conditions can tell them apart. */
import { type Automaton, automatonOf, Beyond } from './prove-automaton.ts';
import { LAST, programOf } from './prove-pattern.ts';

/** The texts that a field can hold, and which of them people would rather read. */
export interface Shape {
  /** Patterns by liking, the best first; what none matches comes last of all. */
  readonly liked: readonly string[];
  /** Matches what the field can never hold. */
  readonly impossible: string | null;
  /** Characters that can stand in it. */
  allows(point: number): boolean;
}

const isSurrogate = (point: number): boolean => point >= 0xd800 && point <= 0xdfff;

/** What a command line can hold, as the rules see it: no line end, and in lower case. */
function isLower(point: number): boolean {
  if (point === 10 || point === 13 || isSurrogate(point)) return false;
  const char = String.fromCodePoint(point);
  return char.toLowerCase() === char;
}

const host = '[a-z0-9]+(?:-[a-z0-9]+)*';
const local = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*";

/** The shapes of all fields whose values are free texts. */
export const shapes = {
  address: {
    liked: [`/^[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:${host}\\.)+[a-z][a-z0-9]*$/`, `/^${local}@${host}(?:\\.${host})*$/`],
    impossible: '/^[ \\t]|[ \\t]$/',
    allows: isLower,
  },
  host: { liked: [`/^${host}(?:\\.${host})*$/`], impossible: null, allows: isLower },
  user: {
    liked: ['/^[a-zA-Z0-9]+(?:[._+@-][a-zA-Z0-9]+)*$/', '/^[!-~]+$/', '/^.+$/s'],
    impossible: null,
    allows: (point: number) => !isSurrogate(point),
  },
} satisfies Record<string, Shape>;

/** One text, and which of the conditions hold for it. */
export interface Word {
  readonly text: string;
  readonly holds: readonly boolean[];
  /** 0 for what is liked best. */
  readonly rank: number;
}

/** A search that would visit more combinations of states is given up. */
const NODES_MAX = 20_000;

/** How many combinations of states all searches together may still visit. */
export interface Effort {
  left: number;
}

interface Node {
  readonly states: readonly number[];
  readonly from: Node | null;
  readonly char: string;
}

/**
 * For every way in which the conditions can come out together, a text of which that is true: of the most liked kind
 * there is, and of that the shortest. With `musts[i]` only texts are of interest for which condition i holds.
 */
export function wordsOf(
  shape: Shape,
  conditions: readonly Automaton[],
  musts: readonly boolean[],
  effort: Effort,
): readonly Word[] {
  const frame = frameOf(shape);
  const automata = [frame, ...conditions];
  const alphabet = alphabetOf(shape, automata);
  const best = new Map<string, { readonly node: Node; readonly rank: number; readonly holds: readonly boolean[] }>();
  const seen = new Set<string | number>();
  const queue: Node[] = [];
  const isLost = ([, ...states]: readonly number[]) =>
    states.some((state, i) => musts[i] === true && conditions[i]?.isDead(state) === true);
  const visit = (node: Node): void => {
    const key = keyOf(node.states);
    if (seen.has(key) || isLost(node.states)) return;
    effort.left -= 1;
    if (seen.size >= NODES_MAX || effort.left < 0) throw new Beyond();
    seen.add(key);
    queue.push(node);
    const [framed = 0, ...states] = node.states;
    const rank = frame.rank(framed);
    const holds = states.map((state, i) => conditions[i]?.accepts(state) === true);
    if (rank === null || musts.some((must, i) => must && holds[i] !== true)) return;
    const name = holds.map(Number).join('');
    if (rank < (best.get(name)?.rank ?? Number.POSITIVE_INFINITY)) best.set(name, { node, rank, holds });
  };
  visit({ states: automata.map(({ start }) => start), from: null, char: '' });
  // Where every text looked for is of one kind, the first that could not be liked better ends the search.
  const isDone = () => musts.every(Boolean) && [...best.values()].some(({ rank }) => rank === 0);
  for (let i = 0; i < queue.length && !isDone(); i++) {
    const from = queue[i];
    if (from === undefined) break;
    for (const { char, kinds } of alphabet) {
      const states = automata.map((automaton, at) => automaton.step(from.states[at] ?? 0, kinds[at] ?? 0));
      visit({ states, from, char });
    }
  }
  const words = [...best.values()].map(({ node, rank, holds }) => ({ text: spell(node), rank, holds }));
  return words.sort((a, b) => a.rank - b.rank || a.text.length - b.text.length);
}

/**
 * The shortest text that all of the automata accept, whether or not anybody would like it; null where there is none. A
 * search far smaller than `wordsOf`.
 */
export function shortestOf(shape: Shape, automata: readonly Automaton[], effort: Effort): string | null {
  const alphabet = alphabetOf(shape, automata);
  const queue: Node[] = [{ states: automata.map(({ start }) => start), from: null, char: '' }];
  const seen = new Set<string | number>();
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i];
    if (node === undefined) break;
    const key = keyOf(node.states);
    if (seen.has(key) || automata.some((automaton, at) => automaton.isDead(node.states[at] ?? 0))) continue;
    effort.left -= 1;
    if (seen.size >= NODES_MAX || effort.left < 0) throw new Beyond();
    seen.add(key);
    if (automata.every((automaton, at) => automaton.accepts(node.states[at] ?? 0))) return spell(node);
    for (const { char, kinds } of alphabet) {
      const states = automata.map((automaton, at) => automaton.step(node.states[at] ?? 0, kinds[at] ?? 0));
      if (!seen.has(keyOf(states))) queue.push({ states, from: node, char });
    }
  }
  return null;
}

/** Lists of up to three states, each of them small, fit into one number. */
function keyOf(states: readonly number[]): string | number {
  const [one = 0, two = 0, three = 0] = states;
  return states.length > 3 ? states.join(' ') : (one * 0x8000 + two) * 0x8000 + three;
}

function spell(last: Node): string {
  const chars: string[] = [];
  for (let node: Node | null = last; node !== null; node = node.from) chars.push(node.char);
  return chars.reverse().join('');
}

/** How much a text is liked as a value of the field; null where the field cannot hold it. */
export function rankOf(shape: Shape, text: string): number | null {
  const frame = frameOf(shape);
  let state = frame.start;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    if (!shape.allows(point)) return null;
    state = frame.step(state, kindAt(frame, point));
  }
  return frame.rank(state);
}

/** A shape as one automaton. */
interface Frame extends Automaton {
  /** How much a text that ends here is liked; null where the field cannot hold it. */
  rank(state: number): number | null;
}

const frames = new WeakMap<Shape, Frame>();

function frameOf(shape: Shape): Frame {
  const known = frames.get(shape);
  if (known) return known;
  const patterns = [...shape.liked, ...(shape.impossible === null ? [] : [shape.impossible])];
  const automata = patterns.map((pattern) => automatonOf(programOf(pattern, false)));
  const kinds = new Numbers();
  const bounds = boundsOf(automata);
  const classes = bounds.map((bound) => kinds.of(automata.map((automaton) => kindAt(automaton, bound))));
  const states = new Numbers();
  const start = states.of(automata.map((automaton) => automaton.start));
  const steps = new Map<number, number>();
  const rank = (state: number): number | null => {
    const accepts = automata.map((automaton, i) => automaton.accepts(states.at(state)[i] ?? 0));
    if (shape.impossible !== null && accepts.pop() === true) return null;
    const at = accepts.indexOf(true);
    return at < 0 ? shape.liked.length : at;
  };
  const ranks = new Map<number, number | null>();
  const frame: Frame = {
    start,
    bounds,
    classes,
    step(state, kind) {
      const key = state * bounds.length + kind;
      const next = steps.get(key);
      if (next !== undefined) return next;
      const [from, by] = [states.at(state), kinds.at(kind)];
      const fresh = states.of(automata.map((automaton, i) => automaton.step(from[i] ?? 0, by[i] ?? 0)));
      steps.set(key, fresh);
      return fresh;
    },
    accepts: (state) => frame.rank(state) !== null,
    isDead: () => false,
    rank(state) {
      const found = ranks.get(state);
      if (found !== undefined) return found;
      ranks.set(state, rank(state));
      return rank(state);
    },
  };
  frames.set(shape, frame);
  return frame;
}

/** Numbers for lists of numbers. */
class Numbers {
  readonly #numbers = new Map<string, number>();
  readonly #lists: (readonly number[])[] = [];

  of(list: readonly number[]): number {
    const key = list.join(' ');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#lists.length);
    return this.#lists.push(list) - 1;
  }

  at(number: number): readonly number[] {
    return this.#lists[number] ?? [];
  }
}

const boundsOf = (automata: readonly Automaton[]): readonly number[] =>
  [...new Set(automata.flatMap(({ bounds }) => bounds))].sort((a, b) => a - b);

/** A character that stands for all of its kind: its class in each automaton. */
interface Letter {
  readonly char: string;
  readonly kinds: readonly number[];
}

/** The characters that people would choose, in this order. */
const handy = Array.from('abcdefghijklmnopqrstuvwxyz0123456789.-@_+ABCDEFGHIJKLMNOPQRSTUVWXYZ', (char) =>
  char.charCodeAt(0),
);

/** One allowed character of every kind that some automaton tells apart. */
function alphabetOf(shape: Shape, automata: readonly Automaton[]): readonly Letter[] {
  const letters = new Map<string, Letter>();
  const add = (point: number, kinds: readonly number[]): void => {
    const key = kinds.join(' ');
    if (!letters.has(key)) letters.set(key, { char: String.fromCodePoint(point), kinds });
  };
  for (const point of handy) {
    if (shape.allows(point))
      add(
        point,
        automata.map((automaton) => kindAt(automaton, point)),
      );
  }
  const bounds = boundsOf(automata);
  const cursors = automata.map(() => 0);
  for (const [index, from] of bounds.entries()) {
    const kinds = automata.map((automaton, at) => {
      const cursor = (cursors[at] ?? 0) + (automaton.bounds[(cursors[at] ?? 0) + 1] === from ? 1 : 0);
      cursors[at] = cursor;
      return automaton.classes[cursor] ?? 0;
    });
    if (letters.has(kinds.join(' '))) continue;
    const point = firstAllowed(shape, from, (bounds[index + 1] ?? LAST + 1) - 1);
    if (point !== null) add(point, kinds);
  }
  return [...letters.values()];
}

/** Printable ones first. */
function firstAllowed(shape: Shape, from: number, to: number): number | null {
  for (let point = Math.max(from, 0x21); point <= to; point++) if (shape.allows(point)) return point;
  for (let point = from; point <= Math.min(to, 0x20); point++) if (shape.allows(point)) return point;
  return null;
}

/** The class of a character. */
function kindAt({ bounds, classes }: Automaton, point: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((bounds[middle] ?? 0) <= point) low = middle;
    else high = middle - 1;
  }
  return classes[low] ?? 0;
}
