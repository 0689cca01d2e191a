/** How tests went, for reports and for the window. */
import type { RuleBook } from '../auth/rule.ts';
import type { Trail } from '../journal/entry.ts';
import type { Difference, LabTest, LookupTest } from './tests.ts';
import { type Coverage, coverageOf } from './tests-coverage.ts';
import { runLookupTest } from './tests-lookup.ts';
import { expectedText, inputText } from './tests-text.ts';

/** One test, and what came of it. */
export interface TestResult {
  readonly name: string;
  readonly kind: LabTest['kind'];
  /** Where it stands in the lab file, from 1. */
  readonly line: number;
  readonly input: string;
  readonly expected: string;
  /** waiting: a send test that was not run. */
  readonly state: 'passed' | 'failed' | 'waiting';
  readonly differences: readonly Difference[];
  /** Why it failed without being judged, as one sentence. */
  readonly problem: string | null;
  /** What came, in one line; '' where nothing did. */
  readonly actual: string;
  /** The name of what decided: a rule's, `accounts` or `otherwise`. */
  readonly rule: string | null;
  readonly trail: Trail | null;
  readonly ms: number | null;
}

/** All tests of a lab. */
export interface TestReport {
  readonly tests: readonly TestResult[];
  /** null for a lab without rules of its own. */
  readonly coverage: Coverage | null;
}

/** A test of which nothing is known yet. */
export function waiting(test: LabTest): TestResult {
  const { name, kind, line } = test;
  const nothing = { differences: [], problem: null, actual: '', rule: null, trail: null, ms: null };
  return { name, kind, line, input: inputText(test), expected: expectedText(test), state: 'waiting', ...nothing };
}

/** Runs a lookup test; `now` is a clock in ms. */
export function lookupResult(test: LookupTest, book: RuleBook | null, now: () => number): TestResult {
  if (!book)
    return { ...waiting(test), state: 'failed', problem: 'The lab has no auth service of its own to put it to.' };
  const began = now();
  const { passed, ...run } = runLookupTest(book, test);
  return { ...waiting(test), ...run, state: passed ? 'passed' : 'failed', ms: now() - began };
}

/** The results with the coverage that follows from them. */
export function reportOf(tests: readonly TestResult[], book: RuleBook | null): TestReport {
  const decided = tests.map(({ name, rule }) => ({ test: name, rule }));
  return { tests, coverage: book && coverageOf(book, decided) };
}
