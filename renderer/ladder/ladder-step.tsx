/** One row of the ladder: an arrow from room to room with what it says, or a mark on the proxy's own line. */
import { type CSSProperties, type JSX, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { BY_HAND, labelOf, readableGist, signs } from '../../shared/export/session-sheet.ts';
import { duration } from '../../shared/journal/clock.ts';
import type { Entry } from '../../shared/journal/entry.ts';
import type { Column, LadderRow } from '../../shared/journal/ladder.ts';
import { spelled } from '../../shared/journal/readable.ts';
import { sentenceOf } from '../../shared/journal/sentence.ts';
import { gistOf, travelOf } from '../../shared/journal/travel.ts';
import { say } from '../i18n/say.ts';
import styles from './ladder.module.css';
import { SILENCE } from './row-height.ts';

interface LadderStepProps {
  readonly entry: Entry;
  readonly row: LadderRow;
  /** Whether it stands for both sides of the proxy. */
  readonly relayed: boolean;
  readonly columns: readonly Column[];
  readonly total: number;
  readonly time: string;
  readonly current: boolean;
  /** After the cursor. */
  readonly future: boolean;
  readonly onSelect: (position: number) => void;
}

/** Drawn again only when something of it is another: a step of the cursor changes two rows, not all in sight. */
export const LadderStep = memo(function LadderStep(props: LadderStepProps): JSX.Element {
  const { entry, row, current, future, time, onSelect } = props;
  const { t } = useTranslation('ladder');
  const silence = row.gap === 0 ? '' : t('silence', { time: duration(row.gap) });
  const label = useLabel(props, silence);
  return (
    <div className={styles.row} data-current={current} data-future={future} data-tone={row.tone}>
      {silence === '' ? null : (
        <span aria-hidden="true" className={styles.silence} style={{ height: SILENCE }}>
          <span>{silence}</span>
        </span>
      )}
      <button
        aria-current={current ? 'step' : undefined}
        aria-label={label}
        className={styles.hit}
        data-position={row.position}
        onClick={() => onSelect(row.position)}
        tabIndex={current ? 0 : -1}
        title={label}
        type="button"
      />
      <span className={styles.time}>{time}</span>
      <span className={styles.number}>{row.position + 1}</span>
      <span className={styles.lanes}>
        {row.shape === 'divider' ? <span className={styles.divider}>{t('word.divider')}</span> : <Way {...props} />}
      </span>
      <span className={styles.why}>{spelled(t(`reasons:${entry.why}.title`, { ...entry.params }))}</span>
    </div>
  );
});

/** The step's sentence, and what the arrow shows besides: what the proxy did with it, whether it was changed by hand. */
function useLabel({ entry, row, relayed, total }: LadderStepProps, silence: string): string {
  const { t } = useTranslation('ladder');
  const did = entry.disposition === undefined ? [] : [t(`transcript:disposition.${entry.disposition}`)];
  const hand = entry.edited === undefined ? [] : [t('word.byHand')];
  const later = silence === '' ? [] : [silence];
  const sentence = sentenceOf(entry, travelOf(entry, relayed), total, say, readableGist(gistOf(entry)));
  const more = [...did, ...hand, ...later].join(', ');
  return more === '' || row.shape === 'divider' ? sentence : `${sentence} (${more})`;
}

const percent = (value: number): string => `${value * 100}%`;

/** Where an arrow begins and ends, and where what it says has the most room. */
function placesOf(
  { from, to, shape }: LadderRow,
  columns: number,
): { readonly line: CSSProperties; readonly label: CSSProperties } {
  const at = (column: number): number => (column + 0.5) / columns;
  const left = Math.min(at(from), at(to));
  const line = { left: percent(left), width: percent(Math.abs(at(to) - at(from))) };
  if (shape === 'mark') {
    return {
      line,
      label: { left: `calc(${percent(at(from))} + 12px)`, maxWidth: `calc(${percent(1 - at(from))} - 12px)` },
    };
  }
  // Towards the client the words begin where the arrow ends, as long as there is more room behind them than before.
  if (to < from && at(from) > 1 - at(to))
    return { line, label: { right: percent(1 - at(from)), maxWidth: percent(at(from)) } };
  return { line, label: { left: percent(left), maxWidth: percent(1 - left) } };
}

function Way({ entry, row, columns }: LadderStepProps) {
  const { line, label } = placesOf(row, columns.length);
  const text = labelOf(entry, readableGist(gistOf(entry)), (key, values) => spelled(say(key, values)));
  const { disposition } = entry;
  const leftwards = row.to < row.from;
  const sign = disposition === undefined ? '' : disposition === 'passed' && leftwards ? '←' : signs[disposition];
  return (
    <>
      <span className={styles.label} data-mark={row.shape === 'mark'} style={label}>
        {sign === '' ? null : <b data-disposition={disposition}>{sign}</b>}
        {entry.edited === undefined ? null : <b data-hand="">{BY_HAND}</b>}
        <span>{text}</span>
      </span>
      {row.shape === 'mark' ? (
        <i aria-hidden="true" className={styles.mark} style={{ left: line.left }} />
      ) : (
        <i
          aria-hidden="true"
          className={styles.arrow}
          data-disposition={disposition}
          data-left={leftwards}
          style={line}
        >
          {row.through ? <i className={styles.through} style={through(row, columns.length)} /> : null}
        </i>
      )}
    </>
  );
}

/** Where an arrow of the relay crosses the proxy's line, seen from the arrow's own left end. */
function through({ from, to }: LadderRow, columns: number): CSSProperties {
  const left = Math.min(from, to);
  const width = Math.abs(to - from);
  return columns === 0 || width === 0 ? {} : { left: percent((1 - left) / width) };
}
