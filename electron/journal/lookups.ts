/**
 * The questions to the auth service once more, side by side, so that all of them can be decided again without reading
 * the sessions around them.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordedLookup } from '../../shared/auth/blast.ts';
import type { Entry } from '../../shared/journal/entry.ts';
import { unpack } from './pack.ts';

/** A key is the session times this, plus the number of an entry: a session's rows lie side by side. */
export const KEYS_PER_SESSION = 2 ** 22;

/** Rows read together. Those of sessions are some twenty times as large. */
const PAGE = 500;
const SESSION_PAGE = 50;

/** What an update from the version without these rows leaves in `counters`: the first session that has them. */
export const LOOKUPS_SINCE = 'lookups';

/** A part of all lookups, in the order of their sessions. */
export interface LookupPage {
  readonly lookups: readonly RecordedLookup[];
  /** Where the next page begins; null at the end. */
  readonly next: number | null;
  /** How many there are in all; counted with the first page only. */
  readonly total: number | null;
}

/** What a journal that cannot be read has. */
export const noLookups: LookupPage = { lookups: [], next: null, total: 0 };

const isQuestion = ({ kind, direction }: Entry): boolean => kind === 'http' && direction === 'out';

const recorded = (key: number, request: string): RecordedLookup => ({
  session: Math.floor(key / KEYS_PER_SESSION),
  seq: key % KEYS_PER_SESSION,
  request,
});

const number = (statement: StatementSync, ...values: number[]): number => {
  const value = Object.values(statement.get(...values) ?? {})[0];
  return typeof value === 'number' ? value : 0;
};

export class LookupStore {
  readonly #put: StatementSync;
  readonly #page: StatementSync;
  readonly #count: StatementSync;
  readonly #chunks: StatementSync;
  readonly #callsBefore: StatementSync;
  readonly #remove: StatementSync;
  /** Keys from here on are stored; those of older sessions stand only in their chunks. */
  readonly #since: number;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare('INSERT OR REPLACE INTO lookups (key, request) VALUES (?, ?)');
    this.#page = db.prepare('SELECT key, request FROM lookups WHERE key >= ? ORDER BY key LIMIT ?');
    this.#count = db.prepare('SELECT count(*) FROM lookups');
    this.#chunks = db.prepare('SELECT key, body FROM chunks WHERE key >= ? AND key < ? ORDER BY key LIMIT ?');
    this.#callsBefore = db.prepare('SELECT coalesce(sum(auth_calls), 0) FROM sessions WHERE id < ?');
    this.#remove = db.prepare('DELETE FROM lookups WHERE key >= ? AND key < ?');
    const since = number(db.prepare(`SELECT value FROM counters WHERE name = '${LOOKUPS_SINCE}'`));
    this.#since = since * KEYS_PER_SESSION;
  }

  /** Keeps the questions among a session's entries; how many bytes they take. To be in a transaction. */
  put(session: number, entries: readonly Entry[]): number {
    let size = 0;
    for (const entry of entries) {
      if (!isQuestion(entry) || entry.seq >= KEYS_PER_SESSION) continue;
      this.#put.run(session * KEYS_PER_SESSION + entry.seq, entry.bytes);
      size += entry.bytes.length;
    }
    return size;
  }

  /** Forgets those of a session. To be in a transaction. */
  remove(session: number): void {
    this.#remove.run(session * KEYS_PER_SESSION, (session + 1) * KEYS_PER_SESSION);
  }

  #counted(from: number): number | null {
    if (from !== 0) return null;
    const older = this.#since === 0 ? 0 : number(this.#callsBefore, this.#since / KEYS_PER_SESSION);
    return older + number(this.#count);
  }

  /** A page of them in the order of their sessions; `from` is 0 or what the page before named. */
  page(from: number): LookupPage {
    if (from < this.#since) return this.#fromChunks(from);
    const rows = this.#page.all(from, PAGE);
    const lookups = rows.map(({ key, request }) => recorded(Number(key), String(request)));
    return { lookups, total: this.#counted(from), next: rows.length < PAGE ? null : Number(rows.at(-1)?.key) + 1 };
  }

  #fromChunks(from: number): LookupPage {
    const rows = this.#chunks.all(from, this.#since, SESSION_PAGE);
    const lookups = rows.flatMap(({ key, body }) => {
      const session = Math.floor(Number(key) / KEYS_PER_SESSION);
      return unpack(String(body))
        .filter(isQuestion)
        .map(({ seq, bytes }) => recorded(session * KEYS_PER_SESSION + seq, bytes));
    });
    return {
      lookups,
      total: this.#counted(from),
      next: rows.length < SESSION_PAGE ? this.#since : Number(rows.at(-1)?.key) + 1,
    };
  }
}
