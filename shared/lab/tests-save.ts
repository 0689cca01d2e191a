/** Tests made from what was tried or recorded, as they will stand in the lab file. Pure. */
import { decodeAnswer } from '../auth/answer.ts';
import type { Lookup } from '../auth/lookup.ts';
import { decodeRequest } from '../auth/request.ts';
import { refusalText } from '../auth/verdict-text.ts';
import type { Entry, SessionSummary } from '../journal/entry.ts';
import type { Verdict } from '../machine/machine.ts';
import { decodeUtf8, parsePath } from '../wire/address.ts';
import { hostPort } from '../wire/host-port.ts';
import type { LookupExpected, LookupInput, SendExpected, SendInput } from './tests.ts';

/** A test that is not in the file yet. */
export type NewTest =
  | { readonly name: string; readonly lookup: LookupInput; readonly expect: LookupExpected }
  | { readonly name: string; readonly send: SendInput; readonly expect: SendExpected };

/** What came of a lookup. */
interface Decided {
  readonly rule: string | null;
  /** The upstream's name where the lab knows it. */
  readonly upstream: string | null;
}

/** Stands for a password that was wrong: the one that was typed is nobody's business. */
const WRONG = 'not the password';

/** What a verdict says, as an expectation. */
function expectedOf(verdict: Verdict, { rule, upstream }: Decided): LookupExpected {
  const named = rule === null ? {} : { rule };
  switch (verdict.type) {
    case 'route':
      return { ...named, route: upstream ?? hostPort(verdict.server, verdict.port) };
    case 'reject': {
      const code = Number.parseInt(verdict.code ?? '', 10);
      return { ...named, reject: code >= 400 ? code : refusalText(verdict) };
    }
    case 'wait':
      return { ...named, wait: verdict.waitMs / 1000 };
    case 'error':
      return judgeable.has(verdict.error) ? { ...named, error: verdict.error } : named;
  }
}

/** Errors that lie in the answer, and not in how it came. */
const judgeable: ReadonlySet<string> = new Set([
  ...['no-server-or-port', 'no-password', 'bad-address', 'bad-port', 'bad-response', 'bad-header', 'too-large'],
]);

/** `user@eng.abc.com goes to eng`, `x@y is refused with 550`. */
function nameOf(who: string, { route, reject, error }: LookupExpected): string {
  if (route !== undefined) return `${who} goes to ${route}`;
  if (reject !== undefined) return `${who} is refused with ${reject}`;
  return error === undefined ? `${who} waits` : `${who} gets an answer that nginx cannot use`;
}

/** The address of a command line, or the whole line where there is more in it. */
function addressIn(line: string): string {
  const text = decodeUtf8(line);
  const { address } = parsePath(line);
  const plain = /^(?:mail from|rcpt to):\s*<([^<>]*)>$/i.exec(text);
  if (!plain) return text;
  return address === '' ? '<>' : (plain[1] ?? text);
}

/** What of a lookup a test has to say; what it would have anyway is left out. */
function inputOf(lookup: Lookup, isKnown: boolean): LookupInput {
  const { protocol, method, attempt, clientIp, clientHost = '', tls } = lookup;
  const common = {
    ...(attempt > 1 ? { attempt } : {}),
    ...(clientIp === '127.0.0.1' ? {} : { client: clientIp }),
    ...(protocol !== 'smtp' || clientHost === '[UNAVAILABLE]' || clientHost === ''
      ? {}
      : { clientHost: decodeUtf8(clientHost) }),
    ...(tls ? { tls: true } : {}),
  };
  if (method !== 'none') {
    const secret = isKnown || method === 'external' ? {} : { password: WRONG };
    return { protocol, ...(method === 'plain' ? {} : { method }), user: decodeUtf8(lookup.user), ...secret, ...common };
  }
  const { helo = '', from = '', to = '' } = lookup;
  return {
    protocol,
    rcpt: addressIn(to),
    ...(from === '' ? {} : { from: addressIn(from) }),
    ...(helo === '' ? {} : { helo: decodeUtf8(helo) }),
    ...common,
  };
}

