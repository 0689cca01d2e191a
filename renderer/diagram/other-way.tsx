/** Where the chosen session would go otherwise: the old edge and the new one, and both in words. */
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type OtherWay, otherWay, useAgain } from '../blast/again.ts';
import { effectText } from '../blast/effect-text.ts';
import { chosenPlace, type UpstreamPlace } from '../store/picture.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab } from '../store/use-store.ts';
import styles from './diagram.module.css';
import { edgePath, type Layout, upstreamPort } from './layout.ts';

/** The last lookup of the session that would be decided otherwise. */
function useOtherWay(): OtherWay | null {
  const again = useAgain();
  return useMemo(() => again?.lookups.map(otherWay).findLast((way) => way !== null) ?? null, [again]);
}

interface OtherWayProps {
  readonly layout: Layout;
  readonly places: readonly UpstreamPlace[];
  /** Index of the dialled upstream, -1 for none. */
  readonly chosen: number;
  readonly scrolled: number;
}

/** The index of an upstream that an effect names, -1 for none. */
function placeOf(places: readonly UpstreamPlace[], { upstream, verdict }: OtherWay['to']): number {
  const address = verdict.startsWith('route ') ? verdict.slice('route '.length) : '';
  return chosenPlace(places, { name: upstream ?? '', address });
}

export function OtherEdges({ layout, places, chosen, scrolled }: OtherWayProps) {
  const way = useOtherWay();
  if (way === null) return null;
  const edges = [
    { side: 'from', at: way.from === null ? chosen : placeOf(places, way.from) },
    { side: 'to', at: placeOf(places, way.to) },
  ] as const;
  return (
    <svg className={styles.edges} aria-hidden="true">
      {edges.map(({ side, at }) =>
        at < 0 ? null : (
          <path
            key={side}
            className={styles.other}
            data-side={side}
            d={edgePath(layout, 'upstream', upstreamPort(layout.stack, at, scrolled))}
          />
        ),
      )}
    </svg>
  );
}

interface OtherNoteProps {
  readonly box: Layout['corner'];
  /** What stands there at other times. */
  readonly children: ReactNode;
}

/** The same in words. */
export function OtherNote({ box, children }: OtherNoteProps) {
  const { t } = useTranslation('diagram');
  const session = useLab(selectedSession);
  const way = useOtherWay();
  if (way === null) return children;
  const recorded = session?.upstream ?? t('edge.other.refused');
  return (
    <p className={styles.otherNote} role="note" style={{ left: box.x, top: box.y, maxWidth: box.width }}>
      {t(`edge.other.${way.by}`, {
        from: way.from === null ? recorded : effectText(t, way.from),
        to: effectText(t, way.to),
      })}
    </p>
  );
}
