/** What is wrong with a message: each mistake in words, with the places it is made at. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Defect } from '../../shared/mime/part.ts';
import { decode, inOrder } from '../transcript/pieces.ts';
import style from './mail.module.css';
import type { MailState } from './open-mail.ts';
import { rowAt } from './rows.ts';

/** Places of one mistake that have a button. */
const PLACES_SHOWN = 5;

interface DefectsProps {
  readonly mail: MailState;
  readonly onJump: (at: number) => void;
}

export function Defects({ mail, onJump }: DefectsProps): JSX.Element | null {
  const { t } = useTranslation('messages');
  const defects = mail.shape?.defects ?? [];
  if (defects.length === 0) return null;
  return (
    <details className={style.defects}>
      <summary>{t('defects', { count: defects.length })}</summary>
      <ul aria-label={t('defects.list')}>
        {defects.map((one) => (
          <li key={one.kind}>
            <b>{t(`defect.${one.kind}`, { detail: inOrder(decode(one.detail)) })}</b>
            <span>{t(`defect.${one.kind}.text`)}</span>
            <Places defect={one} mail={mail} onJump={onJump} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Places({ defect, mail, onJump }: DefectsProps & { readonly defect: Defect }) {
  const { t } = useTranslation('messages');
  const { rows, lines } = mail;
  const lineOf = (at: number) => (rows === null ? 0 : (lines?.[rowAt(rows, at)] ?? 0));
  // One button a line, whatever is wrong in it how often.
  const byLine = new Map(defect.places.toReversed().map(({ at }) => [lineOf(at), at]));
  const shown = [...byLine].reverse().slice(0, PLACES_SHOWN);
  const inShown = defect.places.filter(({ at }) => shown.some(([line]) => line === lineOf(at))).length;
  return (
    <span className={style.places}>
      {shown.map(([line, at]) => (
        <button className={style.place} key={at} onClick={() => onJump(at)} type="button">
          {t('defect.place', { line, at })}
        </button>
      ))}
      {defect.times > inShown ? <span>{t('defect.more', { count: defect.times - inShown })}</span> : null}
    </span>
  );
}
