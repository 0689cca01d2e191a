/** Telling a person once how something went. */
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { create } from 'zustand';

/** One sentence in the status line. */
export interface Note {
  readonly tone: 'good' | 'bad';
  readonly text: string;
  /** Grows by one with each note, so that the same sentence twice is two. */
  readonly n: number;
}

/** What the status line says now; null for nothing. */
export const useNote = create<{ readonly note: Note | null }>()(() => ({ note: null }));

/** ms that a note stays. */
const NOTE_MS = 10_000;

/** Says it in the status line: what went as expected must not cover what a person looks at. */
export function note(tone: Note['tone'], text: string): void {
  const n = (useNote.getState().note?.n ?? 0) + 1;
  useNote.setState({ note: { tone, text, n } });
  window.setTimeout(() => {
    if (useNote.getState().note?.n === n) useNote.setState({ note: null });
  }, NOTE_MS);
}

/** Failures that are shown at once; the window has room for so many. */
export const WARNINGS_MAX = 3;

/** Failures on the screen, the oldest first. */
const warnings: string[] = [];

/** Shows a failure on top of the window, with what was tried as its title. The newest is always seen: an old one goes. */
export function warn(message: string, title: string = i18next.t('shell:failed')): void {
  while (warnings.length >= WARNINGS_MAX) notifications.hide(warnings.shift() ?? '');
  const id = notifications.show({
    message,
    title,
    color: 'var(--bad)',
    autoClose: 12_000,
    withBorder: true,
    closeButtonProps: { 'aria-label': i18next.t('shell:dismiss') },
    onClose: () => {
      const at = warnings.indexOf(id);
      if (at >= 0) warnings.splice(at, 1);
    },
  });
  warnings.push(id);
}

/** The sentence of an error: what was thrown says what happened. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For the end of a promise that nobody waits for: a failure is shown, never lost. */
export function report(error: unknown): void {
  warn(sentence(error));
}
