/** Lookup tests: the question a test stands for, put to the rules, and what came otherwise than expected. Pure. */

import { hidesPassword } from '../auth/accounts.ts';
import { decodeAnswer, encodeAnswer } from '../auth/answer.ts';
import { type Decision, decide } from '../auth/decide.ts';
import { printEndpoint, readEndpoint } from '../auth/ip.ts';
import type { Lookup } from '../auth/lookup.ts';
import { hmacMd5, md5 } from '../auth/md5.ts';
import type { RuleBook } from '../auth/rule.ts';
import { encodeUtf8 } from '../auth/text.ts';
import { refusalText, verdictText } from '../auth/verdict-text.ts';
import type { Trail } from '../journal/entry.ts';
import type { Bytes, Method, Verdict } from '../machine/machine.ts';
import { decodeUtf8 } from '../wire/address.ts';
import { hostPort } from '../wire/host-port.ts';
import type { Difference, LookupExpected, LookupInput, LookupTest } from './tests.ts';
import { matchesText } from './tests-match.ts';

/** How a lookup test went. */
export interface LookupRun {
  readonly passed: boolean;
  readonly differences: readonly Difference[];
  /** What came, in one line: `rule engineering: route 127.0.0.1:2525 (eng)`. */
  readonly actual: string;
  /** The name of the rule that decided, `accounts` or `otherwise`. */
  readonly rule: string | null;
  readonly trail: Trail;
}

/** A challenge as nginx makes them; the answer to it is worked out from the password, as a client would. */
const SALT = '<1.1@mail-lab>';

/** nginx keeps whole command lines; whoever writes a test writes the address, or the line where that matters. */
function commandLine(verb: 'MAIL FROM' | 'RCPT TO', written: string | undefined): Bytes {
  if (written === undefined) return '';
  const whole = /^(mail from|rcpt to)\s*:/i.test(written);
  return encodeUtf8(whole ? written : `${verb}:<${written.replace(/^<|>$/g, '')}>`);
}

const methodOf = ({ method, protocol, user }: LookupInput): Method =>
  method ?? (user === undefined && (protocol ?? 'smtp') === 'smtp' ? 'none' : 'plain');

/** What the client shows for its password (`Auth-Pass`). */
function shown(method: Method, password: Bytes): Pick<Lookup, 'password' | 'salt'> {
  if (method === 'external') return { password: '' };
  if (!hidesPassword(method)) return { password };
  return { password: method === 'apop' ? md5(SALT + password) : hmacMd5(password, SALT), salt: SALT };
}

