/** A new rule, in its place in the list, before it is one. */
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule, Then } from '../../shared/auth/rule.ts';
import { Button } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import { useLab, useLabStore } from '../store/use-store.ts';
import { focusRule, tryEdit } from './acts.ts';
import { useEditing } from './editing.ts';
import style from './editor.module.css';
import { Complaint, FieldInput } from './field-input.tsx';
import { fieldFault, fields, firstValue, isField, nameFault, withCondition } from './fields.ts';
import { type RuleDraft, refusal } from './from-session.ts';
import { Panel, PanelEnd } from './panel.tsx';
import rows from './rules.module.css';

const none: readonly Rule[] = [];

/** The choice of a target as what a rule does. */
const thenOf = (target: string): Then =>
  target.startsWith('route ') ? { route: target.slice('route '.length) } : { reject: target.slice('reject '.length) };

export function DraftRow({ first }: { readonly first: RuleDraft }): JSX.Element {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const rules = useLab((state) => state.lab?.rules ?? none);
  const setDraft = useEditing((state) => state.setDraft);
  const [draft, setOwn] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);
  const set = (change: Partial<RuleDraft>) => setOwn({ ...draft, ...change });
  const names = rules.map(({ name }) => name);
  const fault = nameFault(draft.name, names);
  const wrong = draft.field === null ? null : fieldFault(draft.field, draft.text);
  const ready = fault === null && wrong === null;
  const close = () => {
    setDraft(null);
    focusRule(names[draft.at] ?? null);
  };
  const done = async () => {
    if (!ready) return;
    const when = draft.field === null ? {} : withCondition({}, draft.field, draft.text, false);
    const value: Rule = { name: draft.name.trim(), when, then: thenOf(draft.target) };
    const against = await tryEdit(store, { kind: 'add', value, at: draft.at });
    setProblem(against);
    if (against !== null) return;
    setDraft(null);
    focusRule(value.name);
  };
  return (
    <li className={`${rows.rule} ${rows.draft}`}>
      <Panel label={t('draft')} onClose={close}>
        <h3 className={style.lead}>{t('draft.title', { number: draft.at + 1 })}</h3>
        <Subject draft={draft} onChange={set} onDone={() => void done()} />
        <Target onChange={set} target={draft.target} />
        <div className={form.field}>
          <label className={form.label} htmlFor="draft-name">
            {t('draft.field.name')}
          </label>
          <input
            className={form.input}
            aria-invalid={fault !== null}
            autoComplete="off"
            id="draft-name"
            onChange={(event) => set({ name: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.nativeEvent.isComposing) void done();
            }}
            spellCheck={false}
            value={draft.name}
          />
          <Complaint fault={fault} />
        </div>
        <PanelEnd done={t('draft.add')} onClose={close} onDone={() => void done()} problem={problem} ready={ready} />
      </Panel>
    </li>
  );
}

interface PartProps {
  readonly draft: RuleDraft;
  readonly onChange: (change: Partial<RuleDraft>) => void;
}

/** What the rule is for: one condition to begin with. */
function Subject({ draft, onChange, onDone }: PartProps & { readonly onDone: () => void }) {
  const { t } = useTranslation('rules');
  const unheard = useLab((state) => state.lab?.editing.unheard);
  const { field, text, offers } = draft;
  const silent = fields.flatMap((one) => unheard?.filter((each) => each.field === one) ?? []);
  return (
    <>
      <div className={form.field}>
        <label className={form.label} htmlFor="draft-field">
          {t('draft.field')}
        </label>
        <select
          className={`${form.input} ${style.select}`}
          id="draft-field"
          onChange={(event) => {
            const { value } = event.currentTarget;
            const next = isField(value) ? value : null;
            onChange({ field: next, text: next === null ? '' : firstValue(next), offers: [] });
          }}
          value={field ?? ''}
        >
          {fields.map((one) => (
            <option disabled={silent.some((each) => each.field === one)} key={one} value={one}>
              {t(`field.${one}`)}
            </option>
          ))}
          <option value="">{t('draft.always')}</option>
        </select>
      </div>
      {field === null ? (
        <small>{t('draft.always.warning')}</small>
      ) : (
        <FieldInput
          fault={fieldFault(field, text)}
          field={field}
          focus
          label={t('condition.value', { field: t(`field.${field}`) })}
          onChange={(next) => onChange({ text: next })}
          onDone={onDone}
          text={text}
        />
      )}
      {offers.length === 0 ? null : (
        <div className={style.choices}>
          {offers.map((offer) => (
            <Button aria-pressed={text === offer} key={offer} look="chip" onClick={() => onChange({ text: offer })}>
              {offer}
            </Button>
          ))}
        </div>
      )}
      {silent.length === 0 ? null : (
        <details className={style.silent}>
          <summary>{t('draft.silent', { count: silent.length })}</summary>
          {silent.map((one) => (
            <p key={one.field}>
              <b>{t(`field.${one.field}`)}</b>: {one.message} <code>{one.id}</code>
            </p>
          ))}
        </details>
      )}
    </>
  );
}

const noUpstreams: readonly { readonly name: string }[] = [];

function Target({ target, onChange }: { readonly target: string } & Pick<PartProps, 'onChange'>) {
  const { t } = useTranslation('rules');
  const upstreams = useLab((state) => state.lab?.upstreams ?? noUpstreams);
  return (
    <div className={form.field}>
      <label className={form.label} htmlFor="draft-target">
        {t('draft.target')}
      </label>
      <select
        className={`${form.input} ${style.select}`}
        id="draft-target"
        onChange={(event) => onChange({ target: event.currentTarget.value })}
        value={target}
      >
        {upstreams.map(({ name }) => (
          <option key={name} value={`route ${name}`}>
            → {name}
          </option>
        ))}
        <option value={refusal}>{t('then.reject', { value: refusal.slice('reject '.length) })}</option>
      </select>
    </div>
  );
}
