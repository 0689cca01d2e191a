/** The lab's tests: how each went, which rules none of them reaches, and the mails that only run when asked for. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Coverage } from '../../shared/lab/tests-coverage.ts';
import { Button } from '../shell/button.tsx';
import { Drawer } from '../shell/drawer.tsx';
import { useUi } from '../shell/ui-store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { resultsOf, sorted, useTests } from './runs.ts';
import { TestRow } from './test-row.tsx';
import style from './tests.module.css';
import { runAll } from './use-test-runs.ts';

export function TestsDrawer(): JSX.Element {
  const { t } = useTranslation('tests');
  const results = useTests(resultsOf);
  const coverage = useTests((state) => state.report?.coverage ?? null);
  return (
    <Drawer note={t('note')} title={t('title')}>
      {results.length === 0 ? (
        <Empty />
      ) : (
        <>
          <Summary />
          {coverage === null ? null : <CoverageLine coverage={coverage} />}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
          <ul aria-label={t('list')} className={style.list} tabIndex={0}>
            {sorted(results).map((test) => (
              <TestRow key={test.name} test={test} />
            ))}
          </ul>
        </>
      )}
    </Drawer>
  );
}

/** How it stands, and the button for the mails. */
function Summary() {
  const { t } = useTranslation('tests');
  const store = useLabStore();
  const results = useTests(resultsOf);
  const { broken, edited, sending } = useTests();
  const count = (state: string) => results.filter((one) => one.state === state).length;
  const mails = results.filter(({ kind }) => kind === 'send').length;
  const failed = count('failed');
  return (
    <div className={style.summary}>
      <p aria-live="polite" className={style.counts} data-failed={failed > 0}>
        {t('counts', { passed: count('passed') })}
        {failed === 0 ? null : <strong>{t('counts.failed', { count: failed })}</strong>}
        {count('waiting') === 0 ? null : t('counts.waiting', { count: count('waiting') })}
      </p>
      {mails === 0 ? null : (
        <Button disabled={sending || broken} icon="send" onClick={() => void runAll(store)}>
          {sending ? t('sending') : t('run', { count: mails })}
        </Button>
      )}
      {broken ? <p className={style.note}>{t('broken')}</p> : null}
      {edited && !broken ? <p className={style.note}>{t('edited')}</p> : null}
    </div>
  );
}

/** "2 of 3 rules are hit by a test", and the others by name: a click goes there. */
function CoverageLine({ coverage: { rules, hit, total } }: { readonly coverage: Coverage }) {
  const { t } = useTranslation('tests');
  const go = useUi((state) => state.go);
  const missed = rules.filter(({ tests }) => tests.length === 0);
  const show = (rule: number | null, name: string) => {
    go('rules');
    // The drawer has to be there first.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const row = document.querySelector<HTMLElement>(`[data-rule="${rule === null ? '' : CSS.escape(name)}"]`);
        row?.scrollIntoView({ block: 'center' });
        (row?.querySelector<HTMLElement>('button, [tabindex]') ?? row)?.focus();
      }),
    );
  };
  return (
    <section aria-label={t('coverage')} className={style.coverage}>
      <p>{t('coverage.line', { hit, total })}</p>
      {missed.length === 0 ? null : (
        <p className={style.missed}>
          {t('coverage.missed')}
          {missed.map(({ rule, name }) => (
            <Button key={`${rule} ${name}`} look="chip" onClick={() => show(rule, name)}>
              {rule === null || rule === 0 ? t(`decider.${name}`) : name}
            </Button>
          ))}
        </p>
      )}
    </section>
  );
}

function Empty() {
  const { t } = useTranslation('tests');
  const go = useUi((state) => state.go);
  const isLab = useLab((state) => state.lab?.otherwise !== null);
  const broken = useTests((state) => state.broken);
  if (broken)
    return (
      <div className={style.empty}>
        <p>{t('broken.first')}</p>
        <Button onClick={() => go('lab')}>{t('broken.edit')}</Button>
      </div>
    );
  return (
    <div className={style.empty}>
      <p>{t('empty')}</p>
      <p>{t(isLab ? 'empty.how' : 'empty.foreign')}</p>
      {isLab ? <Button onClick={() => go('rules')}>{t('empty.try')}</Button> : null}
    </div>
  );
}
