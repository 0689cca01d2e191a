/** One row of the list: a TCP connection to a listener. */
import { VisuallyHidden } from '@mantine/core';
import { type JSX, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { FindingBadge } from '../diagnosis/badge.tsx';
import { Hand } from '../gates/hand.tsx';
import { clock, duration } from '../shell/format.ts';
import rows from '../shell/rows.module.css';
import { inOrder } from '../transcript/pieces.ts';
import { verdictOf, whoOf } from './outcome.ts';
import style from './sessions.module.css';

export interface SessionRowProps {
  readonly session: SessionSummary;
  readonly selected: boolean;
  readonly id: string;
  readonly top: number;
  readonly position: number;
  readonly count: number;
  /** How much of it stands at gates. */
  readonly held: number;
  /** `beside`: it is to be compared with the one that is selected. */
  readonly onSelect: (id: number, beside: boolean) => void;
  readonly onMenu: (id: number, x: number, y: number) => void;
}

/** px; the list counts on it. */
export const ROW_HEIGHT = 50;

export const SessionRow = memo(function SessionRow(props: SessionRowProps): JSX.Element {
  const { session, selected } = props;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus and points at the row (aria-activedescendant).
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box handles the keys for all rows.
    <div
      aria-posinset={props.position}
      aria-selected={selected}
      aria-setsize={props.count}
      className={`${rows.row} ${style.row}`}
      data-session={session.id}
      id={props.id}
      onMouseDown={(event) => {
        // Shift chooses a second session; it is not to mark the text between the two.
        if (event.shiftKey) event.preventDefault();
      }}
      onClick={(event) => props.onSelect(session.id, event.shiftKey)}
      onContextMenu={(event) => {
        event.preventDefault();
        props.onMenu(session.id, event.clientX, event.clientY);
      }}
      role="option"
      style={{ height: ROW_HEIGHT, transform: `translateY(${props.top}px)` }}
    >
      <What held={props.held} session={session} />
    </div>
  );
});

/** What stands in the row: it stays as it is while new rows above push it down. */
const What = memo(function What({ session, held }: Pick<SessionRowProps, 'session' | 'held'>) {
  const { t } = useTranslation('sessions');
  const verdict = verdictOf(session);
  const who = whoOf(session);
  return (
    <>
      <span className={style.tag} data-protocol={session.protocol}>
        {t(`protocol.${session.protocol}`)}
      </span>
      <span className={style.who} title={who?.first}>
        {who === null ? <span className={style.nobody}>{t('nobody')}</span> : <span>{who.first}</span>}
        {who !== null && who.more > 0 ? <span className={style.more}>{t('more', { count: who.more })}</span> : null}
      </span>
      <span className={style.outcome} data-tone={verdict.tone} title={t(verdict.key, { code: session.reply })}>
        {held > 0 ? <Held count={held} /> : null}
        <span aria-hidden="true">{verdict.sign} </span>
        <span className={session.reply === null ? undefined : style.long}>
          {t(verdict.key, { code: session.reply })}
        </span>
        <span aria-hidden="true" className={style.short}>
          {session.reply}
        </span>
      </span>
      <time className={style.time}>{clock(session.startedAt)}</time>
      <span className={style.route}>
        {session.imported === undefined ? null : <Imported file={session.imported} />}
        <bdi>
          {session.from === null ? t('client', { client: session.client }) : t('from', { from: inOrder(session.from) })}
        </bdi>
        {session.upstream === null ? null : (
          <span className={style.upstream}> {t('to', { upstream: session.upstream })}</span>
        )}
      </span>
      <span className={style.ms}>
        <FindingBadge findings={session.findings} /> {session.ms === null ? null : duration(session.ms)}
      </span>
    </>
  );
});

function Imported({ file }: { readonly file: string }) {
  const { t } = useTranslation('recordings');
  return (
    <span className={style.imported} title={t('imported.from', { name: file })}>
      {t('imported')}{' '}
    </span>
  );
}

function Held({ count }: { readonly count: number }) {
  const { t } = useTranslation('gates');
  return (
    <b className={style.held} title={t('row.held', { count })}>
      <Hand size={12} /> <VisuallyHidden>{t('row.held', { count })}</VisuallyHidden>
      {count > 1 ? <span aria-hidden="true">{count}</span> : null}
    </b>
  );
}
