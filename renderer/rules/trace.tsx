/** Why a rule did or did not decide the address that was tried. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrailStep } from '../../shared/journal/entry.ts';
import style from './rules.module.css';

const signs: Readonly<Record<TrailStep['outcome'], string>> = {
  matched: '✓',
  'not-matched': '✗',
  'not-tried': '–',
  off: '–',
};

export function Trace({ step }: { readonly step: TrailStep }): JSX.Element {
  const { t } = useTranslation('rules');
  const failed = step.outcome === 'not-matched' ? step.tests.filter((one) => !one.held) : [];
  return (
    <p className={style.trace} data-outcome={step.outcome}>
      <span aria-hidden="true">{signs[step.outcome]}</span>
      <span>
        {t(step.outcome === 'not-tried' && step.wouldMatch === true ? 'trace.would-match' : `trace.${step.outcome}`)}
        {failed.map((test) => (
          <span className={style.why} key={`${test.field} ${test.expected}`}>
            {t(test.negated === true ? 'trace.why.not' : 'trace.why', {
              field: t(`field.${test.field}`, { defaultValue: test.field }),
              actual: test.actual === '' ? t('trace.nothing') : test.actual,
              expected: test.expected,
            })}
          </span>
        ))}
      </span>
    </p>
  );
}
