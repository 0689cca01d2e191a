import { describe, expect, test } from 'vitest';
import type { Journal } from '../../../electron/journal/journal.ts';
import type { RecordedLookup } from '../../../shared/auth/blast.ts';
import { entries } from '../../fakes/tutorial-session.ts';
import { makeOlder } from './older-journal.ts';
import { begin, end, opened, record, temporaryFile, whole } from './recording.ts';

const asked = entries.find(({ kind, direction }) => kind === 'http' && direction === 'out');
const question = { seq: asked?.seq, request: asked?.bytes };

function all(journal: Journal): readonly RecordedLookup[] {
  const first = journal.lookups(0);
  const found = [...first.lookups];
  for (let page = first; page.next !== null; ) {
    page = journal.lookups(page.next);
    found.push(...page.lookups);
    expect(page.total).toBeNull();
  }
  expect(first.total).toBe(found.length);
  return found;
}

describe('recorded lookups', () => {
  test('come back with their sessions, page by page, in order', () => {
    const file = temporaryFile();
    const journal = opened({ file });
    for (let n = 0; n < 1200; n += 1) whole(journal);
    journal.flush();
    const wanted = Array.from({ length: 1200 }, (_, index) => ({ session: index + 1, ...question }));
    expect(all(journal)).toEqual(wanted);
    journal.close();
    expect(all(opened({ file }))).toEqual(wanted);
  });

  test('of a session that asked twice, and was written in parts', () => {
    const journal = opened();
    const session = begin(journal);
    record(journal, session);
    journal.flush();
    if (asked) journal.recorded(session, { ...asked, seq: 90, bytes: 'GET / HTTP/1.0\r\nAuth-User: \x00\xff\r\n\r\n' });
    end(journal, session);
    journal.flush();
    expect(all(journal)).toEqual([
      { session: session.id, ...question },
      { session: session.id, seq: 90, request: 'GET / HTTP/1.0\r\nAuth-User: \x00\xff\r\n\r\n' },
    ]);
  });

  test('go with their sessions', () => {
    const journal = opened({ maxSessions: 10 });
    for (let n = 0; n < 50; n += 1) whole(journal);
    journal.flush();
    expect(all(journal).map(({ session }) => session)).toEqual(Array.from({ length: 10 }, (_, n) => 41 + n));
    journal.clear();
    expect(all(journal)).toEqual([]);
  });

  test('of a journal of the version before are found too, beside new ones', () => {
    const file = temporaryFile();
    const older = opened({ file });
    for (let n = 0; n < 120; n += 1) whole(older);
    older.close();
    makeOlder(file, 2);
    let problem: string | null = null;
    const journal = opened({ file, onProblem: (message) => (problem = message) });
    for (let n = 0; n < 3; n += 1) whole(journal);
    journal.flush();
    expect(problem).toBeNull();
    const wanted = Array.from({ length: 123 }, (_, index) => ({ session: index + 1, ...question }));
    expect(all(journal)).toEqual(wanted);
    journal.close();
    expect(all(opened({ file }))).toEqual(wanted);
  });
});
