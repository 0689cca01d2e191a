/** The breakpoints that are set, with how often each held something; each can be cleared. */
import { Popover } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SetBreakpoint } from '../../shared/contract/gates.ts';
import bar from '../shell/bar.module.css';
import { Button, IconButton } from '../shell/button.tsx';
import { useLab, useLabStore } from '../store/use-store.ts';
import { clearBreakpoint } from './acts.ts';
import styles from './gates.module.css';
import { gateText } from './held.ts';

export function BreakpointList(): JSX.Element {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const breakpoints = useLab((state) => state.gates.breakpoints);
  const [opened, setOpened] = useState(false);
  const count = breakpoints.length;
  const name = count === 0 ? t('breakpoints') : t('breakpoints.count', { count });
  return (
    <Popover
      onChange={setOpened}
      opened={opened}
      position="bottom-end"
      returnFocus
      shadow="md"
      trapFocus
      width={380}
      withArrow
    >
      <Popover.Target>
        <button
          className={`${bar.choice} ${styles.choice}`}
          onClick={() => setOpened(!opened)}
          title={name}
          type="button"
        >
          <span aria-hidden="true" className={styles.dot} data-on={count > 0} />
          <span className={styles.long}>{name}</span>
          <span aria-hidden="true" className={styles.brief}>
            {count === 0 ? t('breakpoints.short') : t('breakpoints.short.count', { count })}
          </span>
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('breakpoints')}>
        {count === 0 ? (
          <p className={styles.soft} data-autofocus tabIndex={-1}>
            {t('breakpoints.none')}
          </p>
        ) : (
          <>
            <ul aria-label={t('breakpoints')} className={styles.list}>
              {breakpoints.map((one) => (
                <Row breakpoint={one} key={one.id} onClear={() => clearBreakpoint(store, one.id)} />
              ))}
            </ul>
            <div className={styles.listEnd}>
              <Button onClick={() => clearBreakpoint(store)}>{t('breakpoints.clear.all')}</Button>
            </div>
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Row({ breakpoint, onClear }: { readonly breakpoint: SetBreakpoint; readonly onClear: () => void }) {
  const { t } = useTranslation('gates');
  const words = conditions(breakpoint);
  const text = words.map(([field, value]) => t(`condition.${field}`, { value })).join(' · ');
  return (
    <li className={styles.listRow}>
      <span className={styles.listText}>
        <b>{text}</b>
        <small>
          {breakpoint.hits === 0 ? t('breakpoint.unhit') : t('breakpoint.hits', { count: breakpoint.hits })}
          {breakpoint.once === true ? ` · ${t('breakpoint.once.brief')}` : ''}
        </small>
      </span>
      <IconButton icon="close" label={t('breakpoint.clear', { text })} onClick={onClear} />
    </li>
  );
}

/** What a breakpoint asks for, in the order of its form. */
function conditions(one: SetBreakpoint): readonly (readonly [string, string])[] {
  const { gate, session, protocol, word, address, rule, place, why } = one;
  const all = { gate: gate && gateText(gate), protocol, word, address, rule, place, why, session };
  return Object.entries(all).flatMap(([field, value]) =>
    value === undefined ? [] : [[field, String(value)] as const],
  );
}
