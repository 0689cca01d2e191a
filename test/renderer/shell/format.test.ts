import { describe, expect, test } from 'vitest';
import { clock, duration, size } from '../../../renderer/shell/format.ts';
import { rate } from '../../../renderer/shell/rate.ts';

test('a duration never rounds up into the next unit', () => {
  expect([0, 21, 999.4, 999.6, 3000, 59_949, 59_960, 180_000, 5_400_000].map(duration)).toEqual([
    '0 ms',
    '21 ms',
    '999 ms',
    '1.0 s',
    '3.0 s',
    '59.9 s',
    '1 min',
    '3 min',
    '1.5 h',
  ]);
});

test('sizes are in powers of ten', () => {
  expect([0, 999, 1000, 12_400, 999_949, 999_950, 3_100_000].map(size)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '12.4 kB',
    '999.9 kB',
    '1.0 MB',
    '3.1 MB',
  ]);
});

test('the clock shows the time of this machine', () => {
  expect(clock(new Date(2026, 0, 31, 4, 2, 9).getTime())).toBe('04:02:09');
});

describe('rate', () => {
  test('is the mean over five seconds', () => {
    let state = rate([], { at: 0, total: 10 });
    expect(state.perSecond).toBe(0);
    for (let second = 1; second <= 10; second += 1) {
      state = rate(state.samples, { at: second * 1000, total: 10 + second * 4 });
      expect(state.perSecond).toBe(4);
    }
    for (let second = 11; second <= 16; second += 1) {
      state = rate(state.samples, { at: second * 1000, total: 50 });
    }
    expect(state.perSecond).toBe(0);
    expect(state.samples.length).toBeLessThanOrEqual(7);
  });

  test('starts anew when the journal was cleared', () => {
    const before = rate([{ at: 0, total: 100 }], { at: 1000, total: 0 });
    expect(before).toEqual({ samples: [{ at: 1000, total: 0 }], perSecond: 0 });
  });
});
