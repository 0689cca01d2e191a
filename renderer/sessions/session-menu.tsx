/** What can be done with a row: right click, or the menu key. */
import { Menu } from '@mantine/core';
import { type JSX, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { neighbourOf, openCompare } from '../compare/compare-store.ts';
import { openCopy } from '../copy/copy-store.ts';
import { openAgain, openExport } from '../recordings/recordings-store.ts';
import { hasRules, makeRule } from '../rules/route-acts.tsx';
import { makeScript } from '../script/make-script.ts';
import { useActions, useLab, useLabStore } from '../store/use-store.ts';
import { saveSession } from '../tests/save-test.tsx';

export interface MenuPlace {
  readonly session: number;
  readonly x: number;
  readonly y: number;
}

export const SessionMenu = memo(function SessionMenu(props: {
  readonly place: MenuPlace | null;
  readonly onClose: () => void;
}): JSX.Element {
  const { place, onClose } = props;
  const { t } = useTranslation('sessions');
  const session = useLab((state) => (place === null ? undefined : state.sessions.get(place.session)));
  const opened = place !== null && session !== undefined;
  return (
    <Menu
      onClose={onClose}
      opened={opened}
      position="bottom-start"
      returnFocus
      shadow="md"
      width={240}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <span
          aria-hidden="true"
          style={{
            position: 'fixed',
            left: place?.x ?? 0,
            top: place?.y ?? 0,
            width: 1,
            height: 1,
            pointerEvents: 'none',
          }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={t('menu')}>{session === undefined ? null : <Items session={session} />}</Menu.Dropdown>
    </Menu>
  );
});

/** A rule for whom the session was for; a lab without rules of its own has none to add to. */
function MakeRule({ session }: { readonly session: SessionSummary }) {
  const { t } = useTranslation('sessions');
  const store = useLabStore();
  if (!useLab(hasRules)) return null;
  return <Menu.Item onClick={() => makeRule(store, session)}>{t('menu.rule')}</Menu.Item>;
}

/** With the selected session, else with the one that it is most likely compared with. */
function CompareWith({ session }: { readonly session: number }) {
  const { t } = useTranslation('recordings');
  const store = useLabStore();
  const compare = () => {
    const state = store.getState();
    const other = state.selected === null || state.selected === session ? neighbourOf(state, session) : state.selected;
    if (other !== null) openCompare(other, session);
  };
  return <Menu.Item onClick={compare}>{t('menu.compare')}</Menu.Item>;
}

function Items({ session }: { readonly session: SessionSummary }) {
  const { t } = useTranslation(['sessions', 'tests', 'recordings', 'script']);
  const { select, setFilter } = useActions();
  const store = useLabStore();
  const [recipient] = session.to;
  return (
    <>
      <Menu.Item onClick={() => select(session.id, 'replay')}>{t('menu.replay', { ns: 'recordings' })}</Menu.Item>
      <Menu.Item onClick={() => openAgain(session.id)}>{t('menu.again', { ns: 'recordings' })}</Menu.Item>
      <CompareWith session={session.id} />
      <Menu.Item onClick={() => openExport(session.id)}>{t('menu.export', { ns: 'recordings' })}</Menu.Item>
      <Menu.Divider />
      <MakeRule session={session} />
      <Menu.Item onClick={() => openCopy(session.id)}>{t('menu.copy')}</Menu.Item>
      <Menu.Item onClick={() => void makeScript(store, session.id, false)}>{t('make', { ns: 'script' })}</Menu.Item>
      <Menu.Item onClick={() => void saveSession(store, session.id)}>{t('save.action', { ns: 'tests' })}</Menu.Item>
      <Menu.Divider />
      {recipient === undefined ? null : (
        <Menu.Item onClick={() => setFilter(`to:${recipient}`)}>{t('menu.filterTo')}</Menu.Item>
      )}
      {session.upstream === null ? null : (
        <Menu.Item onClick={() => setFilter(`upstream:"${session.upstream}"`)}>{t('menu.filterUpstream')}</Menu.Item>
      )}
      {session.outcome === null ? null : (
        <Menu.Item onClick={() => setFilter(`outcome:${session.outcome}`)}>{t('menu.filterOutcome')}</Menu.Item>
      )}
      {session.imported === undefined ? null : (
        <Menu.Item onClick={() => setFilter(`imported:"${session.imported}"`)}>
          {t('menu.filterImported', { ns: 'recordings' })}
        </Menu.Item>
      )}
      <Menu.Item onClick={() => setFilter(`id:${session.id}`)}>{t('menu.filterId')}</Menu.Item>
    </>
  );
}
