/** Known pitfalls that this session ran into: what happened, what to do, and where to look. */
import { useTranslation } from 'react-i18next';
import type { Diagnostic } from '../../shared/journal/diagnostics.ts';
import { FindingBody } from '../diagnosis/finding-body.tsx';
import { severitySigns, useFindings } from '../diagnosis/findings.ts';
import { useFindingWords } from '../diagnosis/words.ts';
import { useActions } from '../store/use-store.ts';
import { useFailure } from './failure-card.tsx';
import styles from './inspector.module.css';

export function Findings() {
  const { t } = useTranslation('inspector');
  // The card above says already what the general error stood for.
  const told = useFailure() !== null;
  const found = useFindings().filter(({ key }) => !(told && key === 'D8'));
  const chats = found.filter(({ severity }) => severity === 'chat');
  const others = found.filter(({ severity }) => severity !== 'chat');
  if (found.length === 0) return null;
  return (
    <section aria-label={t('findings')} className={styles.findings}>
      {others.length > 0 && (
        <>
          <h2 className={styles.title}>{t('findings')}</h2>
          <List found={others} />
        </>
      )}
      {chats.length > 0 && (
        <details>
          <summary>{t('findings.notes', { count: chats.length })}</summary>
          <List found={chats} />
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

function Finding({ finding }: { readonly finding: Diagnostic }) {
  const { t } = useTranslation('diagnosis');
  const say = useFindingWords();
  const { goTo } = useActions();
  const { id, severity, seqs } = finding;
  return (
    <li data-severity={severity}>
      <h3 className={styles.pitfallHead}>
        <span className={styles.sign} role="img" aria-label={t(`severity.${severity}`)}>
          {severitySigns[severity]}
        </span>
        <button type="button" className={styles.link} onClick={() => goTo(seqs[0])}>
          <b className={styles.pitfall}>{id}</b> {say(finding, 'title')}
        </button>
      </h3>
      <FindingBody finding={finding} />
    </li>
  );
}
