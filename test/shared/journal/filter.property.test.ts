import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matches, parseFilter } from '../../../shared/journal/filter.ts';
import { globMatches } from '../../../shared/journal/glob.ts';
import { summary } from '../../fakes/tutorial-session.ts';

test('any text is a filter or one sentence, never an exception', () => {
  const piece = fc.constantFrom('(', ')', ' ', '"', ':', '-', '*', '?', 'or', 'and', 'not', 'to:', 'code:', 'x', '4xx');
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (typed) => {
      const parsed = parseFilter(typed);
      if ('problem' in parsed) expect(parsed.problem).toMatch(/\.$/);
      else expect(typeof matches(parsed.filter, summary)).toBe('boolean');
    }),
  );
});

/** The plainest definition there is: try every length for each `*`. */
function slowly(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*') return text.some((_, at) => slowly(rest, text.slice(at))) || slowly(rest, []);
  return text.length > 0 && (first === '?' || first === text[0]) && slowly(rest, text.slice(1));
}

test('patterns match as their definition says', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '😀'), { maxLength: 8 });
  const pattern = fc.array(fc.constantFrom('a', 'b', '😀', '*', '?'), { maxLength: 6 });
  fc.assert(
    fc.property(pattern, text, (p, t) => {
      expect(globMatches(p.join(''), t.join(''))).toBe(slowly(p, t));
    }),
    { numRuns: 2000 },
  );
});

test('a pattern made to be slow is not', () => {
  const started = performance.now();
  expect(globMatches(`${'*a'.repeat(200)}*b`, 'a'.repeat(2000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});
