/** Send tests: a real session through the proxy, judged from what was recorded of it. */
import { printEndpoint, readEndpoint } from '../../shared/auth/ip.ts';
import type { Trail } from '../../shared/journal/entry.ts';
import { type Difference, expectedKeys, type SendExpected, type SendTest } from '../../shared/lab/tests.ts';
import { matchesText } from '../../shared/lab/tests-match.ts';
import { type TestResult, waiting } from '../../shared/lab/tests-result.ts';
import { decodeUtf8 } from '../../shared/wire/address.ts';
import { type SendJob, type SendOutcome, sendMail } from '../client/send.ts';
import type { AcceptedMessage } from '../upstream/smtp.ts';
import type { Plan } from './plan.ts';
import type { Bench, Door, Recorded } from './tests-bench.ts';

/** A test that hears nothing for so long has failed, in ms. */
const PATIENCE_MS = 30_000;

/** A session is over when its client is; this is only for the last entries to come in, in ms. */
const END_MS = 5000;

/** Everything that an expectation can be about. */
interface Came {
  readonly outcome: SendOutcome;
  readonly recorded: Recorded;
  readonly messages: readonly AcceptedMessage[];
  /** Where the auth service sent it, `IP:PORT` as written; null where nowhere. */
  readonly address: string | null;
  /** Its name, or else its address. */
  readonly upstream: string | null;
}

interface Finding {
  readonly holds: boolean;
  readonly actual: string;
}

type Key = Exclude<keyof SendExpected, never>;
type Judges = { readonly [K in Key]: (expected: NonNullable<SendExpected[K]>, came: Came) => Finding };

const equal = <T>(expected: T, actual: T | null): Finding => ({
  holds: actual === expected,
  actual: actual === null ? 'none' : String(actual),
});

function sameAddresses(expected: readonly string[], actual: readonly string[]): Finding {
  const order = (list: readonly string[]) => list.map((one) => one.toLowerCase()).toSorted();
  const holds = JSON.stringify(order(expected)) === JSON.stringify(order(actual));
  return { holds, actual: actual.length === 0 ? 'none' : actual.join(', ') };
}

function judgeUpstream(expected: string, { upstream, address }: Came): Finding {
  const endpoint = readEndpoint(expected);
  const isThere = endpoint !== null && printEndpoint(endpoint) === address;
  return { holds: upstream === expected || isThere, actual: upstream ?? 'none' };
}

/**
 * The reply that decided it, on one line; '' where there was none. nginx closes behind a refusal: a client that had more
 * to ask hears of the closing only, and the refusal is the last that the proxy said.
 */
function replyOf({ outcome: { response }, recorded: { entries } }: Came): string {
  const said = entries.findLast(
    ({ leg, direction, kind }) => leg === 'client' && direction === 'out' && kind === 'line',
  );
  const refusal = /^[45]\d\d[ -]/.test(said?.bytes ?? '') ? decodeUtf8(said?.bytes ?? '') : '';
  return (response === '' ? refusal : response).replace(/\r?\n/g, ' ').trim();
}

/** Why there was no reply. */
const silences: Readonly<Record<string, string>> = {
  ETIMEDOUT: `none for ${PATIENCE_MS / 1000} s`,
  ECONNECTION: 'the proxy closed the connection',
  ECONNRESET: 'the proxy closed the connection',
  ETLS: 'no TLS was to be had',
  EENVELOPE: 'no client sends to addresses like these',
};

function replyText(came: Came): string {
  const { error } = came.outcome;
  return replyOf(came) || `no reply (${silences[error ?? ''] ?? error ?? 'the connection was closed'})`;
}

function judgeReply(expected: string | number, came: Came): Finding {
  const text = replyOf(came);
  if (text === '') return { holds: false, actual: replyText(came) };
  const [, code = '', words = text] = /^(\d{3})[ -](.*)$/.exec(text) ?? [];
  return { holds: matchesText(expected, code, [text, words]), actual: text };
}

function judgeContains(expected: string, { messages }: Came): Finding {
  const wanted = expected.replace(/\r?\n/g, '\r\n');
  const without = messages.filter(({ raw }) => !raw.toString('utf8').includes(wanted)).length;
  if (messages.length === 0) return { holds: false, actual: 'no message arrived' };
  return { holds: without === 0, actual: `${without} of ${messages.length} messages without it` };
}

const judges: Judges = {
  rule: (expected, { recorded }) => equal(expected, recorded.summary.rule),
  upstream: judgeUpstream,
  reply: judgeReply,
  authCalls: (expected, { recorded }) => equal(expected, recorded.summary.authCalls),
  outcome: (expected, { recorded }) => equal(expected, recorded.summary.outcome),
  user: (expected, { recorded: { summary } }) => equal(expected, summary.user && decodeUtf8(summary.user)),
  accepted: (expected, { outcome }) => sameAddresses(expected, outcome.accepted),
  rejected: (expected, { outcome }) => sameAddresses(expected, outcome.rejected),
  messages: (expected, { messages }) => equal(expected, messages.length),
  contains: judgeContains,
};

