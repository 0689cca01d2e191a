import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createExaminer } from '../../../electron/lab/examining.ts';
import type { Feed } from '../../../shared/contract/contract.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';
import { opened } from '../journal/recording.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A journal with so many ended sessions, and an examiner whose clock the test moves. */
function examined(count: number, watched = true) {
  const journal = opened();
  const ids = Array.from({ length: count }, () => {
    const one = { ...summary, id: journal.allocate(), ms: 5 };
    journal.began(one);
    for (const entry of entries) journal.recorded(one, entry);
    journal.ended(one);
    return one;
  });
  journal.flush();
  const pushed: Feed[] = [];
  const clock = { ms: 0 };
  const examiner = createExaminer({
    journal,
    book: () => null,
    watched: () => watched,
    push: (feed) => void pushed.push(feed),
    // Every look takes a millisecond.
    now: () => {
      clock.ms += 1;
      return clock.ms;
    },
  });
  const seen = () => pushed.flatMap((feed) => (feed.type === 'findings' ? feed.found.map(({ id }) => id) : []));
  const rest = (ms: number) => {
    clock.ms += ms;
    vi.advanceTimersByTime(ms);
  };
  return { journal, sessions: ids, examiner, seen, rest, pushed };
}

describe('looking through ended sessions', () => {
  it('goes on in slices, the newest first, and never twice', () => {
    const { sessions, examiner, seen, rest, pushed, journal } = examined(20);
    examiner.saw(sessions);
    examiner.saw(sessions);
    expect(seen()).toEqual([]);
    for (let i = 0; i < 100; i += 1) rest(60);
    expect(seen()).toEqual(sessions.map(({ id }) => id).reverse());
    expect(pushed.length).toBeGreaterThan(3);
    expect(journal.findings.unexamined(0, 100)).toEqual([]);
    expect(journal.list({ filter: '', limit: 1 }).sessions[0]?.findings).toEqual({ count: 0, worst: null, keys: [] });
  });

  it('leaves a busy process alone', () => {
    const { sessions, examiner, seen, rest } = examined(1);
    examiner.saw(sessions);
    // The timer comes late, again and again.
    rest(200);
    expect(seen()).toEqual([]);
    rest(700);
    expect(seen()).toEqual([]);
    rest(500);
    expect(seen()).toHaveLength(1);
  });

  it('does nothing while nobody looks, and finds all of it when somebody asks', () => {
    const { sessions, examiner, seen, rest } = examined(30, false);
    examiner.saw(sessions);
    for (let i = 0; i < 20; i += 1) rest(60);
    expect(seen()).toEqual([]);
    examiner.sweep();
    rest(0);
    for (let i = 0; i < 100; i += 1) rest(60);
    expect([...seen()].sort((a, b) => a - b)).toEqual(sessions.map(({ id }) => id));
  });

  it('is still when it is closed', () => {
    const { sessions, examiner, seen, rest } = examined(2);
    examiner.saw(sessions);
    examiner.close();
    examiner.saw(sessions);
    for (let i = 0; i < 10; i += 1) rest(60);
    expect(seen()).toEqual([]);
  });

  it('forgets what was deleted', () => {
    const { sessions, examiner, seen, rest, journal } = examined(2);
    examiner.saw(sessions);
    examiner.forget();
    for (let i = 0; i < 10; i += 1) rest(60);
    expect(seen()).toEqual([]);
    journal.findings.keep(sessions.map(({ id }) => ({ id, findings: { count: 1, worst: 'error', keys: ['C1'] } })));
    expect(journal.list({ filter: 'diag:C1', limit: 9 }).matching).toBe(2);
    journal.clear();
    expect(journal.list({ filter: 'diag:C1', limit: 9 }).matching).toBe(0);
    expect(journal.findings.unexamined(0, 9)).toEqual([]);
  });
});