/** The question nginx would put. */
export function lookupOfTest(input: LookupInput, book: RuleBook): Lookup {
  const { protocol = 'smtp', user = '', client = '127.0.0.1', attempt = 1 } = input;
  const method = methodOf(input);
  const account = book.accounts.find((one) => one.user === user);
  const password = encodeUtf8(input.password ?? account?.password ?? '');
  const clientHost = protocol === 'smtp' ? { clientHost: encodeUtf8(input.clientHost ?? '[UNAVAILABLE]') } : {};
  const tls = input.tls === true ? { tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' } } : {};
  const common = { method, protocol, attempt, clientIp: client, ...clientHost, ...tls, headers: [] };
  if (method !== 'none') return { ...common, user: encodeUtf8(user), ...shown(method, password) };
  const envelope = {
    helo: encodeUtf8(input.helo ?? ''),
    from: commandLine('MAIL FROM', input.from),
    to: commandLine('RCPT TO', input.rcpt),
  };
  return { ...common, user: '', password: '', ...envelope };
}

/** Everything that an expectation can be about. */
interface Came {
  readonly decision: Decision;
  readonly verdict: Verdict;
}

const textOf = ({ decision, verdict }: Came): string =>
  decision.upstream === null ? verdictText(verdict) : `${verdictText(verdict)} (${decision.upstream})`;

/** A condition on what came; `actual` is said where it does not hold. */
interface Finding {
  readonly holds: boolean;
  readonly actual: string;
}

type Key = Exclude<keyof LookupExpected, never>;
type Judges = { readonly [K in Key]: (expected: NonNullable<LookupExpected[K]>, came: Came) => Finding };

const waitOf = (verdict: Verdict): number => (verdict.waitMs ?? 0) / 1000;

const renamed = (expected: string, actual: Bytes | undefined): Finding => ({
  holds: actual !== undefined && decodeUtf8(actual) === expected,
  actual: actual === undefined ? 'none' : decodeUtf8(actual),
});

function judgeRoute(expected: string, came: Came): Finding {
  const { decision, verdict } = came;
  const endpoint = readEndpoint(expected);
  const wanted = endpoint && printEndpoint(endpoint);
  const isThere = verdict.type === 'route' && wanted === hostPort(verdict.server, verdict.port);
  return { holds: verdict.type === 'route' && (decision.upstream === expected || isThere), actual: textOf(came) };
}

function judgeReject(expected: string | number, came: Came): Finding {
  const { verdict } = came;
  if (verdict.type !== 'reject') return { holds: false, actual: textOf(came) };
  // Without a code of its own nginx says 535 5.7.0 to an SMTP client.
  const code = decodeUtf8(verdict.code ?? '');
  const whole = refusalText(verdict);
  const holds = matchesText(expected, code, [whole, decodeUtf8(verdict.message)]);
  return { holds, actual: textOf(came) };
}

const judges: Judges = {
  rule: (expected, { decision: { rule } }) => ({ holds: rule === expected, actual: rule ?? 'none' }),
  route: judgeRoute,
  reject: judgeReject,
  wait: (expected, { verdict }) => ({ holds: waitOf(verdict) === expected, actual: `${waitOf(verdict)} s` }),
  user: (expected, { verdict }) => renamed(expected, verdict.user),
  password: (expected, { verdict }) => {
    const { holds, actual } = renamed(expected, verdict.password);
    return { holds, actual: actual === 'none' ? actual : 'another one' };
  },
  status: (expected, { decision: { answer } }) => ({
    holds: answer.status === expected,
    actual: String(answer.status),
  }),
  delay: (expected, { decision: { delayMs } }) => ({ holds: delayMs === expected, actual: `${delayMs} ms` }),
  error: (expected, came) => ({
    holds: came.verdict.type === 'error' && came.verdict.error === expected,
    actual: textOf(came),
  }),
};

function judge<K extends Key>(key: K, expected: LookupExpected, came: Came): Difference | null {
  const wanted: LookupExpected[K] = expected[key];
  if (wanted === undefined || wanted === null) return null;
  const { holds, actual } = judges[key](wanted, came);
  return holds ? null : { key, expected: key === 'password' ? 'the one given' : String(wanted), actual };
}

const isKey = (key: string): key is Key => Object.hasOwn(judges, key);

/** Puts a test's question to the rules: the same decision as for live traffic and for the Try box. */
export function runLookupTest(book: RuleBook, { lookup: input, expect }: LookupTest): LookupRun {
  const lookup = lookupOfTest(input, book);
  const decision = decide(book, lookup);
  const about = { protocol: lookup.protocol, passwordKnown: lookup.method === 'plain' };
  const came: Came = { decision, verdict: decodeAnswer(encodeAnswer(decision.answer), about) };
  const differences = Object.keys(expect)
    .filter(isKey)
    .map((key) => judge(key, expect, came))
    .filter((difference) => difference !== null);
  const { rule, trail } = decision;
  const actual = `${decider(rule)}: ${textOf(came)}`;
  return { passed: differences.length === 0, differences, actual, rule, trail };
}

/** `rule engineering`, `accounts`, `otherwise`. */
const decider = (rule: string | null): string =>
  rule === 'accounts' || rule === 'otherwise' ? rule : `rule ${rule ?? 'none'}`;
