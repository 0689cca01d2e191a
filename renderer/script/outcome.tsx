/** How a script went: the line that was not answered as it should be, what was wanted, and what came. */
import { type JSX, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScriptFailure, ScriptResult } from '../../shared/contract/script.ts';
import { Button } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import { inOrder } from '../transcript/pieces.ts';

interface OutcomeProps {
  readonly result: ScriptResult | string;
  /** The text that was run. */
  readonly text: string;
  readonly onShow: (session: number) => void;
}

export function Outcome({ result, text, onShow }: OutcomeProps): JSX.Element {
  const { t } = useTranslation('script');
  const box = useRef<HTMLDivElement>(null);
  // In a low window it stands below what can be seen.
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  if (typeof result === 'string') {
    return (
      <p className={form.problem} role="alert">
        {result}
      </p>
    );
  }
  const { ok, failure, session, done } = result;
  return (
    <div className={form.outcome} ref={box} data-tone={ok ? 'good' : 'bad'} role={ok ? 'status' : 'alert'}>
      <strong>
        {ok
          ? t('good', { count: done.length })
          : t(failure?.kind === 'connect' ? 'bad.connect' : 'bad', { line: failure?.line ?? 0 })}
      </strong>
      {failure === null ? null : <Failure failure={failure} step={text.split(/\r\n|\r|\n/)[failure.line - 1] ?? ''} />}
      {session === null ? null : (
        <Button look="link" onClick={() => onShow(session)}>
          {t('session', { session })}
        </Button>
      )}
    </div>
  );
}

function Failure({ failure, step }: { readonly failure: ScriptFailure; readonly step: string }) {
  const { t } = useTranslation('script');
  const { kind, wanted, got, code } = failure;
  return (
    <>
      {step === '' ? null : <code className={form.source}>{inOrder(step)}</code>}
      <p>{t(`failure.${kind}`, { wanted, code: t(`code.${code}`, code) })}</p>
      {got.length === 0 ? null : (
        <>
          <p>{t(kind === 'silent' || kind === 'over' ? 'came.far' : 'came')}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
          <pre className={form.said} tabIndex={0}>
            {got.map(inOrder).join('\n')}
          </pre>
        </>
      )}
    </>
  );
}
