import { describe, expect, test } from 'vitest';
import { ticksOf } from '../../../renderer/playback/ticks.ts';
import { entries } from '../../fakes/tutorial-session.ts';

describe('the marks of the scrubber', () => {
  test('are coloured by the edge that each step crosses', () => {
    const edges = ticksOf(entries, 120).map(({ edge }) => edge);
    expect(edges).toEqual(entries.map(({ leg, direction }) => (direction === 'none' ? 'proxy' : leg)));
    expect(new Set(edges)).toEqual(new Set(['client', 'proxy', 'auth', 'upstream']));
  });

  test('are one per entry while they fit', () => {
    const ticks = ticksOf(entries, 120);
    expect(ticks.map((tick) => tick.from)).toEqual(entries.map((entry) => entry.seq));
    expect(ticks.every((tick) => tick.from === tick.to)).toBe(true);
    expect(ticks[8]?.edge).toBe('auth');
  });

  test.each([1, 7, 27])('cover every entry once when there is room for %i only', (max) => {
    const ticks = ticksOf(entries, max);
    expect(ticks).toHaveLength(max);
    expect(ticks[0]?.from).toBe(0);
    expect(ticks.at(-1)?.to).toBe(entries.length - 1);
    expect(ticks.slice(1).map((tick) => tick.from)).toEqual(ticks.slice(0, -1).map((tick) => tick.to + 1));
  });

  test('are none for no entries', () => {
    expect(ticksOf([], 10)).toEqual([]);
  });
});
