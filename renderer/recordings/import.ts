/** Bringing sessions from a file into the lab: read here, checked and kept there, and the first of them replayed. */
import i18next from 'i18next';
import { SESSION_FILE_MAX } from '../../shared/contract/session-file.ts';
import { note, report, warn } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import type { LabStore } from '../store/store.ts';

/** Characters take at most so many bytes in the file. */
const BYTES_MAX = SESSION_FILE_MAX * 2;

/** Reads a file that a person chose or dropped; what is wrong with it is told in one sentence. */
export async function importFile(store: LabStore, file: File): Promise<void> {
  if (file.size > BYTES_MAX) return tooLarge(file);
  try {
    const text = await file.text();
    if (text.length > SESSION_FILE_MAX) return tooLarge(file);
    const { ids } = await store.bridge.call('sessions.import', { name: file.name || 'file', text });
    await store.actions.reload();
    useUi.getState().go('sessions');
    const [first] = ids;
    if (first !== undefined) store.actions.select(first, 'replay');
    note('good', i18next.t('recordings:import.done', { count: ids.length, name: file.name }));
  } catch (error) {
    warn(error instanceof Error ? error.message : String(error), i18next.t('recordings:import.failed'));
  }
}

function tooLarge({ name }: File): void {
  const mega = Math.floor(SESSION_FILE_MAX / 1_000_000);
  warn(i18next.t('recordings:import.large', { name, mega }), i18next.t('recordings:import.failed'));
}

/** Asks the browser, or the desktop, for a file. */
export function askForFile(store: LabStore): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,.mailsession';
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) importFile(store, file).catch(report);
  });
  input.click();
}
