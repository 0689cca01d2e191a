/** What every reporter is given, and what they have in common. */
import type { Coverage } from '../../shared/lab/tests-coverage.ts';
import type { TestReport, TestResult } from '../../shared/lab/tests-result.ts';
import { stepLine } from './trail-text.ts';

/** One run of a file's tests. */
export interface TestRun {
  /** As the user named it. */
  readonly file: string;
  /** The lab's name. */
  readonly name: string;
  readonly report: TestReport;
  /** How long all of it took. */
  readonly ms: number;
}

/** Colours a text, where the terminal has colours. */
export type Paint = (style: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;

/** A run as text, with its last line end. */
export type Reporter = (run: TestRun, paint: Paint) => string;

/** How many passed and failed. */
export function countsOf({ report }: TestRun): { readonly passed: number; readonly failed: number } {
  const passed = report.tests.filter(({ state }) => state === 'passed').length;
  return { passed, failed: report.tests.length - passed };
}

/** `2 of 3 rules are hit by a test; none reaches: otherwise`. */
export function coverageText({ rules, hit, total }: Coverage): string {
  const missed = rules.filter(({ tests }) => tests.length === 0).map(({ name }) => name);
  const text = `${hit} of ${total} rules are hit by a test`;
  return missed.length === 0 ? text : `${text}; none reaches: ${missed.join(', ')}`;
}

/** Why a test failed: a line for each difference, or the one sentence. */
export function reasonsOf({ problem, differences }: TestResult): readonly string[] {
  if (problem !== null) return [problem];
  return differences.map(({ key, expected, actual }) => `${key}: expected ${expected}, got ${actual}`);
}

/** A failed test in full: what was asked, what came, and what every rule said. */
export function detailsOf(result: TestResult): readonly string[] {
  const { input, actual, trail } = result;
  return [
    ...reasonsOf(result),
    `input: ${input}`,
    ...(actual === '' ? [] : [`came:  ${actual}`]),
    ...(trail ?? []).map((step) => `  ${stepLine(step)}`),
  ];
}
