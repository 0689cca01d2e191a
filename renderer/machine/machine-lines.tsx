/** The lines between the places. What they mean stands on their labels, which are buttons of their own. */
import type { JSX } from 'react';
import styles from './machine.module.css';
import { type Link, type MachineLayout, pathOf } from './machine-layout.ts';
import { type Trace, wayKey } from './use-standing.ts';

/** Whether a session went along: at the last step, before, or never. */
export function goneAlong(ways: Link['ways'], trace: Trace): 'last' | 'gone' | 'never' {
  if (ways.some((way) => wayKey(way) === trace.last)) return 'last';
  return ways.some((way) => trace.gone.has(wayKey(way))) ? 'gone' : 'never';
}

const order = { never: 0, gone: 1, last: 2 } as const;

export function MachineLines({
  layout,
  trace,
}: {
  readonly layout: MachineLayout;
  readonly trace: Trace;
}): JSX.Element {
  const drawn = layout.links
    .map((link) => ({ link, gone: goneAlong(link.ways, trace) }))
    // The session's own ways lie on top.
    .sort((one, other) => order[one.gone] - order[other.gone]);
  return (
    <svg aria-hidden="true" className={styles.lines} height={layout.height} width={layout.width}>
      <defs>
        {(['never', 'gone', 'last'] as const).map((gone) => (
          <marker
            className={styles.tip}
            data-gone={gone}
            id={`machine-head-${gone}`}
            key={gone}
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            markerWidth="9"
            orient="auto"
            refX="8"
            refY="4.5"
          >
            <path d="M0,0.5 L9,4.5 L0,8.5 Z" />
          </marker>
        ))}
      </defs>
      {drawn.map(({ link, gone }) => (
        <path
          className={styles.line}
          d={pathOf(link.points)}
          data-gone={gone}
          key={`${link.from} ${link.to}`}
          markerEnd={`url(#machine-head-${gone})`}
        />
      ))}
    </svg>
  );
}
