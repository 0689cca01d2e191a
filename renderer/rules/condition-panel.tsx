/** One condition of a rule: changed, added or taken out. */
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule } from '../../shared/auth/rule.ts';
import { Button } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import { useLab, useLabStore } from '../store/use-store.ts';
import { edit, focusRule, tryEdit } from './acts.ts';
import { useEditing } from './editing.ts';
import style from './editor.module.css';
import { FieldInput } from './field-input.tsx';
import {
  type Field,
  fieldFault,
  firstValue,
  freeFields,
  isField,
  textOf,
  withCondition,
  withoutCondition,
} from './fields.ts';
import { Panel, PanelEnd } from './panel.tsx';

interface ConditionProps {
  readonly rule: Rule;
  readonly field: string;
  readonly negated: boolean;
}

/** Changes a condition that the rule has. */
export function ConditionPanel({ rule, field, negated }: ConditionProps): JSX.Element | null {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const setOpen = useEditing((state) => state.setOpen);
  const close = () => {
    setOpen(null);
    focusRule(rule.name);
  };
  if (!isField(field)) return null;
  const remove = async () => {
    const when = withoutCondition(rule.when, field, negated);
    if (await edit(store, { kind: 'when', rule: rule.name, when })) close();
  };
  return (
    <Panel label={t('condition.of', { field: t(`field.${field}`), rule: rule.name })} onClose={close}>
      <ConditionForm field={field} negated={negated} onClose={close} rule={rule}>
        <Button onClick={() => void remove()}>{t('condition.remove')}</Button>
      </ConditionForm>
    </Panel>
  );
}

interface FormProps {
  readonly rule: Rule;
  readonly field: Field;
  readonly negated: boolean;
  readonly onClose: () => void;
  readonly children?: JSX.Element;
}

function ConditionForm({ rule, field, negated: first, onClose, children }: FormProps) {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const [text, setText] = useState(() => {
    const holder = first ? rule.when.not : rule.when;
    return textOf(holder?.[field]) || firstValue(field);
  });
  const [negated, setNegated] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);
  const fault = fieldFault(field, text);
  const done = async () => {
    if (fault !== null) return;
    const without = negated === first ? rule.when : withoutCondition(rule.when, field, first);
    const when = withCondition(without, field, text, negated);
    const against = await tryEdit(store, { kind: 'when', rule: rule.name, when });
    setProblem(against);
    if (against === null) onClose();
  };
  const name = t(`field.${field}`);
  return (
    <>
      <select
        aria-label={t('condition.sense')}
        className={`${form.input} ${style.select}`}
        onChange={(event) => setNegated(event.currentTarget.value === 'not')}
        value={negated ? 'not' : 'is'}
      >
        <option value="is">{t('sense.is', { field: name })}</option>
        <option value="not">{t('sense.not', { field: name })}</option>
      </select>
      <FieldInput
        fault={fault}
        field={field}
        focus
        label={t('condition.value', { field: name })}
        onChange={setText}
        onDone={() => void done()}
        text={text}
      />
      <PanelEnd onClose={onClose} onDone={() => void done()} problem={problem} ready={fault === null}>
        {children}
      </PanelEnd>
    </>
  );
}

/** Offers every condition the rule does not have; those that nginx could never meet here are there with the reason. */
export function AddConditionPanel({ rule }: { readonly rule: Rule }): JSX.Element {
  const { t } = useTranslation('rules');
  const setOpen = useEditing((state) => state.setOpen);
  const unheard = useLab((state) => state.lab?.editing.unheard);
  const [field, setField] = useState<Field | null>(null);
  const close = () => {
    setOpen(null);
    focusRule(rule.name, 'add');
  };
  const reasonOf = (one: Field) => unheard?.find((each) => each.field === one);
  const isHeard = (one: Field) => reasonOf(one) === undefined;
  const free = freeFields(rule.when);
  const offered = [...free.filter(isHeard), ...free.filter((one) => !isHeard(one))];
  return (
    <Panel label={t('condition.add.to', { rule: rule.name })} onClose={close} step={field ?? ''}>
      {field === null ? (
        <>
          <p className={style.lead}>{t('condition.which')}</p>
          <div className={style.choices}>
            {offered.map((one, index) => (
              <FieldChoice
                first={index === 0}
                key={one}
                name={t(`field.${one}`)}
                onChoose={() => setField(one)}
                reason={reasonOf(one)}
              />
            ))}
          </div>
        </>
      ) : (
        <ConditionForm field={field} negated={false} onClose={close} rule={rule} />
      )}
    </Panel>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly reason: { readonly id: string; readonly message: string } | undefined;
  readonly first: boolean;
  readonly onChoose: () => void;
}

function FieldChoice({ name, reason, first, onChoose }: ChoiceProps) {
  if (reason === undefined)
    return (
      <Button data-autofocus={first ? '' : undefined} look="chip" onClick={onChoose}>
        {name}
      </Button>
    );
  return (
    <span className={style.unheard}>
      <Button aria-describedby={`why-${name}`} aria-disabled="true" look="chip">
        {name}
      </Button>
      <small id={`why-${name}`}>
        {reason.message} <code>{reason.id}</code>
      </small>
    </span>
  );
}
