/** What can be done with a line: right click, the menu key, a full stop, or the dots at the current row's end. */
import { Menu } from '@mantine/core';
import { type JSX, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import { masked, param } from '../../shared/journal/travel.ts';
import { stageOfLine } from '../../shared/upstream/line-stage.ts';
import { parsePath } from '../../shared/wire/address.ts';
import { openCopy } from '../copy/copy-store.ts';
import { askBreakpoint } from '../gates/gates-ui.ts';
import { hasRules, makeRule } from '../rules/route-acts.tsx';
import { note, report } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import type { FaultPlace } from '../upstreams/fault-form.ts';
import { isConfirmed, outside } from '../upstreams/off-box.ts';
import { askAnswer, askConfirm, useUpstreamsUi } from '../upstreams/state.ts';
import { decode } from './pieces.ts';

export interface LinePlace {
  readonly seq: number;
  readonly x: number;
  readonly y: number;
}

interface LineMenuProps {
  readonly place: LinePlace | null;
  readonly onClose: () => void;
}

export const LineMenu = memo(function LineMenu({ place, onClose }: LineMenuProps): JSX.Element {
  const { t } = useTranslation('transcript');
  const entry = useLab((state) => (place === null ? undefined : state.entries[place.seq]));
  const session = useLab(selectedSession);
  const position = { left: place?.x ?? 0, top: place?.y ?? 0 };
  return (
    <Menu
      // The row may be half out of sight, and then so is the point that the menu hangs from.
      hideDetached={false}
      onClose={onClose}
      opened={entry !== undefined && session !== null}
      position="bottom-start"
      returnFocus
      shadow="md"
      width={270}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <span
          aria-hidden="true"
          style={{ position: 'fixed', ...position, width: 1, height: 1, pointerEvents: 'none' }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={t('menu', { step: (place?.seq ?? 0) + 1 })}>
        {entry === undefined || session === null ? null : <Items entry={entry} session={session} />}
      </Menu.Dropdown>
    </Menu>
  );
});

interface ItemsProps {
  readonly entry: Entry;
  readonly session: SessionSummary;
}

function Items({ entry, session }: ItemsProps) {
  const { t } = useTranslation(['transcript', 'gates']);
  const entries = useLab((state) => state.entries);
  const line = ofUpstream(entry, entries);
  const place = useFaultPlace(line, session);
  const open = useUi((state) => state.open);
  const go = useUi((state) => state.go);
  const own = useLab((state) => state.lab !== null && state.lab.otherwise !== null);
  const confirming = useUnconfirmed(entry);
  const text = decode(masked(entry).trimEnd());
  const copy = () => navigator.clipboard.writeText(text).then(() => note('good', t('menu.copied')), report);
  const showStages = (at: FaultPlace) => {
    useUpstreamsUi.getState().setStage(at);
    go('upstreams');
  };
  return (
    <>
      {place === null ? null : (
        <>
          <Menu.Item onClick={() => askAnswer({ session: session.id, entry: line, text: answered(line, session) })}>
            {t('menu.answer')}
          </Menu.Item>
          <Menu.Item onClick={() => showStages(place)}>{t('menu.stages', { name: place.upstream })}</Menu.Item>
        </>
      )}
      {entry.leg === 'auth' && own ? <Menu.Item onClick={() => open('faults')}>{t('menu.auth')}</Menu.Item> : null}
      {confirming === null ? null : (
        <Menu.Item onClick={() => askConfirm(confirming)}>{t('menu.confirm', { address: confirming })}</Menu.Item>
      )}
      {(['break', 'once'] as const).map((how) => (
        <Menu.Item key={how} onClick={() => askBreakpoint(entry, entries, session, how === 'once')}>
          {t(`menu.${how}`, { ns: 'gates' })}
        </Menu.Item>
      ))}
      <RouteBy entry={entry} session={session} />
      <Menu.Item disabled={text === ''} onClick={() => void copy()}>
        {t('menu.copy')}
      </Menu.Item>
      <Menu.Item onClick={() => openCopy(session.id)}>{t('menu.copy-as')}</Menu.Item>
    </>
  );
}

/** A rule for the recipient that the client names in a line. */
function RouteBy({ entry, session }: ItemsProps) {
  const { t } = useTranslation('transcript');
  const store = useLabStore();
  const possible = useLab(hasRules);
  const address = recipientIn(entry);
  if (address === '' || !possible) return null;
  return (
    <Menu.Item onClick={() => makeRule(store, { ...session, to: [address] })}>
      {t('menu.route', { address: decode(address) })}
    </Menu.Item>
  );
}

const recipientIn = ({ kind, leg, direction, bytes }: Entry): string =>
  kind === 'line' && leg === 'client' && direction === 'in' && /^RCPT TO:/i.test(bytes) ? parsePath(bytes).address : '';

/** The upstream's own line, where this one is what the proxy passed on of it to the client. */
function ofUpstream(entry: Entry, entries: readonly Entry[]): Entry {
  const cause = entry.leg === 'client' && entry.direction === 'out' ? entries[entry.cause ?? -1] : undefined;
  const isPassedOn = cause?.leg === 'upstream' && cause.kind === 'line' && cause.direction === 'in';
  return isPassedOn ? cause : entry;
}

/** Where a played server could answer this line otherwise; null where none of the lab's own stands behind it. */
function useFaultPlace(entry: Entry, session: SessionSummary): FaultPlace | null {
  const entries = useLab((state) => state.entries);
  const upstreams = useLab((state) => state.lab?.upstreams);
  const { upstream, protocol } = session;
  const isPlayed = upstreams?.some((one) => one.name === upstream && !one.external) ?? false;
  if (upstream === null || !isPlayed) return null;
  const stage = stageOfLine(protocol, entries, entry.seq);
  return stage === null ? null : { upstream, protocol, stage };
}

/** The address outside of this machine that was not dialled; null elsewhere, and once it is confirmed. */
function useUnconfirmed(entry: Entry): string | null {
  const lab = useLab((state) => state.lab);
  const address = entry.why === 'session.dial.off-box' ? outside(param(entry, 'upstream')) : null;
  return address === null || lab === null || isConfirmed(lab, address) ? null : address;
}

/** The last line of what was answered, without IMAP's tag; '' for a command. */
function answered({ leg, direction, kind, bytes }: Entry, { protocol }: SessionSummary): string {
  if (leg !== 'upstream' || direction !== 'in' || kind !== 'line') return '';
  const last = bytes.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return protocol === 'imap' ? last.replace(/^\S+ /, '') : last;
}
