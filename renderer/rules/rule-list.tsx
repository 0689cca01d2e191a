/** The rules in order, *Otherwise* at the bottom. */
import { Fragment, type JSX, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule, Then } from '../../shared/auth/rule.ts';
import type { Trail, TrailStep } from '../../shared/journal/entry.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { edit, focusRule, holdFocus } from './acts.ts';
import { DraftRow } from './draft-row.tsx';
import { useEditing } from './editing.ts';
import { EmptyRules } from './empty-rules.tsx';
import { remarksOf } from './remarks.ts';
import { DeedLine, Hits, Remarks } from './row-parts.tsx';
import { RuleRow, toggleOpen } from './rule-row.tsx';
import style from './rules.module.css';
import { ThenPanel } from './then-panel.tsx';
import { Trace } from './trace.tsx';
import { type Drag, useDrag } from './use-drag.ts';

const none: readonly Rule[] = [];

/** Where the line goes that shows the gap: above a row, or below the last one. */
function dropAt(drag: Drag | null, index: number, count: number): 'above' | 'below' | null {
  if (drag === null || drag.gap === drag.from || drag.gap === drag.from + 1) return null;
  if (drag.gap === index) return 'above';
  return drag.gap === count && index === count - 1 ? 'below' : null;
}

export function RuleList({ trail }: { readonly trail: Trail | null }): JSX.Element {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const lab = useLab((state) => state.lab);
  const counted = useLab((state) => state.hits);
  const draft = useEditing((state) => state.draft);
  const list = useRef<HTMLOListElement | null>(null);
  const rules = lab?.rules ?? none;
  const { drag, handlers, cancel } = useDrag(list, (from, to) => {
    const rule = rules[from]?.name;
    if (rule === undefined) return;
    void edit(store, { kind: 'move', rule, to }).then(() => focusRule(rule));
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rules are other rows.
  useLayoutEffect(holdFocus, [rules]);
  const hits = useMemo(() => new Map(counted.hits.map((hit) => [hit.rule, hit])), [counted]);
  const remarks = useMemo(() => remarksOf(lab), [lab]);
  const steps = useMemo(() => new Map(trail?.map((step) => [step.rule, step])), [trail]);
  const accounts = steps.get(0);
  const edited = counted.editedAt !== null;
  const otherwise = lab?.otherwise ?? null;
  const draftRow = draft === null ? null : <DraftRow first={draft} key={`${draft.at} ${draft.name}`} />;
  return (
    <ol
      aria-label={t('list')}
      className={style.list}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && cancel()) event.preventDefault();
      }}
      ref={list}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
      tabIndex={0}
    >
      {accounts === undefined ? null : <AccountsRow step={accounts} />}
      {rules.map((rule, index) => (
        <Fragment key={rule.name}>
          {draft?.at === index ? draftRow : null}
          <RuleRow
            dragged={drag?.from === index}
            drop={dropAt(drag, index, rules.length)}
            edited={edited}
            handle={handlers}
            hit={hits.get(rule.name)}
            index={index}
            problems={remarks.get(index)}
            rule={rule}
            step={steps.get(index + 1)}
          />
        </Fragment>
      ))}
      {draft !== null && draft.at >= rules.length ? draftRow : null}
      {rules.length === 0 && draft === null ? <EmptyRules foreign={otherwise === null} /> : null}
      {otherwise === null ? null : (
        <OtherwiseRow
          hit={<Hits edited={edited} hit={hits.get('otherwise')} />}
          problems={remarks.get(-1) ?? noProblems}
          step={steps.get(null)}
          then={otherwise}
        />
      )}
    </ol>
  );
}

const noProblems: readonly Problem[] = [];

interface OtherwiseProps {
  readonly then: Then;
  readonly step: TrailStep | undefined;
  readonly hit: JSX.Element;
  readonly problems: readonly Problem[];
}

function OtherwiseRow({ then, step, hit, problems }: OtherwiseProps) {
  const { t } = useTranslation('rules');
  const open = useEditing((state) => state.open?.what === 'then' && state.open.rule === null);
  return (
    <li
      className={`${style.rule} ${style.otherwise}`}
      data-last="true"
      data-open={open}
      data-outcome={step?.outcome}
      data-rule=""
      tabIndex={-1}
    >
      <div className={style.head}>
        <span className={style.number}>–</span>
        <h3 className={style.name}>{t('otherwise')}</h3>
        <span className={style.off}>{t('otherwise.fixed')}</span>
      </div>
      <DeedLine
        hits={hit}
        label={(text) => t('then.change', { text, rule: t('otherwise') })}
        onOpen={() => toggleOpen({ what: 'then', rule: null })}
        open={open}
        then={then}
      />
      {open ? <ThenPanel rule={null} then={then} /> : null}
      <Remarks problems={problems} />
      {step === undefined ? null : <Trace step={step} />}
    </li>
  );
}

function AccountsRow({ step }: { readonly step: TrailStep }) {
  const { t } = useTranslation('rules');
  return (
    <li className={style.rule} data-outcome={step.outcome}>
      <div className={style.head}>
        <span className={style.number}>0</span>
        <h3 className={style.name}>{t('accounts')}</h3>
      </div>
      <Trace step={step} />
    </li>
  );
}
