/**
 * How each thing that happens to a session stands in its journal. All drafts have the same fields in the same order:
 * objects of one shape are what makes recording cheap.
 */
import type { AuthTarget, Lookup } from '../../shared/auth/lookup.ts';
import type { Direction, Entry, Kind, Knowledge, Leg, SessionSummary, Trail } from '../../shared/journal/entry.ts';
import type { Bytes, Clock, Disposition, Effect, Event, Params, Step } from '../../shared/machine/machine.ts';
import type { MailServer } from '../../shared/nginx/mail.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import type { RelayItem } from '../../shared/wire/relay.ts';
import type { Exchange } from './ports.ts';
import type { Door } from './session-ports.ts';

/** Byte ranges that hold a secret. */
export type Secret = Step<unknown, string>['secret'];

/** An entry that is being written; what does not apply is undefined, and is not stored. */
export interface Draft {
  seq: number;
  at: number;
  leg: Leg;
  direction: Direction;
  kind: Kind;
  bytes: Bytes;
  size: number | undefined;
  hash: string | undefined;
  disposition: Disposition | undefined;
  cause: number | undefined;
  why: string;
  params: Params | undefined;
  state: Partial<Knowledge> | undefined;
  trail: Trail | undefined;
  secret: Secret;
  edited: Entry['edited'] | undefined;
}

/** An entry without anything special. */
export const draft = (leg: Leg, direction: Direction, kind: Kind, bytes: Bytes, why: string): Draft => ({
  seq: 0,
  at: 0,
  leg,
  direction,
  kind,
  bytes,
  size: undefined,
  hash: undefined,
  disposition: undefined,
  cause: undefined,
  why,
  params: undefined,
  state: undefined,
  trail: undefined,
  secret: undefined,
  edited: undefined,
});

/** A written draft as everybody else sees it. */
export const asEntry = (written: Draft): Entry => written as Entry;

/** The client is there. */
export function accepted({ client, listener }: SessionSummary, { inNginx, logLevel }: Door): Draft {
  const entry = draft('client', 'in', 'open', '', 'session.accepted');
  entry.params =
    inNginx === listener && logLevel === 'error' ? { client, listener } : { client, listener, inNginx, log: logLevel };
  return entry;
}

/** A command or a reply that came in. */
export function line(leg: Leg, bytes: Bytes, disposition: Disposition, why: string, secret: Secret): Draft {
  const entry = draft(leg, 'in', 'line', bytes, why);
  entry.disposition = disposition;
  entry.secret = secret;
  return entry;
}

/** Reasons whose line in nginx's log quotes the whole input buffer. */
const quoteTheBuffer: ReadonlySet<string> = new Set([
  'smtp.mail.auth-required',
  'smtp.overlong',
  'imap.overlong',
  'pop3.overlong',
]);
/** nginx's log holds no longer lines (NGX_MAX_ERROR_STR). */
const QUOTED_MAX = 2048;

/** A client's line as it came; where nginx's log would quote what lies around it in the buffer, with that too. */
export function clientLine(
  { text, at = 0, rest = '' }: Extract<Event, { type: 'line' | 'overlong' }>,
  why: string,
  secret: Secret,
  params: Params | undefined,
): Draft {
  const entry = line('client', text, 'consumed', why, secret);
  entry.params = quoteTheBuffer.has(why) ? { ...params, before: at, behind: rest.slice(0, QUOTED_MAX) } : params;
  return entry;
}

/** A line of the proxy's own, or one it repeats. */
export function said(leg: Leg, effect: Extract<Effect, { type: 'say' }>, why: string, cause: number): Draft {
  const entry = draft(leg, 'out', 'line', effect.text, why);
  entry.disposition = effect.disposition;
  entry.cause = cause;
  entry.secret = effect.secret;
  return entry;
}

/** The question to the auth service. */
export function question(request: Bytes, lookup: Lookup, target: AuthTarget, cause: number): Draft {
  const entry = draft('auth', 'out', 'http', request, 'session.asked');
  entry.disposition = 'invented';
  entry.cause = cause;
  entry.params = { target: target.text, attempt: lookup.attempt };
  if (lookup.password !== '') entry.secret = secretHeader(request);
  return entry;
}

/** Its answer, or its failure. */
export function answer(exchange: Exchange, target: AuthTarget, cause: number | undefined): Draft {
  const { verdict, response, trail } = exchange;
  const why = verdict.type === 'error' ? `session.verdict.${verdict.error}` : 'session.answered';
  const entry = draft('auth', 'in', 'http', response, why);
  entry.disposition = 'consumed';
  entry.cause = cause;
  entry.params = answerParams(exchange, target);
  entry.trail = trail;
  // An error may have cut the answer anywhere: only there it has to be searched without knowing.
  if (verdict.type === 'error' || verdict.password !== undefined) entry.secret = secretHeader(response);
  return entry;
}

