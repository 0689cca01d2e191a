/** The list of messages: only the rows on screen are in the page, and new mail does not move what is looked at. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type JSX, type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../shared/contract/messages.ts';
import { type Anchor, anchored } from '../sessions/anchor.ts';
import { target } from '../sessions/move.ts';
import frame from '../shell/rows.module.css';
import { MessageRow, ROW_HEIGHT } from './message-row.tsx';
import style from './messages.module.css';

interface MessageListProps {
  readonly messages: readonly MessageView[];
  /** How many there are, of which `messages` may be the first. */
  readonly matching: number;
  readonly open: number | null;
  readonly onOpen: (id: number) => void;
  /** Enter: the message itself is wanted. */
  readonly onEnter: () => void;
  readonly onDelete: () => void;
  readonly onMore: () => void;
}

const rowId = (id: number) => `message-${id}`;

/** Rows before the end at which the next page is asked for. */
const AHEAD = 60;

export function MessageList(props: MessageListProps): JSX.Element {
  const { messages, matching, open, onOpen, onMore } = props;
  const { t } = useTranslation('messages');
  const scroller = useRef<HTMLDivElement | null>(null);
  const rows = useVirtualizer({
    count: messages.length,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => messages[index]?.id ?? index,
    getScrollElement: () => scroller.current,
    overscan: 6,
  });
  useAnchor(scroller, messages);
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (messages.length < matching && last >= messages.length - AHEAD) onMore();
  }, [last, messages.length, matching, onMore]);
  const indexOf = (id: number | null) => messages.findIndex((one) => one.id === id);
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const to = target(event, indexOf(open), messages.length, page);
    const next = to === null ? undefined : messages[to];
    if (next !== undefined && to !== null) {
      onOpen(next.id);
      rows.scrollToIndex(to, { align: 'auto' });
    } else if (event.key === 'Enter') props.onEnter();
    else if (event.key === 'Delete') props.onDelete();
    else return;
    event.preventDefault();
  };
  const visible = items.some((item) => messages[item.index]?.id === open);
  return (
    <div
      aria-activedescendant={visible && open !== null ? rowId(open) : undefined}
      aria-label={t('list')}
      className={`${frame.list} ${style.list}`}
      data-focus="message-list"
      onKeyDown={onKeyDown}
      ref={scroller}
      role="listbox"
      tabIndex={0}
    >
      <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const message = messages[item.index];
          return message === undefined ? null : (
            <MessageRow
              count={matching}
              id={rowId(message.id)}
              key={message.id}
              message={message}
              onOpen={onOpen}
              position={item.index + 1}
              selected={message.id === open}
              top={item.start}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Keeps what is on screen where it is while rows are added above it. */
function useAnchor(scroller: React.RefObject<HTMLDivElement | null>, messages: readonly MessageView[]): void {
  const anchor = useRef<Anchor | null>(null);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const ids = anchor.current === null ? [] : messages.map(({ id }) => id);
    const moved = anchored(anchor.current, ids, ROW_HEIGHT);
    if (moved !== null && moved !== element.scrollTop) element.scrollTop = moved;
    const note = () => {
      const index = Math.floor(element.scrollTop / ROW_HEIGHT);
      const id = messages[index]?.id;
      const isTop = element.scrollTop < ROW_HEIGHT / 2 || id === undefined;
      anchor.current = isTop ? null : { id, offset: element.scrollTop - index * ROW_HEIGHT };
    };
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, [messages, scroller]);
}
