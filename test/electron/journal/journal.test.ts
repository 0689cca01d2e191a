import { existsSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openJournal } from '../../../electron/journal/journal.ts';
import type { Entry, SessionSummary } from '../../../shared/journal/entry.ts';
import { entries } from '../../fakes/tutorial-session.ts';
import { begin, end, opened, record, temporaryFile, whole } from './recording.ts';

const all = { filter: '', limit: 100 };

describe('what is recorded comes back', () => {
  test('a session and its entries, from memory and from the file', () => {
    const file = temporaryFile();
    const journal = opened({ file });
    const session = whole(journal);
    const before = journal.session(session.id);
    expect(before).toEqual({ summary: session, entries });
    journal.flush();
    expect(journal.session(session.id)).toEqual(before);
    journal.close();
    expect(opened({ file }).session(session.id)).toEqual(before);
  });

  test('every byte of a byte string', () => {
    const journal = opened();
    const session = begin(journal);
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    const entry: Entry = { seq: 0, at: 0, leg: 'client', direction: 'in', kind: 'line', bytes, why: 'smtp.syntax' };
    journal.recorded(session, entry);
    end(journal, session);
    journal.flush();
    expect(journal.session(session.id)?.entries).toEqual([entry]);
  });

  test('one row per flush and session, put together again in order', () => {
    const journal = opened();
    const session = begin(journal);
    record(journal, session, 0, 5);
    journal.flush();
    record(journal, session, 5, 6);
    journal.flush();
    record(journal, session, 6);
    expect(journal.session(session.id)?.entries).toEqual(entries);
    end(journal, session);
    journal.flush();
    expect(journal.session(session.id)?.entries).toEqual(entries);
  });

  test('an entry that comes after the end is kept', () => {
    const journal = opened();
    const session = begin(journal);
    record(journal, session, 0, 27);
    end(journal, session);
    journal.flush();
    record(journal, session, 27);
    expect(journal.list(all).sessions).toHaveLength(1);
    journal.flush();
    expect(journal.session(session.id)?.entries).toEqual(entries);
    expect(journal.counts()).toEqual({ sessions: 1, open: 0 });
  });

  test('an answer is a copy: the engine goes on changing its own', () => {
    const journal = opened();
    const session = begin(journal);
    const seen = journal.session(session.id)?.summary;
    session.to.push('later@eng.abc.com');
    session.place = 'relay';
    expect(seen).toMatchObject({ to: [], place: 'greet' });
  });

  test('a session that does not exist is null', () => {
    expect(opened().session(1)).toBeNull();
  });
});

describe('the list', () => {
  test('joins sessions in memory and in the database, newest first', () => {
    const journal = opened();
    const first = whole(journal);
    journal.flush();
    const open = begin(journal);
    const last = whole(journal, { upstream: 'hr' });
    const page = journal.list(all);
    expect(page.sessions.map(({ id }) => id)).toEqual([last.id, open.id, first.id]);
    expect(page).toMatchObject({ matching: 3, total: 3, problem: null });
    expect(journal.counts()).toEqual({ sessions: 3, open: 1 });
  });

  test('is paged by id, and counts all that match', () => {
    const journal = opened();
    const ids = Array.from({ length: 10 }, () => whole(journal).id);
    journal.flush();
    const open = begin(journal);
    const first = journal.list({ filter: '', limit: 4 });
    expect(first.sessions.map(({ id }) => id)).toEqual([open.id, ...ids.slice(-3).reverse()]);
    const second = journal.list({ filter: '', before: ids[7] ?? 0, limit: 4 });
    expect(second.sessions.map(({ id }) => id)).toEqual(ids.slice(3, 7).reverse());
    expect(second.matching).toBe(11);
  });

  test('filters what is stored and what is not', () => {
    const journal = opened();
    whole(journal);
    const hr = whole(journal, { upstream: 'hr' });
    journal.flush();
    const open = begin(journal, { upstream: 'hr' });
    const page = journal.list({ filter: 'upstream:hr', limit: 10 });
    expect(page.sessions.map(({ id }) => id)).toEqual([open.id, hr.id]);
    expect(page).toMatchObject({ matching: 2, total: 3 });
    expect(journal.list({ filter: 'outcome:open', limit: 10 }).sessions.map(({ id }) => id)).toEqual([open.id]);
  });

  test('says what is wrong with a filter', () => {
    const journal = opened();
    whole(journal);
    const page = journal.list({ filter: 'rcpt:yes', limit: 10 });
    expect(page).toMatchObject({ sessions: [], matching: 0, total: 1 });
    expect(page.problem).toContain('rcpt: is not a key');
  });

  test('holds against what a filter could smuggle into SQL', () => {
    const journal = opened();
    whole(journal, { rule: "it's 100%_sure\\" });
    journal.flush();
    for (const filter of [`rule:"it's 100%_sure\\"`, `"100%_"`, '"\') OR 1=1 --"', 'rule:it_s*', 'rule:%']) {
      const { matching, problem } = journal.list({ filter, limit: 10 });
      expect({ filter, matching, problem }).toEqual({
        filter,
        matching: filter.includes('100') ? 1 : 0,
        problem: null,
      });
    }
  });
});

