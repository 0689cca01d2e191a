/** How often the window hears of sessions, and what it hears of the traffic as a whole. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Leg } from '../../../shared/journal/entry.ts';
import { entries } from '../../fakes/tutorial-session.ts';
import { opened, whole } from './recording.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Feeds of one second in which so many sessions come in each 10 ms. */
function feeds(each: number) {
  const heard: { sessions: number; traffic: Readonly<Record<Leg, number>> }[] = [];
  const journal = opened({ onSessions: (changed, traffic) => heard.push({ sessions: changed.length, traffic }) });
  for (let i = 0; i < 100; i += 1) {
    for (let n = 0; n < each; n += 1) whole(journal);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(200);
  return heard;
}

test('a few sessions are told of thirty times a second, many that rush by ten times, and none is left out', () => {
  const few = feeds(1);
  expect(few.length).toBeGreaterThan(20);
  const many = feeds(20);
  expect(many.length).toBeLessThanOrEqual(13);
  expect(many.length).toBeGreaterThanOrEqual(10);
  expect(many.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(2000);
});

test('the traffic counts what goes over the edges, once for each edge that it crosses', () => {
  const [{ traffic } = { traffic: null }] = feeds(1);
  const count = (leg: Leg) =>
    entries.filter((one) => {
      if (one.direction === 'none') return false;
      return one.leg === leg || (one.disposition === 'passed' && one.leg !== 'auth' && leg !== 'auth');
    }).length;
  const sessions = (traffic?.auth ?? 0) / count('auth');
  expect(sessions).toBeGreaterThanOrEqual(1);
  expect(traffic).toEqual({
    client: count('client') * sessions,
    auth: count('auth') * sessions,
    upstream: count('upstream') * sessions,
  });
});
