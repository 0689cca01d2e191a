/** What opens inside a row to edit a part of it: the row stays in sight, and Escape closes. */
import { type JSX, type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import style from './editor.module.css';

interface PanelProps {
  readonly label: string;
  readonly onClose: () => void;
  /** Changes with what the panel asks for, so that the focus goes to what is new. */
  readonly step?: string;
  readonly children: ReactNode;
}

export function Panel({ label, onClose, step = '', children }: PanelProps): JSX.Element {
  const box = useRef<HTMLDivElement | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each step the panel shows other things.
  useEffect(() => {
    const first = box.current?.querySelector<HTMLElement>('[data-autofocus]');
    (first ?? box.current?.querySelector<HTMLElement>('textarea, input, select, button'))?.focus();
    box.current?.scrollIntoView({ block: 'nearest' });
  }, [step]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be left out of sight without losing it.
    <div
      aria-label={label}
      className={style.panel}
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
      role="group"
    >
      {children}
    </div>
  );
}

interface PanelEndProps {
  /** Left out in a form: it is submitted. */
  readonly onDone?: () => void;
  readonly onClose: () => void;
  readonly ready: boolean;
  /** What stood against the edit. */
  readonly problem: string | null;
  readonly done?: string;
  readonly children?: ReactNode;
}

export function PanelEnd({ onDone, onClose, ready, problem, done, children }: PanelEndProps): JSX.Element {
  const { t } = useTranslation('rules');
  return (
    <>
      {problem === null ? null : (
        <p className={style.problem} role="alert">
          {t('refused.why', { problem })}
        </p>
      )}
      <div className={style.end}>
        <Button disabled={!ready} look="primary" onClick={onDone} type={onDone ? 'button' : 'submit'}>
          {done ?? t('edit.done')}
        </Button>
        <Button onClick={onClose}>{t('edit.cancel')}</Button>
        {children}
      </div>
    </>
  );
}
