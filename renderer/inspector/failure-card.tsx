/** What the client saw, and what really happened: nginx tells the client only the first. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { doingOf } from '../../shared/journal/doing.ts';
import { useDoingText } from '../diagnosis/words.ts';
import { type Failure, failureAt } from '../store/failure.ts';
import { lineAt } from '../store/log.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { decode } from '../transcript/pieces.ts';
import { Confirmation } from '../upstreams/off-box-mark.tsx';
import styles from './inspector.module.css';
import { lineText, useNginxLog } from './log-tab.tsx';

/** The failure up to the cursor; null while there is none. */
export function useFailure(): Failure | null {
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  return useMemo(() => failureAt(entries, shown), [entries, shown]);
}

/** The cause in words, a whole sentence or two. */
export function useCauseText(): (failure: Failure) => string {
  const { t } = useTranslation(['inspector', 'reasons']);
  const entries = useLab((state) => state.entries);
  const doingText = useDoingText();
  return ({ what, why, cause }) => {
    const entry = entries[cause];
    const doing = entry === undefined ? null : doingOf(entry, false);
    const own =
      doing === null ? '' : t(`failure.by.${doing.by}`, { what: doing.by === 'hand' ? '' : doingText(doing) });
    // Who would look for a server that is not there looks at the lab instead.
    if (own !== '' && (what === null || what.key === 'failure.deaf')) return own;
    return [own, sentenceOf(what, why)].filter((part) => part !== '').join(' ');
  };

  function sentenceOf(what: Failure['what'], why: string): string {
    if (what === null) return `${t(`${why}.title`, { ns: 'reasons' })}. ${t(`${why}.text`, { ns: 'reasons' })}`;
    const words = Object.entries(what.params).map(([name, value]) => [name, decode(String(value))] as const);
    return t(what.key, { ...Object.fromEntries(words) });
  }
}

export function FailureCard() {
  const { t } = useTranslation('inspector');
  const failure = useFailure();
  const causeText = useCauseText();
  const { goTo } = useActions();
  const dialled = useLab((state) => String(state.entries[failure?.cause ?? -1]?.params?.upstream ?? ''));
  if (failure === null) return null;
  return (
    <section className={styles.failure} aria-label={t('failure')}>
      <h2>{t('failure.saw')}</h2>
      <p className={styles.gist}>{failure.saw === null ? t('failure.silence') : decode(failure.saw)}</p>
      <h2>{t('failure.happened')}</h2>
      <p>{causeText(failure)}</p>
      {failure.why === 'session.dial.off-box' ? <Confirmation address={dialled} brief /> : null}
      <InLog cause={failure.cause} />
      <p className={styles.source}>
        <button type="button" className={styles.link} onClick={() => goTo(failure.cause)}>
          {t('failure.step', { step: failure.cause + 1 })}
        </button>
      </p>
    </section>
  );
}

/** The line to look for in a real nginx's log, or that there is none. */
function InLog({ cause }: { readonly cause: number }) {
  const { t } = useTranslation('inspector');
  const line = lineAt(useNginxLog(), cause);
  return (
    <>
      <h2>{t('failure.log')}</h2>
      {line === undefined ? (
        <p>{t('failure.log.silent')}</p>
      ) : (
        <p className={styles.gist}>
          [{line.level}] <bdi>{lineText(line.text)}</bdi>
        </p>
      )}
      {line !== undefined && !line.written && <p>{t('failure.log.unwritten', { level: line.level })}</p>}
    </>
  );
}
