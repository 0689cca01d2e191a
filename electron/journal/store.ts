/** Sessions in the database: batches in, pages and whole sessions out, the oldest deleted when there are too many. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import type { Filter } from '../../shared/journal/filter.ts';
import { FindingStore } from './findings.ts';
import { KEYS_PER_SESSION, type LookupPage, LookupStore } from './lookups.ts';
import { pack, unpack } from './pack.ts';
import { conditionOf, lineMatches } from './query.ts';
import { type SessionRow, sessionColumns, sessionRow, summaryOf } from './rows.ts';

/** What a session's row takes up besides its texts, roughly, in bytes. */
const ROW_OVERHEAD = 400;

/** Rows looked at together when old sessions are deleted. */
const DELETE_STEP = 500;

/** What one flush writes of one session. */
export interface Part {
  readonly summary: SessionSummary;
  /** Entries since the last flush, in order. */
  readonly entries: readonly Entry[];
  /** The session's row is stored and final: only entries are added. */
  readonly late: boolean;
  /** Bytes that earlier flushes wrote; the new total is left here. */
  size: number;
}

/** How much the database may hold. */
export interface Limits {
  readonly maxSessions: number;
  /** Of texts and entries; the file is somewhat larger. */
  readonly maxBytes: number;
}

function number(statement: StatementSync, ...values: (string | number)[]): number {
  const value = Object.values(statement.get(...values) ?? {})[0];
  return typeof value === 'number' ? value : 0;
}

/** Rows of `sessions`; the table's own types make them so. */
function sessionRows(statement: StatementSync, ...values: (string | number)[]): SessionRow[] {
  return statement.all(...values) as unknown as SessionRow[];
}

export class SessionStore {
  readonly #db: DatabaseSync;
  readonly #limits: Limits;
  readonly #lookups: LookupStore;
  readonly findings: FindingStore;
  readonly #put: StatementSync;
  readonly #putChunk: StatementSync;
  readonly #grow: StatementSync;
  readonly #chunks: StatementSync;
  readonly #one: StatementSync;
  readonly #oldest: StatementSync;
  readonly #remove: StatementSync;
  readonly #removeChunks: StatementSync;
  /** Ended sessions in the database. */
  #ended = 0;
  #bytes = 0;

  constructor(db: DatabaseSync, limits: Limits) {
    this.#db = db;
    this.#limits = limits;
    this.#lookups = new LookupStore(db);
    this.findings = new FindingStore(db);
    db.function('any_line', { deterministic: true }, (column, pattern) => lineMatches(String(column), String(pattern)));
    const marks = sessionColumns.map(() => '?').join(', ');
    this.#put = db.prepare(`INSERT OR REPLACE INTO sessions (${sessionColumns.join(', ')}) VALUES (${marks})`);
    this.#putChunk = db.prepare('INSERT OR REPLACE INTO chunks (key, body) VALUES (?, ?)');
    this.#grow = db.prepare('UPDATE sessions SET size = size + ? WHERE id = ?');
    this.#chunks = db.prepare('SELECT body FROM chunks WHERE key >= ? AND key < ? ORDER BY key');
    this.#one = db.prepare('SELECT * FROM sessions WHERE id = ?');
    this.#oldest = db.prepare('SELECT id, size FROM sessions WHERE ms IS NOT NULL ORDER BY id LIMIT ?');
    this.#remove = db.prepare('DELETE FROM sessions WHERE id = ?');
    this.#removeChunks = db.prepare('DELETE FROM chunks WHERE key >= ? AND key < ?');
    this.#stopUnended();
    this.recount();
  }

  /** Ended sessions that are stored. */
  get ended(): number {
    return this.#ended;
  }

