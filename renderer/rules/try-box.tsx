/** Type an address, and see what every rule says to it and what the auth service would answer. */
import { type JSX, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TryRequest, TryResult } from '../../shared/contract/contract.ts';
import { examplesOf, strangerAddress } from '../sessions/examples.ts';
import { sentence } from '../shell/report.ts';
import { closeDrawer } from '../shell/use-shortcuts.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { SaveTried } from '../tests/save-buttons.tsx';
import style from './rules.module.css';

/** ms of rest before what is typed is tried. */
const REST_MS = 120;

interface TryBoxProps {
  readonly result: TryResult | null;
  readonly onResult: (result: TryResult | null) => void;
}

interface Fields {
  readonly rcpt: string;
  readonly from: string;
  readonly helo: string;
  readonly client: string;
}

const blank: Fields = { rcpt: '', from: '', helo: '', client: '' };

export function TryBox({ result, onResult }: TryBoxProps): JSX.Element {
  const { t } = useTranslation('rules');
  const [fields, setFields] = useState(blank);
  const failure = useTry(fields, onResult);
  const rules = useLab((state) => state.lab?.rules);
  const examples = useMemo(
    () => [
      ...examplesOf(rules ?? [])
        .slice(0, 3)
        .map((one) => one.address),
      strangerAddress,
    ],
    [rules],
  );
  const field = (name: keyof Fields) => (
    <label>
      {t(`field.${name}`)}
      <input
        autoComplete="off"
        data-focus={name === 'rcpt' ? 'try' : undefined}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          // First what was typed, then the drawer.
          if (Object.values(fields).some((value) => value !== '')) setFields(blank);
          else closeDrawer();
        }}
        onChange={(event) => {
          const { value } = event.currentTarget;
          setFields((before) => ({ ...before, [name]: value }));
        }}
        placeholder={t(`try.${name}`)}
        spellCheck={false}
        value={fields[name]}
      />
    </label>
  );
  return (
    <section aria-label={t('try')} className={style.try}>
      <h3 className={style.tryTitle}>{t('try')}</h3>
      {field('rcpt')}
      <p className={style.examples}>
        {examples.map((rcpt) => (
          <button key={rcpt} onClick={() => setFields({ ...fields, rcpt })} type="button">
            {rcpt}
          </button>
        ))}
      </p>
      <details>
        <summary>{t('try.more')}</summary>
        <div className={style.more}>
          {field('from')}
          {field('helo')}
          {field('client')}
        </div>
      </details>
      {failure === null ? null : (
        <p className={style.failure} role="alert">
          {failure}
        </p>
      )}
      {result === null || failure !== null ? null : <Verdict result={result} />}
    </section>
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

/** Asks a moment after the last key, and again when the rules change; answers with what went wrong. */
function useTry(fields: Fields, onResult: (result: TryResult | null) => void): string | null {
  const store = useLabStore();
  const rules = useLab((state) => state.lab?.rules);
  const [failure, setFailure] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: changed rules ask the same question again.
  useEffect(() => {
    const request = question(fields);
    if (request === null) {
      onResult(null);
      setFailure(null);
      return;
    }
    let current = true;
    const timer = window.setTimeout(() => {
      store.bridge.call('route.try', request).then(
        (result) => {
          if (!current) return;
          onResult(result);
          setFailure(null);
        },
        (error: unknown) => {
          if (current) setFailure(sentence(error));
        },
      );
    }, REST_MS);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [fields, rules, store, onResult]);
  return failure;
}

/** What is asked; null while nothing is typed. */
function question(fields: Fields): TryRequest | null {
  const given = Object.entries(fields).filter(([, value]) => value.trim() !== '');
  return given.length === 0 ? null : Object.fromEntries(given.map(([name, value]) => [name, value.trim()]));
}
