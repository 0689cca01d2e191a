/** What the edit at hand would change of the sessions that are kept: one line, and the list behind it. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Blast, ChangeGroup, Effect } from '../../shared/auth/blast.ts';
import hearing from '../shell/spoken.module.css';
import { useActions } from '../store/use-store.ts';
import style from './blast.module.css';
import { effectText, ruleName } from './effect-text.ts';
import { type Comparison, useBlast } from './use-blast.ts';

export function BlastRadius(): JSX.Element | null {
  const { t } = useTranslation('blast');
  const found = useBlast();
  if (found.state === 'idle' || found.state === 'unusable') return null;
  const changed = found.state === 'done' && found.blast.changed > 0;
  return (
    <section aria-label={t('label')} className={style.radius} data-changed={changed}>
      <p aria-live="polite">
        <Line found={found} />
      </p>
      {found.state === 'working' && found.total > 0 ? (
        <progress aria-label={t('progress')} max={found.total} value={found.done} />
      ) : null}
      {found.state === 'done' && found.blast.groups.length + found.blast.rules.length > 0 ? (
        <Details blast={found.blast} />
      ) : null}
    </section>
  );
}

function Line({ found }: { readonly found: Comparison }) {
  const { t } = useTranslation('blast');
  switch (found.state) {
    case 'working':
      return found.total === 0 ? t('working') : t('working.at', { done: found.done, total: found.total });
    case 'failed':
      return t('failed', { error: found.error });
    case 'same':
      return t('changes.same');
    case 'done': {
      const { blast, kept } = found;
      if (blast.lookups === 0) return t('changes.empty');
      return blast.changed === 0 ? t('changes.none', { kept }) : t('changes', { count: blast.sessions, kept });
    }
    default:
      return null;
  }
}

function Details({ blast }: { readonly blast: Blast }) {
  const { t } = useTranslation('blast');
  const told = blast.groups.reduce((sum, { lookups }) => sum + lookups, 0);
  return (
    <details className={style.details}>
      <summary>{t('show')}</summary>
      {blast.groups.length === 0 ? null : (
        <ul aria-label={t('groups')} className={style.groups}>
          {blast.groups.map((group) => (
            <Group key={JSON.stringify([group.from, group.to])} group={group} />
          ))}
        </ul>
      )}
      {told < blast.changed ? <p>{t('more.groups', { count: blast.changed - told })}</p> : null}
      {blast.rules.length === 0 ? null : (
        <>
          <h3>{t('rules')}</h3>
          <ul className={style.rules}>
            {blast.rules.map(({ rule, before, after }) => (
              <li key={rule}>
                <b>{ruleName(t, rule)}</b> <span>{t('rules.shift', { before, after })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}

function Group({ group }: { readonly group: ChangeGroup }) {
  const { t } = useTranslation('blast');
  const { select, setTab } = useActions();
  const { from, to, sessions, lookups, examples } = group;
  const more = lookups - examples.length;
  return (
    <li>
      <p className={style.change}>
        <Side effect={from} side="from" />
        <span aria-hidden="true">→</span>
        <Side effect={to} side="to" />
        <span className={style.count}>
          {t('count', { count: sessions })}
          {lookups === sessions ? null : `, ${t('lookups', { count: lookups })}`}
        </span>
      </p>
      <p className={style.examples}>
        {examples.map(({ session, seq, who }) => (
          <button
            aria-label={t('session.go', { session, who: who === '' ? t('nobody') : who })}
            key={`${session} ${seq}`}
            onClick={() => {
              select(session);
              setTab('route');
            }}
            type="button"
          >
            #{session} {who}
          </button>
        ))}
        {more > 0 ? <span>{t('more', { count: more })}</span> : null}
      </p>
    </li>
  );
}

function Side({ effect, side }: { readonly effect: Effect; readonly side: 'from' | 'to' }) {
  const { t } = useTranslation('blast');
  return (
    <span className={style.side} data-side={side}>
      <span className={hearing.spoken}>{t(side)} </span>
      <b>{effectText(t, effect)}</b> <span>{t('by', { rule: ruleName(t, effect.rule) })}</span>
    </span>
  );
}
