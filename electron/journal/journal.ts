/**
 * The journal: queues what the engine records, writes it in batches, and answers what the window asks. Recording never
 * throws and never waits for the disk; when the disk fails, traffic goes on and `onProblem` says why it is not kept.
 */
import type { Entry, Leg, SessionSummary } from '../../shared/journal/entry.ts';
import { type Filter, matches, parseFilter } from '../../shared/journal/filter.ts';
import type { Recorder } from '../engine/ports.ts';
import { type FindingKeeper, findingKeeper } from './findings.ts';
import { LiveSessions, snapshot } from './live.ts';
import { type LookupPage, noLookups } from './lookups.ts';
import { Mail } from './mail.ts';
import type { MailKeeper } from './mail-keeper.ts';
import { JournalProblem, sentence } from './problem.ts';
import { type Opened, openFile, openMemory, waitForLock } from './schema.ts';
import type { SessionPage, SessionQuery } from './session-page.ts';
import { SessionStore } from './store.ts';
import { Writer } from './writer.ts';

/** Feeds go out at most this often, in ms: 30 a second. */
const FEED_MS = 34;

/** After a feed of more sessions than these, the next one waits so long, in ms: nobody reads rows that rush by. */
const RUSH_SESSIONS = 20;
const RUSH_MS = 100;

/** Nothing waits longer for the database than this, in ms. */
const FLUSH_MS = 250;

/** After a failure it is tried again this often, in ms. */
const RETRY_MS = 1000;

/**
 * Entries that make a flush due at once. More than one batch takes: the youngest stay, for of them most sessions are half
 * done and would be written twice. Many more would keep the sockets waiting.
 */
const FLUSH_ENTRIES = 5000;

/** At the start and at the end a lock of another program is waited for this long, in ms; in between never. */
const LOCK_MS = 2000;

/** Defaults of the limits; a journal in memory is kept smaller. */
const MAX_SESSIONS = 100_000;
const MAX_BYTES = 500_000_000;
const MAX_BYTES_IN_MEMORY = 150_000_000;
const MAX_MESSAGES = 20_000;
const MAX_MAIL_BYTES = 500_000_000;
const MAX_MAIL_BYTES_IN_MEMORY = 200_000_000;

export interface JournalOptions {
  /** A path, or `:memory:` for a journal that lives as long as the process. */
  readonly file: string;
  /** Ended sessions that are kept; the oldest go first. */
  readonly maxSessions?: number;
  /** Bytes of sessions that are kept. */
  readonly maxBytes?: number;
  /** Messages that are kept, and their bytes; the oldest go first, pinned ones stay and count. */
  readonly maxMessages?: number;
  readonly maxMailBytes?: number;
  /** Mail of an upstream was deleted, pinned, flagged or moved, or came otherwise than by a delivery. */
  readonly onMailChanged?: (upstream: string) => void;
  /** New entries of a watched session, in order, at most 30 times a second. */
  readonly onEntries?: (id: number, entries: readonly Entry[]) => void;
  /**
   * Sessions that are new or changed, oldest first, and what went over the edges meanwhile; at most 30 times a second,
   * and 10 times while sessions rush by.
   */
  readonly onSessions?: (changed: readonly SessionSummary[], traffic: Readonly<Record<Leg, number>>) => void;
  /** One sentence when the journal cannot be kept, null when it can again; possibly before `openJournal` returns. */
  readonly onProblem?: (message: string | null) => void;
}

export interface Journal extends Recorder {
  /** Newest first. */
  list(query: SessionQuery): SessionPage;
  /** A session whole, with what is not flushed yet. */
  session(id: number): { readonly summary: SessionSummary; readonly entries: readonly Entry[] } | null;
  /** The stored questions to the auth service, page by page; `from` is 0 or what the page before named. */
  lookups(from: number): LookupPage;
  /** Whose entries are fed: these ids; null, as in the beginning, for every session. */
  watch(ids: readonly number[] | null): void;
  /** Deletes every session that has ended; how many. */
  clear(): number;
  flush(): void;
  close(): void;
  counts(): { readonly sessions: number; readonly open: number };
  /** What `onProblem` said last. */
  problem(): string | null;
  /** What was found in sessions. */
  readonly findings: FindingKeeper;
  /** The mail that the played servers keep. */
  readonly mail: MailKeeper;
}

