/** The parts of a row: what it does, what is said of it, how often it decided. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Then } from '../../shared/auth/rule.ts';
import type { Hit } from '../../shared/contract/rules.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import { useLab } from '../store/use-store.ts';
import { leadsOutside } from '../upstreams/off-box.ts';
import { OffBoxMark } from '../upstreams/off-box-mark.tsx';
import { deed } from './rule-text.ts';
import style from './rules.module.css';

interface DeedProps {
  readonly then: Then;
  readonly open: boolean;
  /** The button's whole name: what is shown alone would not say of which rule. */
  readonly label: (text: string) => string;
  readonly onOpen: () => void;
  readonly hits: JSX.Element;
}

/** What the rule does, as the button that changes it. */
export function DeedLine({ then, open, label, onOpen, hits }: DeedProps): JSX.Element {
  const { t } = useTranslation('rules');
  const { kind, value, extras } = deed(then);
  const text = t(`then.${kind}`, { value });
  const offBox = useLab((state) => leadsOutside(state.lab, then.route));
  return (
    <p className={style.chips}>
      <span className={style.word}>{t('then')}</span>
      <button
        aria-expanded={open}
        aria-label={label(text)}
        className={style.deed}
        data-kind={kind}
        data-part="then"
        onClick={onOpen}
        type="button"
      >
        {text} <span aria-hidden="true">▾</span>
      </button>
      {offBox ? <OffBoxMark /> : null}
      {extras.map((one) => (
        <span className={style.chip} key={one.key}>
          {t(`then.${one.key}`, { value: one.value })}
        </span>
      ))}
      {hits}
    </p>
  );
}

const severities = { error: '✗', warning: '⚠', note: 'i' } as const;

export function Remarks({ problems }: { readonly problems: readonly Problem[] }): JSX.Element | null {
  const { t } = useTranslation('lab');
  if (problems.length === 0) return null;
  return (
    <div className={style.remarks}>
      {problems.map(({ severity, message, id, hint }) => (
        <p data-severity={severity} key={`${id} ${message}`}>
          <span aria-hidden="true">{severities[severity]}</span>
          <span>
            <b>{t(`severity.${severity}`)}</b> {message} {id === undefined ? null : <code>{id}</code>}
            {hint === undefined ? null : <small>{hint}</small>}
          </span>
        </p>
      ))}
    </div>
  );
}

/** How often since when: counters that say nothing of it are misread. */
export function Hits({ hit, edited }: { readonly hit: Hit | undefined; readonly edited: boolean }): JSX.Element {
  const { t, i18n } = useTranslation('rules');
  if (hit === undefined || hit.started === 0) return <span className={style.hits}>{t('hits.none')}</span>;
  const at = new Date(hit.lastAt);
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'medium' }).format(at);
  const number = new Intl.NumberFormat(i18n.language);
  const since = t('hits.started', { count: hit.started, number: number.format(hit.started) });
  return (
    <span className={style.hits} title={t('hits.title', { number: number.format(hit.started), time })}>
      {edited ? t('hits.both', { since, number: number.format(hit.edited) }) : since}
      {' · '}
      <time dateTime={at.toISOString()}>{t('hits.last', { time })}</time>
    </span>
  );
}
