/** The window's call that takes a lab out of the lab. */
import { resolve } from 'node:path';
import { exportLab } from './export.ts';
import { writeExport } from './export-write.ts';
import type { Core, Handlers } from './handlers.ts';
import { UserError } from './user-error.ts';

/** Exports what runs, not what is being edited. */
export function exportHandlers(core: Pick<Core, 'plan' | 'source'>): Pick<Handlers, 'lab.export'> {
  return {
    'lab.export': async ({ folder: given, force }) => {
      const plan = core.plan();
      if (!plan) throw new UserError('No lab is running: put the problems of its file right first.');
      const made = await exportLab(core.source(), plan, null);
      const folder = resolve(given);
      await writeExport(made, folder, { force, how: 'say that files in it may be written over' });
      return { folder, files: made.files.map(({ name, what }) => ({ name, what })), notes: made.notes };
    },
  };
}
