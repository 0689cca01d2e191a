/** The windows that look at a lab, and the journal that tells them what it writes. */
import type { Feed } from '../../shared/contract/contract.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import type { Feeds } from './feeds.ts';

/** The feeds of all windows. */
export function createAudience() {
  const windows = new Set<Feeds>();
  return {
    windows,
    push: (feed: Feed) => {
      for (const feeds of windows) feeds.push(feed);
    },
    entries: (id: number, entries: readonly Entry[]) => {
      for (const feeds of windows) feeds.entries(id, entries);
    },
    watched: () => [...windows].map((feeds) => feeds.watched()).filter((id) => id !== null),
  };
}

/** All windows together. */
export type Audience = ReturnType<typeof createAudience>;

/** The journal, with what it tells passed on to every window; headless, it has nobody to tell. */
export function openLabJournal(
  { dbFile, headless = false }: { readonly dbFile: string; readonly headless?: boolean },
  audience: Audience,
  onChanged: (changed: readonly SessionSummary[]) => void,
  onProblem: (error: string | null) => void,
): Journal {
  if (headless) return openJournal({ file: dbFile, onProblem });
  const journal: Journal = openJournal({
    file: dbFile,
    onEntries: audience.entries,
    onSessions: (changed, traffic) => {
      audience.push({ type: 'sessions', changed, counts: journal.counts(), traffic });
      onChanged(changed);
    },
    onMailChanged: (upstream) => audience.push({ type: 'mailboxes', upstream }),
    onProblem,
  });
  journal.watch([]);
  return journal;
}
