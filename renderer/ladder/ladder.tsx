/** The session as a sequence chart: a column for each room, a row for each step, tied to the one cursor. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type JSX, memo, useCallback, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText, type TimeMode } from '../../shared/journal/clock.ts';
import { type Ladder as Chart, type Column, ladderOf } from '../../shared/journal/ladder.ts';
import { spelled } from '../../shared/journal/readable.ts';
import { isRelayed, relayStart, travelOf } from '../../shared/journal/travel.ts';
import { Announcer } from '../diagram/announcer.tsx';
import { useRush } from '../diagram/traffic.tsx';
import { selectedSession, shownEntry } from '../store/selectors.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { useKeepInView, useRowKeys } from '../transcript/follow-rows.ts';
import styles from './ladder.module.css';
import { LadderStep } from './ladder-step.tsx';
import { rowHeight } from './row-height.ts';
import { SaveLadder } from './save-ladder.tsx';

/** px of the names that stay above the rows. */
const HEAD = 40;

export function Ladder(): JSX.Element {
  const { t } = useTranslation('ladder');
  const entries = useLab((state) => state.entries);
  const chart = useMemo(() => ladderOf(entries), [entries]);
  return (
    <section aria-label={t('label')} className={styles.ladder} data-long={entries.length > 999}>
      {entries.length === 0 ? <Empty chart={chart} /> : <Rows chart={chart} />}
      <Spoken />
    </section>
  );
}

function Empty({ chart }: { readonly chart: Chart }) {
  const { t } = useTranslation('ladder');
  const selected = useLab((state) => state.selected);
  const which = selected === null ? 'none' : 'silent';
  return (
    <>
      <Head columns={chart.columns} />
      <p className={styles.empty}>{t(`empty.${which}`)}</p>
    </>
  );
}

/** One sentence per step, as beside the diagram. */
function Spoken() {
  const entry = useLab(shownEntry);
  const shown = useLab((state) => state.shown);
  const entries = useLab((state) => state.entries);
  const relay = useMemo(() => relayStart(entries), [entries]);
  const travel = entry === undefined ? null : travelOf(entry, isRelayed(entry, shown, relay));
  const rush = useRush() !== null;
  return <Announcer entry={entry} rush={rush} total={entries.length} travel={travel} />;
}

const nextMode: Record<TimeMode, TimeMode> = { relative: 'absolute', absolute: 'delta', delta: 'relative' };

const Head = memo(function Head({ columns }: { readonly columns: readonly Column[] }) {
  const { t } = useTranslation('ladder');
  const { time } = useLab((state) => state.settings);
  const { setSettings } = useActions();
  const mode = t(`transcript:time.${time}`);
  return (
    <div className={styles.head}>
      <button
        className={styles.mode}
        onClick={() => setSettings({ time: nextMode[time] })}
        title={t('transcript:time.hint', { mode })}
        type="button"
      >
        {t('transcript:column.time')} <small>{mode}</small>
      </button>
      <span className={styles.names} style={{ gridTemplateColumns: `repeat(${columns.length}, minmax(0, 1fr))` }}>
        {columns.map(({ room, name, address }) => {
          const shown = spelled(name === '' ? address : name) || t(`diagram:${room}`);
          return (
            <span
              className={styles.name}
              data-room={room}
              key={`${room} ${name} ${address}`}
              title={spelled(`${shown} ${address}`)}
            >
              {shown}
            </span>
          );
        })}
      </span>
      <SaveLadder />
    </div>
  );
});

function Rows({ chart }: { readonly chart: Chart }) {
  const { t } = useTranslation('ladder');
  const scroller = useRef<HTMLDivElement>(null);
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const startedAt = useLab((state) => selectedSession(state)?.startedAt ?? 0);
  const { time } = useLab((state) => state.settings);
  const actions = useActions();
  const relay = useMemo(() => relayStart(entries), [entries]);
  const virtual = useVirtualizer({
    count: chart.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => rowHeight(chart.rows[index]),
    getItemKey: useCallback(
      // A row that grew by what was recorded behind it is another row.
      (index: number) => `${index} ${rowHeight(chart.rows[index])}`,
      [chart],
    ),
    overscan: 12,
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD + 40,
    scrollPaddingEnd: 40,
  });
  useKeepInView(shown, scroller, virtual);
  const onKeyDown = useRowKeys(scroller);
  return (
    <div className={styles.scroller} ref={scroller}>
      <Head columns={chart.columns} />
      <div className={styles.body} style={{ height: virtual.getTotalSize() }}>
        <Lifelines columns={chart.columns} />
        <ol aria-label={t('rows')} className={styles.rows} onKeyDown={onKeyDown}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const [row, entry] = [chart.rows[index], entries[index]];
            if (row === undefined || entry === undefined) return null;
            return (
              <li
                aria-posinset={index + 1}
                aria-setsize={entries.length}
                key={index}
                style={{ transform: `translateY(${start - HEAD}px)`, height: rowHeight(row) }}
              >
                <LadderStep
                  columns={chart.columns}
                  current={index === shown}
                  entry={entry}
                  future={index > shown}
                  onSelect={actions.goTo}
                  row={row}
                  time={clockText(time, entry.at, entries[index - 1]?.at ?? entry.at, startedAt)}
                  total={entries.length}
                  relayed={isRelayed(entry, index, relay)}
                />
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}

/** Drawn once behind all rows. */
const Lifelines = memo(function Lifelines({ columns }: Pick<Chart, 'columns'>) {
  return (
    <div aria-hidden="true" className={styles.lifelines}>
      <span />
      <span />
      <span className={styles.lanes}>
        {columns.map(({ room, name, address }, at) => (
          <i
            data-room={room}
            key={`${room} ${name} ${address}`}
            style={{ left: `${((at + 0.5) / columns.length) * 100}%` }}
          />
        ))}
      </span>
    </div>
  );
});
