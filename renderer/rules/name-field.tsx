/** A rule's name, which is changed where it stands. */
import { type JSX, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule } from '../../shared/auth/rule.ts';
import form from '../shell/form.module.css';
import { useLab, useLabStore } from '../store/use-store.ts';
import { focusRule, tryEdit } from './acts.ts';
import { useEditing } from './editing.ts';
import style from './editor.module.css';
import { Complaint } from './field-input.tsx';
import { nameFault } from './fields.ts';
import rows from './rules.module.css';

export function NameField({ rule, open }: { readonly rule: Rule; readonly open: boolean }): JSX.Element {
  const { t } = useTranslation('rules');
  const setOpen = useEditing((state) => state.setOpen);
  if (open) return <NameInput name={rule.name} />;
  return (
    <h3 className={rows.name}>
      <button onClick={() => setOpen({ what: 'name', rule: rule.name })} title={t('name.change')} type="button">
        {rule.name}
      </button>
    </h3>
  );
}

const none: readonly Rule[] = [];

function NameInput({ name }: { readonly name: string }) {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const rules = useLab((state) => state.lab?.rules ?? none);
  const setOpen = useEditing((state) => state.setOpen);
  const [text, setText] = useState(name);
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement | null>(null);
  useEffect(() => input.current?.select(), []);
  const others = rules.flatMap((one) => (one.name === name ? [] : [one.name]));
  const fault = nameFault(text, others);
  const close = (now: string) => {
    setOpen(null);
    focusRule(now);
  };
  const done = async () => {
    const wanted = text.trim();
    if (wanted === name) return close(name);
    if (fault !== null) return;
    const against = await tryEdit(store, { kind: 'rename', rule: name, name: wanted });
    setProblem(against);
    if (against === null) close(wanted);
  };
  return (
    <div className={style.name}>
      <input
        aria-invalid={fault !== null}
        aria-label={t('name.of', { rule: name })}
        autoComplete="off"
        className={form.input}
        onBlur={() => {
          // A click elsewhere means what was typed, unless it cannot be meant.
          if (fault === null && text.trim() !== name) void done();
          else setOpen(null);
        }}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') void done();
          else if (event.key === 'Escape') close(name);
          else return;
          event.preventDefault();
        }}
        ref={input}
        spellCheck={false}
        value={text}
      />
      <Complaint fault={fault} />
      {problem === null ? null : <p role="alert">{t('refused.why', { problem })}</p>}
    </div>
  );
}
