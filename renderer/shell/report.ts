/** Telling a person once, in a corner of the window, how something went. */
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

/** Shows a sentence for some seconds; a screen reader speaks it. */
export function tell(tone: 'good' | 'bad', message: string, title?: string): void {
  notifications.show({
    message,
    ...(title === undefined ? {} : { title }),
    color: tone === 'good' ? 'var(--ok)' : 'var(--bad)',
    autoClose: tone === 'good' ? 5000 : 9000,
    withBorder: true,
    closeButtonProps: { 'aria-label': i18next.t('shell:dismiss') },
  });
}

/** The sentence of an error: what was thrown says what happened. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For the end of a promise that nobody waits for: a failure is shown, never lost. */
export function report(error: unknown): void {
  tell('bad', sentence(error), i18next.t('shell:failed'));
}
