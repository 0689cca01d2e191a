/** What was found in stored sessions, in a table beside them: rows of the list carry it, and filters ask for it. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type DiagnosticKey,
  type DiagnosticSeverity,
  diagnostics,
  type FindingCount,
  severities,
} from '../../shared/journal/diagnostics.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { namesOf } from '../../shared/journal/filter.ts';
import { transaction } from './transaction.ts';

/** What was found in one session. */
export interface Examined {
  readonly id: number;
  readonly findings: FindingCount;
}

/** Each between two line feeds, as the columns that filters read are. */
const lines = (values: readonly string[]): string => (values.length === 0 ? '' : `\n${values.join('\n')}\n`);

const isKey = (key: string): key is DiagnosticKey => Object.hasOwn(diagnostics, key);

/** A key that another version of the lab knew is left out. */
function countIn(row: Readonly<Record<string, unknown>>): FindingCount {
  const keys = String(row.keys)
    .split('\n')
    .filter((key) => isKey(key));
  const worst: DiagnosticSeverity | null = severities.find((one) => one === row.worst) ?? null;
  return { count: Number(row.count), worst, keys };
}

export class FindingStore {
  readonly #put: StatementSync;
  readonly #one: StatementSync;
  readonly #outdated: StatementSync;
  readonly #unexamined: StatementSync;

  constructor(db: DatabaseSync) {
    // Beside the other tables and filled in idle moments: a journal without it is as good.
    db.exec(`CREATE TABLE IF NOT EXISTS findings (
      id INTEGER PRIMARY KEY, count INTEGER NOT NULL, worst TEXT, keys TEXT NOT NULL, names TEXT NOT NULL,
      marks TEXT NOT NULL) STRICT`);
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO findings (id, count, worst, keys, names, marks) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#one = db.prepare('SELECT count, worst, keys FROM findings WHERE id = ?');
    this.#outdated = db.prepare('DELETE FROM findings WHERE id < (SELECT coalesce(min(id), 0) FROM sessions)');
    this.#unexamined = db.prepare(
      'SELECT id FROM sessions WHERE id > ? AND ms IS NOT NULL AND id NOT IN (SELECT id FROM findings) ORDER BY id LIMIT ?',
    );
  }

  /** Keeps what was found, and forgets what is about sessions that are gone. To be in a transaction. */
  put(examined: readonly Examined[]): void {
    for (const { id, findings } of examined) {
      const { count, worst, keys } = findings;
      const marks = severities.filter((one) => keys.some((key) => diagnostics[key] === one));
      this.#put.run(id, count, worst, keys.join('\n'), lines(namesOf(keys)), lines(marks));
    }
    this.#outdated.run();
  }

  /** These sessions with what is known of them. */
  withFindings(sessions: readonly SessionSummary[]): SessionSummary[] {
    return sessions.map((one) => {
      const row = this.#one.get(one.id);
      return row === undefined ? one : { ...one, findings: countIn(row) };
    });
  }

  /** Ended sessions behind `after` that nobody has looked at, the oldest first. */
  unexamined(after: number, limit: number): readonly number[] {
    return this.#unexamined.all(after, limit).map(({ id }) => Number(id));
  }
}

/** What the journal keeps of findings. */
export interface FindingKeeper {
  /** Keeps what was found in sessions that have ended, where they still are. */
  keep(examined: readonly Examined[]): void;
  /** Ended sessions in the database behind `after` that nobody has looked at, the oldest first. */
  unexamined(after: number, limit: number): readonly number[];
  /** These sessions with what is known of them. */
  of(sessions: readonly SessionSummary[]): readonly SessionSummary[];
}

/** `reading` reads from the database, and answers null where it cannot be read. */
export function findingKeeper(
  db: DatabaseSync,
  store: FindingStore,
  reading: <T>(read: () => T) => T | null,
): FindingKeeper {
  return {
    keep: (examined) => {
      try {
        transaction(db, () => store.put(examined));
      } catch {
        // What cannot be kept now is found again another time; of the trouble itself the writer tells.
      }
    },
    unexamined: (after, limit) => reading(() => store.unexamined(after, limit)) ?? [],
    of: (sessions) => reading(() => store.withFindings(sessions)) ?? sessions,
  };
}
