/** What a person reads when the journal cannot be kept: what happened, where, and what to do. */

/** Something about the journal's file that its user can put right. */
export class JournalProblem extends Error {}

/** SQLite's result codes (sqlite3.h); the extended ones carry them in their low byte. */
const sentences: Readonly<Record<number, (file: string) => string>> = {
  5: (file) => `${file} is locked by another program: close it there.`,
  6: (file) => `${file} is locked by another program: close it there.`,
  8: (file) => `${file} may not be written: give this user the right to write it, or name another file.`,
  10: (file) => `${file} could not be read or written: check the disk it is on.`,
  11: (file) => `${file} is damaged: move it away, and the next start makes a new one.`,
  13: (file) => `The disk that holds ${file} is full: make room on it.`,
  14: (file) => `${file} could not be opened: check that its folder exists and that this user may write there.`,
  26: (file) => `${file} is not a journal of Mail Traffic Lab: name another file.`,
};

function resultCode(error: unknown): number | null {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : null;
  return typeof code === 'number' ? code & 0xff : null;
}

/** One sentence about an error of the database. */
export function sentence(error: unknown, file: string): string {
  const code = resultCode(error);
  const known = code === null ? undefined : sentences[code];
  if (known !== undefined) return known(file);
  return error instanceof Error ? `${file}: ${error.message}` : `${file} failed.`;
}

/** Whether there was no room on the disk. */
export const isFull = (error: unknown): boolean => resultCode(error) === 13;
