/** One row of the transcript: an entry at its place in time, on its leg, with what the proxy did with it. */
import type { TFunction } from 'i18next';
import { type MouseEvent, memo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../shared/journal/entry.ts';
import { gistOf, travelOf } from '../../shared/journal/travel.ts';
import { WasLine } from '../gates/by-hand.tsx';
import { Band } from './band.tsx';
import { Gutter } from './gutter.tsx';
import { LineText } from './line-text.tsx';
import styles from './transcript.module.css';

export interface RowProps {
  readonly entry: Entry;
  readonly relayed: boolean;
  readonly time: string;
  readonly hex: boolean;
  readonly current: boolean;
  /** After the cursor: it has not happened yet as far as the panes are concerned. */
  readonly future: boolean;
  readonly onSelect: (seq: number) => void;
  readonly onReadMessage: (seq: number) => void;
  readonly onMenu: (seq: number, x: number, y: number) => void;
}

/** Drawn again only when something of it is another: a step of the cursor changes two rows, not all in sight. */
export const Row = memo(function Row(props: RowProps) {
  const { entry, relayed, current, future, time } = props;
  const { t } = useTranslation('transcript');
  const [revealed, setRevealed] = useState(false);
  const label = rowLabel(t, entry, relayed, time);
  return (
    <div className={styles.row} data-kind={entry.kind} data-current={current} data-future={future}>
      <button
        type="button"
        className={styles.hit}
        aria-label={label}
        aria-current={current ? 'step' : undefined}
        tabIndex={current ? 0 : -1}
        data-position={entry.seq}
        onClick={() => props.onSelect(entry.seq)}
        onContextMenu={(event) => {
          event.preventDefault();
          const { x, y } = pointAt(event);
          props.onMenu(entry.seq, x, y);
        }}
        onKeyDown={(event) => {
          if (event.key !== '.' || event.ctrlKey || event.altKey || event.metaKey) return;
          event.preventDefault();
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          // The menu would take the rest of this very key press for itself.
          requestAnimationFrame(() => props.onMenu(entry.seq, left + 60, bottom));
        }}
      />
      <span className={styles.time}>{time}</span>
      <span className={styles.number}>{entry.seq + 1}</span>
      <Content {...props} revealed={revealed} t={t} />
      <Extras {...props} revealed={revealed} onReveal={() => setRevealed(!revealed)} t={t} />
    </div>
  );
});

/** What the parts of a row get besides: there are many rows, and each has its words from one place. */
interface PartProps {
  readonly t: TFunction<'transcript'>;
}

function rowLabel(t: PartProps['t'], entry: Entry, relayed: boolean, time: string): string {
  const gist = gistOf(entry);
  const text = t(gist.key, gist.params);
  const travel = travelOf(entry, relayed);
  const step = entry.seq + 1;
  if (travel === null) return t('row.label.inside', { step, time, room: t('room.proxy'), text });
  const said = t('row.label', { step, time, from: t(`room.${travel.from}`), to: t(`room.${travel.to}`), text });
  return entry.disposition === undefined ? said : `${said}, ${t(`disposition.${entry.disposition}`)}`;
}

function Content(props: RowProps & PartProps & { readonly revealed: boolean }) {
  const { entry, t } = props;
  if (entry.kind === 'relay') return <span className={styles.divider}>{t('row.relay')}</span>;
  if (entry.leg === 'auth' && entry.kind === 'hold') {
    const gist = gistOf(entry);
    return (
      <span className={styles.band} data-direction="none">
        <span className={styles.event}>{t(gist.key, gist.params)}</span>
      </span>
    );
  }
  if (entry.leg === 'auth') {
    return (
      <span className={styles.band} data-direction={entry.direction}>
        <Band entry={entry} hex={props.hex} revealed={props.revealed} />
        {entry.edited === undefined ? null : <WasLine entry={entry} revealed={props.revealed} />}
      </span>
    );
  }
  return <Legs {...props} />;
}

/** Both columns with the gutter between them: the line on its own leg, and on the other its echo or its reason. */
function Legs({ entry, relayed, hex, revealed, t }: RowProps & PartProps & { readonly revealed: boolean }) {
  const towardsRight = entry.leg === 'client' ? entry.direction === 'in' : entry.direction === 'out';
  const own = (
    <Cell entry={entry} right={towardsRight}>
      <span className={styles.what}>
        <What entry={entry} hex={hex} revealed={revealed} t={t} />
        {entry.edited === undefined ? null : <WasLine entry={entry} revealed={revealed} />}
      </span>
    </Cell>
  );
  const other = relayed ? (
    <Cell entry={entry} right={towardsRight} echo>
      <What entry={entry} hex={hex} revealed={revealed} t={t} echo />
    </Cell>
  ) : (
    <span className={styles.why}>{t(`reasons:${entry.why}.title`, { ...entry.params })}</span>
  );
  const gutter = <Gutter disposition={entry.disposition} leftwards={!towardsRight} t={t} />;
  return entry.leg === 'client' ? (
    <>
      {own}
      {gutter}
      {other}
    </>
  ) : (
    <>
      {other}
      {gutter}
      {own}
    </>
  );
}

interface CellProps {
  readonly entry: Entry;
  readonly right: boolean;
  readonly echo?: boolean;
  readonly children: ReactNode;
}

function Cell({ entry, right, echo = false, children }: CellProps) {
  const arrow = entry.direction === 'none' ? '' : right ? '▸' : '◂';
  return (
    <span className={styles.cell} data-speaker={entry.direction === 'in' ? entry.leg : 'proxy'} data-echo={echo}>
      <i aria-hidden="true">{arrow}</i>
      {children}
    </span>
  );
}

interface WhatProps {
  readonly entry: Entry;
  readonly hex: boolean;
  readonly revealed: boolean;
  readonly echo?: boolean;
}

function What({ entry, hex, revealed, t, echo = false }: WhatProps & PartProps) {
  if (entry.kind === 'line') return <LineText entry={entry} hex={hex} revealed={revealed} echo={echo} />;
  if (entry.kind === 'data' && !hex) {
    return <span className={styles.event}>✉ {t('row.data', { size: entry.size ?? entry.bytes.length })}</span>;
  }
  if (entry.kind === 'data') return <LineText entry={entry} hex revealed={revealed} echo={echo} />;
  const gist = gistOf(entry);
  return <span className={styles.event}>{t(gist.key, gist.params)}</span>;
}

/** Where the menu opens: the menu key has no pointer, and then the browser says 0. */
function pointAt({ clientX, clientY, currentTarget }: MouseEvent<HTMLElement>): {
  readonly x: number;
  readonly y: number;
} {
  if (clientX !== 0 || clientY !== 0) return { x: clientX, y: clientY };
  const { left, bottom } = currentTarget.getBoundingClientRect();
  return { x: left + 60, y: bottom };
}

/** Small buttons at the row's end: reveal a secret, read a message, and what else can be done. */
function Extras({ entry, current, revealed, onReveal, onReadMessage, onMenu, t }: RowProps & PartProps & ExtrasProps) {
  const step = entry.seq + 1;
  const secret = (entry.secret?.length ?? 0) > 0;
  if (!secret && !current && entry.kind !== 'data') return null;
  return (
    <span className={styles.extras}>
      {secret && (
        <button
          type="button"
          tabIndex={current ? 0 : -1}
          aria-label={t(revealed ? 'hide.label' : 'reveal.label', { step })}
          onClick={onReveal}
        >
          {t(revealed ? 'hide' : 'reveal')}
        </button>
      )}
      {entry.kind === 'data' && (
        <button type="button" tabIndex={current ? 0 : -1} onClick={() => onReadMessage(entry.seq)}>
          {t('row.data.open')}
        </button>
      )}
      {current && (
        <button
          type="button"
          aria-haspopup="menu"
          aria-label={t('menu.open', { step })}
          onClick={(event) => {
            const { left, bottom } = event.currentTarget.getBoundingClientRect();
            onMenu(entry.seq, left, bottom);
          }}
        >
          ⋯
        </button>
      )}
    </span>
  );
}

interface ExtrasProps {
  readonly revealed: boolean;
  readonly onReveal: () => void;
}
