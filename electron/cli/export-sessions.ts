/** `mail-lab export --session ID --db FILE`: recorded sessions as a file that another lab can import. */
import { writeFile } from 'node:fs/promises';
import { SESSIONS_IN_FILE_MAX } from '../../shared/contract/session-file.ts';
import { withoutSecrets } from '../../shared/journal/masking.ts';
import { JournalProblem } from '../journal/problem.ts';
import { readRecorded } from '../journal/read-only.ts';
import { printFile } from '../lab/recording-handlers.ts';
import { codeOf, fileError, UserError } from '../lab/user-error.ts';
import { say } from './output.ts';

export interface SessionExport {
  readonly session: readonly number[];
  readonly db: string;
  readonly out?: string;
  readonly secrets?: boolean;
  readonly force?: boolean;
}

/** Writes them; only what is not there yet is written without `force`. */
export async function exportSessions({
  session,
  db,
  out,
  secrets = false,
  force = false,
}: SessionExport): Promise<void> {
  if (session.length > SESSIONS_IN_FILE_MAX)
    throw new UserError(`A file holds at most ${SESSIONS_IN_FILE_MAX} sessions: name fewer of them.`);
  const found = recorded(db, session);
  const filed = secrets ? found : found.map((one) => ({ ...one, entries: withoutSecrets(one.entries) }));
  const text = printFile(filed, secrets);
  const file =
    out ?? `${session.length === 1 ? `session-${session[0]}` : `sessions-${session.length}`}.mailsession.json`;
  try {
    // What was recorded is its owner's alone, with passwords or without.
    await writeFile(file, text, { mode: 0o600, flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new UserError(`${file} is there already: name another, or write over it with --force.`);
    throw fileError('write', file, error);
  }
  say(
    `wrote ${file}: ${found.length} ${found.length === 1 ? 'session' : 'sessions'}, passwords ${secrets ? 'kept' : 'left out'}`,
  );
}

function recorded(db: string, ids: readonly number[]) {
  try {
    return readRecorded(db, ids);
  } catch (error) {
    if (error instanceof JournalProblem) throw new UserError(error.message);
    throw error;
  }
}
