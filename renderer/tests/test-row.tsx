/** One test: what it asks, what it expects, how it went, and on demand why. */
import { type JSX, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trail } from '../../shared/journal/entry.ts';
import type { TestResult } from '../../shared/lab/tests-result.ts';
import { TrailList } from '../inspector/trail-list.tsx';
import { useLabDraft } from '../lab/draft.ts';
import { Button } from '../shell/button.tsx';
import { report } from '../shell/report.ts';
import { useLabStore } from '../store/use-store.ts';
import style from './tests.module.css';

const signs: Readonly<Record<TestResult['state'], string>> = { passed: '✓', failed: '✗', waiting: '○' };

export function TestRow({ test }: { readonly test: TestResult }): JSX.Element {
  const { t } = useTranslation('tests');
  const { name, kind, state, input, expected, differences, problem } = test;
  return (
    <li className={style.test} data-state={state}>
      <span aria-hidden="true" className={style.sign}>
        {signs[state]}
      </span>
      <div className={style.body}>
        <h3>
          {name} <span className={style.state}>{t(`state.${state}`)}</span>
        </h3>
        <p className={style.line}>
          <span>{t(`kind.${kind}`)}</span> <code>{input}</code>
        </p>
        <p className={style.line}>
          <span>{t('expects')}</span> <code>{expected}</code>
        </p>
        {problem === null ? null : <p className={style.difference}>{problem}</p>}
        {differences.map((one) => (
          <p className={style.difference} key={one.key}>
            {t('difference', { key: one.key, expected: one.expected, actual: one.actual })}
          </p>
        ))}
        {test.actual === '' ? null : <Why test={test} />}
      </div>
    </li>
  );
}

/** The trail of a result; that of a lookup is fetched when it is wanted. */
function useTrail(test: TestResult, wanted: boolean): Trail | null {
  const { bridge } = useLabStore();
  const [fetched, setFetched] = useState<{ readonly of: TestResult; readonly trail: Trail } | null>(null);
  useEffect(() => {
    if (!wanted || test.trail !== null || test.kind === 'send') return;
    const { text } = useLabDraft.getState();
    bridge.call('tests.run', { only: [test.name], ...(text === null ? {} : { text }) }).then((answer) => {
      const trail = answer.report?.tests[0]?.trail;
      if (trail) setFetched({ of: test, trail });
    }, report);
  }, [bridge, test, wanted]);
  // After the next run it is another result, whose trail may be another one.
  return test.trail ?? (fetched?.of === test ? fetched.trail : null);
}

/** What came, and what every rule said. */
function Why({ test }: { readonly test: TestResult }) {
  const { t } = useTranslation('tests');
  const [open, setOpen] = useState(false);
  const trail = useTrail(test, open);
  return (
    <>
      <Button
        aria-expanded={open}
        aria-label={t('why.of', { name: test.name })}
        look="link"
        onClick={() => setOpen(!open)}
      >
        {t('why')}
      </Button>
      {open ? (
        <div className={style.why}>
          <p className={style.line}>
            <span>{t('came')}</span> <code>{test.actual}</code>
          </p>
          {trail === null ? null : <TrailList trail={trail} />}
        </div>
      ) : null}
    </>
  );
}
