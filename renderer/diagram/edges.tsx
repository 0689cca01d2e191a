/** The three edges: a line whose style says how the connection stands, and the counts of a burst. */
import { Tooltip } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Leg } from '../../shared/journal/entry.ts';
import type { EdgeState } from '../store/picture.ts';
import type { Burst } from '../store/state.ts';
import styles from './diagram.module.css';
import { edgePath, type Layout, upstreamPort } from './layout.ts';
import { Padlock } from './shapes.tsx';

interface EdgesProps {
  readonly layout: Layout;
  readonly states: Readonly<Record<Leg, EdgeState>>;
  /** Index of the dialled upstream, -1 for none. */
  readonly chosen: number;
  readonly upstreams: number;
  readonly scrolled: number;
  readonly burst: Burst | null;
  /** The edges the parcel at the cursor uses. */
  readonly busy: readonly Leg[];
}

/** All lines; decorative, the rooms' names and words carry the meaning. */
export function Edges({ layout, states, chosen, upstreams, scrolled, burst, busy }: EdgesProps) {
  const others = Array.from({ length: upstreams }, (_, i) => i).filter((i) => i !== chosen);
  const port = upstreamPort(layout.stack, Math.max(0, chosen), scrolled);
  return (
    <svg className={styles.edges} aria-hidden="true">
      {others.map((i) => (
        <path
          key={i}
          className={styles.edge}
          data-state="none"
          d={edgePath(layout, 'upstream', upstreamPort(layout.stack, i, scrolled))}
        />
      ))}
      {legs.map((leg) => {
        if (leg === 'upstream' && chosen < 0) return null;
        const path = edgePath(layout, leg, port);
        return (
          <Fragment key={leg}>
            <path
              className={styles.edge}
              data-leg={leg}
              data-state={states[leg]}
              data-busy={busy.includes(leg)}
              data-burst={(burst?.[leg] ?? 0) > 0}
              d={path}
            />
            {states[leg] === 'secured' && <path className={styles.seal} d={path} />}
          </Fragment>
        );
      })}
    </svg>
  );
}

/** What stands beside a line: the padlock of a connection, open for clear text, or the count of a burst. */
export function EdgeNotes({ layout, states, burst }: Pick<EdgesProps, 'layout' | 'states' | 'burst'>) {
  const { t } = useTranslation('diagram');
  const { client, proxy, auth, stack } = layout;
  const row = proxy.y + proxy.height / 2;
  const places: Record<Leg, { x: number; y: number }> = {
    client: { x: (client.x + client.width + proxy.x) / 2, y: row },
    auth: { x: proxy.x + proxy.width / 2, y: (auth.y + auth.height + proxy.y) / 2 },
    upstream: { x: (proxy.x + proxy.width + stack.x) / 2, y: row },
  };
  return legs.map((leg) => {
    const count = burst?.[leg] ?? 0;
    const at = { left: places[leg].x, top: places[leg].y };
    if (count > 0) {
      return (
        <span key={leg} className={styles.count} data-leg={leg} style={at}>
          {t('burst', { count })}
        </span>
      );
    }
    const secured = states[leg] === 'secured';
    if ((states[leg] !== 'open' && !secured) || leg === 'auth') return null;
    // Beside the upstream's edge it keeps to the proxy, where the edge has not turned yet.
    const left = leg === 'upstream' ? proxy.x + proxy.width + 17 : at.left;
    return (
      <Tooltip key={leg} label={secured ? t('edge.secured') : t(`edge.clear.${leg}`)} withArrow>
        <span className={styles.padlock} data-leg={leg} style={{ left, top: at.top - 15 }}>
          <Padlock open={!secured} />
        </span>
      </Tooltip>
    );
  });
}

const legs: readonly Leg[] = ['client', 'auth', 'upstream'];
