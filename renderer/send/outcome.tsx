/** How a send went: the headline, every recipient's fate, what to make of it, and the way to its session. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fate, SendResult } from '../../shared/contract/clients.ts';
import { Button } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import { inOrder } from '../transcript/pieces.ts';
import style from './send.module.css';
import { faultOf, headline } from './tell-result.ts';

interface OutcomeProps {
  /** A text: the lab itself could not do it. */
  readonly result: SendResult | string;
  readonly onShow: (session: number) => void;
}

export function Outcome({ result, onShow }: OutcomeProps): JSX.Element {
  const { t } = useTranslation('send');
  if (typeof result === 'string') {
    return (
      <div className={form.outcome} data-tone="bad" role="alert">
        <strong>{t('result.failed')}</strong>
        <p>{result}</p>
      </div>
    );
  }
  const { key, count, to } = headline(result);
  const { session, fates = [], error } = result;
  // Who was refused knows more than that the server closed the connection then.
  const fault = error === null || key === 'result.rejected' ? null : faultOf(error);
  return (
    <div className={form.outcome} data-tone={result.ok ? 'good' : 'bad'} role={result.ok ? 'status' : 'alert'}>
      <strong>{t(key, { count, to, error })}</strong>
      {fault === null ? null : <p>{t(`fault.${fault}`, { error })}</p>}
      {fates.length > 0 ? <Fates fates={fates} result={result} /> : null}
      {session === null ? null : (
        <Button look="link" onClick={() => onShow(session)}>
          {t('session', { session })}
        </Button>
      )}
    </div>
  );
}

interface FatesProps {
  readonly fates: readonly Fate[];
  readonly result: SendResult;
}

/** Whose mail was accepted, and what the server said to each. */
function Fates({ fates, result: { accepted, response } }: FatesProps) {
  const { t } = useTranslation('send');
  return (
    <ul aria-label={t('fates')} className={`${form.marks} ${style.fates}`}>
      {fates.map(({ address, ok, reply }, index) => {
        const good = ok && accepted.length > 0;
        // Who was accepted shares the fate of the mail: its last reply decides.
        const said = ok ? response : reply;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: one address twice is two recipients, and the list never changes.
          <li data-tone={good ? 'good' : 'bad'} key={index}>
            <span aria-hidden="true">{good ? '✓' : '✗'}</span>
            <span className={style.address}>{inOrder(address)}</span>
            {said === '' ? (
              <span className={form.hint}>{t(ok ? 'fate.lost' : 'fate.unasked')}</span>
            ) : (
              <span className={style.reply}>{inOrder(said)}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
