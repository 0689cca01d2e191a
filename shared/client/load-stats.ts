/** What a load came to, counted while it runs: outcomes, latencies, and how both went over time. */
import type { Protocol } from '../machine/machine.ts';
import { type Bar, Histogram, type Quantiles } from './histogram.ts';

/** Points of the course over time; when there are more, every two become one. */
const POINTS_MAX = 240;
/** Bars of the histogram. */
const BARS_MAX = 48;
/** Different outcomes that are told apart. */
const OUTCOMES_MAX = 100;

/** How one session ended. */
export interface LoadEnd {
  readonly protocol: Protocol;
  readonly ok: boolean;
  /** What the client was at: `rcpt`, `login`, `connect` …; `done` when it was finished. */
  readonly stage: string;
  /** How the server said yes: `250`, `OK`; its refusal; or the system's code: ECONNREFUSED, CLOSED, TIMEOUT. */
  readonly answer: string;
  /** ms from when it was due to its end. */
  readonly ms: number;
}

export type LoadOutcome = Omit<LoadEnd, 'ms'> & { readonly count: number };

/** What happened in one stretch of time. */
export interface LoadPoint {
  readonly started: number;
  readonly done: number;
  readonly failed: number;
  /** Of those that ended in it, in ms; 0 where none did. */
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface LoadStats {
  readonly started: number;
  readonly done: number;
  readonly failed: number;
  /** The most frequent first. */
  readonly outcomes: readonly LoadOutcome[];
  /** From when a session was due to its end, in ms. */
  readonly latency: Quantiles;
  readonly byProtocol: readonly { readonly protocol: Protocol; readonly latency: Quantiles }[];
  readonly bars: readonly Bar[];
  /** s that each point stands for. */
  readonly step: number;
  readonly points: readonly LoadPoint[];
}

interface Stretch {
  started: number;
  done: number;
  failed: number;
  readonly times: Histogram;
}

const newStretch = (): Stretch => ({ started: 0, done: 0, failed: 0, times: new Histogram() });

function joined(one: Stretch, other: Stretch | undefined): Stretch {
  if (other === undefined) return one;
  one.times.join(other.times);
  one.started += other.started;
  one.done += other.done;
  one.failed += other.failed;
  return one;
}

/** The course over time: a second a point, and longer stretches as the load gets longer. */
class Course {
  #step = 1;
  #stretches: Stretch[] = [];

  at(ms: number): Stretch {
    while (ms / 1000 / this.#step >= POINTS_MAX) {
      const even = this.#stretches.filter((_, index) => index % 2 === 0);
      this.#stretches = even.map((one, index) => joined(one, this.#stretches[index * 2 + 1]));
      this.#step *= 2;
    }
    const index = Math.max(0, Math.floor(ms / 1000 / this.#step));
    while (this.#stretches.length <= index) this.#stretches.push(newStretch());
    return this.#stretches[index] ?? newStretch();
  }

  view(): Pick<LoadStats, 'step' | 'points'> {
    const points = this.#stretches.map(({ started, done, failed, times }) => {
      const { p50, p95, max } = times.quantiles();
      return { started, done, failed, p50, p95, max };
    });
    return { step: this.#step, points };
  }
}

/** Counts one load. Times are ms since its start. */
export interface LoadTally {
  started(at: number): void;
  ended(end: LoadEnd, at: number): void;
  stats(): LoadStats;
}

export function createTally(): LoadTally {
  const course = new Course();
  const all = new Histogram();
  const byProtocol = new Map<Protocol, Histogram>();
  const outcomes = new Map<string, Omit<LoadEnd, 'ms'> & { count: number }>();
  let [started, done, failed] = [0, 0, 0];
  const note = ({ protocol, ok, stage, answer }: LoadEnd) => {
    const key = `${protocol} ${ok} ${stage} ${answer}`;
    const crowded = outcomes.size >= OUTCOMES_MAX && !outcomes.has(key);
    const kept = crowded ? { protocol, ok, stage: 'other', answer: '' } : { protocol, ok, stage, answer };
    const at = crowded ? `${protocol} ${ok} other` : key;
    outcomes.set(at, { ...kept, count: (outcomes.get(at)?.count ?? 0) + 1 });
  };
  return {
    started: (at) => {
      started += 1;
      course.at(at).started += 1;
    },
    ended: (end, at) => {
      if (end.ok) done += 1;
      else failed += 1;
      const stretch = course.at(at);
      stretch[end.ok ? 'done' : 'failed'] += 1;
      const times = byProtocol.get(end.protocol) ?? new Histogram();
      byProtocol.set(end.protocol, times);
      for (const histogram of [stretch.times, all, times]) histogram.add(end.ms);
      note(end);
    },
    stats: () => ({
      ...{ started, done, failed },
      outcomes: [...outcomes.values()].sort((one, other) => other.count - one.count),
      latency: all.quantiles(),
      byProtocol: [...byProtocol].map(([protocol, times]) => ({ protocol, latency: times.quantiles() })),
      bars: all.bars(BARS_MAX),
      ...course.view(),
    }),
  };
}
