/** Journals as earlier versions wrote them. */
import { DatabaseSync } from 'node:sqlite';

/** The messages of formats 2 and 3. */
const MESSAGES = `CREATE TABLE messages (id INTEGER PRIMARY KEY, upstream TEXT NOT NULL, at INTEGER NOT NULL,
  sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, size INTEGER NOT NULL, session INTEGER,
  raw BLOB NOT NULL) STRICT;`;

/** What format 6 brought. */
const STAGES = ['stage', 'tls', 'faults'].map((column) => `ALTER TABLE sessions DROP COLUMN ${column};`).join(' ');

/** Turns a closed journal into one of format 5. */
export function withoutStages(file: string): void {
  const db = new DatabaseSync(file);
  db.exec(`${STAGES} PRAGMA user_version = 5`);
  db.close();
}

/** Turns a closed journal without mail into one of that format; `statements` may fill it. */
export function makeOlder(file: string, version: 2 | 3, statements = ''): void {
  const db = new DatabaseSync(file);
  db.exec(`DROP TABLE messages; DROP TABLE digests; DROP TABLE texts; DROP TABLE sources; DROP TABLE folders; DROP TABLE places;
    ALTER TABLE sessions DROP COLUMN imported; ${STAGES}
    ${MESSAGES} ${version === 2 ? 'DROP TABLE lookups;' : ''} PRAGMA user_version = ${version}; ${statements}`);
  db.close();
}
