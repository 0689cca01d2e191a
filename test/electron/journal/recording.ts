/** Helpers of the journal's tests: sessions as the engine records them, and places to keep them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Journal, type JournalOptions, openJournal } from '../../../electron/journal/journal.ts';
import type { SessionSummary } from '../../../shared/journal/entry.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';

/** A path in a folder that goes away with the test. */
export function temporaryFile(name = 'journal.db'): string {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** A journal that is closed with the test. */
export function opened(options: Partial<JournalOptions> = {}): Journal {
  const journal = openJournal({ file: ':memory:', ...options });
  onTestFinished(() => journal.close());
  return journal;
}

/** A session that has just begun, as the engine hands it over. */
export function begin(journal: Journal, changes: Partial<SessionSummary> = {}): SessionSummary {
  const started: SessionSummary = {
    ...summary,
    id: journal.allocate(),
    ms: null,
    place: 'greet',
    from: null,
    to: [],
    rule: null,
    upstream: null,
    outcome: null,
    reply: null,
    entries: 0,
    ...changes,
  };
  journal.began(started);
  return started;
}

/** Records the tutorial's entries from `from` up to `to`. */
export function record(journal: Journal, session: SessionSummary, from = 0, to = entries.length): void {
  for (const entry of entries.slice(from, to)) {
    session.entries += 1;
    journal.recorded(session, entry);
  }
}

/** The session ends as the tutorial's does. */
export function end(journal: Journal, session: SessionSummary, changes: Partial<SessionSummary> = {}): void {
  const { place, from, to, rule, upstream, outcome, reply, ms } = summary;
  Object.assign(session, { place, from, to: [...to], rule, upstream, outcome, reply, ms }, changes);
  journal.ended(session);
}

/** A whole session. */
export function whole(journal: Journal, changes: Partial<SessionSummary> = {}): SessionSummary {
  const session = begin(journal);
  record(journal, session);
  end(journal, session, changes);
  return session;
}
