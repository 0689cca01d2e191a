/** The clocks of a session, on a time of their own. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Clocks } from '../../../electron/engine/clocks.ts';
import type { Clock } from '../../../shared/machine/machine.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function started(): { readonly clocks: Clocks; readonly rung: Clock[] } {
  const rung: Clock[] = [];
  return { rung, clocks: new Clocks((clock) => rung.push(clock)) };
}

test('a clock rings once, when its time is over', () => {
  const { clocks, rung } = started();
  clocks.set('dialogue', 100);
  vi.advanceTimersByTime(99);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(rung).toEqual(['dialogue']);
});

test('clocks that are held have the time that they had when they go on', () => {
  const { clocks, rung } = started();
  clocks.set('dialogue', 100);
  clocks.set('upstream', 200);
  vi.advanceTimersByTime(60);
  clocks.hold(true);
  vi.advanceTimersByTime(100_000);
  clocks.set('auth', 30);
  vi.advanceTimersByTime(100_000);
  expect(rung).toEqual([]);
  clocks.hold(false);
  vi.advanceTimersByTime(39);
  expect(rung).toEqual(['auth']);
  vi.advanceTimersByTime(1);
  expect(rung).toEqual(['auth', 'dialogue']);
  vi.advanceTimersByTime(100);
  expect(rung).toEqual(['auth', 'dialogue', 'upstream']);
});

test('a clock that was begun again has its whole time, also where it was held in between', () => {
  const { clocks, rung } = started();
  clocks.set('proxying', 100);
  vi.advanceTimersByTime(90);
  clocks.refresh('proxying');
  vi.advanceTimersByTime(90);
  clocks.hold(true);
  clocks.hold(false);
  vi.advanceTimersByTime(9);
  expect(rung).toEqual([]);
  clocks.refresh('proxying');
  vi.advanceTimersByTime(99);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rung).toEqual(['proxying']);
});

test('what happens while clocks are held does not start them', () => {
  const { clocks, rung } = started();
  clocks.set('proxying', 100);
  clocks.hold(true);
  clocks.refresh('proxying');
  vi.advanceTimersByTime(100_000);
  expect(rung).toEqual([]);
  clocks.hold(false);
  vi.advanceTimersByTime(100);
  expect(rung).toEqual(['proxying']);
});

test('a clock that was stopped does not ring', () => {
  const { clocks, rung } = started();
  clocks.set('wait', 100);
  clocks.set('wait', null);
  clocks.refresh('wait');
  clocks.set('auth', 50);
  clocks.clear();
  vi.advanceTimersByTime(1000);
  expect(rung).toEqual([]);
});
