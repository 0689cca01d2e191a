import { describe, expect, test } from 'vitest';
import {
  clampTo,
  followPace,
  nextStage,
  nextTurn,
  previousStage,
  previousTurn,
  speakerOf,
  stages,
} from '../../../renderer/store/playback.ts';
import { entries } from '../../fakes/tutorial-session.ts';

const speakers = entries.map(speakerOf);

describe('who speaks', () => {
  test('the far end of a leg for what comes in, the proxy for what goes out', () => {
    expect(speakers.slice(0, 4)).toEqual(['client', 'proxy', 'client', 'proxy']);
    expect(speakers.slice(7, 12)).toEqual(['proxy', 'auth', 'proxy', 'upstream', 'upstream']);
  });
});

describe('turns', () => {
  test('go on to the next entry at which somebody else speaks', () => {
    for (let at = 0; at < entries.length - 1; at += 1) {
      const next = nextTurn(entries, at);
      expect(next).toBeGreaterThan(at);
      if (speakers[next] === speakers[at]) expect(next).toBe(entries.length - 1);
      expect(new Set(speakers.slice(at, next)).size).toBe(1);
    }
  });

  test('go back to the beginning of a turn', () => {
    // 10 and 11 are the upstream's turn: connected, and its greeting.
    expect(previousTurn(entries, 11)).toBe(10);
    expect(previousTurn(entries, 10)).toBe(9);
    expect(previousTurn(entries, 0)).toBe(0);
  });
});

describe('stages', () => {
  test('begin where the proxy moves to another place', () => {
    expect(stages(entries)).toEqual([0, 1, 6, 8, 18, 27]);
    expect(nextStage(entries, 1)).toBe(6);
    expect(nextStage(entries, 27)).toBe(27);
    expect(previousStage(entries, 8)).toBe(6);
    expect(previousStage(entries, 0)).toBe(0);
  });
});

describe('limits', () => {
  test('a position stays inside the session', () => {
    expect(clampTo(entries, -3)).toBe(0);
    expect(clampTo(entries, 99)).toBe(27);
    expect(clampTo([], 0)).toBe(-1);
    expect(nextTurn([], -1)).toBe(-1);
    expect(nextStage([], -1)).toBe(-1);
  });

  test('following never shows more than eight steps a second', () => {
    for (const lag of [1, 12, 13, 40, 1000]) expect(followPace(lag)).toBeGreaterThanOrEqual(125);
  });
});
