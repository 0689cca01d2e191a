/** One row of the list of messages. */
import { type JSX, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../shared/contract/messages.ts';
import { clock, size } from '../shell/format.ts';
import rows from '../shell/rows.module.css';
import { inOrder } from '../transcript/pieces.ts';
import { isUnread } from './mailbox.ts';
import style from './messages.module.css';

/** px; the list counts on it. */
export const ROW_HEIGHT = 50;

const shapes = {
  unread: 'M10 6.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6',
  pinned: 'M7 3h6l-.6 5 2.6 3H5l2.6-3zM10 11v6',
  attached: 'M13.5 6v7.5a3.5 3.5 0 0 1-7 0V5.5a2.5 2.5 0 0 1 5 0v7.5a1 1 0 0 1-2 0V6.5',
} as const;

function Mark({ name, label }: { readonly name: keyof typeof shapes; readonly label: string }) {
  return (
    <svg
      aria-label={label}
      className={style.mark}
      fill={name === 'unread' ? 'currentColor' : 'none'}
      height="14"
      role="img"
      stroke="currentColor"
      strokeWidth="1.6"
      viewBox="0 0 20 20"
      width="14"
    >
      <title>{label}</title>
      <path d={shapes[name]} />
    </svg>
  );
}

interface MessageRowProps {
  readonly message: MessageView;
  readonly selected: boolean;
  readonly id: string;
  readonly top: number;
  readonly position: number;
  readonly count: number;
  readonly onOpen: (id: number) => void;
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps): JSX.Element {
  const { message, selected } = props;
  const { t } = useTranslation('messages');
  const unread = isUnread(message);
  const people = t('people', {
    from: message.from === '' ? t('bounce') : inOrder(message.from),
    to: inOrder(message.to.join(', ')),
  });
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus and points at the row (aria-activedescendant).
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box handles the keys for all rows.
    <div
      aria-posinset={props.position}
      aria-selected={selected}
      aria-setsize={props.count}
      className={`${rows.row} ${style.row}`}
      data-unread={unread}
      id={props.id}
      onClick={() => props.onOpen(message.id)}
      role="option"
      style={{ height: ROW_HEIGHT, transform: `translateY(${props.top}px)` }}
    >
      <span className={style.time}>{clock(message.at)}</span>
      <span className={style.subject} title={inOrder(message.subject)}>
        {unread ? <Mark label={t('unread')} name="unread" /> : null}
        <bdi>{message.subject === '' ? t('subject.none') : inOrder(message.subject)}</bdi>
      </span>
      <span className={style.marks}>
        {message.pinned ? <Mark label={t('pinned')} name="pinned" /> : null}
        {message.attachments ? <Mark label={t('attached')} name="attached" /> : null}
        <span className={style.upstream}>{message.upstream}</span>
      </span>
      <span />
      <span className={style.people} title={people}>
        {people}
      </span>
      <span className={style.size}>{size(message.size)}</span>
    </div>
  );
});
