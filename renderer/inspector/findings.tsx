/** Known pitfalls that this session ran into: what happened, what to do, and where to look. */
import { useDeferredValue, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { diagnose } from '../../shared/journal/diagnose.ts';
import type { Diagnostic } from '../../shared/journal/diagnostics.ts';
import { bookOf } from '../store/book.ts';
import { selectedSession } from '../store/selectors.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { decode } from '../transcript/pieces.ts';
import { useFailure } from './failure-card.tsx';
import styles from './inspector.module.css';

const none: readonly Diagnostic[] = [];

/** Beside the colour, for those who see none. */
const signs = { error: '✗', warning: '⚠', note: 'ⓘ' } as const;

function useFindings(): readonly Diagnostic[] {
  const session = useLab(selectedSession);
  // While a session runs, traffic is drawn first.
  const entries = useDeferredValue(useLab((state) => state.entries));
  const lab = useLab((state) => state.lab);
  const book = useMemo(() => bookOf(lab), [lab]);
  return useMemo(() => (session === null ? none : diagnose(session, entries, { book })), [session, entries, book]);
}

export function Findings() {
  const { t } = useTranslation('inspector');
  // The card above says already what the general error stood for.
  const told = useFailure() !== null;
  const found = useFindings().filter(({ key }) => !(told && key === 'D8'));
  const notes = found.filter(({ severity }) => severity === 'note');
  const others = found.filter(({ severity }) => severity !== 'note');
  if (found.length === 0) return null;
  return (
    <section aria-label={t('findings')} className={styles.findings}>
      {others.length > 0 && (
        <>
          <h2 className={styles.title}>{t('findings')}</h2>
          <List found={others} />
        </>
      )}
      {notes.length > 0 && (
        <details>
          <summary>{t('findings.notes', { count: notes.length })}</summary>
          <List found={notes} />
        </details>
      )}
    </section>
  );
}

function List({ found }: { readonly found: readonly Diagnostic[] }) {
  return (
    <ul>
      {found.map((one) => (
        <Finding key={`${one.key} ${one.seqs[0]}`} finding={one} />
      ))}
    </ul>
  );
}

function Finding({ finding: { key, id, severity, seqs, params } }: { readonly finding: Diagnostic }) {
  const { t } = useTranslation(['inspector', 'diagnostics', 'reasons']);
  const { goTo } = useActions();
  const values = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? decode(value) : value] as const),
  );
  const cause = params.why === undefined ? '' : t(`${params.why}.title`, { ns: 'reasons' });
  const say = (part: string) => t(`${key}.${part}`, { ns: 'diagnostics', ...values, cause });
  return (
    <li data-severity={severity}>
      <h3 className={styles.pitfallHead}>
        <span className={styles.sign} role="img" aria-label={t(`findings.${severity}`)}>
          {signs[severity]}
        </span>
        <button type="button" className={styles.link} onClick={() => goTo(seqs[0])}>
          <b className={styles.pitfall}>{id}</b> {say('title')}
        </button>
      </h3>
      <p>{say('text')}</p>
      <p className={styles.fix}>{say('fix')}</p>
    </li>
  );
}
