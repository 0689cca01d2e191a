/** The rules in order, and the box to try an address on all of them. */
import { type JSX, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule, Then } from '../../shared/auth/rule.ts';
import type { TryResult } from '../../shared/contract/contract.ts';
import type { TrailStep } from '../../shared/journal/entry.ts';
import { Button } from '../shell/button.tsx';
import { Drawer } from '../shell/drawer.tsx';
import { useUi } from '../shell/ui-store.ts';
import { useLab } from '../store/use-store.ts';
import { Proofs } from './proofs.tsx';
import { chips, deed } from './rule-text.ts';
import style from './rules.module.css';
import { TryBox } from './try-box.tsx';

const noRules: readonly Rule[] = [];

export function RulesDrawer(): JSX.Element {
  const { t } = useTranslation('rules');
  const rules = useLab((state) => state.lab?.rules ?? noRules);
  const otherwise = useLab((state) => state.lab?.otherwise ?? null);
  const [result, setResult] = useState<TryResult | null>(null);
  const step = (number: number | null) => result?.trail.find((one) => one.rule === number);
  const accounts = step(0);
  return (
    <Drawer note={t('order')} title={t('title')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
      <ol aria-label={t('list')} className={style.list} tabIndex={0}>
        {accounts === undefined ? null : <AccountsRow step={accounts} />}
        {rules.map((rule, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place in the list; names may repeat.
          <RuleRow key={index} number={index + 1} rule={rule} step={step(index + 1)} />
        ))}
        {rules.length === 0 ? <Empty foreign={otherwise === null} /> : null}
        {otherwise === null ? null : <OtherwiseRow step={step(null)} then={otherwise} />}
      </ol>
      {otherwise === null ? null : <Proofs />}
      {otherwise === null ? null : <TryBox onResult={setResult} result={result} />}
    </Drawer>
  );
}

function Empty({ foreign }: { readonly foreign: boolean }) {
  const { t } = useTranslation('rules');
  const go = useUi((state) => state.go);
  return (
    <li className={style.empty}>
      <p>{t(foreign ? 'foreign' : 'empty')}</p>
      <Button onClick={() => go('lab')}>{t('edit')}</Button>
    </li>
  );
}

function RuleRow(props: { readonly number: number; readonly rule: Rule; readonly step: TrailStep | undefined }) {
  const { number, rule, step } = props;
  const { t } = useTranslation('rules');
  const row = useRef<HTMLLIElement | null>(null);
  const matched = step?.outcome === 'matched';
  useEffect(() => {
    if (matched) row.current?.scrollIntoView({ block: 'nearest' });
  }, [matched]);
  const conditions = chips(rule.when);
  return (
    <li
      className={style.rule}
      data-off={rule.off === true}
      data-outcome={step?.outcome}
      data-rule={rule.name}
      ref={row}
      tabIndex={-1}
    >
      <span className={style.number}>{number}</span>
      <div className={style.body}>
        <h3>
          {rule.name}
          {rule.off === true ? <span className={style.off}>{t('off')}</span> : null}
        </h3>
        <p className={style.chips}>
          <span className={style.word}>{t('when')}</span>
          {conditions.length === 0 ? <span className={style.chip}>{t('always')}</span> : null}
          {conditions.map(({ field, negated, values }) => (
            <span className={style.chip} key={`${negated} ${field}`}>
              {t(negated ? 'is.not' : 'is', { field: t(`field.${field}`) })} <code>{values.join(t('any'))}</code>
            </span>
          ))}
          <Deed then={rule.then} />
        </p>
        {step === undefined ? null : <Trace step={step} />}
      </div>
    </li>
  );
}

function OtherwiseRow({ then, step }: { readonly then: Then; readonly step: TrailStep | undefined }) {
  const { t } = useTranslation('rules');
  return (
    <li className={`${style.rule} ${style.otherwise}`} data-outcome={step?.outcome} data-rule="" tabIndex={-1}>
      <span className={style.number}>–</span>
      <div className={style.body}>
        <h3>{t('otherwise')}</h3>
        <p className={style.chips}>
          <Deed then={then} />
        </p>
        {step === undefined ? null : <Trace step={step} />}
      </div>
    </li>
  );
}

function AccountsRow({ step }: { readonly step: TrailStep }) {
  const { t } = useTranslation('rules');
  return (
    <li className={style.rule} data-outcome={step.outcome}>
      <span className={style.number}>0</span>
      <div className={style.body}>
        <h3>{t('accounts')}</h3>
        <Trace step={step} />
      </div>
    </li>
  );
}

function Deed({ then }: { readonly then: Then }) {
  const { t } = useTranslation('rules');
  const { kind, value, extras } = deed(then);
  return (
    <>
      <span className={style.word}>{t('then')}</span>
      <span className={style.deed} data-kind={kind}>
        {t(`then.${kind}`, { value })}
      </span>
      {extras.map((one) => (
        <span className={style.chip} key={one.key}>
          {t(`then.${one.key}`, { value: one.value })}
        </span>
      ))}
    </>
  );
}

const signs: Readonly<Record<TrailStep['outcome'], string>> = {
  matched: '✓',
  'not-matched': '✗',
  'not-tried': '–',
  off: '–',
};

/** Why this rule did or did not decide the address that was tried. */
function Trace({ step }: { readonly step: TrailStep }) {
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
