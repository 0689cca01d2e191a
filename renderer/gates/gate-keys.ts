/**
 * The keys of the gates. At the newest step of a session that holds something, a step on is letting it pass; anywhere
 * else the same keys move the cursor. The space bar holds an open session or lets it go on; one that is over it plays.
 */
import { useEffect } from 'react';
import { useUi } from '../shell/ui-store.ts';
import { selectedSession } from '../store/selectors.ts';
import type { LabState } from '../store/state.ts';
import type { LabStore } from '../store/store.ts';
import { useLabStore } from '../store/use-store.ts';
import { release, releaseAll, toggleStep } from './acts.ts';
import { askBreakpoint, currentOf, useGatesUi } from './gates-ui.ts';
import { heldOf, isNow, openSession } from './held.ts';
import { askKill } from './kill.ts';

/** Fields where keys mean text, and menus, tabs and dialogs with keys of their own. */
const busy =
  'input, textarea, select, [contenteditable=true], [role=menu], [role=tablist], [role=dialog], [role=separator]';
/** What the space bar presses. */
const pressed = 'button, a, summary, [role=tab], [role=switch]';

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey'>;

/** What a key does at the gates; null for nothing. `onControl`: the focus is on something that the space bar presses. */
export function gateKey(store: LabStore, key: Key, letters: boolean, onControl: boolean): (() => void) | null {
  const command = key.ctrlKey || key.metaKey;
  const state = store.getState();
  if (key.key === 'ArrowRight') {
    const held = current(state);
    if (held === undefined || !isNow(state)) return null;
    return () => release(store, held, command ? 'stage' : key.shiftKey ? 'turn' : 'one');
  }
  return letters && !command ? letterKey(store, key, onControl) : null;
}

const current = ({ gates, selected }: LabState) => currentOf(heldOf(gates, selected), useGatesUi.getState().picked);

function letterKey(store: LabStore, { key, shiftKey }: Key, onControl: boolean): (() => void) | null {
  const state = store.getState();
  const session = openSession(state);
  if (key === ' ') return onControl || session === null || shiftKey || state.replay ? null : () => toggleStep(store);
  if (key === 'A' && shiftKey) return state.gates.heldCount === 0 ? null : () => releaseAll(store);
  if (key === 'a') {
    const held = current(state);
    return held === undefined ? null : () => release(store, held);
  }
  if (key === 'k') return session === null ? null : () => askKill(store, session);
  return key === 'b' ? () => breakHere(store) : null;
}

/** At the line that has the cursor. */
function breakHere(store: LabStore): void {
  const state = store.getState();
  const entry = state.entries[state.shown];
  const session = selectedSession(state);
  if (entry !== undefined && session !== null) askBreakpoint(entry, state.entries, session, false);
}

/** Binds the keys. Must be called before the cursor's keys are bound: they leave alone what is taken here. */
export function useGateKeys(): void {
  const store = useLabStore();
  const letters = useUi((state) => state.settings.singleKeys);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.defaultPrevented || event.isComposing || event.altKey || !(target instanceof Element)) return;
      if (target.closest(busy) !== null || document.querySelector('[role=dialog]') !== null) return;
      const act = gateKey(store, event, letters, target.closest(pressed) !== null);
      if (act === null) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [store, letters]);
}
