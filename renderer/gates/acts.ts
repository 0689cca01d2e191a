/** What a person does at the gates, as calls to the lab; a failure is shown. */
import i18next from 'i18next';
import type { GatesView, Held } from '../../shared/contract/gates.ts';
import { gates } from '../../shared/journal/breakpoint.ts';
import type { Gate } from '../../shared/journal/entry.ts';
import { note, report } from '../shell/report.ts';
import type { LabStore } from '../store/store.ts';
import { armedFor, isAllHeld, isStepped, openSession } from './held.ts';

type Until = 'one' | 'turn' | 'stage';

const take = (store: LabStore, answer: Promise<GatesView>): void => {
  answer.then((view) => store.setState({ gates: view }), report);
};

/** What was to be moved has moved meanwhile: a release that comes too late is said, and harms nobody. */
const moved = (answer: Promise<{ readonly ok: boolean }>): Promise<boolean> =>
  answer.then(
    ({ ok }) => {
      if (!ok) note('bad', i18next.t('gates:gone'));
      return ok;
    },
    (error: unknown) => {
      report(error);
      return false;
    },
  );

/** Opens a filled gate, or fills an open one: for the open session that is chosen, else, or with `all`, for all. */
export function toggleGate(store: LabStore, gate: Gate, all: boolean): void {
  const state = store.getState();
  const session = openSession(state);
  const armed = armedFor(state.gates, gate, session);
  const on = all ? !state.gates.everywhere.includes(gate) : armed === null;
  const everywhere = all || session === null || armed === 'everywhere';
  take(store, store.bridge.call('gates.arm', { gate, on, ...(everywhere ? {} : { session }) }));
}

/** Everything of the session stops at every gate, or nothing does any more and what is held goes on. */
export function setStep(store: LabStore, session: number, on: boolean): void {
  take(store, store.bridge.call('gates.step', { session, on }));
  if (!on) releaseAll(store, session);
}

/** Space: hold the chosen session, or let it go on. */
export function toggleStep(store: LabStore): void {
  const state = store.getState();
  const session = openSession(state);
  if (session !== null) setStep(store, session, !isStepped(state.gates, session));
}

/** Fills or opens all six gates for all sessions, the ones to come too. */
export function toggleAllHeld(store: LabStore): void {
  const on = !isAllHeld(store.getState().gates);
  for (const gate of gates) take(store, store.bridge.call('gates.arm', { gate, on }));
}

export function setSlow(store: LabStore, ms: number): void {
  take(store, store.bridge.call('gates.slow', { ms }));
}

/** Who acts upon what is held looks at the newest step: the panes of that session do not lag behind it. */
const catchUp = (store: LabStore, session: number | undefined): void => {
  const { selected } = store.getState();
  if (session === undefined || session === selected) store.actions.catchUp();
};

/** Lets something pass; `text` passes instead of it. */
export function release(store: LabStore, held: Held, until: Until = 'one', text?: string): void {
  catchUp(store, held.session);
  const what = { id: held.id, until, ...(text === undefined ? {} : { text }) };
  void moved(store.bridge.call('held.release', what));
}

/** Everything that is held now, of one session or of all. */
export function releaseAll(store: LabStore, session?: number): void {
  catchUp(store, session);
  store.bridge.call('held.release-all', session === undefined ? {} : { session }).catch(report);
}

export function drop(store: LabStore, held: Held): void {
  catchUp(store, held.session);
  void moved(store.bridge.call('held.drop', { id: held.id }));
}

/** The client gets this line instead; a byte string. */
export function answer(store: LabStore, held: Held, text: string): void {
  catchUp(store, held.session);
  void moved(store.bridge.call('held.answer', { id: held.id, text }));
}

export function kill(store: LabStore, session: number): void {
  void moved(store.bridge.call('session.kill', { id: session }));
}

export function clearBreakpoint(store: LabStore, id?: number): void {
  take(store, store.bridge.call('breakpoint.clear', id === undefined ? {} : { id }));
}
