/** Runs the tests of a lab: lookups on its rules, mails through a proxy of their own. */
import type { LabTest, SendTest } from '../../shared/lab/tests.ts';
import { lookupResult, reportOf, type TestReport, type TestResult, waiting } from '../../shared/lab/tests-result.ts';
import { bookOf } from './book.ts';
import type { Consent } from './boundary.ts';
import type { Plan } from './plan.ts';
import { createBench } from './tests-bench.ts';
import { runSendTest } from './tests-send.ts';

/** Mails under way at one time: enough that waiting sessions do not add up, few enough to stay gentle. */
const AT_ONCE = 8;

/** Which tests, and what they may reach. */
export interface TestsWanted {
  readonly tests: readonly LabTest[];
  /** Whether mails are sent; without it send tests stay `waiting`. */
  readonly send: boolean;
  readonly consent: Consent;
}

/** The results stand in the order of the tests. */
export async function runTests(plan: Plan, { tests, send, consent }: TestsWanted): Promise<TestReport> {
  const book = bookOf(plan);
  const mails = send ? tests.filter((test) => test.kind === 'send') : [];
  const sent = mails.length > 0 ? await runSends(plan, mails, consent) : new Map<LabTest, TestResult>();
  const clock = () => performance.now();
  const results = tests.map((test) =>
    test.kind === 'lookup' ? lookupResult(test, book, clock) : (sent.get(test) ?? waiting(test)),
  );
  return reportOf(results, book);
}

async function runSends(
  plan: Plan,
  mails: readonly SendTest[],
  consent: Consent,
): Promise<ReadonlyMap<LabTest, TestResult>> {
  const results = new Map<LabTest, TestResult>();
  const bench = await createBench(plan, consent);
  const queue = [...mails];
  const work = async () => {
    for (let test = queue.shift(); test; test = queue.shift()) results.set(test, await runSendTest(bench, test, plan));
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await bench.stop();
  }
  return results;
}
