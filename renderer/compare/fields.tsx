/** Named values of two sessions in a table, and how long things took in each. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, Timing } from '../../shared/journal/compare.ts';
import hearing from '../shell/spoken.module.css';
import { decode } from '../transcript/pieces.ts';
import style from './compare.module.css';
import { signs } from './steps.tsx';

interface FieldsProps {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly ids: readonly [number, number];
  readonly only: boolean;
  /** The fields' names are keys of the catalogue. */
  readonly named?: 'knows';
}

function Head({ ids, first }: { readonly ids: readonly [number, number]; readonly first: string }) {
  const { t } = useTranslation('compare');
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        <th scope="col">{t('session', { id: ids[0] })}</th>
        <th className={style.mark} scope="col">
          <span className={hearing.spoken}>{t('mark')}</span>
        </th>
        <th scope="col">{t('session', { id: ids[1] })}</th>
      </tr>
    </thead>
  );
}

export function Fields({ name, fields, ids, only, named }: FieldsProps): JSX.Element | null {
  const { t } = useTranslation('compare');
  const shown = fields.filter(({ mark, a, b }) => (only ? mark !== 'same' : a !== null || b !== null));
  if (shown.length === 0) return null;
  return (
    <table className={style.table}>
      <caption>{name}</caption>
      <Head first={t('field')} ids={ids} />
      <tbody>
        {shown.map((field) => (
          <tr data-difference={field.mark === 'same' ? undefined : ''} data-mark={field.mark} key={field.name}>
            <th scope="row">{named === undefined ? field.name || t('start-line') : t(`${named}.${field.name}`)}</th>
            <td className={field.a === null ? style.absent : style.side}>
              {field.a === null ? null : <code className={style.text}>{decode(field.a)}</code>}
            </td>
            <td className={style.mark} title={t(`mark.${field.mark}`)}>
              <span aria-hidden="true">{signs[field.mark]}</span>
              <span className={hearing.spoken}>{t(`mark.${field.mark}`)}</span>
            </td>
            <td className={field.b === null ? style.absent : style.side}>
              {field.b === null ? null : <code className={style.text}>{decode(field.b)}</code>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** µs as they are read. */
function told(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  return us < 1_000_000 ? `${(us / 1000).toFixed(1)} ms` : `${(us / 1_000_000).toFixed(2)} s`;
}

interface TimingsProps {
  readonly timings: readonly Timing[];
  readonly ids: readonly [number, number];
}

export function Timings({ timings, ids }: TimingsProps): JSX.Element {
  const { t } = useTranslation('compare');
  return (
    <table className={style.table}>
      <caption>{t('times')}</caption>
      <Head first={t('time')} ids={ids} />
      <tbody>
        {timings.map(({ name, a, b }) => (
          <tr key={name}>
            <th scope="row">{t(`time.${name}`)}</th>
            <td className={style.side}>{a === null ? t('time.never') : told(a)}</td>
            <td className={style.mark} />
            <td className={style.side}>
              {b === null ? t('time.never') : told(b)}
              {a === null || b === null || a === b ? null : (
                <span className={style.delta}> {`${b > a ? '+' : '−'}${told(Math.abs(b - a))}`}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
