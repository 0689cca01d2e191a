/**
 * The list itself: only the rows on screen are in the page. New sessions appear at the top without moving what a
 * person looks at, and without taking the selection.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type JSX,
  type KeyboardEvent,
  useCallback,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { openCompare } from '../compare/compare-store.ts';
import { report } from '../shell/report.ts';
import frame from '../shell/rows.module.css';
import { useActions, useLab, useLabStore } from '../store/use-store.ts';
import { type Anchor, anchored } from './anchor.ts';
import { sessionTarget } from './move.ts';
import { type MenuPlace, SessionMenu } from './session-menu.tsx';
import { ROW_HEIGHT, SessionRow, type SessionRowProps } from './session-row.tsx';
import style from './sessions.module.css';

const rowId = (id: number) => `session-${id}`;

export function SessionList(): JSX.Element {
  const { t } = useTranslation('sessions');
  // While sessions rush by, what a person does is drawn before the rows are; they are drawn in slices.
  const order = useDeferredValue(useLab((state) => state.order));
  const sessions = useDeferredValue(useLab((state) => state.sessions));
  const matching = useDeferredValue(useLab((state) => state.matching));
  const selected = useLab((state) => state.selected);
  const held = useHeldCounts();
  const { select, loadMore } = useActions();
  const scroller = useRef<HTMLDivElement | null>(null);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const closeMenu = useCallback(() => setMenu(null), []);
  const rows = useVirtualizer({
    count: order.length,
    // By place: keys that changed with every new session would have all places worked out again.
    estimateSize: () => ROW_HEIGHT,
    getScrollElement: () => scroller.current,
    overscan: 6,
  });
  const newer = useAnchor(scroller, order);
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (order.length > 0 && order.length < matching && last >= order.length - 20) loadMore().catch(report);
  }, [last, order.length, matching, loadMore]);
  const scrollToIndex = rows.scrollToIndex;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection scrolls; a list that grew does not.
  useEffect(() => {
    const index = selected === null ? -1 : order.indexOf(selected);
    if (index >= 0 && scroller.current?.contains(document.activeElement)) scrollToIndex(index, { align: 'auto' });
  }, [selected]);

  const acts = useRowActs(setMenu);
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const to = sessionTarget(event, selected === null ? -1 : order.indexOf(selected), order.length, page);
    const id = to === null ? undefined : order[to];
    if (id !== undefined) {
      event.preventDefault();
      select(id);
    } else if (selected !== null && (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10'))) {
      event.preventDefault();
      const box = document.getElementById(rowId(selected))?.getBoundingClientRect();
      setMenu({ session: selected, x: (box?.left ?? 80) + 60, y: (box?.bottom ?? 120) - 8 });
    }
  };
  const visible = selected !== null && items.some((item) => order[item.index] === selected);
  return (
    <div className={style.listFrame}>
      {newer > 0 ? (
        <button className={style.newer} onClick={() => scroller.current?.scrollTo({ top: 0 })} type="button">
          {t('newer', { count: newer })}
        </button>
      ) : null}
      <div
        aria-activedescendant={visible ? rowId(selected) : undefined}
        aria-label={t('list')}
        className={`${frame.list} ${style.list}`}
        onKeyDown={onKeyDown}
        ref={scroller}
        role="listbox"
        tabIndex={0}
      >
        <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const session = sessions.get(order[item.index] ?? -1);
            return session === undefined ? null : (
              <SessionRow
                count={matching}
                held={held.get(session.id) ?? 0}
                id={rowId(session.id)}
                key={session.id}
                {...acts}
                position={item.index + 1}
                selected={session.id === selected}
                session={session}
                top={item.index * ROW_HEIGHT}
              />
            );
          })}
        </div>
      </div>
      <SessionMenu onClose={closeMenu} place={menu} />
    </div>
  );
}

/** What can be done with a row; always the same functions. */
function useRowActs(setMenu: (place: MenuPlace) => void): Pick<SessionRowProps, 'onSelect' | 'onMenu'> {
  const store = useLabStore();
  return useMemo(
    () => ({
      onSelect: (id, beside) => {
        const { selected } = store.getState();
        if (beside && selected !== null && selected !== id) openCompare(selected, id);
        else store.actions.select(id);
      },
      onMenu: (session, x, y) => setMenu({ session, x, y }),
    }),
    [store, setMenu],
  );
}

/** How much each session holds, by its number. */
function useHeldCounts(): ReadonlyMap<number, number> {
  const held = useLab((state) => state.gates.held);
  return useMemo(() => {
    const counts = new Map<number, number>();
    for (const { session } of held) counts.set(session, (counts.get(session) ?? 0) + 1);
    return counts;
  }, [held]);
}

/** Keeps what is on screen where it is while rows are added above; answers with how many are above and unseen. */
function useAnchor(scroller: React.RefObject<HTMLDivElement | null>, order: readonly number[]): number {
  const anchor = useRef<Anchor | null>(null);
  const [newer, setNewer] = useState(0);
  const seenTop = useRef<number | undefined>(order[0]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const moved = anchored(anchor.current, order, ROW_HEIGHT);
    if (moved !== null && moved !== element.scrollTop) element.scrollTop = moved;
    const unseen = seenTop.current === undefined ? 0 : Math.max(0, order.indexOf(seenTop.current));
    setNewer(anchor.current === null ? 0 : unseen);
  }, [order, scroller]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const note = () => {
      const index = Math.floor(element.scrollTop / ROW_HEIGHT);
      const id = order[index];
      if (element.scrollTop < ROW_HEIGHT / 2 || id === undefined) {
        anchor.current = null;
        seenTop.current = order[0];
        setNewer(0);
        return;
      }
      if (anchor.current === null) seenTop.current = order[0];
      anchor.current = { id, offset: element.scrollTop - index * ROW_HEIGHT };
    };
    element.addEventListener('scroll', note, { passive: true });
    return () => element.removeEventListener('scroll', note);
  }, [order, scroller]);
  return newer;
}