/** A lookup, by its question and answer on the wire, as a test. `isKnown`: the user has an account, and proved it. */
export function testOfLookup(
  { request, response }: { readonly request: string; readonly response: string },
  decided: Decided,
  isKnown: boolean,
): NewTest {
  const lookup = decodeRequest(request);
  const about = { protocol: lookup.protocol, passwordKnown: lookup.method === 'plain' };
  const expect = expectedOf(decodeAnswer(response, about), decided);
  const input = inputOf(lookup, isKnown);
  return { name: nameOf(input.rcpt ?? input.user ?? '', expect), lookup: input, expect };
}

/** What a test made from a session needs to know of the lab. */
export interface Surroundings {
  /** Who has an account. */
  readonly users: readonly string[];
  /** How many SMTP listeners there are: with several, a mail has to say which. */
  readonly listeners: number;
}

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

function sendOf(summary: SessionSummary, helo: string, { users, listeners }: Surroundings): NewTest | null {
  const { from, to, rule, upstream, outcome, reply, authCalls } = summary;
  const user = summary.user && decodeUtf8(summary.user);
  if (summary.protocol !== 'smtp' || from === null || to.length === 0 || outcome === null) return null;
  // Whoever logged in without an account here cannot be played again.
  if (user !== null && !users.includes(user)) return null;
  const port = portOf(summary.listener);
  const send: SendInput = {
    ...(listeners > 1 && port > 0 ? { listener: port } : {}),
    from: from === '' ? '<>' : from,
    to,
    ...(helo === '' ? {} : { helo }),
    ...(user === null ? {} : { user }),
  };
  const expect: SendExpected = {
    ...(rule === null ? {} : { rule }),
    ...(upstream === null ? {} : { upstream }),
    ...(reply === null ? {} : { reply }),
    // A client that is refused asks again for its next recipient, if it has one.
    ...(outcome === 'relayed' ? { authCalls } : {}),
    outcome,
  };
  const result = upstream === null ? `ends as ${outcome}` : `goes to ${upstream}`;
  return { name: `a mail to ${to[0]} ${result}`, send, expect };
}

/** The tests that a recorded session can become: its last lookup, and the whole of it. */
export function testsOfSession(
  summary: SessionSummary,
  entries: readonly Entry[],
  surroundings: Surroundings,
): readonly NewTest[] {
  const answer = entries.findLast(({ kind, direction, trail }) => kind === 'http' && direction === 'in' && trail);
  const question = entries.findLast(({ kind, direction, seq }) => {
    return kind === 'http' && direction === 'out' && seq < (answer?.seq ?? 0);
  });
  if (!answer || !question) return [];
  const rule = answer.trail?.find(({ outcome }) => outcome === 'matched')?.name ?? summary.rule;
  const lookup = decodeRequest(question.bytes);
  const isKnown = rule !== 'accounts' && surroundings.users.includes(decodeUtf8(lookup.user));
  const wire = { request: question.bytes, response: answer.bytes };
  const send = sendOf(summary, decodeUtf8(lookup.helo ?? ''), surroundings);
  const asked = testOfLookup(wire, { rule, upstream: summary.upstream }, isKnown);
  return send ? [asked, send] : [asked];
}

/** The test as it can stand in a file: a login without an account to take the password from needs one that is wrong. */
export function completed(test: NewTest, users: readonly string[]): NewTest {
  if (!('lookup' in test)) return test;
  const { user, password, method } = test.lookup;
  if (user === undefined || password !== undefined || method === 'external' || users.includes(user)) return test;
  return { ...test, lookup: { ...test.lookup, password: WRONG } };
}

/** A name that no test has yet. */
export function freeName(name: string, taken: readonly string[]): string {
  let free = name;
  for (let n = 2; taken.includes(free); n++) free = `${name} (${n})`;
  return free;
}
