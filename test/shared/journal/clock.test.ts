import { describe, expect, test } from 'vitest';
import { clockText, duration, timeOfDay } from '../../../shared/journal/clock.ts';

describe('when a row happened', () => {
  const startedAt = new Date(2026, 0, 1, 12, 0, 0).getTime();
  test.each([
    ['relative', 140, '+140 µs'],
    ['relative', 2_100_000, '+2.100 s'],
    ['relative', 125_000_000, '+2:05 min'],
    ['delta', 9_000_200, '+200 µs'],
    ['absolute', 2_100_000, '12:00:02.100'],
  ] as const)('%s of %i is %s', (mode, at, text) => {
    expect(clockText(mode, at, 9_000_000, startedAt)).toBe(text);
  });

  test('spans are in the unit a person would use', () => {
    expect([0, 999, 1_500, 15_000, 1_000_000, 59_990_000, 3_600_000_000].map(duration)).toEqual([
      '0 µs',
      '999 µs',
      '1.5 ms',
      '15 ms',
      '1 s',
      '60 s',
      '60:00 min',
    ]);
  });

  test('the clock shows milliseconds', () => {
    expect(timeOfDay(startedAt + 7)).toBe('12:00:00.007');
  });
});
