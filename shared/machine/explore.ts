/**
 * Walks a machine over everything that can happen to it, and tells what it is made of: its places, and the steps that
 * lead from one to another. The state diagram is drawn from this, so it cannot say anything that the machine does not do.
 */
import type { Clock, Effect, Event, Params } from './machine.ts';

/** Something that can happen, and the name under which the diagram gathers its like: `EHLO`, `verdict.route`. */
export interface Happening<E = Event> {
  readonly on: string;
  readonly event: E;
}

/** What a walk needs of a machine: the proxy's own, and those of the servers that the lab plays. */
export interface Walkable<S, E, F> {
  readonly initial: S;
  step(
    state: S,
    event: E,
  ): { readonly state: S; readonly effects: readonly F[]; readonly why: string; readonly params?: Params };
}

/** What a walk needs to know of a kind of machine. */
export interface Terrain<S, E = Event> {
  /** What can happen in a state while these clocks run; examples that read well come first. */
  happenings(state: S, running: ReadonlySet<Clock>): readonly Happening<E>[];
  /** States of one shape decide alike: only the first of them is looked at. */
  shape(state: S): string;
  /** States to which the same steps lead when they are repeated, such as the last error but one. */
  leaps(state: S): readonly S[];
}

/** A step as the diagram shows it. */
export interface Way<E = Event, F = Effect> {
  readonly from: string;
  readonly on: string;
  readonly why: string;
  readonly to: string;
  /** The first example that was found. */
  readonly event: E;
  readonly effects: readonly F[];
  readonly params?: Params;
}

/** A machine's diagram. */
export interface StateDiagram<E = Event, F = Effect> {
  readonly initial: string;
  /** In the order in which they are reached. */
  readonly places: readonly string[];
  readonly ways: readonly Way<E, F>[];
}

/** A walk ends after so many states; no machine of the lab has a hundredth of that. */
const STATES_MAX = 20_000;

interface Spot<S> {
  readonly state: S;
  readonly running: ReadonlySet<Clock>;
}

/** The diagram of several machines of one kind, as if they were one. Throws when there are more states than `STATES_MAX`. */
export function explore<S extends { readonly place: string }, E, F extends { readonly type: string }>(
  machines: readonly Walkable<S, E, F>[],
  terrain: Terrain<S, E>,
): StateDiagram<E, F> {
  const places = new Set<string>();
  const ways = new Map<string, Way<E, F>>();
  for (const machine of machines) walk(machine, terrain, places, ways);
  return { initial: machines[0]?.initial.place ?? '', places: [...places], ways: [...ways.values()] };
}

function walk<S extends { readonly place: string }, E, F extends { readonly type: string }>(
  machine: Walkable<S, E, F>,
  terrain: Terrain<S, E>,
  places: Set<string>,
  ways: Map<string, Way<E, F>>,
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
      const { state: next, effects, why, params } = machine.step(state, event);
      // Nothing changes and nothing is asked for.
      if (effects.length === 0 && next === state) continue;
      const key = `${state.place} ${on} ${why} ${next.place}`;
      if (!ways.has(key))
        ways.set(key, { from: state.place, on, why, to: next.place, event, effects, ...(params ? { params } : {}) });
      reach(next, clocksAfter(running, effects));
    }
  }
}

/** Which clocks run after a step. */
export function clocksAfter(
  running: ReadonlySet<Clock>,
  effects: readonly { readonly type: string }[],
): ReadonlySet<Clock> {
  const after = new Set(running);
  for (const effect of effects) {
    if (!isClock(effect)) continue;
    if (effect.ms === null) after.delete(effect.clock);
    else after.add(effect.clock);
  }
  return after;
}

const isClock = (effect: { readonly type: string }): effect is Extract<Effect, { type: 'clock' }> =>
  effect.type === 'clock';
