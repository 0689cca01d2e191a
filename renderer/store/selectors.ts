/** Questions to the state that several panes ask. Each returns a value that stays the same while its part does. */
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import type { LabState } from './state.ts';

/** The row of the chosen session; null when none is chosen or its row is not loaded. */
export function selectedSession(state: LabState): SessionSummary | null {
  return state.selected === null ? null : (state.sessions.get(state.selected) ?? null);
}

/** The entry that every pane draws; undefined before the first. */
export function shownEntry(state: LabState): Entry | undefined {
  return state.entries[state.shown];
}

/** Whether the chosen session can still grow. */
export function isLive(state: LabState): boolean {
  return selectedSession(state)?.ms === null;
}
