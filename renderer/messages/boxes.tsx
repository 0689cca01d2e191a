/** Whose mail is listed: an upstream's, and there a mailbox's. */
import { type JSX, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UpstreamView } from '../../shared/contract/upstreams.ts';
import { Button } from '../shell/button.tsx';
import { report } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { inOrder } from '../transcript/pieces.ts';
import style from './messages.module.css';
import { useMessages } from './messages-ui.ts';

export function Boxes({ onDeleteAll }: { readonly onDeleteAll: (upstream: string) => void }): JSX.Element {
  const { t } = useTranslation('messages');
  const upstreams = useUpstreams().filter((one) => !one.external);
  const upstream = useMessages((state) => state.upstream);
  const set = useMessages((state) => state.set);
  const choose = (name: string | null) => set({ upstream: name, owner: null, open: null });
  const chosen = upstreams.find((one) => one.name === upstream);
  const all = upstreams.reduce((sum, one) => sum + one.messages, 0);
  return (
    <div className={style.choice}>
      <fieldset className={style.boxes}>
        <legend>{t('boxes')}</legend>
        <Box count={all} name={t('all')} on={upstream === null} onClick={() => choose(null)} />
        {upstreams.map(({ name, messages }) => (
          <Box count={messages} key={name} name={name} on={upstream === name} onClick={() => choose(name)} />
        ))}
      </fieldset>
      {chosen === undefined ? null : <Owners accounts={chosen.accounts} />}
      {upstream === null ? null : (
        <Button look="link" onClick={() => onDeleteAll(upstream)}>
          {t('delete.all.button')}
        </Button>
      )}
    </div>
  );
}

interface BoxProps {
  readonly name: string;
  readonly count: number;
  readonly on: boolean;
  readonly onClick: () => void;
}

function Box({ name, count, on, onClick }: BoxProps) {
  const { t } = useTranslation('messages');
  return (
    <button
      aria-label={t('box', { name, count })}
      aria-pressed={on}
      className={style.box}
      onClick={onClick}
      type="button"
    >
      {name} <span>{count}</span>
    </button>
  );
}

/** The mailboxes of an upstream that has accounts; the others have the catch-all alone. */
function Owners({ accounts }: { readonly accounts: readonly string[] }) {
  const { t } = useTranslation('messages');
  const owner = useMessages((state) => state.owner);
  const set = useMessages((state) => state.set);
  if (accounts.length === 0) return null;
  const choose = (value: string) => set({ owner: value === '*' ? null : value.slice(1), open: null });
  return (
    <select
      aria-label={t('mailbox')}
      className={style.owner}
      onChange={(event) => choose(event.currentTarget.value)}
      value={owner === null ? '*' : `=${owner}`}
    >
      <option value="*">{t('mailbox.all')}</option>
      <option value="=">{t('catch-all')}</option>
      {accounts.map((user) => (
        <option key={user} value={`=${user}`}>
          {inOrder(user)}
        </option>
      ))}
    </select>
  );
}

/** ms after which counts are asked for again: mail comes in many. */
const SETTLE_MS = 120;

/** Asked for again whenever the lab, or the mail in it, has changed. */
function useUpstreams(): readonly UpstreamView[] {
  const store = useLabStore();
  const connected = useLab((state) => state.connected);
  const [upstreams, setUpstreams] = useState<readonly UpstreamView[]>([]);
  useEffect(() => {
    if (!connected) return;
    let current = true;
    let timer: number | undefined;
    const ask = () => {
      timer = undefined;
      store.bridge.call('upstreams.get', {}).then((answer) => {
        if (current) setUpstreams(answer.upstreams);
      }, report);
    };
    const unfeed = store.bridge.feed(({ type }) => {
      if (type === 'lab' || type === 'messages' || type === 'mailboxes') timer ??= window.setTimeout(ask, SETTLE_MS);
    });
    ask();
    return () => {
      current = false;
      unfeed();
      window.clearTimeout(timer);
    };
  }, [store, connected]);
  return upstreams;
}