class DatabaseJournal implements Journal {
  readonly #options: JournalOptions;
  readonly #opened: Opened;
  readonly #live: LiveSessions;
  readonly #store: SessionStore;
  readonly mail: Mail;
  readonly findings: FindingKeeper;
  readonly #writer: Writer;
  readonly #feeds: boolean;
  #nextId: number;
  #flushTimer: NodeJS.Timeout | null = null;
  #feedTimer: NodeJS.Timeout | null = null;
  #soon: NodeJS.Immediate | null = null;
  #sessionsDue = 0;
  #closed = false;

  constructor(opened: Opened, options: JournalOptions, problem: string | null) {
    this.#opened = opened;
    this.#options = options;
    const feeds = { entries: options.onEntries !== undefined, sessions: options.onSessions !== undefined };
    this.#feeds = feeds.entries || feeds.sessions;
    this.#live = new LiveSessions(feeds);
    const maxBytes = opened.inMemory ? MAX_BYTES_IN_MEMORY : MAX_BYTES;
    this.#store = new SessionStore(opened.db, {
      maxSessions: options.maxSessions ?? MAX_SESSIONS,
      maxBytes: options.maxBytes ?? maxBytes,
    });
    this.#writer = new Writer(opened, this.#live, this.#store, options.onProblem, problem);
    this.findings = findingKeeper(opened.db, this.#store.findings, (read) => this.#writer.reading(read));
    this.mail = new Mail({
      opened,
      limits: {
        maxMessages: options.maxMessages ?? MAX_MESSAGES,
        maxBytes: options.maxMailBytes ?? (opened.inMemory ? MAX_MAIL_BYTES_IN_MEMORY : MAX_MAIL_BYTES),
      },
      onChanged: options.onMailChanged,
      failed: (error) => {
        this.#writer.failed(error);
        this.#arm();
      },
      reading: (read) => this.#writer.reading(read),
    });
    this.#nextId = this.#store.lastId() + 1;
    waitForLock(opened, 0);
  }

  allocate(): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#writer.lastId = id;
    return id;
  }

  began(summary: SessionSummary): void {
    this.#live.began(summary);
    this.#arm();
  }

  recorded(summary: SessionSummary, entry: Entry): void {
    this.#live.recorded(summary, entry);
    this.#arm();
  }

  ended(summary: SessionSummary): void {
    this.#live.ended(summary);
    this.#arm();
  }

  #arm(): void {
    if (this.#closed) return;
    this.#flushTimer ??= setTimeout(this.#flushTick, this.#writer.failing ? RETRY_MS : FLUSH_MS).unref();
    if (this.#feeds) this.#feedTimer ??= setTimeout(this.#feedTick, FEED_MS).unref();
    if (this.#live.waiting >= FLUSH_ENTRIES && !this.#writer.failing) this.#soon ??= setImmediate(this.#soonTick);
  }

  readonly #flushTick = (): void => {
    this.#flushTimer = null;
    this.#writer.flush();
    if (this.#writer.failing) this.#arm();
  };

  readonly #soonTick = (): void => {
    this.#soon = null;
    this.#writer.flushSome();
    if (this.#live.waiting >= FLUSH_ENTRIES) this.#arm();
  };

  readonly #feedTick = (): void => {
    this.#feedTimer = null;
    this.#feedEntries();
    const wait = this.#sessionsDue - performance.now();
    if (wait > 0) this.#feedTimer = setTimeout(this.#feedTick, Math.min(FEED_MS, wait)).unref();
    else this.#feedSessions();
  };

  #feedEntries(): void {
    for (const { id, entries } of this.#live.takeFresh()) this.#options.onEntries?.(id, entries);
  }

  #feedSessions(): void {
    const changed = this.#live.takeChanged();
    this.#sessionsDue = changed.length > RUSH_SESSIONS ? performance.now() + RUSH_MS : 0;
    if (changed.length > 0) this.#options.onSessions?.(changed, this.#live.takeTraffic());
  }

  list(query: SessionQuery): SessionPage {
    const total = this.counts().sessions;
    const parsed = parseFilter(query.filter);
    if ('problem' in parsed) return { sessions: [], matching: 0, total, problem: parsed.problem };
    const live = this.#livePage(parsed.filter, query.held);
    const before = query.before ?? Number.MAX_SAFE_INTEGER;
    const page = this.#writer.reading(() => this.#store.page(parsed.filter, before, query.limit));
    const stored = page ?? { sessions: [], matching: 0 };
    const sessions = [...live.filter(({ id }) => id < before).map(snapshot), ...stored.sessions]
      .sort((a, b) => b.id - a.id)
      .slice(0, query.limit);
    return { sessions, matching: live.length + stored.matching, total, problem: null };
  }

  #livePage(filter: Filter, held: SessionQuery['held']): SessionSummary[] {
    const lives = [...this.#live.values()].filter(({ late }) => !late).map(({ summary }) => summary);
    const isWanted = (one: SessionSummary): boolean => {
      const at = held?.get(one.id);
      return matches(filter, at === undefined ? one : { ...one, held: at });
    };
    return this.findings.of(lives).filter(isWanted);
  }

  session(id: number): { summary: SessionSummary; entries: readonly Entry[] } | null {
    const live = this.#live.get(id);
    const summary = live === undefined ? this.#writer.reading(() => this.#store.summary(id)) : snapshot(live.summary);
    if (summary === null) return null;
    const stored = this.#writer.reading(() => this.#store.entries(id)) ?? [];
    return { summary, entries: live === undefined ? stored : [...stored, ...live.pending] };
  }

  lookups(from: number): LookupPage {
    return this.#writer.reading(() => this.#store.lookups(from)) ?? noLookups;
  }

  watch(ids: readonly number[] | null): void {
    this.#live.watch(ids);
  }

  clear(): number {
    return this.#writer.clear();
  }

  flush(): void {
    this.#writer.flush();
  }

  close(): void {
    if (this.#closed) return;
    waitForLock(this.#opened, LOCK_MS);
    this.mail.close();
    this.#writer.flush();
    this.#feedEntries();
    this.#feedSessions();
    this.#closed = true;
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    if (this.#feedTimer !== null) clearTimeout(this.#feedTimer);
    if (this.#soon !== null) clearImmediate(this.#soon);
    this.#opened.close();
  }

  counts(): { readonly sessions: number; readonly open: number } {
    return { sessions: this.#store.ended + this.#live.size, open: this.#live.open };
  }

  problem(): string | null {
    return this.#writer.problem;
  }
}

/** A journal over a database that is open already. */
export function journalOver(opened: Opened, options: JournalOptions): Journal {
  return new DatabaseJournal(opened, options, null);
}

/**
 * Opens or makes the journal. Never throws for a file that cannot be used: then this run is kept in memory, the file is
 * left as it is, and `onProblem` says why.
 */
export function openJournal(options: JournalOptions): Journal {
  if (options.file === ':memory:') return new DatabaseJournal(openMemory(), options, null);
  let opened: Opened | null = null;
  try {
    opened = openFile(options.file, LOCK_MS);
    return new DatabaseJournal(opened, options, null);
  } catch (error) {
    opened?.close();
    const why = error instanceof JournalProblem ? error.message : sentence(error, options.file);
    const problem = `${why} The sessions of this run are kept in memory only.`;
    options.onProblem?.(problem);
    return new DatabaseJournal(openMemory(), options, problem);
  }
}
