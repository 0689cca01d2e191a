/** A list of which one row stands at the cursor: the row stays in sight, and the arrow keys move the cursor. */
import type { ReactVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useActions, useLab } from '../store/use-store.ts';

/** ms in which rows that come into sight are measured after the cursor moved. */
const SETTLE_MS = 300;

/** What of a list of rows is needed to keep one of them in sight. */
type Scrolled = Pick<ReactVirtualizer<HTMLDivElement, Element>, 'getOffsetForIndex' | 'scrollOffset' | 'scrollToIndex'>;

/**
 * Scrolls as little as needed whenever the cursor moves. Rows are measured only once they are drawn, so a first
 * attempt may fall short, and the list is as high as it knows only a frame later; it is made again at each frame, until
 * the rows settle or the person scrolls.
 */
export function useKeepInView(
  shown: number,
  scroller: { readonly current: HTMLElement | null },
  virtual: Scrolled,
): void {
  const list = useRef(virtual);
  list.current = virtual;
  useEffect(() => {
    const element = scroller.current;
    if (shown < 0 || element === null) return;
    const until = performance.now() + SETTLE_MS;
    let frame = 0;
    const keep = () => {
      const { getOffsetForIndex, scrollOffset, scrollToIndex } = list.current;
      const wanted = getOffsetForIndex(shown, 'auto')?.[0];
      if (wanted !== undefined && wanted !== scrollOffset) scrollToIndex(shown, { align: 'auto' });
      if (performance.now() < until) frame = requestAnimationFrame(keep);
    };
    const leave = () => cancelAnimationFrame(frame);
    element.addEventListener('wheel', leave, { passive: true });
    element.addEventListener('pointerdown', leave);
    keep();
    return () => {
      leave();
      element.removeEventListener('wheel', leave);
      element.removeEventListener('pointerdown', leave);
    };
  }, [shown, scroller]);
}

/** Up and down move the cursor from row to row, and the focus with it. */
export function useRowKeys(scroller: { readonly current: HTMLElement | null }): (event: KeyboardEvent) => void {
  const actions = useActions();
  const shown = useLab((state) => state.shown);
  const follow = useRef(false);
  useEffect(() => {
    if (!follow.current) return;
    follow.current = false;
    const focus = () =>
      scroller.current?.querySelector<HTMLElement>(`[data-position="${shown}"]`)?.focus({ preventScroll: true });
    // A row that was out of sight is drawn one frame after it was scrolled to.
    const frame = requestAnimationFrame(focus);
    return () => cancelAnimationFrame(frame);
  }, [shown, scroller]);
  return (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    event.stopPropagation();
    follow.current = true;
    actions.step(event.key === 'ArrowDown' ? 1 : -1);
  };
}
