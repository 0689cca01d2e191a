/** The entry at the cursor on its way: a shape that travels along the edge and then stands there with its text. */
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../shared/journal/entry.ts';
import { gistOf, type Travel } from '../../shared/journal/travel.ts';
import { EDGE_MS, speakerOf } from '../store/playback.ts';
import styles from './diagram.module.css';
import { edgePath, type Layout, relayPath } from './layout.ts';
import { ParcelShape, parcelShape } from './shapes.tsx';

interface ParcelProps {
  readonly entry: Entry;
  readonly travel: Travel;
  readonly layout: Layout;
  /** Height at which the chosen upstream's edge ends. */
  readonly port: number;
  /** Whether it moves, or is already there. */
  readonly moving: boolean;
}

export function Parcel({ entry, travel, layout, port, moving }: ParcelProps) {
  const { t } = useTranslation('transcript');
  const gist = gistOf(entry);
  const leg = travel.legs.at(-1) ?? 'client';
  const box = layout.labels[leg];
  const style: CSSProperties & Record<`--${string}`, string> = {
    offsetPath: `path("${pathOf(travel, layout, port)}")`,
    '--travel': `${EDGE_MS * travel.legs.length}ms`,
  };
  const back = travel.to === 'client' || (travel.to === 'proxy' && leg !== 'client');
  return (
    <div className={styles.parcel} data-room={speakerOf(entry)} data-moving={moving} aria-hidden="true">
      <span className={styles.token} style={style}>
        <ParcelShape name={parcelShape(entry, travel.from === 'client' || travel.to === 'upstream')} />
      </span>
      <span className={styles.tag} data-leg={leg} style={{ left: box.x, top: box.y, width: box.width }}>
        <span>
          {arrowOf(leg, back)}
          {entry.edited === undefined ? '' : '≠ '}
          {t(gist.key, gist.params)}
        </span>
      </span>
    </div>
  );
}

function arrowOf(leg: string, back: boolean): string {
  if (leg === 'auth') return back ? '↓ ' : '↑ ';
  return back ? '← ' : '→ ';
}

function pathOf(travel: Travel, layout: Layout, port: number): string {
  if (travel.legs.length > 1) return relayPath(layout, port, travel.from === 'upstream');
  const leg = travel.legs[0] ?? 'client';
  // Edges are drawn from left to right and from the proxy up: away from the client is forwards.
  const backwards = leg === 'client' ? travel.to === 'client' : travel.to === 'proxy';
  return edgePath(layout, leg, port, backwards);
}
