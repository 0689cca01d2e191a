/** How a send went: the headline, every recipient's fate, what to make of it, and the way to its session. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { SendResult } from '../../shared/contract/clients.ts';
import { Button } from '../shell/button.tsx';
import { inOrder } from '../transcript/pieces.ts';
import style from './send.module.css';
import { faultKey, headline } from './tell-result.ts';

interface OutcomeProps {
  /** A text: the lab itself could not do it. */
  readonly result: SendResult | string;
  readonly onShow: (session: number) => void;
}

export function Outcome({ result, onShow }: OutcomeProps): JSX.Element {
  const { t } = useTranslation('send');
  if (typeof result === 'string') {
    return (
      <div className={style.outcome} data-tone="bad" role="alert">
        <strong>{t('result.failed')}</strong>
        <p>{result}</p>
      </div>
    );
  }
  const { key, count, to } = headline(result);
  const { session, fates = [], error, response } = result;
  const fault = error === null ? null : faultKey(error);
  return (
    <div className={style.outcome} data-tone={result.ok ? 'good' : 'bad'} role={result.ok ? 'status' : 'alert'}>
      <strong>{t(key, { count, to, error })}</strong>
      {fault === null ? null : <p>{t(fault, { error })}</p>}
      {fates.length > 0 && fault === null ? (
        <ul aria-label={t('fates')}>
          {fates.map(({ address, ok, reply }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one address twice is two recipients, and the list never changes.
            <li data-tone={ok && result.ok ? 'good' : 'bad'} key={index}>
              <span aria-hidden="true">{ok && result.ok ? '✓' : '✗'}</span>
              <span className={style.address}>{inOrder(address)}</span>
              <span className={style.reply}>{inOrder(reply || (ok === result.ok ? response : ''))}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {session === null ? null : (
        <Button look="link" onClick={() => onShow(session)}>
          {t('session', { session })}
        </Button>
      )}
    </div>
  );
}
