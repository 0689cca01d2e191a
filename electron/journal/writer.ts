/** Brings what waits in memory into the database, and decides what happens while that fails. */
import type { DatabaseSync } from 'node:sqlite';
import type { LiveSessions, Taken } from './live.ts';
import { sentence } from './problem.ts';
import type { Opened } from './schema.ts';
import type { SessionStore } from './store.ts';
import { transaction } from './transaction.ts';

/** Entries in one transaction: some 10 ms of work, so that the sockets never wait long. */
const BATCH_ENTRIES = 4000;

/** Entries kept in memory while the database cannot be written. */
const MAX_WAITING = 200_000;

/** Bytes that stay after a deletion: of more, the file is left large, for everything would wait while it is copied. */
const VACUUM_BYTES = 100_000_000;

function staying(db: DatabaseSync): number {
  const pages = db.prepare(
    'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
  );
  return Number(pages.get()?.bytes ?? 0);
}

export class Writer {
  readonly #opened: Opened;
  readonly #live: LiveSessions;
  readonly #store: SessionStore;
  readonly #onProblem: ((message: string | null) => void) | undefined;
  /** Why this run is kept in memory although a file was named; such a problem never passes. */
  readonly #lasting: string | null;
  #problem: string | null;
  #failing = false;
  #lost = 0;
  /** The last session id that was given out. */
  lastId = 0;
  #keptId = 0;

  constructor(
    opened: Opened,
    live: LiveSessions,
    store: SessionStore,
    onProblem: ((message: string | null) => void) | undefined,
    lasting: string | null,
  ) {
    this.#opened = opened;
    this.#live = live;
    this.#store = store;
    this.#onProblem = onProblem;
    this.#lasting = lasting;
    this.#problem = lasting;
  }

  /** Whether the last attempt to write failed. */
  get failing(): boolean {
    return this.#failing;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** Writes everything that waits, as far as the database lets it. */
  flush(): void {
    // After a failure of the mail alone nothing waits: then writing is tried all the same, to know that it works again.
    if (this.#failing && !this.#live.queued) this.flushSome();
    while (this.#live.queued) if (!this.flushSome()) return;
  }

  /** Writes one batch; whether it worked. */
  flushSome(): boolean {
    const taken = this.#live.take(BATCH_ENTRIES);
    try {
      this.#write(taken);
    } catch (error) {
      this.#live.putBack(taken);
      this.failed(error);
      return false;
    }
    this.#settle(taken);
    return this.#shrink();
  }

  #write(taken: readonly Taken[]): void {
    transaction(this.#opened.db, () => {
      this.#store.write(taken);
      if (this.lastId > this.#keptId || this.#failing) this.#store.keepLastId(this.lastId);
    });
    this.#keptId = this.lastId;
  }

  #settle(taken: readonly Taken[]): void {
    let grown = 0;
    let ended = 0;
    for (const part of taken) {
      grown += part.size - part.sizeBefore;
      if (part.ended && !part.late) ended += 1;
    }
    this.#store.settle(grown, ended);
    this.#live.written(taken);
  }

  #shrink(): boolean {
    try {
      if (this.#store.overfull) transaction(this.#opened.db, () => this.#store.shrink());
    } catch (error) {
      this.failed(error);
      return false;
    }
    this.#recovered();
    return true;
  }

  #recovered(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#lost = 0;
    this.#say(this.#lasting);
  }

  /** A write failed: it is said, until one succeeds. */
  failed(error: unknown): void {
    this.#failing = true;
    this.#lost += this.#live.drop(MAX_WAITING);
    try {
      this.#store.recount();
    } catch {
      // A database that cannot be read either is counted again once it can be written.
    }
    const lost = this.#lost === 0 ? '' : ` ${this.#lost} sessions could not be kept.`;
    this.#say(`${sentence(error, this.#opened.file)} Sessions are not being recorded until then.${lost}`);
  }

  #say(problem: string | null): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#onProblem?.(problem);
  }

  /** Reads from the database; null when it cannot be read. */
  reading<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      this.#failing = true;
      this.#say(sentence(error, this.#opened.file));
      return null;
    }
  }

  /** Deletes every ended session; how many. */
  clear(): number {
    this.flush();
    const before = this.#store.ended;
    const { db } = this.#opened;
    try {
      // What was deleted is to leave the disk too. Should the rest fail, its room is used again all the same.
      db.exec('PRAGMA secure_delete = ON');
      transaction(db, () => this.#store.clear());
      this.#store.recount();
      if (staying(db) <= VACUUM_BYTES) db.exec('VACUUM');
      db.exec('PRAGMA secure_delete = OFF; PRAGMA wal_checkpoint(TRUNCATE);');
    } catch (error) {
      this.failed(error);
    }
    return before - this.#store.ended;
  }
}
