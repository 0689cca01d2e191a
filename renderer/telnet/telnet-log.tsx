/** What both sides said, as it came. */
import { type JSX, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Handshake } from '../../shared/contract/clients.ts';
import type { Telnet } from '../store/state.ts';
import { readable } from './bytes.ts';
import { type Line, linesOf } from './suggest.ts';
import style from './telnet.module.css';

export function TelnetLog({ telnet }: { readonly telnet: Telnet | undefined }): JSX.Element {
  const { t } = useTranslation('telnet');
  const box = useRef<HTMLDivElement | null>(null);
  const said = telnet?.said;
  const lines = useMemo(() => linesOf(said ?? []), [said]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the text scrolls to its end.
  useLayoutEffect(() => {
    const element = box.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [said, telnet?.open]);
  // A handshake before the first line was the listener's own wish.
  const atOnce = telnet?.tls && !lines.some(({ from }) => from === 'note') ? telnet.tls : null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1).
    <div aria-label={t('log')} className={style.log} ref={box} role="log" tabIndex={0}>
      {telnet === undefined ? <p className={style.note}>{t('hint')}</p> : null}
      {atOnce === null ? null : <Shaken tls={atOnce} />}
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines only grow at the end; the same text twice is two lines.
        <LogLine key={index} line={line} tls={telnet?.tls ?? null} />
      ))}
      {telnet !== undefined && !telnet.open ? (
        <p className={style.note}>{telnet.error === null ? t('closed') : t('closed.error', { error: telnet.error })}</p>
      ) : null}
    </div>
  );
}

function LogLine({ line, tls }: { readonly line: Line; readonly tls: Handshake | null }) {
  if (line.from === 'note') return tls === null ? null : <Shaken tls={tls} />;
  return (
    <div className={style.said} data-from={line.from}>
      {line.text === '' ? ' ' : readable(line.text)}
    </div>
  );
}

/** With whom the connection is encrypted, and what a careful client would say of that. */
function Shaken({ tls }: { readonly tls: Handshake }) {
  const { t } = useTranslation('telnet');
  const { protocol, cipher, subject, distrust } = tls;
  return (
    <p className={style.note}>
      {t('tls', { protocol, cipher, subject: subject || t('tls.nobody') })}
      {distrust === null ? null : ` ${t('tls.distrust', { distrust })}`}
    </p>
  );
}
