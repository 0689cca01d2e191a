/** What one window is told, gathered into batches: the first at once, then at most 30 a second. */
import type { Feed } from '../../shared/contract/contract.ts';
import type { Entry } from '../../shared/journal/entry.ts';

/** ms between two batches. */
const BATCH_MS = 34;
/** Feeds kept for one batch; of more, the oldest messages are left out (the window asks for the list). */
const BATCH_MAX = 2000;

/** The feeds of one window. */
export interface Feeds {
  push(feed: Feed): void;
  /** New entries of a session; passed on if it is the watched one and the window does not have them yet. */
  entries(session: number, entries: readonly Entry[]): void;
  /** From now on this session's entries, from `next` on; null for none. */
  watch(session: number | null, next: number): void;
  watched(): number | null;
  close(): void;
}

type Timer = ReturnType<typeof setTimeout>;

/** Each of these tells everything anew. */
const replacing: ReadonlySet<Feed['type']> = new Set(['lab', 'hits', 'blast', 'gates', 'load']);

/** Joins a feed to the last ones where the newer makes the older superfluous. */
function add(batch: Feed[], feed: Feed): void {
  if (replacing.has(feed.type)) {
    const older = batch.findIndex(({ type }) => type === feed.type);
    if (older >= 0) batch.splice(older, 1);
  }
  if (feed.type === 'mailboxes') {
    if (batch.some((one) => one.type === feed.type && one.upstream === feed.upstream)) return;
  }
  batch.push(feed);
  if (batch.length <= BATCH_MAX) return;
  const message = batch.findIndex(({ type }) => type === 'messages');
  if (message >= 0) batch.splice(message, 1);
}

/** `send` carries one batch to the window. */
export function createFeeds(send: (feeds: readonly Feed[]) => void): Feeds {
  let batch: Feed[] = [];
  let timer: Timer | null = null;
  let last = Number.NEGATIVE_INFINITY;
  let watched: number | null = null;
  let next = 0;
  let closed = false;
  const flush = () => {
    timer = null;
    last = performance.now();
    const feeds = batch;
    batch = [];
    if (!closed && feeds.length > 0) send(feeds);
  };
  const push = (feed: Feed) => {
    if (closed) return;
    add(batch, feed);
    timer ??= setTimeout(flush, Math.max(0, last + BATCH_MS - performance.now()));
  };
  return {
    push,
    entries: (session, entries) => {
      const news = session === watched ? entries.filter(({ seq }) => seq >= next) : [];
      const newest = news.at(-1);
      if (!newest) return;
      next = newest.seq + 1;
      push({ type: 'entries', session, entries: news });
    },
    watch: (session, from) => {
      watched = session;
      next = from;
    },
    watched: () => watched,
    close: () => {
      closed = true;
      watched = null;
      if (timer) clearTimeout(timer);
    },
  };
}
