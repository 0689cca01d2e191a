/** A trail as lines of text. */
import type { TrailStep, TrailTest } from '../../shared/journal/entry.ts';

function testText({ field, expected, actual, negated, held }: TrailTest): string {
  return `${field} ${JSON.stringify(actual)} ${held === (negated !== true) ? 'is' : 'is not'} ${expected}`;
}

const outcomes: Readonly<Record<TrailStep['outcome'], string>> = {
  matched: 'matched',
  'not-matched': 'no match',
  'not-tried': 'not tried',
  off: 'off',
};

/** What a rule said to a lookup, on one line. */
export function stepLine({ rule, name, outcome, tests, wouldMatch, then }: TrailStep): string {
  const number = rule === null ? '-' : String(rule);
  const also = wouldMatch ? ' (would match too)' : '';
  const why = tests.map(testText).join(', ');
  const what = outcome === 'matched' ? `-> ${then}` : '';
  return [number.padEnd(3), `${outcomes[outcome]}${also}`.padEnd(10), name, why && `[${why}]`, what]
    .filter(Boolean)
    .join('  ');
}
