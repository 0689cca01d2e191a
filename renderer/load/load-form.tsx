/** How many sessions, how fast, to whom and in which protocols. */
import { NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { type JSX, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LOAD_OPEN_MAX, LOAD_RATE_MAX, LOAD_SESSIONS_MAX, loadOrders } from '../../shared/client/load-plan.ts';
import { Button } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import { dialable } from '../shell/listeners.ts';
import { sentence } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { firstDraft, type LoadDraft, partsFor, planOf, problemsOf, type Typed } from './draft.ts';
import { took, useLoads } from './load-store.ts';
import { Parts } from './parts.tsx';

/** The draft, with a part for each listener that there is now. */
function useDraft() {
  const listeners = useLab((state) => state.lab?.listeners);
  const rules = useLab((state) => state.lab?.rules);
  const kept = useLoads((state) => state.draft);
  const targets = useMemo(() => dialable(listeners ?? []), [listeners]);
  const draft = useMemo(() => {
    const base = kept ?? firstDraft(targets, rules ?? []);
    return { ...base, parts: partsFor(targets, base.parts) };
  }, [kept, targets, rules]);
  const change = (part: Partial<LoadDraft>) => useLoads.setState({ draft: { ...draft, ...part } });
  return { draft, change, targets };
}

export function LoadForm(): JSX.Element {
  const { t } = useTranslation('load');
  const { draft, change, targets } = useDraft();
  const connected = useLab((state) => state.connected);
  const last = useLoads((state) => state.load);
  const running = last?.state === 'running';
  const starting = useStart();
  const isMail = (listener: string) => targets.find(({ id }) => id === listener)?.protocol === 'smtp';
  const problems = starting.asked ? problemsOf(draft, isMail) : [];
  const fields = { draft, change };
  return (
    <form
      className={form.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        starting.go(draft, problemsOf(draft, isMail).length === 0);
      }}
    >
      <Pace {...fields} />
      <Parts {...fields} targets={targets} />
      <Lists {...fields} />
      <More {...fields} />
      <div className={form.end}>
        {problems.length === 0 && starting.refused === null ? null : (
          <div className={form.problems} role="alert">
            {problems.map(({ key, values }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two parts can have the same thing wrong with them.
              <p key={`${key} ${index}`}>{t(key, values)}</p>
            ))}
            {starting.refused === null ? null : <p>{starting.refused}</p>}
          </div>
        )}
        <div className={form.away}>
          {last === null ? null : (
            <Button look="link" onClick={() => useLoads.setState({ view: 'result' })}>
              {t(running ? 'to.running' : 'to.result')}
            </Button>
          )}
        </div>
        <Button disabled={!connected || running || starting.busy} icon="send" look="primary" type="submit">
          {t('start')}
        </Button>
      </div>
    </form>
  );
}

export interface LoadFields {
  readonly draft: LoadDraft;
  readonly change: (part: Partial<LoadDraft>) => void;
}

function Pace({ draft, change }: LoadFields) {
  const { t } = useTranslation('load');
  const number = (name: 'sessions' | 'rate' | 'open', most: number, least = 1) => (
    <NumberInput
      allowNegative={false}
      decimalScale={name === 'rate' ? 1 : 0}
      description={t(`${name}.hint`, { most })}
      hideControls
      label={t(name)}
      min={least}
      onChange={(value: Typed) => change({ [name]: value })}
      clampBehavior="none"
      value={draft[name]}
    />
  );
  return (
    <div className={form.columns}>
      {number('sessions', LOAD_SESSIONS_MAX)}
      <Select
        allowDeselect={false}
        data={[
          { value: 'paced', label: t('pace.paced') },
          { value: 'fast', label: t('pace.fast') },
        ]}
        description={t(draft.paced ? 'pace.paced.hint' : 'pace.fast.hint')}
        label={t('pace')}
        onChange={(value) => change({ paced: value === 'paced' })}
        value={draft.paced ? 'paced' : 'fast'}
      />
      {draft.paced ? number('rate', LOAD_RATE_MAX, 0.1) : null}
      {number('open', LOAD_OPEN_MAX)}
    </div>
  );
}

function Lists({ draft, change }: LoadFields) {
  const { t } = useTranslation('load');
  return (
    <div className={form.columns}>
      {(['recipients', 'accounts'] as const).map((name) => (
        <Textarea
          autosize
          classNames={{ input: form.source ?? '' }}
          description={t(`${name}.hint`)}
          key={name}
          label={t(name)}
          maxLength={200_000}
          maxRows={6}
          minRows={3}
          onChange={(event) => change({ [name]: event.currentTarget.value })}
          spellCheck={false}
          value={draft[name]}
        />
      ))}
    </div>
  );
}

function More({ draft, change }: LoadFields) {
  const { t } = useTranslation('load');
  const number = (name: 'size' | 'patience' | 'seed') => (
    <NumberInput
      allowNegative={false}
      hideControls
      label={t(name)}
      onChange={(value: Typed) => change({ [name]: value })}
      clampBehavior="none"
      value={draft[name]}
    />
  );
  return (
    <details className={form.fold}>
      <summary>{t('more')}</summary>
      <div className={form.columns}>
        {number('size')}
        {number('patience')}
        <Select
          allowDeselect={false}
          data={loadOrders.map((value) => ({ value, label: t(`order.${value}`) }))}
          label={t('order')}
          onChange={(value) => change({ order: loadOrders.find((one) => one === value) ?? 'turn' })}
          value={draft.order}
        />
        {draft.order === 'chance' ? number('seed') : null}
        {(['from', 'helo'] as const).map((name) => (
          <TextInput
            key={name}
            label={t(name)}
            maxLength={name === 'helo' ? 255 : 1000}
            onChange={(event) => change({ [name]: event.currentTarget.value })}
            spellCheck={false}
            value={draft[name]}
          />
        ))}
      </div>
    </details>
  );
}

/** Starts it, and goes to its result. */
function useStart() {
  const { bridge } = useLabStore();
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const go = (draft: LoadDraft, fine: boolean) => {
    // What is missing is said when it is wanted, not while a person is still typing.
    setAsked(true);
    setRefused(null);
    if (!fine || busy) return;
    setBusy(true);
    bridge
      .call('load.start', planOf(draft))
      .then(
        ({ load }) => {
          took(load);
          useLoads.setState({ view: 'result', draft });
        },
        (error: unknown) => setRefused(sentence(error)),
      )
      .finally(() => setBusy(false));
  };
  return { asked, busy, refused, go };
}
