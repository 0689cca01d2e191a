/** Every rule in order, with why it did or did not decide. */
import { useTranslation } from 'react-i18next';
import type { Trail, TrailStep, TrailTest } from '../../shared/journal/entry.ts';
import { decode } from '../transcript/pieces.ts';
import styles from './inspector.module.css';

const signs: Record<TrailStep['outcome'], string> = { matched: '✓', 'not-matched': '✗', 'not-tried': '–', off: '○' };

export function TrailList({ trail }: { readonly trail: Trail }) {
  const { t } = useTranslation('inspector');
  return (
    <ol className={styles.trail} aria-label={t('route.trail')}>
      {trail.map((step) => (
        <li key={`${step.rule} ${step.name}`} className={styles.rule} data-outcome={step.outcome}>
          <i aria-hidden="true">{signs[step.outcome]}</i>
          <div>
            <p className={styles.ruleHead}>
              {step.rule !== null && <span>{step.rule}</span>}
              <b>{step.rule === null ? t('otherwise') : step.name}</b>
              <span>{t(`outcome.${step.outcome}`)}</span>
            </p>
            <Tests step={step} />
            <p className={styles.then}>→ {step.then}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The two values that were compared. A rule that was not tried says only whether it would have matched too. */
function Tests({ step }: { readonly step: TrailStep }) {
  const { t } = useTranslation('inspector');
  if (step.outcome === 'not-tried' || step.outcome === 'off') {
    return step.wouldMatch === true ? <p className={styles.test}>{t('outcome.would')}</p> : null;
  }
  if (step.rule === null) return null;
  if (step.tests.length === 0) return <p className={styles.test}>{t('test.any')}</p>;
  return step.tests.map((test) => (
    <p key={`${test.field} ${test.expected} ${test.negated}`} className={styles.test} data-held={test.held}>
      <TestText test={test} />
    </p>
  ));
}

function TestText({ test }: { readonly test: TrailTest }) {
  const { t } = useTranslation('inspector');
  const key = `test.${test.held ? 'held' : 'failed'}${test.negated === true ? '.not' : ''}`;
  return t(key, {
    field: test.field,
    expected: test.expected,
    actual: test.actual === '' ? t('test.empty') : decode(test.actual),
  });
}
