/** A child process of the kill test: records sessions as fast as it can and prints the last one that ended. */
import { openJournal } from '../../../electron/journal/journal.ts';
import type { SessionSummary } from '../../../shared/journal/entry.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';

const journal = openJournal({
  file: process.argv[2] ?? '',
  onProblem: (message) => process.stderr.write(`${message}\n`),
});

/** Sessions between two turns of the event loop: some thousands a second. */
const AT_ONCE = 10;

function one(): number {
  const id = journal.allocate();
  const session: SessionSummary = { ...summary, id, ms: null, startedAt: Date.now(), entries: 0, outcome: null };
  journal.began(session);
  for (const entry of entries) {
    session.entries += 1;
    journal.recorded(session, entry);
  }
  session.ms = 1;
  session.outcome = 'relayed';
  journal.ended(session);
  return id;
}

function some(): void {
  let id = 0;
  for (let n = 0; n < AT_ONCE; n += 1) id = one();
  process.stdout.write(`${Date.now()} ${id}\n`);
  setTimeout(some, 1);
}
some();
