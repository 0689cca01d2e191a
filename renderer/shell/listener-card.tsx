/** What there is to know of a listener: in the header's chip, and as a card when it could not be had. */
import { type JSX, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hostPort } from '../../shared/wire/host-port.ts';
import { isOffBox } from '../../shared/wire/loopback.ts';
import { AuthButtons } from '../auth/auth-buttons.tsx';
import { useLab, useLabStore } from '../store/use-store.ts';
import { Confirmation, OffBoxMark } from '../upstreams/off-box-mark.tsx';
import { Button } from './button.tsx';
import { CopyLine } from './copy-line.tsx';
import style from './listener-card.module.css';
import { causeKey, chipAddress, commandFor, groupListeners, type ListenerGroup } from './listeners.ts';
import { report } from './report.ts';
import { useUi } from './ui-store.ts';

interface ListenerFactsProps {
  readonly group: ListenerGroup;
  readonly what: string;
  /** The person goes on to a dialog. */
  readonly onLeave: () => void;
}

/** The chip's fold-out. */
export function ListenerFacts({ group, what, onLeave }: ListenerFactsProps): JSX.Element {
  const { t } = useTranslation('shell');
  const first = group.members[0];
  return (
    <div className={style.facts}>
      <h2 data-autofocus tabIndex={-1}>
        {t(`listener.title.${group.role}`, { what, protocol: group.protocol })}
      </h2>
      <ul>
        {group.members.map((one) => (
          <li key={one.id}>
            <code>{hostPort(one.address, one.port)}</code> {t(`state.${one.state}`)}
            {one.error === null ? null : <> ({one.error})</>}
            {one.state === 'external' && isOffBox(one.address) ? <OffBoxMark /> : null}
            {one.state === 'external' ? <Confirmation address={hostPort(one.address, one.port)} /> : null}
          </li>
        ))}
      </ul>
      {group.narrowed ? <p>{t('listener.narrowed')}</p> : null}
      {group.state === 'external' ? <p>{t('listener.external')}</p> : null}
      {group.state === 'refusing' ? <p>{t('listener.refusing')}</p> : null}
      {group.state === 'listening' && first !== undefined && group.protocol !== 'http' ? (
        <CopyLine name={commandFor(first).split(' ')[0] ?? ''} text={commandFor(first)} />
      ) : null}
      {group.state === 'listening' && group.role === 'proxy' ? <LoginButton onPress={onLeave} /> : null}
      {group.role === 'auth' ? <AuthButtons onPress={onLeave} /> : null}
      {group.state === 'failed' ? <Remedy group={group} /> : null}
    </div>
  );
}

/** The way to a login test. */
function LoginButton({ onPress }: { readonly onPress: () => void }) {
  const { t } = useTranslation('shell');
  const open = useUi((state) => state.open);
  const go = () => {
    onPress();
    open('login');
  };
  return (
    <div>
      <Button onClick={go}>{t('listener.login')}</Button>
    </div>
  );
}

/** Every listener that could not be had, one card each; nothing when all is well. */
export function FailedListeners(): JSX.Element | null {
  const { t } = useTranslation('shell');
  const listeners = useLab((state) => state.lab?.listeners);
  const failed = useMemo(() => groupListeners(listeners ?? []).filter((one) => one.state === 'failed'), [listeners]);
  if (failed.length === 0) return null;
  return (
    <section aria-label={t('listener.failures')} className={style.cards}>
      {failed.map((group) => (
        <div className={style.card} key={group.key} role="alert">
          <h2>
            <span aria-hidden="true">✗ </span>
            <FailedTitle group={group} />
          </h2>
          <Remedy group={group} />
        </div>
      ))}
    </section>
  );
}

function FailedTitle({ group }: { readonly group: ListenerGroup }) {
  const { t } = useTranslation('shell');
  const { port, name, protocol } = group;
  const what = port === 0 ? 'unix' : group.role;
  return t(`listener.failed.${what}`, { port, name, protocol, address: chipAddress(group) });
}

function Remedy({ group }: { readonly group: ListenerGroup }) {
  const { t } = useTranslation('shell');
  const store = useLabStore();
  const [busy, setBusy] = useState(false);
  const [still, setStill] = useState(false);
  const failed = group.members.filter((one) => one.state === 'failed');
  const error = failed[0]?.error ?? null;
  const retry = async () => {
    setBusy(true);
    setStill(false);
    try {
      const answers = await Promise.all(failed.map(({ id }) => store.bridge.call('listener.retry', { id })));
      setStill(answers.some((one) => !one.ok));
    } catch (problem) {
      report(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={style.remedy}>
      <p>{t(causeKey(error, group.port === 0), { error: error ?? '', port: group.port })}</p>
      {error === 'EADDRINUSE' && group.port !== 0 ? (
        <details>
          <summary>{t('listener.free')}</summary>
          <p>{t('listener.free.how')}</p>
          <CopyLine name="ss" text={`ss -ltnp | grep :${group.port}`} />
          <p>{t('listener.free.or')}</p>
        </details>
      ) : null}
      <div className={style.actions}>
        <Button disabled={busy} onClick={() => void retry()}>
          {t('listener.retry')}
        </Button>
        <span aria-live="polite">{still ? t('listener.still') : null}</span>
      </div>
    </div>
  );
}
