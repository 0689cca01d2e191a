/** Dragging a row by its handle: pointer events, so that mouse, pen and finger are one. */
import { type PointerEvent, useCallback, useRef, useState } from 'react';

/** px of movement before a press is a drag. */
const SLACK = 4;
/** px from the edge of the list where it begins to scroll, and px that it then scrolls a frame. */
const EDGE = 36;
const SPEED = 9;

/** The row that is dragged, and where it would be put down: before this one of the rows as they are; their number: at the end. */
export interface Drag {
  readonly from: number;
  readonly gap: number;
}

interface Held {
  readonly index: number;
  readonly y: number;
  moving: boolean;
  gap: number;
  frame: number;
  pointerY: number;
}

/** The rows of the list that can be moved, in order. */
const rowsIn = (list: HTMLElement): readonly HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[data-row]')];

/** Before which row a thing that is let go at `y` lands. */
function gapAt(rows: readonly HTMLElement[], y: number): number {
  const index = rows.findIndex((row) => {
    const { top, height } = row.getBoundingClientRect();
    return y < top + height / 2;
  });
  return index < 0 ? rows.length : index;
}

/** `onDrop` hears the row's index and the one it shall have. */
export function useDrag(list: React.RefObject<HTMLElement | null>, onDrop: (from: number, to: number) => void) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const held = useRef<Held | null>(null);
  const drop = useRef(onDrop);
  drop.current = onDrop;

  const look = useCallback(() => {
    const one = held.current;
    const box = list.current;
    if (one === null || box === null) return;
    const gap = gapAt(rowsIn(box), one.pointerY);
    if (gap === one.gap) return;
    one.gap = gap;
    setDrag({ from: one.index, gap });
  }, [list]);

  const scroll = useCallback(() => {
    const one = held.current;
    const box = list.current;
    if (one === null || box === null) return;
    const { top, bottom } = box.getBoundingClientRect();
    if (one.pointerY < top + EDGE) box.scrollTop -= SPEED;
    else if (one.pointerY > bottom - EDGE) box.scrollTop += SPEED;
    look();
    one.frame = requestAnimationFrame(scroll);
  }, [list, look]);

  const end = useCallback((put: boolean) => {
    const one = held.current;
    held.current = null;
    if (one === null) return;
    cancelAnimationFrame(one.frame);
    setDrag(null);
    const to = one.gap > one.index ? one.gap - 1 : one.gap;
    if (put && one.moving && to !== one.index) drop.current(one.index, to);
  }, []);

  const handlers = useCallback(
    (index: number) => ({
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button !== 0 || held.current !== null) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { index, y: event.clientY, moving: false, gap: index, frame: 0, pointerY: event.clientY };
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        const one = held.current;
        if (one === null) return;
        one.pointerY = event.clientY;
        if (!one.moving) {
          if (Math.abs(event.clientY - one.y) < SLACK) return;
          one.moving = true;
          setDrag({ from: index, gap: index });
          one.frame = requestAnimationFrame(scroll);
        }
        look();
      },
      onPointerUp: () => end(true),
      onPointerCancel: () => end(false),
    }),
    [end, look, scroll],
  );

  const cancel = useCallback((): boolean => {
    const dragging = held.current?.moving === true;
    end(false);
    return dragging;
  }, [end]);
  return { drag, handlers, cancel };
}
