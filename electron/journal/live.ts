/** Sessions that are not yet wholly in the database: the open ones, and those that ended since the last flush. */
import type { Entry, Leg, SessionSummary } from '../../shared/journal/entry.ts';

/** One session in memory. */
export interface Live {
  /** The engine's own object: it changes until the session has ended. */
  readonly summary: SessionSummary;
  /** Entries that are not in the database yet. */
  pending: Entry[];
  /** Entries that were not fed yet; null when nobody watches. */
  fresh: Entry[] | null;
  ended: boolean;
  /** Waits for the next flush. */
  queued: boolean;
  /** Waits for the next feed. */
  changed: boolean;
  /** Came back after it had ended and was stored: only its entries are added to what is stored. */
  readonly late: boolean;
  /** Bytes that it takes up in the database. */
  size: number;
}

/** What was taken out for one transaction. */
export interface Taken {
  readonly live: Live;
  readonly summary: SessionSummary;
  readonly entries: Entry[];
  readonly ended: boolean;
  readonly late: boolean;
  readonly sizeBefore: number;
  size: number;
}

/** The summary as it is now, for somebody who keeps it. */
export function snapshot(summary: SessionSummary): SessionSummary {
  return { ...summary, to: [...summary.to] };
}

const noTraffic: Readonly<Record<Leg, number>> = { client: 0, auth: 0, upstream: 0 };

export class LiveSessions {
  readonly #sessions = new Map<number, Live>();
  #queue: Live[] = [];
  #changed: Live[] = [];
  #fed: Live[] = [];
  readonly #feedsSessions: boolean;
  /** Ids whose entries are fed; null for all. */
  #watched: ReadonlySet<number> | null;
  #open = 0;
  #waiting = 0;
  #traffic = { ...noTraffic };

  /** What is not fed is not collected either. */
  constructor(feeds: { readonly entries: boolean; readonly sessions: boolean }) {
    this.#watched = feeds.entries ? null : new Set();
    this.#feedsSessions = feeds.sessions;
  }

  /** Sessions in memory, open or ended. */
  get size(): number {
    return this.#sessions.size;
  }

  get open(): number {
    return this.#open;
  }

  /** Entries that wait for the database. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether a flush has anything to do. */
  get queued(): boolean {
    return this.#queue.length > 0;
  }

  get(id: number): Live | undefined {
    return this.#sessions.get(id);
  }

  values(): IterableIterator<Live> {
    return this.#sessions.values();
  }

  began(summary: SessionSummary): Live {
    const live = this.#add(summary, false);
    this.#open += 1;
    this.#touch(live);
    return live;
  }

  #add(summary: SessionSummary, late: boolean): Live {
    const fresh = this.#watched === null || this.#watched.has(summary.id) ? [] : null;
    const changed = !this.#feedsSessions;
    const live = { summary, pending: [], fresh, ended: late, queued: false, changed, late, size: 0 };
    this.#sessions.set(summary.id, live);
    return live;
  }

  recorded(summary: SessionSummary, entry: Entry): void {
    const live = this.#sessions.get(summary.id) ?? this.#add(summary, true);
    live.pending.push(entry);
    this.#waiting += 1;
    if (live.fresh !== null) this.#feed(live, live.fresh, entry);
    if (this.#feedsSessions && entry.direction !== 'none') this.#count(entry);
    if (!(live.queued && live.changed)) this.#touch(live);
  }

  /** What is relayed goes over the edges of both sides. */
  #count({ leg, disposition }: Entry): void {
    this.#traffic[leg] += 1;
    if (disposition === 'passed' && leg !== 'auth') this.#traffic[leg === 'client' ? 'upstream' : 'client'] += 1;
  }

  ended(summary: SessionSummary): void {
    const live = this.#sessions.get(summary.id) ?? this.began(summary);
    if (live.ended) return;
    // A row without an end would count as open for ever.
    summary.ms ??= Math.max(0, Date.now() - summary.startedAt);
    live.ended = true;
    this.#open -= 1;
    this.#touch(live);
  }

  #touch(live: Live): void {
    if (!live.queued) {
      live.queued = true;
      this.#queue.push(live);
    }
    if (!live.changed) {
      live.changed = true;
      this.#changed.push(live);
    }
  }

  #feed(live: Live, fresh: Entry[], entry: Entry): void {
    if (fresh.length === 0) this.#fed.push(live);
    fresh.push(entry);
  }

  /** From now on entries of these sessions are fed, or of all. */
  watch(ids: readonly number[] | null): void {
    this.#watched = ids === null ? null : new Set(ids);
    for (const live of this.#sessions.values()) {
      const wanted = this.#watched === null || this.#watched.has(live.summary.id);
      if (wanted) live.fresh ??= [];
      else live.fresh = null;
    }
  }

  /** Entries since the last call, of each watched session that has some. */
  takeFresh(): { id: number; entries: readonly Entry[] }[] {
    const fed = this.#fed;
    this.#fed = [];
    const taken: { id: number; entries: readonly Entry[] }[] = [];
    for (const live of fed) {
      if (live.fresh === null || live.fresh.length === 0) continue;
      taken.push({ id: live.summary.id, entries: live.fresh });
      live.fresh = [];
    }
    return taken;
  }

  /** What went over the edges since the last call, of all sessions. */
  takeTraffic(): Readonly<Record<Leg, number>> {
    const traffic = this.#traffic;
    this.#traffic = { ...noTraffic };
    return traffic;
  }

  /** Sessions that are new or changed since the last call, oldest first. */
  takeChanged(): SessionSummary[] {
    const changed = this.#changed;
    this.#changed = [];
    for (const live of changed) live.changed = false;
    return changed
      .filter((live) => !live.late)
      .map((live) => snapshot(live.summary))
      .sort((a, b) => a.id - b.id);
  }

  /** Takes the longest waiting sessions out, with about `max` entries among them. */
  take(max: number): Taken[] {
    let count = 0;
    let entries = 0;
    for (const live of this.#queue) {
      if (entries >= max || count >= max) break;
      count += 1;
      entries += live.pending.length;
    }
    const lives = count === this.#queue.length ? this.#queue : this.#queue.slice(0, count);
    this.#queue = count === this.#queue.length ? [] : this.#queue.slice(count);
    this.#waiting -= entries;
    return lives.map((live) => {
      const { summary, pending, ended, late, size } = live;
      live.queued = false;
      live.pending = [];
      return { live, summary, entries: pending, ended, late, sizeBefore: size, size };
    });
  }

  /** They are in the database now: ended ones leave the memory. */
  written(taken: readonly Taken[]): void {
    for (const { live, ended, size } of taken) {
      live.size = size;
      if (ended && live.pending.length === 0) this.#sessions.delete(live.summary.id);
    }
  }

  /** They could not be written and wait again, before the others. */
  putBack(taken: readonly Taken[]): void {
    for (const { live, entries } of taken) {
      live.pending = live.pending.length === 0 ? entries : entries.concat(live.pending);
      live.queued = true;
      this.#waiting += entries.length;
    }
    this.#queue = [...taken.map(({ live }) => live), ...this.#queue];
  }

  /**
   * Forgets the longest waiting entries until at most `max` wait: ended sessions go, open ones lose what they have so
   * far. How many sessions lost something.
   */
  drop(max: number): number {
    let lost = 0;
    while (this.#waiting > max) {
      const live = this.#queue.shift();
      if (live === undefined) break;
      live.queued = false;
      this.#waiting -= live.pending.length;
      live.pending = [];
      if (live.ended) this.#sessions.delete(live.summary.id);
      lost += 1;
    }
    return lost;
  }
}
