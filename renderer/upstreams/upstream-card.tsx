/** One mail server behind the proxy. */
import { type JSX, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListenerView } from '../../shared/contract/contract.ts';
import type { UpstreamView } from '../../shared/contract/upstreams.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { openMessagesOf } from '../messages/messages-ui.ts';
import { Button } from '../shell/button.tsx';
import { useLab } from '../store/use-store.ts';
import { Confirmation, OffBoxMark } from './off-box-mark.tsx';
import { PlaySwitches } from './play-switches.tsx';
import { StageStrip } from './stage-strip.tsx';
import style from './upstreams.module.css';

const none: readonly ListenerView[] = [];

export function UpstreamCard({ upstream }: { readonly upstream: UpstreamView }): JSX.Element {
  const { t } = useTranslation(['upstreams', 'auth']);
  const { name, external, offBox, accounts, play } = upstream;
  const all = useLab((state) => state.lab?.listeners) ?? none;
  const listeners = useMemo(() => all.filter((one) => one.role === 'upstream' && one.name === name), [all, name]);
  const armed = useLab((state) => state.lab?.upstreamFaults.filter((one) => one.upstream === name).length ?? 0);
  const protocols = [...new Set(listeners.map(({ protocol }) => protocol))].filter(isMail);
  return (
    <article aria-label={name} className={style.card} data-armed={armed > 0} data-off-box={offBox}>
      <div className={style.head}>
        <h3>{name}</h3>
        {external ? <span className={style.tag}>{t('external')}</span> : null}
        {offBox ? <OffBoxMark /> : null}
        {armed > 0 ? (
          <span className={style.fault}>
            <span aria-hidden="true">⚠</span> {t('pill', { ns: 'auth', count: armed })}
          </span>
        ) : null}
        {external ? null : <StoredMessages name={name} />}
      </div>
      <ul aria-label={t('addresses', { name })} className={style.addresses}>
        {listeners.map((one) => (
          <Address key={one.id} listener={one} />
        ))}
      </ul>
      {external ? null : <Accounts accounts={accounts} />}
      {play === null ? <p className={style.soft}>{t('external.text')}</p> : null}
      {play === null ? null : <PlaySwitches accounts={accounts} name={name} play={play} protocols={protocols} />}
      {play === null
        ? null
        : protocols.map((protocol) => <StageStrip key={protocol} protocol={protocol} upstream={name} />)}
    </article>
  );
}

const isMail = (protocol: ListenerView['protocol']): protocol is Protocol => protocol !== 'http';

function Address({ listener }: { readonly listener: ListenerView }) {
  const { t } = useTranslation(['upstreams', 'shell']);
  const { protocol, address, port, state, error } = listener;
  const at = hostPort(address, port);
  return (
    <li data-state={state}>
      <span className={style.protocol}>{protocol.toUpperCase()}</span> <code>{at}</code>{' '}
      <span>
        {t(`state.${state}`, { ns: 'shell' })}
        {error === null ? null : ` (${error})`}
      </span>
      {state === 'refusing' ? <small className={style.soft}>{t('refusing.text')}</small> : null}
      {state === 'external' ? <Confirmation address={at} /> : null}
    </li>
  );
}

function StoredMessages({ name }: { readonly name: string }) {
  const { t } = useTranslation('upstreams');
  const count = useLab((state) => state.lab?.upstreams.find((one) => one.name === name)?.messages ?? 0);
  return (
    <span className={style.stored}>
      <Button aria-label={t('messages.of', { count, name })} look="link" onClick={() => openMessagesOf(name)}>
        {t('messages', { count })}
      </Button>
    </span>
  );
}

/** Users named at most; of more the number is said. */
const NAMED_MAX = 6;

function Accounts({ accounts }: Pick<UpstreamView, 'accounts'>) {
  const { t } = useTranslation('upstreams');
  const named = accounts.slice(0, NAMED_MAX).join(', ');
  const more = accounts.length - NAMED_MAX;
  return (
    <p className={style.soft}>
      {accounts.length === 0
        ? t('accounts.none')
        : t(more > 0 ? 'accounts.more' : 'accounts', { named, count: more > 0 ? more : accounts.length })}
    </p>
  );
}
