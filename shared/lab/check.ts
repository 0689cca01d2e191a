/** What the values of a lab file mean to each other: names that must exist, ports that must differ, patterns that work. */
import { ANSWER_MAX, encodeAnswer } from '../auth/answer.ts';
import { reservedNames } from '../auth/decide.ts';
import { printEndpoint, readEndpoint } from '../auth/ip.ts';
import { clientProblem, isPlain, partsOf, readAttempts, textProblem } from '../auth/match.ts';
import type { Pattern, Then, When } from '../auth/rule.ts';
import { answerOf, readRejection } from '../auth/then.ts';
import { suggestion } from './near.ts';

/** A place in the file: keys and list indexes from the top. */
export type Path = readonly (string | number)[];

/** Tells of one problem at a place. */
export type Report = (path: Path, message: string, severity?: 'error' | 'warning', id?: string) => void;

type Loose = Readonly<Record<string, unknown>>;

/** The parts of a file that other parts refer to. Read from a file of any shape, so that all problems come at once. */
interface Names {
  readonly upstreams: readonly string[];
  readonly rules: readonly string[];
  readonly accounts: boolean;
}

const isRecord = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const recordOf = (value: unknown): Loose => (isRecord(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isPattern = (value: unknown): value is Pattern =>
  typeof value === 'string' || (Array.isArray(value) && value.every((part) => typeof part === 'string'));

/** Checks a file as YAML gave it, whether or not its shape is right. */
export function checkLab(file: unknown, report: Report): void {
  const lab = recordOf(file);
  const auth = recordOf(lab.auth);
  const rules = listOf(auth.rules).map(recordOf);
  const names: Names = {
    upstreams: Object.keys(recordOf(lab.upstreams)),
    rules: rules.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])),
    accounts: listOf(lab.accounts).length > 0,
  };
  checkPorts(lab, auth, report);
  checkUpstreams(recordOf(lab.upstreams), report);
  checkUnique(rules, 'name', ['auth', 'rules'], 'rule', report);
  for (const [index, rule] of rules.entries()) checkRule(rule, ['auth', 'rules', index], names, report);
  if (isRecord(auth.otherwise)) checkThen(auth.otherwise, ['auth', 'otherwise'], names, report);
  checkAccounts(listOf(lab.accounts).map(recordOf), names, report);
  checkNever(listOf(lab.never).map(recordOf), names, report);
}

/** No two of a list's items may have the same name. */
function checkUnique(items: readonly Loose[], key: string, path: Path, what: string, report: Report): void {
  const seen = new Set<unknown>();
  for (const [index, item] of items.entries()) {
    const name = item[key];
    if (typeof name !== 'string') continue;
    if (seen.has(name)) report([...path, index, key], `there is a ${what} "${name}" already; expected another name`);
    seen.add(name);
  }
}

const endpointHint = 'expected an IP address and a port, such as 127.0.0.1:2525 or [::1]:2525';

/** The addresses of the servers that the lab plays: well-formed, and each port used once. */
function checkPorts(lab: Loose, auth: Loose, report: Report): void {
  const taken = new Map<string, { readonly who: string; readonly external: boolean }>();
  const take = (text: unknown, path: Path, who: string, external: boolean): void => {
    if (typeof text !== 'string') return;
    const endpoint = readEndpoint(text);
    if (endpoint === null) {
      const hint = nameHint(text);
      report(path, `"${text}" is no address; ${endpointHint}${hint}`, 'error', hint === '' ? undefined : 'B2');
      return;
    }
    const address = printEndpoint(endpoint);
    const other = taken.get(address);
    if (other && !(other.external && external)) {
      report(path, `${address} is taken by ${other.who} already; expected a port of its own`);
    }
    if (!other) taken.set(address, { who, external });
  };
  take(auth.listen, ['auth', 'listen'], 'the auth service', false);
  for (const [name, value] of Object.entries(recordOf(lab.upstreams))) {
    const upstream = recordOf(value);
    for (const protocol of ['smtp', 'imap', 'pop3']) {
      take(upstream[protocol], ['upstreams', name, protocol], `upstream ${name}`, upstream.external === true);
    }
  }
}

/** Host names are refused for the reason that nginx has (pitfall B2). */
const nameHint = (text: string): string =>
  /[a-z]/i.test(text) && !text.includes('[') ? '; nginx takes no host names from an auth service' : '';

function checkUpstreams(upstreams: Loose, report: Report): void {
  for (const [name, value] of Object.entries(upstreams)) {
    const path = ['upstreams', name];
    const upstream = recordOf(value);
    if (name === 'account' || readEndpoint(name) !== null || name === '') {
      report(path, `"${name}" cannot name an upstream: in a route it has a meaning of its own`);
    }
    if (isRecord(value) && !['smtp', 'imap', 'pop3'].some((protocol) => protocol in upstream)) {
      report(path, `upstream ${name} has no address; expected smtp: IP:PORT`);
    }
  }
}

function checkRule(rule: Loose, path: Path, names: Names, report: Report): void {
  const name = rule.name;
  if (typeof name === 'string' && reservedNames.includes(name)) {
    report([...path, 'name'], `"${name}" cannot name a rule: the trail uses it itself`);
  }
  checkConditions(recordOf(rule.when), [...path, 'when'], report);
  if (isRecord(rule.then)) checkThen(rule.then, [...path, 'then'], names, report);
}

/** A `when`, with its `not`. */
function checkConditions(when: Loose, path: Path, report: Report): void {
  checkWhen(when, path, report);
  if (!isRecord(when.not)) return;
  checkWhen(when.not, [...path, 'not'], report);
  if (Object.keys(when.not).length === 0) {
    report([...path, 'not'], 'an empty "not" can never match; expected at least one condition in it');
  }
}

