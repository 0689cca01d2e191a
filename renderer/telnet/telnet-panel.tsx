/** Telnet: connections to listeners, typed by hand, while the diagram follows them. */
import { Select } from '@mantine/core';
import { type JSX, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListenerView } from '../../shared/contract/contract.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { Button, IconButton } from '../shell/button.tsx';
import { dialable } from '../shell/listeners.ts';
import { report } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import type { Telnet } from '../store/state.ts';
import { useActions, useLab } from '../store/use-store.ts';
import style from './telnet.module.css';
import { TelnetLine } from './telnet-line.tsx';
import { TelnetLog } from './telnet-log.tsx';

/** `smtp 127.0.0.1:465 TLS`. */
export function nameOf({ protocol, address, port, ssl, proxyProtocol }: ListenerView): string {
  return [protocol, hostPort(address, port), ssl && 'TLS', proxyProtocol && 'PROXY'].filter(Boolean).join(' ');
}

/** What is spoken on a connection: its listener's id begins with it. */
function protocolOf(telnet: Telnet | undefined, target: ListenerView | undefined): Protocol {
  const word = telnet?.listener.split(' ')[0] || target?.protocol;
  return word === 'imap' || word === 'pop3' ? word : 'smtp';
}

export function TelnetPanel(): JSX.Element {
  const { t } = useTranslation('telnet');
  const setOpen = useUi((state) => state.setTelnet);
  const listeners = useLab((state) => state.lab?.listeners);
  const all = useLab((state) => state.telnet);
  const targets = useMemo(() => dialable(listeners ?? []), [listeners]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const target = targets.find((one) => one.id === chosen) ?? targets[0];
  const newest = [...all.values()].toSorted((one, other) => other.connection - one.connection)[0];
  const telnet = (shown === null ? undefined : all.get(shown)) ?? newest;
  const { busy, connect, close } = useConnect(target, telnet, setShown);
  const open = telnet?.open === true;
  const protocol = protocolOf(telnet, target);
  return (
    <section aria-label={t('title')} className={style.panel}>
      <div className={style.head}>
        <h2>{t('title')}</h2>
        {targets.length > 1 ? (
          <Select
            allowDeselect={false}
            aria-label={t('listener')}
            className={style.target ?? ''}
            data={targets.map((one) => ({ value: one.id, label: nameOf(one) }))}
            onChange={setChosen}
            size="xs"
            value={target?.id ?? null}
          />
        ) : (
          <span className={style.target}>{target === undefined ? null : nameOf(target)}</span>
        )}
        {open ? <Button onClick={close}>{t('disconnect')}</Button> : null}
        <Button disabled={busy || target === undefined} onClick={connect}>
          {t(open ? 'another' : telnet === undefined ? 'connect' : 'again')}
        </Button>
        <IconButton icon="close" label={t('close')} onClick={() => setOpen(false)} />
      </div>
      {all.size > 1 ? <Connections all={[...all.values()]} onShow={setShown} shown={telnet} /> : null}
      <TelnetLog telnet={telnet} />
      <TelnetLine protocol={protocol} telnet={telnet} />
    </section>
  );
}

interface ConnectionsProps {
  readonly all: readonly Telnet[];
  readonly shown: Telnet | undefined;
  readonly onShow: (connection: number) => void;
}

/** The connections beside each other; a closed one can be put away. */
function Connections({ all, shown, onShow }: ConnectionsProps) {
  const { t } = useTranslation('telnet');
  const { forgetTelnet } = useActions();
  return (
    <ul aria-label={t('connections')} className={style.connections}>
      {all.map(({ connection, listener, open }) => (
        <li key={connection}>
          <button
            aria-pressed={connection === shown?.connection}
            className={style.connection}
            data-open={open}
            onClick={() => onShow(connection)}
            type="button"
          >
            {t(open ? 'connection' : 'connection.closed', { connection, listener })}
          </button>
          {open ? null : (
            <IconButton icon="close" label={t('forget', { connection })} onClick={() => forgetTelnet(connection)} />
          )}
        </li>
      ))}
    </ul>
  );
}

/** Opening the panel connects: there is nothing else to do in it. */
function useConnect(
  target: ListenerView | undefined,
  telnet: Telnet | undefined,
  onOpen: (connection: number) => void,
) {
  const { openTelnet, closeTelnet, forgetTelnet } = useActions();
  const [busy, setBusy] = useState(false);
  const connect = () => {
    if (target === undefined) return;
    setBusy(true);
    // A closed one makes room for the new one.
    const over = telnet?.open === false ? telnet.connection : null;
    openTelnet(target.id)
      .then((connection) => {
        onOpen(connection);
        if (over !== null) forgetTelnet(over);
      }, report)
      .finally(() => setBusy(false));
  };
  const untouched = telnet === undefined && target !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the panel is opened without a connection.
  useEffect(() => {
    if (untouched) connect();
  }, []);
  return {
    busy,
    connect,
    close: () => {
      if (telnet !== undefined) closeTelnet(telnet.connection).catch(report);
    },
  };
}
