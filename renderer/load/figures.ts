/** Numbers of a load as they are written and drawn. Pure. */
import type { LoadPoint, LoadStats } from '../../shared/client/load-stats.ts';
import type { LoadView } from '../../shared/contract/load.ts';
import { duration } from '../shell/format.ts';

/** ms finely enough for loopback: `1.4 ms`, `38 ms`, `2.1 s`. */
export const fine = (ms: number): string => (ms > 0 && ms < 10 ? `${ms.toFixed(1)} ms` : duration(ms));

/** Sessions that ended, a second; of the whole run. */
export const perSecond = ({ done, failed, ms }: Pick<LoadView, 'done' | 'failed' | 'ms'>): number =>
  ms < 1 ? 0 : ((done + failed) * 1000) / ms;

/** One row of the numbers, in words' keys. */
export interface Figure {
  readonly key: string;
  readonly text: string;
}

/** The numbers that two runs are compared by. */
export function figuresOf(load: LoadView, number: Intl.NumberFormat): readonly Figure[] {
  const { latency } = load;
  return [
    { key: 'started', text: number.format(load.started) },
    { key: 'done', text: number.format(load.done) },
    { key: 'failed', text: number.format(load.failed) },
    { key: 'took', text: duration(load.ms) },
    { key: 'perSecond', text: number.format(Math.round(perSecond(load) * 10) / 10) },
    { key: 'p50', text: fine(latency.p50) },
    { key: 'p95', text: fine(latency.p95) },
    { key: 'p99', text: fine(latency.p99) },
    { key: 'max', text: fine(latency.max) },
    { key: 'late', text: number.format(load.late) },
    { key: 'busy', text: fine(load.busyMs) },
  ];
}

/** A round number that is not below: 1, 2, 5, 10, 20 … */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

/** `from`, `done` … of every point as one line of numbers, for a spreadsheet. */
export function csvOf({ points, step }: Pick<LoadStats, 'points' | 'step'>): string {
  const cell = (ms: number): string => ms.toFixed(2);
  const row = ({ started, done, failed, p50, p95, max }: LoadPoint, index: number): string =>
    [index * step, started, done, failed, cell(p50), cell(p95), cell(max)].join(',');
  return `${['second,started,done,failed,p50_ms,p95_ms,max_ms', ...points.map(row)].join('\r\n')}\r\n`;
}
