/** Ending a session, with a question where a client waits for its answer. */
import type { Entry } from '../../shared/journal/entry.ts';
import { useUi } from '../shell/ui-store.ts';
import type { LabState } from '../store/state.ts';
import type { LabStore } from '../store/store.ts';
import { kill } from './acts.ts';
import { useGatesUi } from './gates-ui.ts';

/** Whether the client has said something, or connected, that nothing was answered to. */
export function isWaiting(entries: readonly Entry[]): boolean {
  const last = entries.findLast(({ leg, kind }) => leg === 'client' && (kind === 'line' || kind === 'data'));
  if (last !== undefined) return last.direction === 'in';
  return entries.some(({ kind }) => kind === 'open') || entries.length === 0;
}

const holds = ({ gates }: LabState, session: number): boolean => gates.held.some((one) => one.session === session);

/** Ends the session at once, or asks first. */
export function askKill(store: LabStore, session: number): void {
  const state = store.getState();
  if (holds(state, session) || state.selected !== session || isWaiting(state.entries)) {
    useGatesUi.setState({ killing: session });
    useUi.getState().open('kill');
  } else kill(store, session);
}
