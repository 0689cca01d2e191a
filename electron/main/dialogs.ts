/** What the desktop app asks and tells in the system's own dialogs. */
import { basename } from 'node:path';
import { BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import type { Problem } from '../../shared/lab/problem.ts';
import type { Ask } from '../lab/handlers.ts';

/** Problems listed in a box; the rest is counted. */
const LISTED_MAX = 8;

const mailFilters = [
  { name: 'Messages', extensions: ['eml'] },
  { name: 'All files', extensions: ['*'] },
];

const filters = [
  { name: 'Labs and nginx configurations', extensions: ['yaml', 'yml', 'conf'] },
  { name: 'All files', extensions: ['*'] },
];

/** The window that a dialog belongs to. */
const owner = () => BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0] ?? null;

function show(options: MessageBoxOptions): Promise<{ response: number }> {
  const window = owner();
  return window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options);
}

/** The files the user chooses. */
export const ask: Ask = {
  open: async () => {
    const window = owner();
    const options = { properties: ['openFile' as const], filters };
    const chosen = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
    return chosen.canceled ? null : (chosen.filePaths[0] ?? null);
  },
  saveAs: async (suggested) => {
    const window = owner();
    const options = { defaultPath: suggested, filters: suggested.endsWith('.eml') ? mailFilters : filters };
    const chosen = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
    return chosen.canceled || chosen.filePath === '' ? null : chosen.filePath;
  },
};

/** A file that was opened from outside has errors; the running lab is unchanged. */
export async function tellProblems(file: string, problems: readonly Problem[]): Promise<void> {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const lines = errors.slice(0, LISTED_MAX).map(({ line, column, message }) => `Line ${line}:${column}: ${message}`);
  const more = errors.length - lines.length;
  await show({
    type: 'error',
    message: `${basename(file)} cannot be run; the lab goes on as it was.`,
    detail: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    buttons: ['OK'],
  });
}

/** One sentence. */
export async function tell(sentence: string): Promise<void> {
  await show({ type: 'error', message: sentence, buttons: ['OK'] });
}

/** What to do with changes that are in no file. */
export async function askToSave(name: string): Promise<'save' | 'discard' | 'cancel'> {
  const { response } = await show({
    type: 'question',
    message: `Save the changes to “${name}”?`,
    detail: 'They are running, but in no file yet.',
    buttons: ['Save', "Don't save", 'Cancel'],
    defaultId: 0,
    cancelId: 2,
  });
  return (['save', 'discard', 'cancel'] as const)[response] ?? 'cancel';
}
