/** Type addresses, and see what every rule says to them and what the auth service would answer. */
import { type JSX, type KeyboardEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TryResult } from '../../shared/contract/contract.ts';
import { examplesOf, strangerAddress } from '../sessions/examples.ts';
import form from '../shell/form.module.css';
import { closeDrawer } from '../shell/use-shortcuts.ts';
import { useLab } from '../store/use-store.ts';
import { SaveTried } from '../tests/save-buttons.tsx';
import { useEditing } from './editing.ts';
import style from './rules.module.css';
import { TryTable } from './try-table.tsx';
import { blank, type Fields, useTries } from './use-tries.ts';

interface TryBoxProps {
  readonly result: TryResult | null;
  readonly onResult: (result: TryResult | null) => void;
}

/** Rows that the field for addresses grows to. */
const ROWS_MAX = 5;

export function TryBox({ result, onResult }: TryBoxProps): JSX.Element {
  const { t } = useTranslation('rules');
  const [fields, setFields] = useState(blank);
  const [chosen, setChosen] = useState(0);
  const busy = useEditing((state) => state.draft !== null || (state.open !== null && state.open.what !== 'name'));
  const { asked, answers, failure } = useTries(fields, chosen, onResult);
  const set = (change: Partial<Fields>) => {
    setFields((before) => ({ ...before, ...change }));
    setChosen(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    // First what was typed, then the drawer.
    if (Object.values(fields).some((value) => value !== '')) set(blank);
    else closeDrawer();
  };
  const field = (name: Exclude<keyof Fields, 'rcpt'>) => (
    <label>
      {t(`field.${name}`)}
      <input
        autoComplete="off"
        className={form.input}
        onChange={(event) => set({ [name]: event.currentTarget.value })}
        onKeyDown={onKeyDown}
        placeholder={t(`try.${name}`)}
        spellCheck={false}
        value={fields[name]}
      />
    </label>
  );
  return (
    <section aria-label={t('try')} className={style.try} data-quiet={busy}>
      <h3 className={style.tryTitle}>{t('try')}</h3>
      <label>
        {t('field.rcpt')}
        <textarea
          autoComplete="off"
          className={form.input}
          data-focus="try"
          onChange={(event) => set({ rcpt: event.currentTarget.value })}
          onKeyDown={onKeyDown}
          placeholder={t('try.rcpt')}
          rows={Math.min(ROWS_MAX, fields.rcpt.split('\n').length)}
          spellCheck={false}
          value={fields.rcpt}
        />
      </label>
      {busy ? null : <Examples onChoose={(rcpt) => set({ rcpt })} />}
      <details hidden={busy}>
        <summary>{t('try.more')}</summary>
        <div className={style.moreFields}>
          {field('from')}
          {field('helo')}
          {field('client')}
          {field('user')}
          <small>{t('try.user.note')}</small>
        </div>
      </details>
      {failure === null ? null : (
        <p className={style.failure} role="alert">
          {failure}
        </p>
      )}
      {answers.length > 0 ? <TryTable answers={answers} asked={asked} chosen={chosen} onChoose={setChosen} /> : null}
      {result === null || failure !== null ? null : <Verdict result={result} />}
    </section>
  );
}

function Examples({ onChoose }: { readonly onChoose: (rcpt: string) => void }) {
  const { t } = useTranslation('rules');
  const rules = useLab((state) => state.lab?.rules);
  const examples = useMemo(
    () => [
      ...examplesOf(rules ?? [])
        .map((one) => one.address)
        .slice(0, 3),
      strangerAddress,
    ],
    [rules],
  );
  return (
    <p className={style.examples}>
      {examples.map((rcpt) => (
        <button key={rcpt} onClick={() => onChoose(rcpt)} type="button">
          {rcpt}
        </button>
      ))}
      <button onClick={() => onChoose(examples.join('\n'))} type="button">
        {t('try.all')}
      </button>
    </p>
  );
}

function Verdict({ result }: { readonly result: TryResult }) {
  const { t } = useTranslation('rules');
  const decided = result.trail.find((one) => one.outcome === 'matched');
  const decider = decided?.rule === 0 ? 'accounts' : decided?.rule == null ? 'otherwise' : 'rule';
  return (
    <>
      <p aria-live="polite" className={style.verdict}>
        <strong>{t(`verdict.${decider}`, { rule: decided?.name })}</strong> <code>{result.verdict}</code>
        {result.upstream === null ? null : <span className={style.upstream}> {result.upstream}</span>}
      </p>
      <p>
        <SaveTried tried={result} />
      </p>
      <details>
        <summary>{t('http')}</summary>
        <h4>{t('http.request')}</h4>
        <pre>{result.request.trimEnd()}</pre>
        <h4>{t('http.answer')}</h4>
        <pre>{result.response.trimEnd()}</pre>
      </details>
    </>
  );
}
