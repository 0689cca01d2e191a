/** How many sessions begin per second, from the growing total. */

/** The total at a moment, in ms of any clock that only goes forward. */
export interface Sample {
  readonly at: number;
  readonly total: number;
}

/** ms that the mean is taken over. */
const WINDOW_MS = 5000;

/** Adds a sample and answers with the mean over the last five seconds. A total that shrank (cleared) starts anew. */
export function rate(samples: readonly Sample[], now: Sample): { samples: readonly Sample[]; perSecond: number } {
  const last = samples.at(-1);
  if (last === undefined || now.total < last.total) return { samples: [now], perSecond: 0 };
  const kept = [...samples.filter((one) => now.at - one.at <= WINDOW_MS), now];
  const first = kept[0] ?? now;
  const seconds = (now.at - first.at) / 1000;
  return { samples: kept, perSecond: seconds > 0 ? (now.total - first.total) / seconds : 0 };
}
