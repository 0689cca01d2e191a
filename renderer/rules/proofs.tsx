/** What is proven of the rules: the promises of the lab file, and an example of what each rule decides. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleProof } from '../../shared/auth/prove.ts';
import type { Example } from '../../shared/auth/prove-lookup.ts';
import type { PromiseProof } from '../../shared/auth/prove-promises.ts';
import type { Never } from '../../shared/auth/rule.ts';
import { useLab } from '../store/use-store.ts';
import style from './proofs.module.css';
import { chips } from './rule-text.ts';
import { useProofs } from './use-proofs.ts';

export function Proofs(): JSX.Element | null {
  const { t } = useTranslation('proofs');
  const proven = useProofs();
  if (proven === null) return null;
  const { proofs, never } = proven;
  const kept = proofs.promises.filter(({ state }) => state === 'kept').length;
  const isBroken = proofs.promises.some(({ state }) => state === 'broken');
  return (
    <section aria-label={t('title')} className={style.proofs}>
      <details open={isBroken}>
        <summary>
          <b>{t('title')}</b> {never.length === 0 ? t('examples') : t('kept', { kept, count: never.length })}
        </summary>
        {never.length === 0 ? null : (
          <>
            <h3>{t('promises')}</h3>
            <ul className={style.list}>
              {proofs.promises.map((proof) => (
                <Promised key={proof.promise} never={never[proof.promise]} proof={proof} />
              ))}
            </ul>
            <h3>{t('examples')}</h3>
          </>
        )}
        <ul className={style.list}>
          {proofs.rules.map((proof) => (
            <RuleExample key={proof.rule ?? 0} proof={proof} />
          ))}
        </ul>
      </details>
    </section>
  );
}

const signs: Readonly<Record<PromiseProof['state'], string>> = { kept: '✓', broken: '✗', empty: '⚠', unproven: '?' };

function Promised({ never, proof }: { readonly never: Never | undefined; readonly proof: PromiseProof }) {
  const { t } = useTranslation('proofs');
  const words = useTranslation('rules');
  if (never === undefined) return null;
  const { name, route, ...when } = never;
  const about = chips(when).map(({ field, negated, values }) => {
    const names = { field: words.t(`field.${field}`) };
    return `${words.t(negated ? 'is.not' : 'is', names)} ${values.join(words.t('any'))}`;
  });
  const place = route === 'external' ? t('external') : route;
  return (
    <li data-state={proof.state}>
      <span aria-hidden="true">{signs[proof.state]}</span>
      <span>
        <b>{name ?? t('unnamed', { number: proof.promise + 1 })}</b>{' '}
        {t('never', { about: about.length === 0 ? t('anything') : about.join(', '), place })}
        <small>
          {t(`state.${proof.state}`, { example: exampleText(proof.example), goes: proof.goes, rule: proof.rule })}
        </small>
      </span>
    </li>
  );
}

function RuleExample({ proof }: { readonly proof: RuleProof }) {
  const { t } = useTranslation('proofs');
  const rules = useLab((state) => state.lab?.rules);
  const name = proof.rule === null ? t('otherwise') : rules?.[proof.rule - 1]?.name;
  return (
    <li data-state={proof.state}>
      <span aria-hidden="true">{proof.state === 'reached' ? '✓' : '–'}</span>
      <span>
        <b>{name}</b> {proof.state === 'reached' ? <code>{exampleText(proof.example)}</code> : t(`rule.${proof.state}`)}
      </span>
    </li>
  );
}

/** `bob@eng.abc.com · client 10.0.0.1`. */
function exampleText(example: Example | null): string {
  if (example === null) return '';
  const { protocol, rcpt, user, ...rest } = example;
  const more = Object.entries(rest).map(([field, value]) => `${field} ${value === '' ? '""' : value}`);
  const asked = protocol === 'smtp' ? [] : [String(protocol).toUpperCase()];
  return [rcpt ?? `user ${user === '' ? '""' : user}`, ...asked, ...more].join(' · ');
}
