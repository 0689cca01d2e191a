/** An entry that a person changed while it was held: what stood there, and that it was a person. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../shared/journal/entry.ts';
import { LineText } from '../transcript/line-text.tsx';
import styles from './gates.module.css';
import { goneLines } from './gone-lines.ts';

type Edited = NonNullable<Entry['edited']>;

interface WasLineProps {
  readonly entry: Entry;
  readonly revealed: boolean;
}

/** Below the line that went on: the one that did not. */
export function WasLine({ entry, revealed }: WasLineProps): JSX.Element | null {
  const { t } = useTranslation('gates');
  const { edited } = entry;
  if (edited === undefined) return null;
  return (
    <span className={styles.wasLine}>
      <span className={styles.byHand}>
        <span aria-hidden="true">≠</span> {t('by-hand')}
      </span>{' '}
      {edited.was === '' ? (
        t('by-hand.added')
      ) : (
        <>
          {t('by-hand.was')}{' '}
          <del className={styles.gone}>
            <LineText entry={goneLines(edited, entry.bytes)} hex={false} revealed={revealed} />
          </del>
        </>
      )}
    </span>
  );
}

/** The same for the inspector: both texts, whole. */
export function ByHand({ entry }: { readonly entry: Entry }): JSX.Element | null {
  const { t } = useTranslation('gates');
  const { edited } = entry;
  if (edited === undefined) return null;
  return (
    <section aria-label={t('by-hand.title')} className={styles.story}>
      <h2>
        <span aria-hidden="true">≠</span> {t('by-hand.title')}
      </h2>
      <p>{t('by-hand.text')}</p>
      <h3>{t('by-hand.before')}</h3>
      <div className={styles.storyText}>
        {edited.was === '' ? (
          <p>{t('by-hand.added')}</p>
        ) : (
          <LineText all entry={entryOf(edited)} hex={false} revealed={false} />
        )}
      </div>
      <h3>{t('by-hand.after')}</h3>
      <div className={styles.storyText}>
        <LineText all entry={entry} hex={false} revealed={false} />
      </div>
    </section>
  );
}

const entryOf = ({ was, secret }: Edited) => ({ bytes: was, ...(secret === undefined ? {} : { secret }) });
