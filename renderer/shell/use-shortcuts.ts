/** The keyboard of the whole window: one listener, and what each act does. */
import { useEffect } from 'react';
import { compareSelected } from '../compare/compare-store.ts';
import { usePlaybackKeys } from '../playback/playback-keys.ts';
import type { LabStore } from '../store/store.ts';
import { useLabStore } from '../store/use-store.ts';
import { type Act, actOf } from './shortcuts.ts';
import { type Place, useUi } from './ui-store.ts';

/** The marks that let the keyboard find its places: `data-pane` on panes, `data-focus` on single fields. */
const focusOn = (name: string): void => {
  document.querySelector<HTMLElement>(`[data-focus="${name}"]`)?.focus();
};

/** Puts the focus into the next pane that is on screen. */
function cyclePane(by: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((one) => one.offsetParent !== null);
  const here = panes.findIndex((one) => one.contains(document.activeElement));
  const next = panes[(here + by + panes.length) % panes.length] ?? panes[0];
  next?.focus();
}

/** Opens a place of the rail, and focuses it; the same place again goes back to the sessions. */
export function toggle(place: Place): void {
  const { place: open, go } = useUi.getState();
  go(open === place ? 'sessions' : place);
}

function later(act: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(act));
}

/** Opens the rules at the box to try an address. */
export function openTry(): void {
  useUi.getState().go('rules');
  later(() => focusOn('try'));
}

function deeds(store: LabStore): Readonly<Record<Act, () => void>> {
  const { actions } = store;
  const ui = () => useUi.getState();
  const go = (place: Place) => () => {
    ui().go(place);
    later(() => document.querySelector<HTMLElement>('[data-pane="left"]')?.focus());
  };
  return {
    next: () => actions.selectNext(1),
    previous: () => actions.selectNext(-1),
    filter: () => {
      ui().go('sessions');
      later(() => focusOn('filter'));
    },
    send: () => ui().open('send'),
    sessions: go('sessions'),
    rules: go('rules'),
    lab: go('lab'),
    upstreams: go('upstreams'),
    messages: go('messages'),
    tests: go('tests'),
    replay: () => {
      const { selected } = store.getState();
      if (selected !== null) actions.select(selected, 'replay');
    },
    compare: () => compareSelected(store.getState()),
    try: openTry,
    'next-pane': () => cyclePane(1),
    'previous-pane': () => cyclePane(-1),
    shortcuts: () => ui().open('shortcuts'),
    escape: () => {
      if (ui().place !== 'sessions') closeDrawer();
      else if (store.getState().selected !== null) actions.select(null);
    },
  };
}

/** Closes the drawer and gives the focus back to its button in the rail. */
export function closeDrawer(): void {
  const { place, go } = useUi.getState();
  go('sessions');
  later(() => focusOn(`rail-${place}`));
}

const typingIn = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';
/** A dialog or menu has the keyboard to itself. */
const above = '[role=dialog], [role=menu], [role=alertdialog]';

/** Listens while the window lives. Panes that handle a key themselves call `preventDefault`, and win. */
export function useShortcuts(): void {
  const store = useLabStore();
  usePlaybackKeys(useUi((state) => state.settings.singleKeys));
  useEffect(() => {
    const acts = deeds(store);
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body;
      if (event.defaultPrevented || event.isComposing || target.closest(above) !== null) return;
      // The press has closed what it was meant for: a menu empties itself before this hears of it.
      if (!target.isConnected) return;
      const act = actOf(event, {
        typing: target.closest(typingIn) !== null,
        singleKeys: useUi.getState().settings.singleKeys,
      });
      // Escape closes the dialog alone, wherever the focus has gone to meanwhile.
      if (act === null || (act === 'escape' && document.querySelector('[role=dialog]') !== null)) return;
      event.preventDefault();
      acts[act]();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [store]);
}
