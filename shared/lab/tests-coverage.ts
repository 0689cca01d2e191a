/** Which rules some test reaches. Pure. */
import { textMatcher } from '../auth/match.ts';
import type { RuleBook } from '../auth/rule.ts';

/** One decider of the lab, and the tests in which it decided. */
export interface CoveredRule {
  /** As in a trail: from 1; 0 the accounts' own check, null Otherwise. */
  readonly rule: number | null;
  readonly name: string;
  readonly tests: readonly string[];
}

/** How many of the rules are hit by a test. Rules that are switched off are left out. */
export interface Coverage {
  readonly rules: readonly CoveredRule[];
  readonly hit: number;
  readonly total: number;
}

/** `decided`: for each test that was run, the name of what decided. */
export function coverageOf(
  book: RuleBook,
  decided: readonly { readonly test: string; readonly rule: string | null }[],
): Coverage {
  const tests = new Map<string, string[]>();
  for (const { test, rule } of decided) {
    if (rule === null) continue;
    const known = tests.get(rule);
    if (known) known.push(test);
    else tests.set(rule, [test]);
  }
  const each = (rule: number | null, name: string): CoveredRule => ({ rule, name, tests: tests.get(name) ?? [] });
  const rules = [
    ...(book.accounts.length > 0 ? [each(0, 'accounts')] : []),
    ...book.rules.flatMap(({ name, off }, index) => (off ? [] : [each(index + 1, name)])),
    each(null, 'otherwise'),
  ];
  return { rules, hit: rules.filter((one) => one.tests.length > 0).length, total: rules.length };
}

/** The tests whose name a glob matches, without regard to case; without `*` and `?` those that contain it. */
export function filtered<T extends { readonly name: string }>(
  tests: readonly T[],
  filter: string | null,
): readonly T[] {
  if (filter === null || filter === '') return tests;
  const matcher = textMatcher(/[*?]/.test(filter) || filter.startsWith('/') ? filter : `*${filter}*`, true);
  return tests.filter(({ name }) => matcher.matches(name.toLowerCase()));
}
