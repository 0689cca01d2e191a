/** Rows of a text of any size: only the ones on screen are drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type JSX, type ReactNode, useEffect, useRef } from 'react';
import style from './mail.module.css';
import { useRegionName } from './place.ts';

/** A row that is to be seen; `n` grows with each wish, so that the same row twice is two. */
export interface Wish {
  readonly row: number;
  readonly n: number;
}

interface LinesProps {
  readonly label: string;
  readonly count: number;
  readonly children: (row: number) => ReactNode;
  /** What stands before a row; nothing without it. */
  readonly gutter?: (row: number) => ReactNode;
  readonly wish?: Wish | null;
}

/** px of a row with one line; longer ones are measured. */
const ROW_HEIGHT = 18;

export function Lines({ label, count, children, gutter, wish = null }: LinesProps): JSX.Element {
  const regionName = useRegionName();
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 20,
  });
  const scroll = useRef(rows.scrollToIndex);
  scroll.current = rows.scrollToIndex;
  useEffect(() => {
    if (wish === null) return;
    scroll.current(wish.row, { align: 'center' });
    scroller.current?.focus({ preventScroll: true });
  }, [wish]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1).
    <section aria-label={regionName(label)} className={style.lines} ref={scroller} tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => (
          <div
            className={gutter === undefined ? style.line : style.numbered}
            data-index={index}
            data-wished={wish?.row === index}
            key={index}
            ref={rows.measureElement}
            style={{ transform: `translateY(${start}px)` }}
          >
            {gutter === undefined ? null : <span className={style.gutter}>{gutter(index)}</span>}
            <span className={style.rowText}>{children(index)}</span>
          </div>
        ))}
      </div>
    </section>
  );
}
