/**
 * What is worked out from a session's entries, remembered with them: a step through ten thousand entries costs a few of
 * them, and entries that are added cost only themselves. The answers are those of a pass over all entries, always.
 */
import type { Entry } from '../../shared/journal/entry.ts';

/** What is remembered of one journal while it grows: by the fold or index that it belongs to. */
interface Memory {
  /** Entries of the longest of its arrays. */
  longest: number;
  readonly of: Map<object, unknown>;
}

const memories = new WeakMap<readonly Entry[], Memory>();

function memoryOf(entries: readonly Entry[]): Memory {
  const known = memories.get(entries);
  if (known !== undefined) return known;
  const fresh: Memory = { longest: entries.length, of: new Map() };
  memories.set(entries, fresh);
  return fresh;
}

/** Both arrays in one, which goes on with what is remembered of the first. Neither may ever be changed. */
export function extended(entries: readonly Entry[], more: readonly Entry[]): readonly Entry[] {
  const grown = [...entries, ...more];
  const memory = memoryOf(entries);
  // A journal that went on in two ways at once is two journals.
  if (memory.longest !== entries.length) return grown;
  memory.longest = grown.length;
  memories.set(grown, memory);
  return grown;
}

/** Entries between two remembered states of a fold. */
const STRIDE = 64;

/**
 * A fold that can be asked for any position: what `step` made of `start` over all entries up to `position`, and `start`
 * before the first. `step` must be pure, and must not look at entries behind its own.
 */
export function folded<T>(
  start: T,
  step: (state: T, entry: Entry, position: number, entries: readonly Entry[]) => T,
): (entries: readonly Entry[], position: number) => T {
  const key = {};
  return (entries, position) => {
    const { of } = memoryOf(entries);
    const states = (of.get(key) as T[] | undefined) ?? [start];
    of.set(key, states);
    const end = Math.min(position, entries.length - 1) + 1;
    const known = Math.max(0, Math.min(Math.floor(end / STRIDE), states.length - 1));
    let state = states[known] as T;
    for (let i = known * STRIDE; i < end; i += 1) {
      const entry = entries[i];
      if (entry !== undefined) state = step(state, entry, i, entries);
      if ((i + 1) % STRIDE === 0) states[(i + 1) / STRIDE] = state;
    }
    return state;
  };
}

/**
 * Something gathered over all entries, to be asked for what was there at a position: `add` puts one entry more into it.
 * It may hold what entries behind the given ones added, where the journal has grown since.
 */
export function indexed<T>(
  begin: () => T,
  add: (index: T, entry: Entry, position: number, entries: readonly Entry[]) => void,
): (entries: readonly Entry[]) => T {
  const key = {};
  return (entries) => {
    const { of } = memoryOf(entries);
    const kept = (of.get(key) as { readonly index: T; next: number } | undefined) ?? { index: begin(), next: 0 };
    of.set(key, kept);
    for (; kept.next < entries.length; kept.next += 1) {
      const entry = entries[kept.next];
      if (entry !== undefined) add(kept.index, entry, kept.next, entries);
    }
    return kept.index;
  };
}

/** How many of the ascending `positions` are not behind `position`. */
export function countUntil(positions: readonly number[], position: number): number {
  let [from, to] = [0, positions.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((positions[middle] ?? 0) <= position) from = middle + 1;
    else to = middle;
  }
  return from;
}
