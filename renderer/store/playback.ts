/** Where the one cursor may go: pure sums over the entries of a session. Positions count from 0; -1 is "nothing yet". */
import type { Entry } from '../../shared/journal/entry.ts';

/** Who acts in an entry. */
export type Speaker = 'client' | 'proxy' | 'auth' | 'upstream';

/** Who acts: for `in` the far end of the leg, else the proxy. A relayed line was spoken by the side it came from. */
export function speakerOf(entry: Entry): Speaker {
  return entry.direction === 'in' ? entry.leg : 'proxy';
}

/** Keeps a position inside the session. */
export function clampTo(entries: readonly Entry[], position: number): number {
  return Math.max(Math.min(position, entries.length - 1), Math.min(0, entries.length - 1));
}

/** The first position after `from` at which somebody else speaks; the last one when nobody does. */
export function nextTurn(entries: readonly Entry[], from: number): number {
  const current = entries[from];
  const speaker = current === undefined ? null : speakerOf(current);
  for (let i = from + 1; i < entries.length; i += 1) {
    const entry = entries[i];
    if (entry !== undefined && speakerOf(entry) !== speaker) return i;
  }
  return entries.length - 1;
}

/** The beginning of the turn before the one at `from`. */
export function previousTurn(entries: readonly Entry[], from: number): number {
  const start = turnStart(entries, from);
  return start < from ? start : turnStart(entries, Math.max(0, from - 1));
}

function turnStart(entries: readonly Entry[], from: number): number {
  const current = entries[from];
  if (current === undefined) return clampTo(entries, from);
  let i = from;
  while (i > 0) {
    const before = entries[i - 1];
    if (before === undefined || speakerOf(before) !== speakerOf(current)) return i;
    i -= 1;
  }
  return 0;
}

/** A stage begins where the proxy moves to another place of the dialogue. */
export function stages(entries: readonly Entry[]): readonly number[] {
  const starts: number[] = entries.length > 0 ? [0] : [];
  let place: string | undefined;
  entries.forEach((entry, i) => {
    const next = entry.state?.place;
    if (next === undefined || next === place) return;
    place = next;
    if (i > 0) starts.push(i);
  });
  return starts;
}

/** The first stage that begins after `from`; the end when there is none. */
export function nextStage(entries: readonly Entry[], from: number): number {
  return stages(entries).find((start) => start > from) ?? entries.length - 1;
}

/** The last stage that begins before `from`. */
export function previousStage(entries: readonly Entry[], from: number): number {
  return stages(entries).findLast((start) => start < from) ?? clampTo(entries, 0);
}

/** Milliseconds one edge of the diagram takes to cross. */
export const EDGE_MS = 250;

/** ms a newcomer's own mail stays on each step: time to see the parcel go and to read where it went. */
export const WALK_MS = 2 * EDGE_MS;

/**
 * How long following stays on a step before it goes on, in ms: one edge's travel, or half of it when it has more than
 * a dozen entries to catch up with (eight parcels a second are the most an eye can follow).
 */
export function followPace(lag: number): number {
  return lag > 12 ? EDGE_MS / 2 : EDGE_MS;
}