  /** The largest session id ever stored or set aside. */
  lastId(): number {
    const kept = number(this.#db.prepare("SELECT value FROM counters WHERE name = 'session'"));
    return Math.max(kept, number(this.#db.prepare('SELECT coalesce(max(id), 0) FROM sessions')));
  }

  /** Remembers the last id, so that a number is not used again after its session was deleted. To be in a transaction. */
  keepLastId(id: number): void {
    this.#db.prepare("INSERT OR REPLACE INTO counters (name, value) VALUES ('session', ?)").run(id);
  }

  /** Sessions that were open when the process died have ended with it. */
  #stopUnended(): void {
    for (const row of sessionRows(this.#db.prepare('SELECT * FROM sessions WHERE ms IS NULL'))) {
      const last = this.entries(row.id).at(-1);
      this.#db
        .prepare("UPDATE sessions SET ms = ?, place = 'ended', outcome = 'closed', error = ? WHERE id = ?")
        .run(Math.ceil((last?.at ?? 0) / 1000), 'session.stopped', row.id);
    }
  }

  /** Writes parts of sessions. To be in a transaction; `settle` when it is committed. */
  write(parts: readonly Part[]): void {
    for (const part of parts) {
      const { summary, entries, late } = part;
      const first = entries[0];
      if (part.size === 0 && !late) part.size = ROW_OVERHEAD;
      if (first !== undefined && first.seq < KEYS_PER_SESSION) {
        const body = pack(entries);
        part.size += body.length + this.#lookups.put(summary.id, entries);
        // The key is that of its first entry.
        this.#putChunk.run(summary.id * KEYS_PER_SESSION + first.seq, body);
      }
      if (late) this.#grow.run(part.size, summary.id);
      else this.#put.run(...sessionRow(summary, part.size));
    }
  }

  /** Counts what was committed. `grown` is by how many bytes, `ended` how many sessions came to their end. */
  settle(grown: number, ended: number): void {
    this.#bytes += grown;
    this.#ended += ended;
  }

  /** Whether there is more than the limits allow. */
  get overfull(): boolean {
    return this.#ended > this.#limits.maxSessions || (this.#bytes > this.#limits.maxBytes && this.#ended > 0);
  }

  /** Deletes the oldest ended sessions until the limits are kept. To be in a transaction of its own. */
  shrink(): void {
    while (this.overfull) {
      const rows = this.#oldest.all(DELETE_STEP) as unknown as { id: number; size: number }[];
      for (const row of rows) {
        if (!this.overfull) return;
        this.#delete(row.id);
        this.#bytes -= row.size;
        this.#ended -= 1;
      }
      if (rows.length === 0) return;
    }
  }

  #delete(id: number): void {
    this.#remove.run(id);
    this.#removeChunks.run(id * KEYS_PER_SESSION, (id + 1) * KEYS_PER_SESSION);
    this.#lookups.remove(id);
  }

  /** Deletes every ended session. To be in a transaction; `recount` when it is committed. */
  clear(): void {
    this.#db.exec(`DELETE FROM sessions WHERE ms IS NOT NULL;
      DELETE FROM chunks WHERE key / ${KEYS_PER_SESSION} NOT IN (SELECT id FROM sessions);
      DELETE FROM lookups WHERE key / ${KEYS_PER_SESSION} NOT IN (SELECT id FROM sessions);
      DELETE FROM findings WHERE id NOT IN (SELECT id FROM sessions);`);
  }

  /** Counts again what the database holds. */
  recount(): void {
    this.#ended = number(this.#db.prepare('SELECT count(*) FROM sessions WHERE ms IS NOT NULL'));
    this.#bytes = number(this.#db.prepare('SELECT coalesce(sum(size), 0) FROM sessions'));
  }

  /** Ended sessions that pass the filter, newest first, and how many of them there are in all. */
  page(filter: Filter, before: number | undefined, limit: number): { sessions: SessionSummary[]; matching: number } {
    const { sql, values } = conditionOf(filter);
    const matching =
      filter.type === 'all'
        ? this.#ended
        : number(this.#db.prepare(`SELECT count(*) FROM sessions WHERE ms IS NOT NULL AND ${sql}`), ...values);
    if (matching === 0) return { sessions: [], matching };
    const page = this.#db.prepare(
      `SELECT * FROM sessions WHERE ms IS NOT NULL AND id < ? AND ${sql} ORDER BY id DESC LIMIT ?`,
    );
    const sessions = sessionRows(page, before ?? Number.MAX_SAFE_INTEGER, ...values, limit).map(summaryOf);
    return { sessions: this.findings.withFindings(sessions), matching };
  }

  /** A page of the questions to the auth service; `from` is 0 or what the page before named. */
  lookups(from: number): LookupPage {
    return this.#lookups.page(from);
  }

  /** The summary of a stored session, open or ended. */
  summary(id: number): SessionSummary | null {
    const [row] = sessionRows(this.#one, id);
    return row === undefined ? null : summaryOf(row);
  }

  /** The stored entries of a session, in order. */
  entries(id: number): Entry[] {
    const rows = this.#chunks.all(id * KEYS_PER_SESSION, (id + 1) * KEYS_PER_SESSION);
    return rows.flatMap((row) => unpack(String(row.body)));
  }
}
