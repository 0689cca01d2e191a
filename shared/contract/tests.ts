/** What the window asks of the lab's tests. */
import { z } from 'zod';
import type { Problem } from '../lab/problem.ts';
import type { TestReport } from '../lab/tests-result.ts';
import type { NewTest } from '../lab/tests-save.ts';

/** How the tests went. */
export interface TestsRun {
  /** null: the text has errors, which `problems` tells. */
  readonly report: TestReport | null;
  readonly problems: readonly Problem[];
}

/** How saving a test went. */
export interface TestSaved {
  /** The name it has in the file; null where it could not be saved. */
  readonly name: string | null;
  /** What stood against it, as one sentence; then nothing was changed. */
  readonly problem: string | null;
}

const TEST_MAX = 100_000;

/** A test as data. Only its size is looked at: what it says is checked with the whole file. */
const test = z.custom<NewTest>((value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return JSON.stringify(value).length <= TEST_MAX;
}, 'expected a test of at most 100 kB');

export const testCalls = {
  /**
   * Runs the tests of `text`, or of the running lab. Lookups always, mails only with `send`; `only` leaves the others
   * out. Trails of lookups come with `only` alone: a thousand of them are much to carry.
   */
  'tests.run': z.strictObject({
    text: z.string().max(5_000_000).optional(),
    send: z.boolean().default(false),
    only: z.array(z.string().max(1000)).max(10_000).optional(),
  }),
  /** The tests that a recorded session can become; none where the lab's own auth service was not asked. */
  'tests.of-session': z.strictObject({ id: z.number().int().nonnegative() }),
  /** Adds a test to the lab's text, under a name that is free, and runs that. */
  'tests.add': z.strictObject({ test }),
} as const;

export interface TestCallResults {
  'tests.run': TestsRun;
  'tests.of-session': { readonly tests: readonly NewTest[] };
  'tests.add': TestSaved;
}
