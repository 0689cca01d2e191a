/** What both sides said, as it came. */
import { type JSX, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { Telnet } from '../store/state.ts';
import { linesOf } from './suggest.ts';
import style from './telnet.module.css';

interface TelnetLogProps {
  readonly telnet: Telnet | undefined;
  readonly protocol: Protocol;
}

export function TelnetLog({ telnet, protocol }: TelnetLogProps): JSX.Element {
  const { t } = useTranslation('telnet');
  const box = useRef<HTMLDivElement | null>(null);
  const text = telnet?.text ?? '';
  const lines = useMemo(() => linesOf(text, protocol), [text, protocol]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the text scrolls to its end.
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [text, telnet?.open]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1).
    <div aria-label={t('log')} className={style.log} ref={box} role="log" tabIndex={0}>
      {telnet === undefined ? <p className={style.note}>{t('hint')}</p> : null}
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines only grow at the end; the same text twice is two lines.
        <div className={style.said} data-from={line.from} key={index}>
          {line.text === '' ? ' ' : line.text}
        </div>
      ))}
      {telnet !== undefined && !telnet.open ? (
        <p className={style.note}>{telnet.error === null ? t('closed') : t('closed.error', { error: telnet.error })}</p>
      ) : null}
    </div>
  );
}
