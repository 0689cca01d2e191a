/** The cursor's keys, wherever the focus is, except where somebody types. */
import { useEffect } from 'react';
import type { Actions } from '../store/store.ts';
import { useLabStore } from '../store/use-store.ts';

/** Binds the keys; `letters` says whether single letters and the space bar act too (WCAG 2.1.4). */
export function usePlaybackKeys(letters: boolean): void {
  const store = useLabStore();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || isBusy(event.target)) return;
      const { settings } = store.getState();
      const act = keyAction(event, store.actions, letters, settings.hex, isControl(event.target));
      if (act === null) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [store, letters]);
}

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey'>;

/** What a key does; null for nothing. `onControl`: the focus is on something that the space bar presses. */
export function keyAction(
  { key, shiftKey, ctrlKey, metaKey }: Key,
  actions: Actions,
  letters: boolean,
  hex: boolean,
  onControl: boolean,
): (() => void) | null {
  const command = ctrlKey || metaKey;
  if (key === 'ArrowRight' || key === 'ArrowLeft') {
    const by = key === 'ArrowRight' ? 1 : -1;
    if (command) return () => actions.stage(by);
    return shiftKey ? () => actions.turn(by) : () => actions.step(by);
  }
  if (command) return null;
  if (key === 'Home') return actions.toStart;
  if (key === 'End') return actions.toEnd;
  if (!letters) return null;
  if (key === ' ') return onControl ? null : actions.togglePlay;
  if (key === 'e') return () => actions.setTab('route');
  return key === 'x' ? () => actions.setSettings({ hex: !hex }) : null;
}

/** Fields where keys mean text, and menus, tabs and dialogs with arrow keys of their own. */
function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest('input, textarea, select, [contenteditable=true], [role=menu], [role=tablist], [role=dialog]') !==
    null
  );
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, summary, [role=tab]') !== null;
}
