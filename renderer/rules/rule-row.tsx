/** One rule: what it asks for, what it does, and everything one can do with it. */
import { type JSX, type KeyboardEvent, memo, type PointerEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule } from '../../shared/auth/rule.ts';
import type { Hit } from '../../shared/contract/rules.ts';
import type { TrailStep } from '../../shared/journal/entry.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import { useLabStore } from '../store/use-store.ts';
import { edit, moveBy } from './acts.ts';
import { AddConditionPanel, ConditionPanel } from './condition-panel.tsx';
import { type Open, useEditing } from './editing.ts';
import { MorePanel } from './more-panel.tsx';
import { NameField } from './name-field.tsx';
import { DeedLine, Hits, Remarks } from './row-parts.tsx';
import { type Chip, chips } from './rule-text.ts';
import style from './rules.module.css';
import { ThenPanel } from './then-panel.tsx';
import { Trace } from './trace.tsx';

/** The pointer events of a handle. */
export type HandleEvents = Readonly<
  Record<
    'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel',
    (event: PointerEvent<HTMLElement>) => void
  >
>;

export interface RuleRowProps {
  readonly rule: Rule;
  /** From 0. */
  readonly index: number;
  readonly step: TrailStep | undefined;
  readonly hit: Hit | undefined;
  /** Whether the rules were changed since the start. */
  readonly edited: boolean;
  readonly problems: readonly Problem[] | undefined;
  /** Where a dragged rule would land. */
  readonly drop: 'above' | 'below' | null;
  readonly dragged: boolean;
  readonly handle: (index: number) => HandleEvents;
}

const noProblems: readonly Problem[] = [];

export const RuleRow = memo(function RuleRow(props: RuleRowProps): JSX.Element {
  const { rule, index, step, hit, edited, problems = noProblems, drop, dragged } = props;
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const open = useEditing((state) => (state.open?.rule === rule.name ? state.open : null));
  const row = useRef<HTMLLIElement | null>(null);
  const matched = step?.outcome === 'matched';
  useEffect(() => {
    if (matched) row.current?.scrollIntoView({ block: 'nearest' });
  }, [matched]);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null;
    if (by === null || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void moveBy(store, rule.name, by);
  };
  return (
    <li
      className={style.rule}
      data-dragged={dragged}
      data-drop={drop ?? undefined}
      data-last="false"
      data-off={rule.off === true}
      data-outcome={step?.outcome}
      data-row=""
      data-rule={rule.name}
      onKeyDown={onKeyDown}
      ref={row}
      tabIndex={-1}
    >
      <div className={style.head}>
        <Handle {...props} />
        <NameField open={open?.what === 'name'} rule={rule} />
        {rule.off === true ? <span className={style.off}>{t('off')}</span> : null}
        <Tools more={open?.what === 'more'} rule={rule} />
      </div>
      <Conditions open={open} rule={rule} />
      <DeedLine
        hits={<Hits edited={edited} hit={hit} />}
        label={(text) => t('then.change', { text, rule: rule.name })}
        onOpen={() => toggleOpen({ what: 'then', rule: rule.name })}
        open={open?.what === 'then'}
        then={rule.then}
      />
      {open === null ? null : <OpenPanel index={index} open={open} rule={rule} />}
      <Remarks problems={problems} />
      {step === undefined ? null : <Trace step={step} />}
    </li>
  );
});

/** Opens a part of a rule; the same again closes it. */
export function toggleOpen(open: Open): void {
  const { open: now, setOpen } = useEditing.getState();
  setOpen(JSON.stringify(now) === JSON.stringify(open) ? null : open);
}

function OpenPanel({ rule, open, index }: { readonly rule: Rule; readonly open: Open; readonly index: number }) {
  switch (open.what) {
    case 'condition':
      return <ConditionPanel field={open.field} key={open.field} negated={open.negated} rule={rule} />;
    case 'add':
      return <AddConditionPanel rule={rule} />;
    case 'then':
      return <ThenPanel rule={rule.name} then={rule.then} />;
    case 'more':
      return <MorePanel index={index} rule={rule} />;
    default:
      return null;
  }
}

/** Takes hold of the row: dragged with the pointer, moved with Alt and an arrow, walked with the arrows alone. */
function Handle({ rule, index, handle }: RuleRowProps) {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Delete') {
      event.preventDefault();
      void edit(store, { kind: 'remove', rule: rule.name });
      return;
    }
    const handles = [...document.querySelectorAll<HTMLElement>('[data-part="handle"]')];
    const here = handles.indexOf(event.currentTarget);
    const next = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: handles.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    handles[next]?.focus();
  };
  return (
    <button
      {...handle(index)}
      aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
      aria-label={t('handle', { number: index + 1, rule: rule.name })}
      className={style.handle}
      data-part="handle"
      onKeyDown={onKeyDown}
      title={t('handle.title')}
      type="button"
    >
      <span aria-hidden="true">⠿</span>
      {index + 1}
    </button>
  );
}

function Tools({ rule, more }: { readonly rule: Rule; readonly more: boolean }) {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const on = rule.off !== true;
  return (
    <>
      <button
        aria-checked={on}
        aria-label={t('switch', { rule: rule.name })}
        className={style.switch}
        onClick={() => void edit(store, { kind: 'off', rule: rule.name, off: on })}
        role="switch"
        title={t(on ? 'switch.off' : 'switch.on')}
        type="button"
      >
        <span aria-hidden="true" />
      </button>
      <button
        aria-expanded={more}
        aria-label={t('more', { rule: rule.name })}
        className={style.more}
        onClick={() => toggleOpen({ what: 'more', rule: rule.name })}
        title={t('more.title')}
        type="button"
      >
        ⋯
      </button>
    </>
  );
}

function Conditions({ rule, open }: { readonly rule: Rule; readonly open: Open | null }) {
  const { t } = useTranslation('rules');
  const all = chips(rule.when);
  const isOpen = ({ field, negated }: Chip) =>
    open?.what === 'condition' && open.field === field && open.negated === negated;
  return (
    <p className={style.chips}>
      <span className={style.word}>{t('when')}</span>
      {all.length === 0 ? <span className={style.chip}>{t('always')}</span> : null}
      {all.map((chip) => {
        const { field, negated, values } = chip;
        return (
          <button
            aria-expanded={isOpen(chip)}
            className={style.chip}
            key={`${negated} ${field}`}
            onClick={() => toggleOpen({ what: 'condition', rule: rule.name, field, negated })}
            title={t('condition.change')}
            type="button"
          >
            {t(negated ? 'is.not' : 'is', { field: t(`field.${field}`) })} <code>{values.join(t('any'))}</code>
          </button>
        );
      })}
      <button
        aria-expanded={open?.what === 'add'}
        aria-label={t('condition.add.to', { rule: rule.name })}
        className={style.add}
        data-part="add"
        onClick={() => toggleOpen({ what: 'add', rule: rule.name })}
        type="button"
      >
        {t('condition.add')}
      </button>
    </p>
  );
}
