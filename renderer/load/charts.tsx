/** The charts of a load: how fast it went and how long it took, over time, and how the times are spread. */
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LoadPoint } from '../../shared/client/load-stats.ts';
import type { LoadView } from '../../shared/contract/load.ts';
import form from '../shell/form.module.css';
import { fine, roundUp } from './figures.ts';
import style from './load.module.css';

const WIDE = 210;
const HIGH = 84;
/** Room for the numbers at the side and below. */
const SIDE = 58;
const BELOW = 16;

interface ChartProps {
  readonly title: string;
  /** The chart in words. */
  readonly label: string;
  /** What the top of the chart stands for. */
  readonly top: string;
  readonly begin: string;
  readonly end: string;
  readonly children: ReactNode;
  /** The same as a table. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function Chart({ title, label, top, begin, end, children, head, rows }: ChartProps) {
  const { t } = useTranslation('load');
  return (
    <figure className={style.chart}>
      <figcaption className={form.label}>{title}</figcaption>
      <svg aria-label={label} role="img" viewBox={`0 0 ${WIDE + SIDE} ${HIGH + BELOW + 8}`}>
        <g transform={`translate(${SIDE} 8)`}>
          <path className={style.grid} d={`M0 0H${WIDE}M0 ${HIGH / 2}H${WIDE}M0 ${HIGH}H${WIDE}`} />
          {children}
          <text textAnchor="end" x={-6} y={4}>
            {top}
          </text>
          <text textAnchor="end" x={-6} y={HIGH + 3}>
            0
          </text>
          <text x={0} y={HIGH + BELOW - 2}>
            {begin}
          </text>
          <text textAnchor="end" x={WIDE} y={HIGH + BELOW - 2}>
            {end}
          </text>
        </g>
      </svg>
      <details>
        <summary>{t('table')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
        <section aria-label={title} className={style.scroll} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row[0]}>
                  {row.map((cell, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a table never move.
                    <td key={index}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

/** A line through values, `top` being the height of the chart; values of nothing are left out. */
function lineThrough(values: readonly (number | null)[], top: number): string {
  const step = WIDE / Math.max(1, values.length - 1);
  let pen = 'M';
  return values
    .map((value, index) => {
      if (value === null) return '';
      const to = `${pen}${(index * step).toFixed(1)} ${(HIGH - (value / top) * HIGH).toFixed(1)}`;
      pen = 'L';
      return to;
    })
    .join('');
}

export function Throughput({ load: { points, step } }: { readonly load: LoadView }): JSX.Element {
  const { t } = useTranslation('load');
  const rates = points.map(({ done, failed }) => ({ done: done / step, failed: failed / step }));
  const top = roundUp(Math.max(0, ...rates.map(({ done, failed }) => done + failed)));
  const wide = WIDE / Math.max(1, rates.length);
  const bar = Math.max(0.6, wide - (wide > 4 ? 1.5 : 0));
  const most = Math.max(0, ...rates.map(({ done, failed }) => done + failed));
  return (
    <Chart
      begin={t('axis.seconds', { s: 0 })}
      end={t('axis.seconds', { s: points.length * step })}
      head={['second', 'started', 'done', 'failed'].map((key) => t(`column.${key}`))}
      label={t('chart.throughput.label', { most: Math.round(most * 10) / 10, s: points.length * step })}
      rows={points.map(({ started, done, failed }, at) => [at * step, started, done, failed].map(String))}
      title={t('chart.throughput')}
      top={String(top)}
    >
      {rates.map(({ done, failed }, at) => {
        const good = (done / top) * HIGH;
        const bad = (failed / top) * HIGH;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a stretch of time is its place.
          <g key={at}>
            <rect className={style.good} height={good} width={bar} x={at * wide} y={HIGH - good} />
            <rect className={style.bad} height={bad} width={bar} x={at * wide} y={HIGH - good - bad} />
          </g>
        );
      })}
    </Chart>
  );
}

const known = (points: readonly LoadPoint[], pick: (point: LoadPoint) => number): readonly (number | null)[] =>
  points.map((point) => (point.done + point.failed === 0 ? null : pick(point)));

export function Latency({ load: { points, step } }: { readonly load: LoadView }): JSX.Element {
  const { t } = useTranslation('load');
  const most = Math.max(0, ...points.map(({ p95 }) => p95));
  const top = roundUp(most);
  // One point alone is no line.
  const drawn = points.length === 1 ? [...points, ...points] : points;
  return (
    <Chart
      begin={t('axis.seconds', { s: 0 })}
      end={t('axis.seconds', { s: points.length * step })}
      head={['second', 'p50', 'p95', 'max'].map((key) => t(`column.${key}`))}
      label={t('chart.latency.label', { most: fine(most) })}
      rows={points.map(({ p50, p95, max }, at) => [String(at * step), fine(p50), fine(p95), fine(max)])}
      title={t('chart.latency')}
      top={fine(top)}
    >
      <path
        className={style.p95}
        d={lineThrough(
          known(drawn, ({ p95 }) => p95),
          top,
        )}
      />
      <path
        className={style.p50}
        d={lineThrough(
          known(drawn, ({ p50 }) => p50),
          top,
        )}
      />
    </Chart>
  );
}

export function Spread({ load: { bars } }: { readonly load: LoadView }): JSX.Element {
  const { t } = useTranslation('load');
  const top = roundUp(Math.max(0, ...bars.map(({ count }) => count)));
  const wide = WIDE / Math.max(1, bars.length);
  const [first, last] = [bars[0], bars.at(-1)];
  return (
    <Chart
      begin={first === undefined ? '' : fine(first.from)}
      end={last === undefined ? '' : fine(last.to)}
      head={['from', 'to', 'count'].map((key) => t(`column.${key}`))}
      label={t('chart.spread.label', { from: fine(first?.from ?? 0), to: fine(last?.to ?? 0) })}
      rows={bars.filter(({ count }) => count > 0).map(({ from, to, count }) => [fine(from), fine(to), String(count)])}
      title={t('chart.spread')}
      top={String(top)}
    >
      {bars.map(({ from, count }, at) => (
        <rect
          className={style.times}
          height={(count / top) * HIGH}
          key={from}
          width={Math.max(0.6, wide - 1)}
          x={at * wide}
          y={HIGH - (count / top) * HIGH}
        />
      ))}
    </Chart>
  );
}
