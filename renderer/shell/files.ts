/** Opening and saving labs, the same for the menu, the Lab file drawer and the keyboard. */
import i18next from 'i18next';
import { useLabDraft } from '../lab/draft.ts';
import type { LabStore } from '../store/store.ts';
import { note, report, warn } from './report.ts';
import { useUi } from './ui-store.ts';

/** Opens a lab or nginx.conf. The desktop asks for the file itself; in the browser the window asks for its path. */
export function openLab(store: LabStore): void {
  const browser = store.getState().lab?.host === 'browser';
  unlessEdited(() => {
    if (browser) useUi.getState().open('open-path');
    else void openPath(store);
  });
}

/** Runs the file at `path`, or the one the desktop's dialog gives. */
export async function openPath(store: LabStore, path?: string): Promise<void> {
  try {
    const { opened, problems } = await store.bridge.call('lab.open', path === undefined ? {} : { path });
    if (opened !== null) {
      useLabDraft.getState().drop();
      return note('good', i18next.t('shell:opened', { file: opened }));
    }
    const errors = problems.filter((one) => one.severity === 'error');
    const first = errors[0];
    if (first === undefined) return;
    warn(
      i18next.t('shell:openProblem', { line: first.line, message: first.message }),
      i18next.t('shell:openFailed', { count: errors.length }),
    );
  } catch (error) {
    report(error);
  }
}

/** Writes the running lab to its file; answers with the path, or null when nobody chose one. */
export async function saveLab(store: LabStore, as?: string): Promise<string | null> {
  const lab = store.getState().lab;
  if (as === undefined && lab?.host === 'browser' && lab.file === null) {
    useUi.getState().open('save-path');
    return null;
  }
  try {
    const { saved } = await store.bridge.call('lab.save', as === undefined ? {} : { as });
    if (saved !== null) note('good', i18next.t('shell:saved', { file: saved }));
    return saved;
  } catch (error) {
    report(error);
    return null;
  }
}

/** Back to the built-in tutorial. */
export function openTutorial(store: LabStore): void {
  unlessEdited(() => {
    store.bridge.call('lab.tutorial', {}).then(() => useLabDraft.getState().drop(), report);
  });
}

/** Edits of the Lab file that were not applied are not thrown away without a question. */
function unlessEdited(act: () => void): void {
  if (useLabDraft.getState().text === null) act();
  else useUi.getState().ask(act);
}
