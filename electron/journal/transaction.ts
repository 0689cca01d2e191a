/** All or nothing. */
import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` in a transaction; what it throws undoes everything. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } finally {
    // Still inside only when something failed; a full disk makes SQLite roll back by itself.
    if (db.isTransaction) db.exec('ROLLBACK');
  }
}
