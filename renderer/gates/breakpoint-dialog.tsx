/** *Break here next time*: the conditions of a breakpoint, filled in from a line of the transcript. */
import { Checkbox, Switch } from '@mantine/core';
import { type JSX, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { gates } from '../../shared/journal/breakpoint.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { note, sentence } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { type BreakpointDraft, breakpointOf, fields } from './breakpoint-form.ts';
import styles from './gates.module.css';
import { useGatesUi } from './gates-ui.ts';

type Field = (typeof fields)[number];

export function BreakpointDialog(): JSX.Element {
  const { t } = useTranslation('gates');
  const draft = useGatesUi((state) => state.breakpoint);
  return (
    <Dialog name="breakpoint" title={t('breakpoint')}>
      {draft === null ? null : <Form first={draft} />}
    </Dialog>
  );
}

function Form({ first }: { readonly first: BreakpointDraft }) {
  const { t } = useTranslation('gates');
  const { bridge } = useLabStore();
  const open = useUi((state) => state.open);
  const [draft, setDraft] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);
  const wanted = breakpointOf(draft);
  const set = () => {
    if (wanted === null) return setProblem(t('breakpoint.nothing'));
    bridge.call('breakpoint.set', wanted).then(
      () => {
        open(null);
        note('good', t('breakpoint.done'));
      },
      (error: unknown) => setProblem(sentence(error)),
    );
  };
  const change = (field: Field, value: string) => {
    setProblem(null);
    const ticked = new Set(draft.ticked).add(field);
    setDraft({ ...draft, ticked, values: { ...draft.values, [field]: value } });
  };
  const tick = (field: Field, on: boolean) => {
    setProblem(null);
    const ticked = new Set(draft.ticked);
    if (on) ticked.add(field);
    else ticked.delete(field);
    setDraft({ ...draft, ticked });
  };
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        set();
      }}
    >
      <p className={form.soft}>{t(first.unheld ? 'breakpoint.unheld' : 'breakpoint.text')}</p>
      <div className={styles.conditions}>
        {fields.map((field) =>
          field === 'session' && first.values.session === '' ? null : (
            <Condition draft={draft} field={field} key={field} onChange={change} onTick={tick} />
          ),
        )}
      </div>
      <Switch
        checked={draft.once}
        description={t('breakpoint.once.hint')}
        label={t('breakpoint.once')}
        onChange={(event) => setDraft({ ...draft, once: event.currentTarget.checked })}
      />
      {problem === null ? null : (
        <p className={form.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={form.end}>
        <Button onClick={() => open(null)}>{t('no')}</Button>
        <Button data-autofocus look="primary" type="submit">
          {t('breakpoint.set')}
        </Button>
      </div>
    </form>
  );
}

interface ConditionProps {
  readonly field: Field;
  readonly draft: BreakpointDraft;
  readonly onChange: (field: Field, value: string) => void;
  readonly onTick: (field: Field, on: boolean) => void;
}

const protocols = ['smtp', 'imap', 'pop3'] as const;

/** A tick and a value; whoever types a value means it. */
function Condition({ field, draft, onChange, onTick }: ConditionProps) {
  const { t } = useTranslation('gates');
  const id = useId();
  const value = draft.values[field];
  const rules = useLab((state) => state.lab?.rules);
  const common = { 'aria-label': t(`field.${field}`), className: `${form.input} ${styles.value}`, value };
  return (
    <div className={styles.condition} data-on={draft.ticked.has(field)}>
      <Checkbox
        checked={draft.ticked.has(field)}
        label={t(`field.${field}`)}
        onChange={(event) => onTick(field, event.currentTarget.checked)}
      />
      {field === 'gate' || field === 'protocol' ? (
        <select {...common} onChange={(event) => onChange(field, event.currentTarget.value)}>
          {(field === 'gate' ? gates : protocols).map((one) => (
            <option key={one} value={one}>
              {one.includes('>') ? `${one.replace('>', '→')} · ${t(`gate.${one}`)}` : one.toUpperCase()}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          autoComplete="off"
          disabled={field === 'session'}
          list={field === 'rule' ? id : undefined}
          maxLength={1000}
          onChange={(event) => onChange(field, event.currentTarget.value)}
          placeholder={field === 'session' ? '' : '*'}
          spellCheck={false}
        />
      )}
      {field === 'rule' ? (
        <datalist id={id}>
          {rules?.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      ) : null}
    </div>
  );
}
