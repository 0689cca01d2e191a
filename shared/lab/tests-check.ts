/** What the values of a lab file's tests mean: a test that could never be judged is a mistake in the file. */
import { reservedNames } from '../auth/decide.ts';
import { readEndpoint, readIp } from '../auth/ip.ts';
import { textProblem } from '../auth/match.ts';
import type { Path, Report } from './check.ts';
import { suggestion } from './near.ts';
import { expectedKeys } from './tests.ts';

type Loose = Readonly<Record<string, unknown>>;

/** The parts of the file that tests refer to. */
interface Names {
  readonly rules: readonly string[];
  readonly upstreams: readonly string[];
  readonly users: readonly string[];
  /** Whether the lab has an auth service of its own. */
  readonly auth: boolean;
}

const recordOf = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const texts = (values: readonly unknown[]): readonly string[] => values.filter((one) => typeof one === 'string');

/** Checks the tests of a file as YAML gave it, whether or not its shape is right. */
export function checkTests(file: unknown, report: Report): void {
  const lab = recordOf(file);
  const names: Names = {
    rules: texts(listOf(recordOf(lab.auth).rules).map((rule) => recordOf(rule).name)),
    upstreams: Object.keys(recordOf(lab.upstreams)),
    users: texts(listOf(lab.accounts).map((account) => recordOf(account).user)),
    auth: 'auth' in lab,
  };
  const seen = new Set<unknown>();
  for (const [index, each] of listOf(lab.tests).entries()) {
    const test = recordOf(each);
    const path = ['tests', index];
    if (typeof test.name === 'string' && seen.has(test.name))
      report([...path, 'name'], `there is a test "${test.name}" already; expected another name`);
    seen.add(test.name);
    checkTest(test, path, names, report);
  }
}

function checkTest(test: Loose, path: Path, names: Names, report: Report): void {
  checkNames(recordOf(test.expect), [...path, 'expect'], names, report);
  if ('lookup' in test === 'send' in test) {
    report(path, 'expected exactly one of lookup and send');
    return;
  }
  const kind = 'lookup' in test ? 'lookup' : 'send';
  if (kind === 'lookup') checkLookup(recordOf(test.lookup), [...path, 'lookup'], names, report);
  else checkSend(recordOf(test.send), [...path, 'send'], names, report);
  if ('expect' in test) checkExpected(recordOf(test.expect), kind, [...path, 'expect'], report);
}

const isLogin = ({ protocol, method, user, password }: Loose): boolean =>
  method === undefined
    ? user !== undefined || password !== undefined || protocol === 'imap' || protocol === 'pop3'
    : method !== 'none';

/** Only what nginx could ask in one question: a login has no recipient, and a recipient no login. */
function checkLookup(lookup: Loose, path: Path, names: Names, report: Report): void {
  const { protocol = 'smtp', method, client } = lookup;
  if (!names.auth) report(path, 'the lab has no auth service of its own, so no rules can be asked; expected send');
  if (typeof client === 'string' && client !== 'unix:' && readIp(client) === null)
    report([...path, 'client'], `"${client}" is no IP address; expected one such as 192.0.2.1`);
  if (method === 'none' && protocol !== 'smtp')
    report([...path, 'method'], 'nginx asks without a login (method none) in SMTP only');
  if (method === 'apop' && protocol !== 'pop3') report([...path, 'method'], 'APOP is a login of POP3 only');
  if (protocol !== 'smtp' && 'clientHost' in lookup)
    report([...path, 'clientHost'], "nginx tells the client's name in SMTP only");
  if (isLogin(lookup)) checkLogin(lookup, path, names, report);
  else checkRecipient(lookup, path, report);
}

function checkLogin(lookup: Loose, path: Path, names: Names, report: Report): void {
  for (const key of ['rcpt', 'from', 'helo']) {
    const message = `nginx does not send "${key}" to the auth service when a user logs in; expected it without one`;
    if (key in lookup) report([...path, key], message, 'error', 'C5');
  }
  if (!('user' in lookup)) report(path, '"user" is missing: nginx asks about a login here');
  if (lookup.method === 'external') {
    if ('password' in lookup) report([...path, 'password'], 'a login by EXTERNAL has no password');
  } else checkPassword(lookup, path, names, report);
}

/** Without a password the account's own is taken: it has to be there. */
function checkPassword({ user, password }: Loose, path: Path, { users }: Names, report: Report): void {
  if (typeof user !== 'string' || password !== undefined || users.includes(user)) return;
  report(path, `"password" is missing: there is no account "${user}" to take it from${suggestion(user, users)}`);
}

function checkRecipient(lookup: Loose, path: Path, report: Report): void {
  for (const key of ['user', 'password'])
    if (key in lookup) report([...path, key], `"${key}" belongs to a login, and with method none there is none`);
  if (!('rcpt' in lookup)) report(path, 'nothing to look up; expected rcpt, or user');
}

function checkSend(send: Loose, path: Path, names: Names, report: Report): void {
  if ('user' in send) checkPassword(send, path, names, report);
  else if ('password' in send) report([...path, 'password'], '"password" goes with user');
}

function checkExpected(expected: Loose, kind: 'lookup' | 'send', path: Path, report: Report): void {
  const own: readonly string[] = expectedKeys[kind];
  const other: readonly string[] = expectedKeys[kind === 'send' ? 'lookup' : 'send'];
  const keys = Object.keys(expected);
  if (keys.length === 0) report(path, `nothing is expected; expected at least one of ${own.join(', ')}`);
  for (const key of keys) {
    if (own.includes(key) || !other.includes(key)) continue;
    const where = kind === 'lookup' ? 'a lookup test: nothing is sent' : 'a send test';
    report([...path, key], `"${key}" cannot be judged in ${where}; expected one of ${own.join(', ')}`);
  }
  const [first, second] = ['route', 'reject', 'error'].filter((key) => key in expected);
  if (first !== undefined && second !== undefined)
    report([...path, second], `${first} and ${second} cannot both come true; expected one of them`);
  for (const key of ['reject', 'reply']) {
    const pattern = expected[key];
    const problem = typeof pattern === 'string' ? textProblem(pattern) : null;
    if (problem !== null) report([...path, key], `"${String(pattern)}" ${problem}`);
  }
}

/** What is not there can still be expected, in vain: a rule that was taken away must not keep the lab from running. */
function checkNames(expected: Loose, path: Path, names: Names, report: Report): void {
  const { rule, route, upstream } = expected;
  if (rule !== undefined && !names.auth)
    report([...path, 'rule'], 'the lab has no auth service of its own, so no rule of its decides');
  const rules = [...names.rules, ...reservedNames];
  if (names.auth && typeof rule === 'string' && !rules.includes(rule))
    report([...path, 'rule'], `there is no rule "${rule}"${suggestion(rule, rules)}`, 'warning');
  for (const [key, name] of Object.entries({ route, upstream })) {
    if (typeof name !== 'string' || names.upstreams.includes(name) || readEndpoint(name) !== null) continue;
    report([...path, key], `there is no upstream "${name}"${suggestion(name, names.upstreams)}`, 'warning');
  }
}
