/** The state diagram in words: every step that the machine can make, and which of them the session made. */
import { type JSX, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import hearing from '../shell/spoken.module.css';
import type { DrawnDiagram, Side } from './drawn.ts';
import styles from './machine.module.css';
import { effectTexts, eventName, placeName, saidIn, wayTitle } from './names.ts';
import { type Trace, wayKey } from './use-standing.ts';
import { lineOf, readable } from './way-text.ts';

interface MachineTableProps {
  readonly diagram: DrawnDiagram;
  readonly side: Side;
  readonly trace: Trace;
}

export function MachineTable({ diagram, side, trace }: MachineTableProps): JSX.Element {
  const { t } = useTranslation(['machine', 'reasons']);
  const body = useRef<HTMLTableSectionElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row to be seen is another one then.
  useEffect(() => {
    body.current?.querySelector('[data-last=true]')?.scrollIntoView({ block: 'nearest' });
  }, [trace]);
  const ways = diagram.places.flatMap((place) => diagram.ways.filter(({ from }) => from === place));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={t('table.caption')} className={styles.scroller} tabIndex={0}>
      <table className={styles.table}>
        <caption className={hearing.spoken}>{t('table.caption')}</caption>
        <thead>
          <tr>
            {(['place', 'event', 'reply', 'reason', 'next', 'taken'] as const).map((column) => (
              <th aria-label={column === 'taken' ? t('table.taken.long') : undefined} key={column} scope="col">
                {t(`table.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {ways.map((way) => {
            const key = wayKey(way);
            const said = saidIn(way.effects);
            return (
              <tr data-lit={way.from === trace.here} data-last={key === trace.last} key={key}>
                <th scope="row">{placeName(t, side, way.from)}</th>
                <td>
                  <b>{eventName(t, way)}</b>
                  <code>{lineOf(way)}</code>
                </td>
                <td>
                  {said === '' ? null : <code>{readable(said)}</code>}
                  {effectTexts(t, way.effects).map((text) => (
                    <span key={text}>{text}</span>
                  ))}
                </td>
                <td>{wayTitle(t, side, way)}</td>
                <td>{placeName(t, side, way.to)}</td>
                <td>{trace.gone.get(key) ?? ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
