/** The top line: which lab runs, what it listens on, and the two ways to start a session from here. */
import { Popover, VisuallyHidden } from '@mantine/core';
import { type JSX, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isOffBox } from '../../shared/wire/loopback.ts';
import { FaultPill } from '../auth/fault-pill.tsx';
import { HeldPill } from '../gates/held-pill.tsx';
import { useLab } from '../store/use-store.ts';
import { OffBoxMark } from '../upstreams/off-box-mark.tsx';
import { Button } from './button.tsx';
import style from './header.module.css';
import { ListenerFacts } from './listener-card.tsx';
import { chipAddress, groupListeners, type ListenerGroup } from './listeners.ts';
import { useUi } from './ui-store.ts';

export function Header(): JSX.Element {
  const { t } = useTranslation('shell');
  const name = useLab((state) => state.lab?.name);
  const listeners = useLab((state) => state.lab?.listeners);
  const groups = useMemo(() => groupListeners(listeners ?? []), [listeners]);
  const open = useUi((state) => state.open);
  const telnet = useUi((state) => state.telnet && state.place === 'sessions');
  const setTelnet = useUi((state) => state.setTelnet);
  return (
    <header className={style.header}>
      <h1 className={style.name} title={name}>
        {name ?? t('starting')}
      </h1>
      <ul aria-label={t('listeners')} className={style.chips}>
        {groups.map((group) => (
          <li key={group.key}>
            <ListenerChip group={group} />
          </li>
        ))}
      </ul>
      <HeldPill />
      <FaultPill />
      <Button aria-pressed={telnet} icon="terminal" onClick={() => setTelnet(!telnet)}>
        {t('telnet')}
      </Button>
      <Button aria-keyshortcuts="Control+Enter" icon="send" look="primary" onClick={() => open('send')}>
        {t('send')}
      </Button>
    </header>
  );
}

function ListenerChip({ group }: { readonly group: ListenerGroup }) {
  const { t } = useTranslation('shell');
  const [opened, setOpened] = useState(false);
  const what = group.role === 'proxy' ? group.protocol : group.role === 'auth' ? t('auth') : group.name;
  return (
    <Popover
      onChange={setOpened}
      opened={opened}
      position="bottom-start"
      returnFocus
      shadow="md"
      trapFocus
      width={330}
      withArrow
    >
      <Popover.Target>
        <button className={style.chip} data-state={group.state} onClick={() => setOpened(!opened)} type="button">
          <span aria-hidden="true" className={style.sign} />
          <span>{what}</span> <span className={style.address}>{chipAddress(group)}</span>{' '}
          {group.state === 'listening' ? (
            <VisuallyHidden>{t('state.listening')}</VisuallyHidden>
          ) : (
            <>
              <span>{t(`state.${group.state}`)}</span>
              {group.state === 'external' && group.members.some(({ address }) => isOffBox(address)) ? (
                <OffBoxMark />
              ) : null}
            </>
          )}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <ListenerFacts group={group} onLeave={() => setOpened(false)} what={what} />
      </Popover.Dropdown>
    </Popover>
  );
}
