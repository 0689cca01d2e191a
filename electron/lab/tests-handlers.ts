/** The calls of the window's tests. */
import type { CallArgument } from '../../shared/contract/contract.ts';
import type { TestSaved, TestsRun } from '../../shared/contract/tests.ts';
import { setAt } from '../../shared/lab/edit.ts';
import type { TestReport, TestResult } from '../../shared/lab/tests-result.ts';
import { completed, freeName, type NewTest, testsOfSession } from '../../shared/lab/tests-save.ts';
import { textNote } from './edits.ts';
import type { Core, Handlers } from './handlers.ts';
import type { Plan, Reading, Source } from './plan.ts';
import { runTests } from './tests.ts';
import { UserError } from './user-error.ts';

type TestCalls = 'tests.run' | 'tests.of-session' | 'tests.add';

/** The trails of lookups stay here unless they were asked for by name. */
const withoutTrail = (result: TestResult): TestResult =>
  result.kind === 'lookup' ? { ...result, trail: null } : result;

async function run(core: Core, asked: CallArgument<'tests.run'>): Promise<TestsRun> {
  const { text, send, only } = asked;
  const reading: Reading =
    text === undefined || text === core.source().text
      ? { plan: core.plan(), problems: [] }
      : await core.read({ text, file: core.source().file });
  const { plan, problems } = reading;
  if (!plan) return { report: null, problems };
  const wanted = only === undefined ? null : new Set(only);
  const tests = plan.tests.filter(({ name }) => wanted?.has(name) ?? true);
  const report: TestReport = await runTests(plan, { tests, send, consent: core.consent });
  return { report: wanted ? report : { ...report, tests: report.tests.map(withoutTrail) }, problems };
}

const usersOf = ({ accounts }: Plan): readonly string[] => accounts.map(({ user }) => user);

const named = (plan: Plan): readonly string[] => plan.tests.map(({ name }) => name);

/** The text with the test as its last. */
function added(text: string, test: NewTest, plan: Plan): string {
  try {
    return plan.tests.length === 0 ? setAt(text, ['tests'], [test]) : setAt(text, ['tests', plan.tests.length], test);
  } catch (error) {
    if (error instanceof RangeError)
      throw new UserError(`The test cannot be added here: ${error.message}. The Lab file can be edited by hand.`);
    throw error;
  }
}

async function add(core: Core, test: NewTest): Promise<TestSaved> {
  const plan = core.plan();
  if (!plan) throw new UserError('No lab is running: put the problems of its file right first.');
  if (plan.kind !== 'lab')
    throw new UserError('Tests are kept in a lab file, and an nginx.conf is none: make a lab with proxy: { file: … }.');
  let name = test.name;
  const next = (now: Source): Source => {
    const current = core.plan() ?? plan;
    name = freeName(test.name, named(current));
    return { ...now, text: added(now.text, { ...completed(test, usersOf(current)), name }, current) };
  };
  const problems = await core.run(next, { note: textNote, careful: true });
  const error = problems.find(({ severity }) => severity === 'error');
  return error ? { name: null, problem: `Line ${error.line}: ${error.message}.` } : { name, problem: null };
}

/** The handlers. */
export function testHandlers(core: Core): Pick<Handlers, TestCalls> {
  return {
    'tests.run': (asked) => run(core, asked),
    'tests.of-session': ({ id }) => {
      const plan = core.plan();
      const session = core.journal.session(id);
      if (!plan || !session) return { tests: [] };
      const users = usersOf(plan);
      const smtp = plan.conf.servers.filter(({ protocol }) => protocol === 'smtp');
      const listeners = smtp.flatMap((server) => server.listens).length;
      return { tests: testsOfSession(session.summary, session.entries, { users, listeners }) };
    },
    'tests.add': ({ test }) => add(core, test),
  };
}
