/** What a command that stays in the foreground says about its journal. */
import type { LabHandle } from '../lab/lab.ts';
import { complain } from './output.ts';

/** Tells on standard error when the journal cannot be kept, and when it can again. */
export interface RecordingWatch {
  /** From now on this lab's journal is looked after. */
  start(lab: LabHandle): void;
  /** Something about the lab changed. */
  look(): void;
  /** Says what was wrong at the end, with what was lost. */
  end(): void;
}

/** Looks at nothing before `start`. */
export function createRecordingWatch(): RecordingWatch {
  let lab: LabHandle | null = null;
  let last: string | null = null;
  let said: string | null = null;
  const look = () => {
    const error = lab?.recording().error ?? null;
    // While it lasts, only the number of lost sessions changes.
    if (error !== null && last === null) {
      complain(error);
      said = error;
    }
    if (error === null && last !== null) complain('The journal is being written again.');
    last = error;
  };
  return {
    start: (started) => {
      lab = started;
      look();
    },
    look,
    end: () => {
      if (last !== null && last !== said) complain(last);
    },
  };
}
