/** What is open at the gates: the form of a held item, a line to stop at next time, a session to be ended. */
import { create } from 'zustand';
import type { Held } from '../../shared/contract/gates.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import { useUi } from '../shell/ui-store.ts';
import { type BreakpointDraft, draftOf } from './breakpoint-form.ts';

interface GatesUi {
  /** The held item that a person chose among several of a session. */
  readonly picked: number | null;
  /** The held item whose client is being told something else. */
  readonly answering: number | null;
  /** The held item that is being changed. */
  readonly editing: Held | null;
  /** Held items whose secrets are shown. */
  readonly revealed: ReadonlySet<number>;
  /** Held items whose peers may give up. */
  readonly leftAlone: ReadonlySet<number>;
  readonly breakpoint: BreakpointDraft | null;
  readonly killing: number | null;
}

export const useGatesUi = create<GatesUi>()(() => ({
  picked: null,
  answering: null,
  editing: null,
  revealed: new Set(),
  leftAlone: new Set(),
  breakpoint: null,
  killing: null,
}));

/** Opens or closes the line that a client is told instead. */
export function setAnswering(answering: number | null): void {
  useGatesUi.setState({ answering });
}

/** Opens the editor of a held item. */
export function edit(editing: Held): void {
  useGatesUi.setState({ editing });
  useUi.getState().open('edit-held');
}

export function reveal(held: number, on: boolean): void {
  const revealed = new Set(useGatesUi.getState().revealed);
  if (on) revealed.add(held);
  else revealed.delete(held);
  useGatesUi.setState({ revealed });
}

/** Lets the peer of a held item give up: nothing is said of it any more. */
export function leaveAlone(held: number): void {
  useGatesUi.setState(({ leftAlone }) => ({ leftAlone: new Set(leftAlone).add(held) }));
}

/** Asks at what to stop, starting from one line of a session. */
export function askBreakpoint(entry: Entry, entries: readonly Entry[], session: SessionSummary, once: boolean): void {
  const draft = draftOf(entry, entries, session, once);
  // A session that is over never passes a gate again.
  const own = session.ms === null ? draft.values.session : '';
  useGatesUi.setState({ breakpoint: { ...draft, values: { ...draft.values, session: own } } });
  useUi.getState().open('breakpoint');
}

/** Chooses one of several things that a session holds. */
export function pick(held: number): void {
  useGatesUi.setState({ picked: held });
}

/** The one that the panel shows and that the keys act on: the chosen one, else the oldest. */
export function currentOf(held: readonly Held[], picked: number | null): Held | undefined {
  return held.find(({ id }) => id === picked) ?? held[0];
}
