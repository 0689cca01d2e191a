/** The journal's database: opened, checked to be ours, and its tables made. */
import { closeSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LOOKUPS_SINCE } from './lookups.ts';
import { addMailboxes, mailTables } from './mail-schema.ts';
import { JournalProblem, sentence } from './problem.ts';
import { transaction } from './transaction.ts';

/** Stands in the file's header (`PRAGMA application_id`), so that no other program's database is taken for a journal. */
const APPLICATION_ID = 0x4d54_4c6a;

/** Counts up whenever the tables change. */
const SCHEMA_VERSION = 6;

/** Versions that are brought up to date when they are opened: those without lookups, mailboxes, imported sessions, stages. */
const WITHOUT_LOOKUPS = 2;
const WITHOUT_MAILBOXES = 3;
const WITHOUT_IMPORTS = 4;
const WITHOUT_STAGES = 5;
const known: readonly number[] = [SCHEMA_VERSION, WITHOUT_STAGES, WITHOUT_IMPORTS, WITHOUT_MAILBOXES, WITHOUT_LOOKUPS];

/** A session is some 8 kB: pages of that size mean fewer writes than SQLite's usual 4 kB. */
const PAGE_BYTES = 16_384;

/** Pages in the write-ahead log before SQLite copies them into the file, which waits for the disk: 32 MB. */
const CHECKPOINT_PAGES = 2000;

const lookups = 'CREATE TABLE lookups (key INTEGER PRIMARY KEY, request TEXT NOT NULL) STRICT;';

const tables = `
  ${lookups}
  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    started INTEGER NOT NULL,
    ms INTEGER,
    protocol TEXT NOT NULL,
    listener TEXT NOT NULL,
    client TEXT NOT NULL,
    address TEXT NOT NULL,
    place TEXT NOT NULL,
    user TEXT,
    sender TEXT,
    recipients TEXT NOT NULL,
    rule TEXT,
    upstream TEXT,
    outcome TEXT,
    reply INTEGER,
    auth_calls INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    error TEXT,
    words TEXT NOT NULL,
    size INTEGER NOT NULL,
    imported TEXT,
    stage TEXT,
    tls TEXT,
    faults TEXT
  ) STRICT;
  CREATE INDEX open_sessions ON sessions (id) WHERE ms IS NULL;
  CREATE TABLE chunks (key INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
  ${mailTables}
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
`;

/** An open database and the right to be its only writer. */
export interface Opened {
  readonly db: DatabaseSync;
  /** Its path, as problems name it. */
  readonly file: string;
  readonly inMemory: boolean;
  close(): void;
}

/** From now on a lock of another program is waited for so long. */
export function waitForLock({ db }: Opened, ms: number): void {
  db.exec(`PRAGMA busy_timeout = ${ms}`);
}

function pragma(db: DatabaseSync, name: string): number {
  const value = Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  return typeof value === 'number' ? value : 0;
}

/** Refuses a file that is not ours, without changing it: it is opened for reading only. Whether it holds anything. */
export function inspect(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new JournalProblem(`${file} is a folder: name a file in it.`);
  if (found === undefined || found.size === 0) return false;
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const version = pragma(db, 'user_version');
    const empty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
    if (empty && version === 0) return false;
    if (pragma(db, 'application_id') !== APPLICATION_ID) {
      throw new JournalProblem(`${file} is the database of another program: name another file.`);
    }
    if (!known.includes(version)) {
      throw new JournalProblem(
        `${file} was written by another version of Mail Traffic Lab (journal format ${version}, this one writes ` +
          `${SCHEMA_VERSION}): name another file, or open it with that version.`,
      );
    }
    return true;
  } finally {
    db.close();
  }
}

/**
 * Two labs must not write one journal: both would count sessions from the same number, and the second would end the
 * first one's sessions. The lock is SQLite's own on a file beside it, so it goes away with the process that holds it.
 */
function claim(file: string, path: string): DatabaseSync {
  const lock = new DatabaseSync(`${path}.lock`);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock.close();
    throw new JournalProblem(`${file} is in use by another Mail Traffic Lab: close it there, or name another file.`);
  }
}

/** Sets up a database, new or ours, for writing. */
function prepareDatabase(db: DatabaseSync): void {
  db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA journal_size_limit = 67108864; PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY;`);
  const version = pragma(db, 'user_version');
  if (version === SCHEMA_VERSION) return;
  if (version === 0) createTables(db);
  else transaction(db, () => update(db, version));
}

function createTables(db: DatabaseSync): void {
  db.exec(`BEGIN IMMEDIATE; ${tables} PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}

function update(db: DatabaseSync, version: number): void {
  if (version === WITHOUT_LOOKUPS) addLookups(db);
  if (version <= WITHOUT_MAILBOXES) addMailboxes(db);
  if (version <= WITHOUT_IMPORTS) db.exec('ALTER TABLE sessions ADD COLUMN imported TEXT');
  for (const column of ['stage', 'tls', 'faults']) db.exec(`ALTER TABLE sessions ADD COLUMN ${column} TEXT`);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}

/** Older sessions are left as they are: their lookups are read from their entries when somebody asks. */
function addLookups(db: DatabaseSync): void {
  db.exec(`${lookups}
    INSERT INTO counters (name, value) VALUES ('${LOOKUPS_SINCE}', 1 + max(
      (SELECT coalesce(max(id), 0) FROM sessions),
      (SELECT coalesce(max(value), 0) FROM counters WHERE name = 'session')));`);
}

/** A journal that lives as long as the process. */
export function openMemory(): Opened {
  const db = new DatabaseSync(':memory:');
  prepareDatabase(db);
  return { db, file: 'The journal in memory', inMemory: true, close: () => db.close() };
}

/**
 * Opens or makes the journal in `file`; a lock on it is waited for up to `lockMs`. Throws a `JournalProblem` with one
 * sentence for its user.
 */
export function openFile(file: string, lockMs: number): Opened {
  let lock: DatabaseSync | null = null;
  let db: DatabaseSync | null = null;
  try {
    mkdirSync(dirname(file), { recursive: true });
    inspect(file);
    // The journal holds passwords: a new file is for its owner alone, and SQLite's side files copy its mode.
    closeSync(openSync(file, 'a', 0o600));
    // Its real path: a link is another name of the same journal.
    const claimed = claim(file, realpathSync(file));
    lock = claimed;
    const opened = new DatabaseSync(file, { timeout: lockMs });
    db = opened;
    prepareDatabase(opened);
    return {
      db: opened,
      file,
      inMemory: false,
      close: () => {
        opened.close();
        claimed.close();
      },
    };
  } catch (error) {
    db?.close();
    lock?.close();
    throw error instanceof JournalProblem ? error : new JournalProblem(reason(error, file));
  }
}

function reason(error: unknown, file: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return `${file} may not be written: give this user the right to write it, or name another file.`;
  }
  if (code === 'ENOSPC') return `The disk that holds ${file} is full: make room on it.`;
  if (typeof code === 'string' && /^E[A-Z\d]+$/.test(code)) {
    return `${file} could not be opened (${code}): check its name, that its folder exists and that this user may write there.`;
  }
  return sentence(error, file);
}