function judge<K extends Key>(key: K, expected: SendExpected, came: Came): Difference | null {
  const wanted: SendExpected[K] = expected[key];
  if (wanted === undefined || wanted === null) return null;
  const { holds, actual } = judges[key](wanted, came);
  return holds ? null : { key, expected: Array.isArray(wanted) ? wanted.join(', ') : String(wanted), actual };
}

const isKey = (key: string): key is Key => expectedKeys.send.some((known) => known === key);

/** `rule engineering, upstream eng, relayed: 250 2.0.0 Ok`. */
function actualText(came: Came): string {
  const { upstream } = came;
  const { rule, outcome: result } = came.recorded.summary;
  const parts = [rule && `rule ${rule}`, upstream && `upstream ${upstream}`, result].filter(Boolean);
  return `${parts.join(', ')}: ${replyText(came)}`;
}

/** The door a test names, or what is wrong with the name. */
function doorOf({ doors }: Bench, listener: string | number | undefined): Door | string {
  const all = doors.map(({ listen }) => listen.text).join(', ');
  if (doors.length === 0) return 'The configuration has no SMTP listener to send through.';
  const named =
    listener === undefined
      ? doors
      : doors.filter(({ listen }) => {
          const written = [listen.text, `${listen.host}:${listen.port}`, String(listen.port)];
          return written.includes(String(listener));
        });
  const [door, other] = named;
  if (!door) return `No SMTP listener is at ${listener}; there is ${all}.`;
  if (other) return `Several listeners speak SMTP (${all}): say which with "listener".`;
  return door.problem ?? door;
}

function jobOf({ name, send }: SendTest, { port, listen }: Door, { accounts }: Plan): SendJob {
  const { helo = 'mail-lab', from, to, subject = name, body = 'Sent by a test.\n', user, tls = false } = send;
  const password = send.password ?? accounts.find((one) => one.user === user)?.password ?? '';
  return {
    ...{ host: '127.0.0.1', port, helo, from, to, subject, body, patienceMs: PATIENCE_MS },
    ...(user === undefined ? {} : { login: { user, password } }),
    ...(listen.ssl ? { ssl: true } : tls ? { starttls: true } : {}),
    ...(listen.proxyProtocol ? { proxyProtocol: true } : {}),
  };
}

/** Waits for the end of a session; one that goes on is judged as it stands. */
async function ended({ ended: over }: Recorded): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, END_MS);
  await Promise.race([over, promise]);
  clearTimeout(timer);
}

const trailOf = ({ entries }: Recorded): Trail | null => entries.findLast(({ trail }) => trail)?.trail ?? null;

/** Why what came must not count: mail that would have left the lab was not let out. */
function notAllowed(route: ReturnType<Bench['routeOf']>): string | null {
  if (!route || route.allowed) return null;
  const who = route.name === null ? route.address : `upstream ${route.name} at ${route.address}`;
  return `It goes to ${who}, which is no server of the lab's own and was not contacted; allow it with --allow ${route.address}.`;
}

/** Runs one send test on a bench. */
export async function runSendTest(bench: Bench, test: SendTest, plan: Plan): Promise<TestResult> {
  const failed = (problem: string): TestResult => ({ ...waiting(test), state: 'failed', problem });
  const door = doorOf(bench, test.send.listener);
  if (typeof door === 'string') return failed(door);
  const began = performance.now();
  const outcome = await sendMail(jobOf(test, door, plan));
  const recorded = outcome.localPort === null ? null : bench.sessionOf(outcome.localPort);
  if (!recorded) return failed(`No session came about: ${outcome.error ?? outcome.response}.`);
  await ended(recorded);
  const messages = bench.messagesOf(recorded.summary.id);
  const route = bench.routeOf(recorded);
  const upstream = route?.name ?? recorded.summary.upstream;
  const came: Came = { outcome, recorded, messages, address: route?.address ?? null, upstream };
  const problem = notAllowed(route);
  const differences = Object.keys(test.expect)
    .filter(isKey)
    .map((key) => judge(key, test.expect, came))
    .filter((difference) => difference !== null);
  return {
    ...waiting(test),
    state: problem === null && differences.length === 0 ? 'passed' : 'failed',
    differences: problem === null ? differences : [],
    problem,
    actual: actualText(came),
    rule: recorded.summary.rule,
    trail: trailOf(recorded),
    ms: performance.now() - began,
  };
}
