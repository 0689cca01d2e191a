/** How a login went, step by step in words, with what the server said to each. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { LoginResult, LoginStep } from '../../shared/contract/clients.ts';
import { Button } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import { size } from '../shell/format.ts';
import { inOrder } from '../transcript/pieces.ts';
import style from './login.module.css';

interface StepsProps {
  /** A text: the lab itself could not do it. */
  readonly result: LoginResult | string;
  readonly onShow: (session: number) => void;
}

export function Steps({ result, onShow }: StepsProps): JSX.Element {
  const { t } = useTranslation('login');
  if (typeof result === 'string') {
    return (
      <p className={form.problem} role="alert">
        {result}
      </p>
    );
  }
  const { session, steps, message, ok } = result;
  return (
    <div className={form.outcome} data-tone={ok ? 'good' : 'bad'} role={ok ? 'status' : 'alert'}>
      <strong>{t(ok ? 'result.good' : 'result.bad')}</strong>
      <ol aria-label={t('steps')} className={form.marks}>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps of one try never change.
          <Step key={index} step={step} />
        ))}
      </ol>
      {message === null ? null : (
        <details className={style.message}>
          <summary>{t('message')}</summary>
          <pre className={form.said}>{inOrder(message)}</pre>
        </details>
      )}
      {session === null ? null : (
        <Button look="link" onClick={() => onShow(session)}>
          {t('session', { session })}
        </Button>
      )}
    </div>
  );
}

/** Codes that are explained in words; others are told as they are. */
const explained = new Set([
  'CLOSED',
  'ABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'TOO_LONG',
]);

function Step({ step }: { readonly step: LoginStep }) {
  const { t } = useTranslation('login');
  const { key, ok, params, reply } = step;
  const code = String(params.code ?? '');
  const why = code === '' ? '' : t(explained.has(code) ? `code.${code}` : 'code.other', { code });
  const doing = params.doing === undefined ? '' : t(`doing.${params.doing}`);
  const told = { ...params, why, doing, size: size(Number(params.size ?? 0)) };
  return (
    <li data-tone={ok ? 'good' : 'bad'}>
      <span aria-hidden="true">{ok ? '✓' : '✗'}</span>
      <span className={style.step}>
        {t(ok ? `step.${key}` : `step.${key}.bad`, told)}
        {reply === '' ? null : <code>{inOrder(reply)}</code>}
      </span>
    </li>
  );
}
