/** The session line by line on its two legs, with the auth call as a band across them. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockText, type TimeMode } from '../../shared/journal/clock.ts';
import { isRelayed, relayStart } from '../../shared/journal/travel.ts';
import { openCopy } from '../copy/copy-store.ts';
import { useFindingsByEntry } from '../diagnosis/findings.ts';
import { InlineFindings, useOpenFindings } from '../diagnosis/inline.tsx';
import { isLive, selectedSession } from '../store/selectors.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { useKeepInView, useRowKeys } from './follow-rows.ts';
import { LineMenu, type LinePlace } from './line-menu.tsx';
import { Row, type RowProps } from './row.tsx';
import { Silence } from './silence-line.tsx';
import styles from './transcript.module.css';

/** px of a row with one line; longer ones are measured. */
const ROW_HEIGHT = 25;

export function Transcript() {
  const { t } = useTranslation('transcript');
  const total = useLab((state) => state.entries.length);
  return (
    <section className={styles.transcript} aria-label={t('label')} data-long={total > 999}>
      {total === 0 ? (
        <Empty />
      ) : (
        <>
          <Head />
          <Rows />
          <Silence />
        </>
      )}
    </section>
  );
}

function Empty() {
  const { t } = useTranslation('transcript');
  const selected = useLab((state) => state.selected);
  const loading = useLab((state) => state.loading);
  if (loading) return <p className={styles.empty}>{t('empty.loading')}</p>;
  const which = selected === null ? 'none' : 'silent';
  return (
    <div className={styles.empty}>
      <b>{t(`empty.${which}.title`)}</b>
      <p>{t(`empty.${which}.text`)}</p>
    </div>
  );
}

const nextMode: Record<TimeMode, TimeMode> = { relative: 'absolute', absolute: 'delta', delta: 'relative' };

function Head() {
  const { t } = useTranslation('transcript');
  const { time, hex } = useLab((state) => state.settings);
  const selected = useLab((state) => state.selected);
  const { setSettings } = useActions();
  const mode = t(`time.${time}`);
  return (
    <div className={styles.head}>
      <button
        type="button"
        className={styles.mode}
        title={t('time.hint', { mode })}
        onClick={() => setSettings({ time: nextMode[time] })}
      >
        {t('column.time')} <small>{mode}</small>
      </button>
      <span className={styles.leg} data-leg="client">
        <span>{t('column.client')}</span>
      </span>
      <span />
      <span className={styles.leg} data-leg="upstream">
        <span>{t('column.upstream')}</span>
        <button
          type="button"
          className={styles.toggle}
          aria-pressed={hex}
          title={t(hex ? 'hex.off' : 'hex.on')}
          onClick={() => setSettings({ hex: !hex })}
        >
          {t('hex')}
        </button>
        {selected === null ? null : (
          <button type="button" className={styles.toggle} title={t('copy.hint')} onClick={() => openCopy(selected)}>
            {t('copy')}
          </button>
        )}
      </span>
    </div>
  );
}

function Rows() {
  const scroller = useRef<HTMLDivElement>(null);
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const session = useLab(selectedSession);
  const { time, hex } = useLab((state) => state.settings);
  const live = useLab(isLive);
  const relay = useMemo(() => relayStart(entries), [entries]);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    // The rows around the cursor stay in sight.
    scrollPaddingStart: 76,
    scrollPaddingEnd: 76,
  });
  useKeepInView(shown, scroller, virtual);
  const onKeyDown = useRowKeys(scroller);
  const [menu, setMenu] = useState<LinePlace | null>(null);
  const closeMenu = useCallback(() => setMenu(null), []);
  const acts = useRowActs(setMenu);
  const findings = useFindingsByEntry();
  const open = useOpenFindings(session?.id ?? null);
  return (
    <div className={styles.scroller} ref={scroller} data-live={live}>
      <ol className={styles.rows} style={{ height: virtual.getTotalSize() }} onKeyDown={onKeyDown}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const entry = entries[index];
          if (entry === undefined) return null;
          const found = findings.get(index);
          return (
            <li
              key={index}
              ref={virtual.measureElement}
              data-index={index}
              style={{ transform: `translateY(${start}px)` }}
              aria-setsize={entries.length}
              aria-posinset={index + 1}
            >
              <Row
                entry={entry}
                relayed={isRelayed(entry, index, relay)}
                time={clockText(time, entry.at, entries[index - 1]?.at ?? entry.at, session?.startedAt ?? 0)}
                hex={hex}
                current={index === shown}
                future={index > shown}
                {...acts}
              />
              {found === undefined ? null : <InlineFindings found={found} future={index > shown} open={open} />}
            </li>
          );
        })}
      </ol>
      <LineMenu onClose={closeMenu} place={menu} />
    </div>
  );
}

/** What can be done with a row; always the same functions. */
function useRowActs(setMenu: (place: LinePlace) => void): Pick<RowProps, 'onSelect' | 'onReadMessage' | 'onMenu'> {
  const actions = useActions();
  return useMemo(
    () => ({
      onSelect: actions.goTo,
      onReadMessage: (seq) => {
        actions.goTo(seq);
        actions.setTab('message');
      },
      onMenu: (seq, x, y) => {
        actions.goTo(seq);
        setMenu({ seq, x, y });
      },
    }),
    [actions, setMenu],
  );
}
