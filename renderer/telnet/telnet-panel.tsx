/** Telnet: a connection to a listener, typed by hand, while the diagram follows it. */
import { Select } from '@mantine/core';
import { type JSX, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListenerView } from '../../shared/contract/contract.ts';
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

export function TelnetPanel(): JSX.Element {
  const { t } = useTranslation('telnet');
  const setOpen = useUi((state) => state.setTelnet);
  const listeners = useLab((state) => state.lab?.listeners);
  const targets = useMemo(() => dialable(listeners ?? []), [listeners]);
  const [chosen, setChosen] = useState<string | null>(null);
  const target = targets.find((one) => one.id === chosen) ?? targets[0];
  const telnet = useNewest();
  const { busy, connect, close } = useConnect(target, telnet);
  const open = telnet?.open === true;
  return (
    <section aria-label={t('title')} className={style.panel}>
      <div className={style.head}>
        <h2>{t('title')}</h2>
        {targets.length > 1 && !open ? (
          <Select
            allowDeselect={false}
            aria-label={t('listener')}
            data={targets.map((one) => ({
              value: one.id,
              label: `${one.protocol} ${hostPort(one.address, one.port)}`,
            }))}
            onChange={setChosen}
            size="xs"
            value={target?.id ?? null}
          />
        ) : (
          <span className={style.target}>{target === undefined ? null : hostPort(target.address, target.port)}</span>
        )}
        {open ? (
          <Button onClick={close}>{t('disconnect')}</Button>
        ) : (
          <Button disabled={busy || target === undefined} onClick={connect}>
            {t(telnet === undefined ? 'connect' : 'again')}
          </Button>
        )}
        <IconButton icon="close" label={t('close')} onClick={() => setOpen(false)} />
      </div>
      <TelnetLog protocol={target?.protocol === 'http' ? 'smtp' : (target?.protocol ?? 'smtp')} telnet={telnet} />
      <TelnetLine protocol={target?.protocol === 'http' ? 'smtp' : (target?.protocol ?? 'smtp')} telnet={telnet} />
    </section>
  );
}

/** The connection made last: the panel shows one at a time. */
function useNewest(): Telnet | undefined {
  return useLab((state) => {
    let newest: Telnet | undefined;
    for (const one of state.telnet.values()) {
      if (newest === undefined || one.connection > newest.connection) newest = one;
    }
    return newest;
  });
}

/** Opening the panel connects: there is nothing else to do in it. */
function useConnect(target: ListenerView | undefined, telnet: Telnet | undefined) {
  const { openTelnet, closeTelnet } = useActions();
  const [busy, setBusy] = useState(false);
  const connect = () => {
    if (target === undefined) return;
    setBusy(true);
    openTelnet(target.id)
      .catch(report)
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