describe('across starts', () => {
  test('sessions that were open when the process died have ended with it', () => {
    const file = temporaryFile();
    const first = openJournal({ file });
    const session = begin(first);
    record(first, session, 0, 5);
    const idle = begin(first);
    first.close();
    const second = opened({ file });
    const stopped = { outcome: 'closed', error: 'session.stopped', place: 'ended' };
    expect(second.session(session.id)?.summary).toMatchObject({ ...stopped, ms: 6400, entries: 5 });
    expect(second.session(idle.id)?.summary).toMatchObject({ ...stopped, ms: 0 });
    expect(second.counts()).toEqual({ sessions: 2, open: 0 });
    expect(second.list(all).sessions).toHaveLength(2);
  });

  test('a number is never given out twice, not even after everything was deleted', () => {
    const file = temporaryFile();
    const first = openJournal({ file });
    const { id } = whole(first);
    expect(first.clear()).toBe(1);
    first.close();
    expect(opened({ file }).allocate()).toBeGreaterThan(id);
  });

  test('the file is for its owner alone: it holds passwords', () => {
    const file = temporaryFile('new/folder/journal.db');
    opened({ file });
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(file)).toBe(true);
  });
});

test('clear leaves open sessions alone, and nothing of the others on the disk', () => {
  const file = temporaryFile();
  const journal = opened({ file });
  for (let n = 0; n < 500; n += 1) whole(journal);
  const open = begin(journal);
  record(journal, open, 0, 3);
  journal.flush();
  whole(journal);
  expect(journal.clear()).toBe(501);
  expect(journal.list(all).sessions.map(({ id }) => id)).toEqual([open.id]);
  expect(journal.session(open.id)?.entries).toHaveLength(3);
  expect(statSync(file).size).toBeLessThan(300_000);
});

describe('feeds', () => {
  /** Resolves with the first feed for which `wanted` answers something. */
  function fed<T>(): { feed: (value: T) => void; until: (wanted: (value: T) => boolean) => Promise<T> } {
    const seen: T[] = [];
    let look = (): void => undefined;
    return {
      feed: (value) => {
        seen.push(value);
        look();
      },
      until: (wanted) =>
        new Promise((resolve) => {
          look = () => {
            const found = seen.find(wanted);
            if (found !== undefined) resolve(found);
          };
          look();
        }),
    };
  }

  test('changed sessions come by themselves, oldest first, as copies', async () => {
    const sessions = fed<readonly SessionSummary[]>();
    const journal = opened({ onSessions: sessions.feed });
    const first = begin(journal);
    const second = begin(journal);
    record(journal, first, 0, 1);
    const changed = await sessions.until(() => true);
    expect(changed.map(({ id }) => id)).toEqual([first.id, second.id]);
    end(journal, second);
    const [ended] = await sessions.until(([one]) => one?.ms != null);
    expect(ended).toEqual(second);
    expect(changed[1]?.ms).toBeNull();
  });

  test('entries come once and in order, whether a flush came between or not', async () => {
    const got: Entry[] = [];
    const ended = fed<Entry>();
    const journal = opened({
      onEntries: (_, fresh) => {
        got.push(...fresh);
        for (const entry of fresh) ended.feed(entry);
      },
    });
    const session = begin(journal);
    record(journal, session, 0, 5);
    journal.flush();
    record(journal, session, 5, 10);
    await ended.until(({ seq }) => seq === 9);
    record(journal, session, 10);
    end(journal, session);
    await ended.until(({ seq }) => seq === entries.length - 1);
    expect(got).toEqual(entries);
  });

  test('only of sessions that are watched', async () => {
    const got = fed<number>();
    const ids = new Set<number>();
    const journal = opened({
      onEntries: (id) => {
        ids.add(id);
        got.feed(id);
      },
    });
    const [first, second] = [begin(journal), begin(journal)];
    journal.watch([second.id]);
    record(journal, first, 0, 3);
    record(journal, second, 0, 3);
    await got.until((id) => id === second.id);
    expect([...ids]).toEqual([second.id]);
    journal.watch(null);
    record(journal, first, 3, 4);
    await got.until((id) => id === first.id);
  });

  test('what is left is fed when the journal closes', () => {
    const seen: number[] = [];
    const journal = openJournal({
      file: ':memory:',
      onSessions: (changed) => seen.push(...changed.map(({ id }) => id)),
    });
    const { id } = whole(journal);
    journal.close();
    expect(seen).toEqual([id]);
    journal.close();
  });
});
