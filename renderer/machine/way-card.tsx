/** What a part of the diagram means: each way with its reason, an example, and what the machine does. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../shell/button.tsx';
import type { DrawnWay, Side } from './drawn.ts';
import styles from './machine.module.css';
import { effectTexts, eventName, placeName, saidIn, wayText, wayTitle } from './names.ts';
import type { Part } from './parts.ts';
import { type Trace, wayKey } from './use-standing.ts';
import { lineOf, readable } from './way-text.ts';

interface WayCardProps {
  readonly part: Part;
  readonly side: Side;
  readonly trace: Trace;
  /** Left out while the card is only looked at. */
  readonly onClose: (() => void) | undefined;
}

export function WayCard({ part, side, trace, onClose }: WayCardProps): JSX.Element {
  const { t } = useTranslation(['machine', 'inspector']);
  return (
    <aside aria-label={useTitle(part, side)} className={styles.card} data-pinned={onClose !== undefined}>
      <header>
        <h3>{useTitle(part, side)}</h3>
        {onClose && <IconButton icon="close" label={t('inspector:node.close')} onClick={onClose} />}
      </header>
      <ul>
        {part.ways.map((way) => (
          <WayText
            key={wayKey(way)}
            side={side}
            taken={trace.gone.get(wayKey(way)) ?? 0}
            way={way}
            whole={part.kind !== 'place'}
          />
        ))}
      </ul>
    </aside>
  );
}

function useTitle(part: Part, side: Side): string {
  const { t } = useTranslation('machine');
  const place = placeName(t, side, part.place);
  if (part.kind === 'link') return t('way', { from: place, to: placeName(t, side, part.link.to) });
  if (part.kind === 'place') return place;
  return t(part.kind === 'loops' ? 'way.stays' : 'way.ends', { place });
}

interface WayTextProps {
  readonly way: DrawnWay;
  readonly side: Side;
  readonly taken: number;
  /** With the whole reason, and not only where it leads. */
  readonly whole: boolean;
}

function WayText({ way, side, taken, whole }: WayTextProps) {
  const { t } = useTranslation(['machine', 'reasons']);
  const line = lineOf(way);
  const said = saidIn(way.effects);
  const does = effectTexts(t, way.effects).join(', ');
  return (
    <li data-taken={taken > 0}>
      <p>
        <b>{eventName(t, way)}</b> <span aria-hidden="true">→</span>{' '}
        {whole ? wayTitle(t, side, way) : placeName(t, side, way.to)}
        {taken > 0 && <em> {t('way.taken', { count: taken })}</em>}
      </p>
      {whole && (
        <>
          <p className={styles.example}>
            {line === '' ? null : <code>{line}</code>} {said === '' ? null : <code>{readable(said)}</code>}{' '}
            <span>{does}</span>
          </p>
          <p>{wayText(t, side, way)}</p>
        </>
      )}
    </li>
  );
}
