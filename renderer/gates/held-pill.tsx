/** In the header, for as long as something is held anywhere: how much, and the way to each of it. */
import { Popover } from '@mantine/core';
import { type JSX, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Held } from '../../shared/contract/gates.ts';
import { Button } from '../shell/button.tsx';
import { useUi } from '../shell/ui-store.ts';
import { useActions, useLab, useLabStore } from '../store/use-store.ts';
import { releaseAll } from './acts.ts';
import styles from './gates.module.css';
import { Hand } from './hand.tsx';
import { countdown, firstLine, gateText } from './held.ts';
import { useHeldPill } from './pill-store.ts';
import { useNow } from './use-now.ts';

/** Rows of the list; the lab tells of a thousand. */
const ROWS_MAX = 100;

export function HeldPill(): JSX.Element | null {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const held = useLab((state) => state.gates.held);
  const count = useLab((state) => state.gates.heldCount);
  const opened = useHeldPill((state) => state.opened);
  const setOpened = (on: boolean) => useHeldPill.setState({ opened: on });
  const go = useGo();
  const none = count === 0;
  // A list that was open when the last one went must not open by itself with the next.
  useEffect(() => {
    if (none) useHeldPill.setState({ opened: false });
  }, [none]);
  if (none) return null;
  return (
    <Popover
      onChange={setOpened}
      opened={opened}
      position="bottom-end"
      returnFocus
      shadow="md"
      trapFocus
      width={400}
      withArrow
    >
      <Popover.Target>
        <button className={styles.pill} onClick={() => setOpened(!opened)} type="button">
          <Hand /> {t('pill', { count })}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('pill.list')}>
        <ul aria-label={t('pill.list')} className={styles.list}>
          {held.slice(0, ROWS_MAX).map((one) => (
            <li key={one.id}>
              <Row held={one} onGo={() => go(one)} />
            </li>
          ))}
        </ul>
        {count > ROWS_MAX ? <p className={styles.soft}>{t('pill.more', { count: count - ROWS_MAX })}</p> : null}
        <div className={styles.listEnd}>
          <Button aria-keyshortcuts="Shift+A" onClick={() => releaseAll(store)}>
            {t('release.everything')}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** To the session and what it holds: a person asked to be led there, so the focus may go along. */
function useGo(): (held: Held) => void {
  const { select } = useActions();
  const go = useUi((state) => state.go);
  return ({ session }) => {
    useHeldPill.setState({ opened: false, wanted: session });
    go('sessions');
    select(session);
  };
}

function Row({ held, onGo }: { readonly held: Held; readonly onGo: () => void }) {
  const { t } = useTranslation('gates');
  const protocol = useLab((state) => state.sessions.get(held.session)?.protocol);
  const now = useNow();
  return (
    <button className={styles.listButton} onClick={onGo} type="button">
      <b>#{held.session}</b> <small>{protocol?.toUpperCase()}</small>{' '}
      <span className={styles.gateName}>{gateText(held.gate)}</span>{' '}
      <code className={styles.ellipsis}>{firstLine(held)}</code>{' '}
      <small className={styles.number}>{t('since', { time: countdown(now - held.since) })}</small>
    </button>
  );
}
