/** The marks under the scrubber: one per entry, or one per run of entries when there are more than fit. */
import type { Entry, Leg } from '../../shared/journal/entry.ts';

export interface Tick {
  /** Positions of the first and last entry it stands for. */
  readonly from: number;
  readonly to: number;
  /** The edge of the diagram that it crosses; `proxy` for what crosses none. */
  readonly edge: Leg | 'proxy';
}

/** At most `max` ticks, in order, covering every entry once. */
export function ticksOf(entries: readonly Entry[], max: number): readonly Tick[] {
  const count = Math.min(entries.length, max);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * entries.length) / count);
    const to = Math.floor(((i + 1) * entries.length) / count) - 1;
    const entry = entries[from];
    return { from, to, edge: entry === undefined || entry.direction === 'none' ? 'proxy' : entry.leg };
  });
}