/** The words that `protocol` and `method` can have. */
const words: Readonly<Record<string, readonly string[]>> = {
  protocol: ['smtp', 'imap', 'pop3'],
  method: ['plain', 'apop', 'cram-md5', 'external', 'none'],
};

const textFields = [
  'protocol',
  'method',
  'rcpt',
  'from',
  'helo',
  'user',
  'clientHost',
] satisfies readonly (keyof When)[];

function checkWhen(when: Loose, path: Path, report: Report): void {
  for (const field of textFields) {
    checkPattern(when[field], [...path, field], (part) => textProblem(part) ?? wordProblem(field, part), report);
  }
  checkPattern(when.client, [...path, 'client'], clientProblem, report);
  const attempt = when.attempt;
  if ((typeof attempt === 'number' || typeof attempt === 'string') && readAttempts(attempt) === null) {
    report([...path, 'attempt'], `"${attempt}" is no range of attempts; expected a number from 1, 2.., ..3 or 2..4`);
  }
}

function checkPattern(value: unknown, path: Path, problem: (part: string) => string | null, report: Report): void {
  if (!isPattern(value)) return;
  for (const [index, part] of partsOf(value).entries()) {
    const message = problem(part);
    if (message !== null) report(typeof value === 'string' ? path : [...path, index], `"${part}" ${message}`);
  }
}

function wordProblem(field: string, part: string): string | null {
  const known = words[field];
  return known && isPlain(part) && !known.includes(part.toLowerCase())
    ? `is no ${field}${suggestion(part, known)}`
    : null;
}

const verdicts = ['route', 'reject', 'raw'];

function checkThen(then: Loose, path: Path, names: Names, report: Report): void {
  const given = verdicts.filter((key) => key in then);
  if (given.length === 0) report(path, 'nothing to do; expected exactly one of route, reject and raw');
  if (given.length > 1)
    report(path, `${given.join(' and ')} cannot both be done; expected exactly one of route, reject and raw`);
  if (typeof then.route === 'string') checkRoute(then.route, [...path, 'route'], names, report);
  if (typeof then.reject === 'string') checkReject(then.reject, [...path, 'reject'], report);
  if (isRecord(then.raw)) checkRaw(then, path, report);
}

function checkRoute(route: string, path: Path, names: Names, report: Report): void {
  if (route === 'account') {
    if (!names.accounts) report(path, 'the route goes by account, but the lab has no accounts');
  } else if (!names.upstreams.includes(route) && readEndpoint(route) === null) {
    const known = [...names.upstreams, ...(names.accounts ? ['account'] : []), 'IP:PORT'];
    report(path, `there is no upstream "${route}"${suggestion(route, known)}`);
  }
}

function checkReject(reject: string, path: Path, report: Report): void {
  const { text } = readRejection(reject);
  // Both would let the client in (pitfalls B5 and B12).
  if (text.trim() === '')
    report(path, 'the text is empty, which nginx takes as success; expected words for the client');
  else if (text === 'OK' || text === 'WAIT')
    report(path, `nginx does not take "${text}" as a refusal; expected other words`);
  else checkSize({ reject }, path, report);
}

function checkRaw(then: Loose, path: Path, report: Report): void {
  for (const key of ['wait', 'user', 'password']) {
    if (key in then) report([...path, key], `"${key}" goes with route or reject; with raw, write the header yourself`);
  }
  const raw = recordOf(then.raw);
  const headers = Object.fromEntries(
    Object.entries(recordOf(raw.headers)).map(([name, value]) => [name, String(value)]),
  );
  checkSize({ raw: { status: Number(raw.status ?? 200), headers } }, [...path, 'raw'], report);
}

/** A lookup to make an answer for, where nothing of it matters. */
const anyLookup = {
  method: 'none',
  user: '',
  password: '',
  protocol: 'smtp',
  attempt: 1,
  clientIp: '',
  headers: [],
} as const;
const anyBook = { rules: [], otherwise: {}, accounts: [], upstreams: {} };

/** nginx reads 1024 bytes of an answer (pitfall B10). */
function checkSize(then: Then, path: Path, report: Report): void {
  const { answer } = answerOf(then, anyBook, anyLookup, { password: 'none', account: null });
  const size = encodeAnswer(answer).length;
  if (size <= ANSWER_MAX) return;
  report(path, `the answer has ${size} bytes, and nginx reads ${ANSWER_MAX}: it will fail`, 'warning', 'B10');
}

function checkAccounts(accounts: readonly Loose[], names: Names, report: Report): void {
  checkUnique(accounts, 'user', ['accounts'], 'user', report);
  for (const [index, { upstream }] of accounts.entries()) {
    if (typeof upstream !== 'string' || names.upstreams.includes(upstream)) continue;
    report(
      ['accounts', index, 'upstream'],
      `there is no upstream "${upstream}"${suggestion(upstream, names.upstreams)}`,
    );
  }
}

/** Promises: conditions as in a rule, and a place that there is. */
function checkNever(promises: readonly Loose[], names: Names, report: Report): void {
  checkUnique(promises, 'name', ['never'], 'promise', report);
  for (const [index, promise] of promises.entries()) {
    const path = ['never', index];
    checkConditions(promise, path, report);
    const { route } = promise;
    const isUpstream = typeof route === 'string' && names.upstreams.includes(route);
    if (route === 'external' && isUpstream) {
      report(
        [...path, 'route'],
        '"external" means every place outside the lab; give the upstream of that name another',
      );
    }
    if (typeof route !== 'string' || route === 'external' || isUpstream || readEndpoint(route) !== null) continue;
    const known = [...names.upstreams, 'external', 'IP:PORT'];
    report([...path, 'route'], `there is no upstream "${route}"${suggestion(route, known)}`);
  }
}
