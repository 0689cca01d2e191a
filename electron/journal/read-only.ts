/** Sessions read out of a journal that another process may be writing: nothing in it is changed, and no lock is taken. */
import { DatabaseSync } from 'node:sqlite';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import { KEYS_PER_SESSION } from './lookups.ts';
import { unpack } from './pack.ts';
import { JournalProblem, sentence } from './problem.ts';
import { type SessionRow, summaryOf } from './rows.ts';
import { inspect } from './schema.ts';

const notYet = { imported: null, stage: null, tls: null, faults: null } as const;

/** These sessions, in this order. Throws a `JournalProblem` for a file that is no journal and for a session it has not. */
export function readRecorded(
  file: string,
  ids: readonly number[],
): readonly { readonly summary: SessionSummary; readonly entries: readonly Entry[] }[] {
  let db: DatabaseSync | null = null;
  try {
    if (!inspect(file)) throw new JournalProblem(`${file} is not there, or has no sessions yet: name a journal.`);
    db = new DatabaseSync(file, { readOnly: true });
    const one = db.prepare('SELECT * FROM sessions WHERE id = ?');
    const chunks = db.prepare('SELECT body FROM chunks WHERE key >= ? AND key < ? ORDER BY key');
    return ids.map((id) => {
      // A journal of an earlier format has no column for what was imported, and others.
      const row = one.get(id) as unknown as SessionRow | undefined;
      if (row === undefined) throw new JournalProblem(`${file} has no session ${id}.`);
      const bodies = chunks.all(id * KEYS_PER_SESSION, (id + 1) * KEYS_PER_SESSION);
      return {
        summary: summaryOf({ ...notYet, ...row }),
        entries: bodies.flatMap(({ body }) => unpack(String(body))),
      };
    });
  } catch (error) {
    throw error instanceof JournalProblem ? error : new JournalProblem(sentence(error, file));
  } finally {
    db?.close();
  }
}