/** The proxy connects to the upstream; `name` is the lab's own name for it, `header` its `proxy_protocol`. */
export function dialling(
  { name: upstream }: Extract<Effect, { type: 'dial' }>,
  name: string,
  header: MailServer['proxyProtocol'],
  why: string,
  cause: number,
): Draft {
  const entry = draft('upstream', 'out', 'dial', '', why);
  entry.cause = cause;
  entry.params = header === 'off' ? { upstream, name } : { upstream, name, header };
  return entry;
}

/** What became of the connection to the upstream: made, refused (both `dial`) or lost (`close`). */
export function dialled(kind: 'dial' | 'close', why: string, cause: number, params: Params): Draft {
  const entry = draft('upstream', 'in', kind, '', why);
  entry.cause = cause;
  entry.params = params;
  return entry;
}

/** The relay begins. */
export function handedOver(cause: number): Draft {
  const entry = draft('client', 'none', 'relay', '', 'session.handed-over');
  entry.cause = cause;
  return entry;
}

/** Something that crossed the relay. */
export function relayed(item: RelayItem): Draft {
  const why = item.kind === 'data' ? 'session.data' : 'session.passed';
  const entry = draft(item.from, 'in', item.kind, item.bytes, why);
  entry.size = item.size === item.bytes.length ? undefined : item.size;
  entry.hash = item.hash;
  entry.disposition = 'passed';
  entry.secret = item.secret;
  return entry;
}

/** A decision without bytes: a clock ran out, the journal has enough. */
export function noted(leg: Leg, why: string, params: Params): Draft {
  const entry = draft(leg, 'none', 'decision', '', why);
  entry.params = params;
  return entry;
}

/** A clock ran out; `begun`: how many bytes of an incomplete reply the upstream has sent. */
export const timedOut = (clock: Clock, why: string, begun: number): Draft =>
  noted(clock === 'upstream' ? 'upstream' : 'client', why, begun === 0 ? { clock } : { clock, begun });

/** nginx sleeps (ms): Auth-Wait, or smtp_greeting_delay. */
export function waiting(why: string, cause: number, ms: number): Draft {
  const entry = draft('client', 'none', 'wait', '', why);
  entry.cause = cause;
  entry.params = { ms };
  return entry;
}

/** What was pipelined lost its line ends. */
export function mangled(cause: number): Draft {
  const entry = draft('client', 'none', 'decision', '', 'session.mangled');
  entry.cause = cause;
  return entry;
}

/** A side closed; `error` is the system's code when the connection broke. */
export function closed(leg: Leg, why: string, error: string | undefined): Draft {
  const entry = draft(leg, 'in', 'close', '', why);
  if (error !== undefined) entry.params = { error };
  return entry;
}

/** The proxy closes a side. */
export function closing(leg: Leg, why: string, cause?: number): Draft {
  const entry = draft(leg, 'out', 'close', '', why);
  entry.cause = cause;
  return entry;
}

/** Something of ours went wrong; the stack goes into the journal, not to the client. */
export function fault(error: unknown): Draft {
  const entry = draft('client', 'none', 'fault', '', 'session.our-fault');
  entry.params = { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  return entry;
}

function answerParams({ transport, verdict, rule, systemError, fault }: Exchange, target: AuthTarget): Params {
  const params: Record<string, string | number> = { transport, verdict: verdict.type };
  if (rule !== undefined) params.rule = rule;
  if (fault !== undefined) params.fault = fault;
  if (verdict.type === 'reject') params.message = verdict.message;
  if (verdict.type === 'error') {
    // As nginx's log calls the service: by number.
    params.server = target.unix === undefined ? hostPort(target.address, target.port) : `unix:${target.unix}`;
    if (verdict.detail !== undefined) params.detail = verdict.detail;
  }
  if (systemError !== undefined) params.error = systemError;
  return params;
}

/** Where the values of `Auth-Pass` stand, if there are any that are not empty. */
export function secretHeader(text: Bytes): Secret {
  const found = [...text.matchAll(/^Auth-Pass:[ ]*([^\r\n ][^\r\n]*)/gim)];
  if (found.length === 0) return undefined;
  return found.map(({ 0: header, 1: value = '', index }) => {
    const end = index + header.length;
    return [end - value.length, end];
  });
}
