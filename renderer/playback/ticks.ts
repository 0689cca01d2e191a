/** The marks under the scrubber: one per entry, or one per run of entries when there are more than fit. */
import type { Entry } from '../../shared/journal/entry.ts';
import { type Speaker, speakerOf } from '../store/playback.ts';

export interface Tick {
  /** Positions of the first and last entry it stands for. */
  readonly from: number;
  readonly to: number;
  readonly speaker: Speaker;
}

/** At most `max` ticks, in order, covering every entry once. */
export function ticksOf(entries: readonly Entry[], max: number): readonly Tick[] {
  const count = Math.min(entries.length, max);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * entries.length) / count);
    const to = Math.floor(((i + 1) * entries.length) / count) - 1;
    const entry = entries[from];
    return { from, to, speaker: entry === undefined ? 'proxy' : speakerOf(entry) };
  });
}
