/**
 * Walks a machine over everything that can happen to it, and tells what it is made of: its places, and the steps that
 * lead from one to another. The state diagram is drawn from this, so it cannot say anything that the machine does not do.
 */
import type { Clock, Effect, Event, Machine, Params, Step } from './machine.ts';

/** Something that can happen, and the name under which the diagram gathers its like: `EHLO`, `verdict.route`. */
export interface Happening {
  readonly on: string;
  readonly event: Event;
}

/** What a walk needs to know of a kind of machine. */
export interface Terrain<S> {
  /** What can happen in a state while these clocks run; examples that read well come first. */
  happenings(state: S, running: ReadonlySet<Clock>): readonly Happening[];
  /** States of one shape decide alike: only the first of them is looked at. */
  shape(state: S): string;
  /** States to which the same steps lead when they are repeated, such as the last error but one. */
  leaps(state: S): readonly S[];
}

/** A step as the diagram shows it. */
export interface Way {
  readonly from: string;
  readonly on: string;
  readonly why: string;
  readonly to: string;
  /** The first example that was found. */
  readonly event: Event;
  readonly effects: readonly Effect[];
  readonly params?: Params;
}

/** A machine's diagram. */
export interface StateDiagram {
  readonly initial: string;
  /** In the order in which they are reached. */
  readonly places: readonly string[];
  readonly ways: readonly Way[];
}

/** A walk ends after so many states; no machine of the lab has a hundredth of that. */
const STATES_MAX = 20_000;

interface Spot<S> {
  readonly state: S;
  readonly running: ReadonlySet<Clock>;
}

/** The diagram of several machines of one kind, as if they were one. Throws when there are more states than `STATES_MAX`. */
export function explore<S extends { readonly place: string }, R extends string>(
  machines: readonly Machine<S, R>[],
  terrain: Terrain<S>,
): StateDiagram {
  const places = new Set<string>();
  const ways = new Map<string, Way>();
  for (const machine of machines) walk(machine, terrain, places, ways);
  return { initial: machines[0]?.initial.place ?? '', places: [...places], ways: [...ways.values()] };
}

function walk<S extends { readonly place: string }, R extends string>(
  machine: Machine<S, R>,
  terrain: Terrain<S>,
  places: Set<string>,
  ways: Map<string, Way>,
): void {
  const seen = new Set<string>();
  const spots: Spot<S>[] = [];
  const reach = (state: S, running: ReadonlySet<Clock>): void => {
    for (const leap of terrain.leaps(state)) reach(leap, running);
    const key = `${terrain.shape(state)} ${[...running].sort().join(' ')}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (seen.size > STATES_MAX) throw new Error(`The machine has more than ${STATES_MAX} states`);
    places.add(state.place);
    spots.push({ state, running });
  };
  reach(machine.initial, new Set());
  // Grows while it is read: breadth first.
  for (const { state, running } of spots) {
    for (const { on, event } of terrain.happenings(state, running)) {
      const step = machine.step(state, event);
      if (isMeaningless(state, step)) continue;
      const way = wayOf(state, on, event, step);
      const key = `${way.from} ${on} ${way.why} ${way.to}`;
      if (!ways.has(key)) ways.set(key, way);
      reach(step.state, clocksAfter(running, step.effects));
    }
  }
}

/** Nothing changes and nothing is asked for. */
const isMeaningless = <S>(before: S, { state, effects }: Step<S, string>): boolean =>
  effects.length === 0 && state === before;

const wayOf = <S extends { readonly place: string }>(
  { place: from }: S,
  on: string,
  event: Event,
  { state: { place: to }, why, effects, params }: Step<S, string>,
): Way => ({ from, on, why, to, event, effects, ...(params ? { params } : {}) });

/** Which clocks run after a step. */
export function clocksAfter(running: ReadonlySet<Clock>, effects: readonly Effect[]): ReadonlySet<Clock> {
  const after = new Set(running);
  for (const effect of effects) {
    if (effect.type !== 'clock') continue;
    if (effect.ms === null) after.delete(effect.clock);
    else after.add(effect.clock);
  }
  return after;
}
