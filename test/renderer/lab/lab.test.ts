import { afterEach, describe, expect, test } from 'vitest';
import { useLabDraft } from '../../../renderer/lab/draft.ts';
import { spanOf } from '../../../renderer/lab/place.ts';

describe('spanOf', () => {
  const text = 'lab: 1\n  rout: hr\nend';
  const at = (line: number, column: number) => {
    const { from, to } = spanOf(text, { line, column });
    return text.slice(from, to);
  };

  test('marks the word at the place', () => {
    expect(at(1, 1)).toBe('lab:');
    expect(at(2, 3)).toBe('rout:');
    expect(at(3, 1)).toBe('end');
  });

  test('always marks something that is in the text', () => {
    expect(at(1, 7)).toBe('1');
    for (const [line, column] of [
      [99, 99],
      [2, 50],
      [0, 0],
    ] as const) {
      const { from, to } = spanOf(text, { line, column });
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(text.length);
      expect(from).toBeLessThanOrEqual(to);
    }
    expect(spanOf('', { line: 1, column: 1 })).toEqual({ from: 0, to: 0 });
  });
});

describe('the draft', () => {
  afterEach(() => useLabDraft.getState().drop());
  const problem = { severity: 'error', message: 'no', file: 'lab', line: 1, column: 1 } as const;

  test('goes when the text is as it runs again', () => {
    useLabDraft.getState().edit('b', 'a');
    expect(useLabDraft.getState().text).toBe('b');
    useLabDraft.getState().edit('a', 'a');
    expect(useLabDraft.getState().text).toBeNull();
  });

  test('a refused Apply is said until the next key', () => {
    useLabDraft.getState().edit('b', 'a');
    useLabDraft.getState().refuse([problem]);
    expect(useLabDraft.getState()).toMatchObject({ refused: true, problems: [problem], text: 'b' });
    useLabDraft.getState().edit('bc', 'a');
    expect(useLabDraft.getState().refused).toBe(false);
  });
});
