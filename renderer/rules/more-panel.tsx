/** What else can be done with a rule. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule } from '../../shared/auth/rule.ts';
import { Button } from '../shell/button.tsx';
import { useLab, useLabStore } from '../store/use-store.ts';
import { edit, focusRule, moveBy } from './acts.ts';
import { useEditing } from './editing.ts';
import style from './editor.module.css';
import { freeName } from './fields.ts';
import { blankDraft } from './from-session.ts';
import { Panel } from './panel.tsx';

export function MorePanel({ rule, index }: { readonly rule: Rule; readonly index: number }): JSX.Element {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const lab = useLab((state) => state.lab);
  const { setOpen, setDraft } = useEditing.getState();
  const names = (lab?.rules ?? []).map(({ name }) => name);
  const close = () => {
    setOpen(null);
    focusRule(rule.name);
  };
  const add = (at: number) => {
    if (lab !== null) setDraft(blankDraft(at, t('draft.name'), lab));
  };
  const move = (by: 1 | -1) => {
    setOpen(null);
    void moveBy(store, rule.name, by);
  };
  const duplicate = async () => {
    const name = freeName(t('duplicate.name', { rule: rule.name }), names);
    setOpen(null);
    if (await edit(store, { kind: 'add', value: { ...rule, name }, at: index + 1 })) focusRule(name);
  };
  const remove = async () => {
    setOpen(null);
    if (await edit(store, { kind: 'remove', rule: rule.name })) focusRule(names[index + 1] ?? names[index - 1] ?? null);
  };
  return (
    <Panel label={t('more', { rule: rule.name })} onClose={close}>
      <div className={style.choices}>
        <Button disabled={index === 0} onClick={() => move(-1)}>
          {t('more.up')}
        </Button>
        <Button disabled={index === names.length - 1} onClick={() => move(1)}>
          {t('more.down')}
        </Button>
        <Button onClick={() => add(index)}>{t('more.above')}</Button>
        <Button onClick={() => add(index + 1)}>{t('more.below')}</Button>
        <Button onClick={() => void duplicate()}>{t('more.duplicate')}</Button>
        <Button onClick={() => void remove()}>{t('more.remove')}</Button>
      </div>
    </Panel>
  );
}
