/** The HTML of a mail in a frame that may do nothing, with everything it wanted from elsewhere blocked and counted. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { inOrder } from '../transcript/pieces.ts';
import style from './mail.module.css';
import type { HtmlView } from './mail.ts';
import type { Blocked, Target } from './remote.ts';

export function HtmlTab({ html }: { readonly html: HtmlView | null }): JSX.Element {
  const { t } = useTranslation('messages');
  if (html === null) return <p className={style.note}>{t('html.none')}</p>;
  if (!html.ok) return <p className={style.note}>{t(`html.${html.why}`)}</p>;
  const { neutral, cut } = html;
  return (
    <div className={style.preview}>
      <BlockedList blocked={neutral.blocked} />
      <TargetList targets={neutral.targets} />
      {neutral.missing.length === 0 ? null : (
        <p className={style.note}>
          {t('html.missing', { count: neutral.missing.length, ids: neutral.missing.map(inOrder).join(', ') })}
        </p>
      )}
      {cut === null ? null : <p className={style.note}>{t('html.cut', { size: cut })}</p>}
      <iframe
        className={style.frame}
        referrerPolicy="no-referrer"
        sandbox=""
        srcDoc={neutral.html}
        title={t('html.frame')}
      />
    </div>
  );
}

function BlockedList({ blocked }: { readonly blocked: readonly Blocked[] }) {
  const { t } = useTranslation('messages');
  const total = (some: readonly Blocked[]) => some.reduce((sum, one) => sum + one.times, 0);
  const isRemote = ({ kind, host }: Blocked) => kind !== 'script' || host !== '';
  const remote = total(blocked.filter(isRemote));
  const scripts = total(blocked.filter((one) => !isRemote(one)));
  if (blocked.length === 0) return <p className={style.note}>{t('html.clean')}</p>;
  return (
    <details className={style.blocked}>
      <summary>
        {remote === 0 ? null : t('html.blocked', { count: remote })}
        {remote === 0 || scripts === 0 ? null : ' · '}
        {scripts === 0 ? null : t('html.scripts', { count: scripts })}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1). */}
      <ul aria-label={t('html.blocked.list')} tabIndex={0}>
        {blocked.map((one) => (
          <li key={`${one.kind} ${one.host}`} title={inOrder(one.first)}>
            <b>{t(`html.kind.${one.kind}`)}</b>
            <span>{one.host === '' ? t('html.host.none') : inOrder(one.host)}</span>
            <span>{t('html.times', { count: one.times })}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function TargetList({ targets }: { readonly targets: readonly Target[] }) {
  const { t } = useTranslation('messages');
  if (targets.length === 0) return null;
  return (
    <details className={style.targets}>
      <summary>{t('html.targets', { count: targets.length })}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1). */}
      <ul aria-label={t('html.targets.list')} tabIndex={0}>
        {targets.map(({ kind, text, url }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: links may repeat, and never change.
          <li key={index}>
            <b>{t(`html.target.${kind}`)}</b>
            <span>{text === '' ? t('html.target.wordless') : inOrder(text)}</span>
            <code>{inOrder(url.slice(0, 500))}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
