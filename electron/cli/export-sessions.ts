/** `mail-lab export --session ID --db FILE`: recorded sessions as a file for another lab, or one of them to read. */
import { writeFile } from 'node:fs/promises';
import { SESSIONS_IN_FILE_MAX } from '../../shared/contract/session-file.ts';
import { type SessionForm, sessionFile } from '../../shared/export/session-forms.ts';
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
  /** json can be imported; the others are read, printed and pasted. */
  readonly as?: SessionForm | 'json';
}

/** Writes them; only what is not there yet is written without `force`. */
export async function exportSessions({
  session,
  db,
  out,
  secrets = false,
  force = false,
  as = 'json',
}: SessionExport): Promise<void> {
  if (session.length > SESSIONS_IN_FILE_MAX)
    throw new UserError(`A file holds at most ${SESSIONS_IN_FILE_MAX} sessions: name fewer of them.`);
  const found = recorded(db, session);
  const { name, text } = as === 'json' ? forImport(found, secrets) : await toRead(found, as, secrets);
  const file = out ?? name;
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

type Found = ReturnType<typeof recorded>;

function forImport(found: Found, secrets: boolean): { readonly name: string; readonly text: string } {
  const filed = secrets ? found : found.map((one) => ({ ...one, entries: withoutSecrets(one.entries) }));
  const [first] = found;
  const name = found.length === 1 ? `session-${first?.summary.id}` : `sessions-${found.length}`;
  return { name: `${name}.mailsession.json`, text: printFile(filed, secrets) };
}

async function toRead(found: Found, as: SessionForm, secrets: boolean): Promise<ReturnType<typeof sessionFile>> {
  const [one, ...others] = found;
  if (one === undefined || others.length > 0)
    throw new UserError(`As ${as} a file holds one session: name one, or leave --as out for a file with all of them.`);
  // The window's words are read only by whom they are for.
  const { say: word } = await import('./words.ts');
  return sessionFile(one, as, { say: word, time: 'relative', secrets });
}

function recorded(db: string, ids: readonly number[]) {
  try {
    return readRecorded(db, ids);
  } catch (error) {
    if (error instanceof JournalProblem) throw new UserError(error.message);
    throw error;
  }
}
