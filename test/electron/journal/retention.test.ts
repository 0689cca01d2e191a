import { expect, test } from 'vitest';
import { begin, opened, record, temporaryFile, whole } from './recording.ts';

test('the oldest ended sessions go when there are too many, open ones stay', () => {
  const journal = opened({ maxSessions: 100 });
  const open = begin(journal);
  record(journal, open, 0, 3);
  const ids = Array.from({ length: 750 }, () => whole(journal).id);
  journal.flush();
  expect(journal.counts()).toEqual({ sessions: 101, open: 1 });
  const { sessions, matching } = journal.list({ filter: '', limit: 1000 });
  expect(matching).toBe(101);
  expect(sessions.map(({ id }) => id)).toEqual([...ids.slice(-100).reverse(), open.id]);
  expect(journal.session(ids[0] ?? 0)).toBeNull();
  expect(journal.session(open.id)?.entries).toHaveLength(3);
});

test('the oldest ended sessions go when they take too much room, also after a restart', () => {
  const file = temporaryFile();
  const journal = opened({ file, maxBytes: 100_000 });
  for (let n = 0; n < 200; n += 1) whole(journal);
  journal.flush();
  const kept = journal.counts().sessions;
  expect(kept).toBeGreaterThan(5);
  expect(kept).toBeLessThan(50);
  journal.close();
  const again = opened({ file, maxBytes: 50_000 });
  whole(again);
  again.flush();
  expect(again.counts().sessions).toBeLessThan(kept);
  expect(again.list({ filter: '', limit: 100 }).sessions[0]?.id).toBe(201);
});
