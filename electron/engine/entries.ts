/** How each thing that happens to a session stands in its journal. */

import type { AuthTarget } from '../../shared/auth/lookup.ts';
import type { Entry, Gate, Leg, SessionSummary } from '../../shared/journal/entry.ts';
import type { Bytes, Clock, Disposition, Effect, Step } from '../../shared/machine/machine.ts';
import type { Exchange } from './ports.ts';

type Unplaced = Omit<Entry, 'seq' | 'at' | 'state'>;

/** The client is there. */
export const accepted = ({ client, listener }: SessionSummary): Unplaced => ({
  leg: 'client',
  direction: 'in',
  kind: 'open',
  bytes: '',
  why: 'session.accepted',
  params: { client, listener },
});

/** A command or a reply that came in. */
export const line = (
  leg: Leg,
  bytes: Bytes,
  disposition: Disposition,
  why: string,
  secret: Step<unknown, string>['secret'],
): Unplaced => ({ leg, direction: 'in', kind: 'line', bytes, disposition, why, ...(secret ? { secret } : {}) });

/** A line of the proxy's own, or one it repeats. */
export const said = (leg: Leg, effect: Extract<Effect, { type: 'say' }>, why: string, cause: number): Unplaced => ({
  leg,
  direction: 'out',
  kind: 'line',
  bytes: effect.text,
  disposition: effect.disposition,
  cause,
  why,
  ...(effect.secret ? { secret: effect.secret } : {}),
});

/** The proxy connects to the upstream; `name` is the lab's own name for it. */
export const dialling = (
  dial: Extract<Effect, { type: 'dial' }>,
  name: string,
  why: string,
  cause: number,
): Unplaced => ({
  leg: 'upstream',
  direction: 'out',
  kind: 'dial',
  bytes: '',
  cause,
  why,
  params: { upstream: dial.name, name },
});

/** The relay begins. */
export const handedOver = (cause: number): Unplaced => ({
  leg: 'client',
  direction: 'none',
  kind: 'relay',
  bytes: '',
  cause,
  why: 'session.handed-over',
});

/** A clock ran out. */
export const timedOut = (clock: Clock, why: string): Unplaced => ({
  leg: clock === 'upstream' ? 'upstream' : 'client',
  direction: 'none',
  kind: 'decision',
  bytes: '',
  why,
  params: { clock },
});

/** Stopped between deciding and doing. */
export const held = (gate: Gate): Unplaced => ({
  leg: gate.includes('C') ? 'client' : gate.includes('A') ? 'auth' : 'upstream',
  direction: 'none',
  kind: 'hold',
  bytes: '',
  why: 'session.held',
  params: { gate },
});

/** A side closed; `error` is the system's code when the connection broke. */
export const closed = (leg: Leg, why: string, error: string | undefined): Unplaced => ({
  leg,
  direction: 'in',
  kind: 'close',
  bytes: '',
  why,
  ...(error === undefined ? {} : { params: { error } }),
});

/** The proxy closes a side. */
export const closing = (leg: Leg, why: string): Unplaced => ({
  leg,
  direction: 'out',
  kind: 'close',
  bytes: '',
  why,
});

/** Something of ours went wrong; the stack goes into the journal, not to the client. */
export const fault = (error: unknown): Unplaced => ({
  leg: 'client',
  direction: 'none',
  kind: 'fault',
  bytes: '',
  why: 'session.our-fault',
  params: { message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
});

/** The entry of the question. */
export const question = (request: Bytes, target: AuthTarget, attempt: number, cause: number): Unplaced => ({
  leg: 'auth',
  direction: 'out',
  kind: 'http',
  bytes: request,
  disposition: 'invented',
  cause,
  why: 'session.asked',
  params: { target: target.text, attempt },
  ...secretHeader(request),
});

/** The entry of the answer, or of its failure. */
export const answer = (exchange: Exchange, cause: number): Unplaced => ({
  leg: 'auth',
  direction: 'in',
  kind: 'http',
  bytes: exchange.response,
  disposition: 'consumed',
  cause,
  why: exchange.verdict.type === 'error' ? `session.verdict.${exchange.verdict.error}` : 'session.answered',
  params: answerParams(exchange),
  ...(exchange.trail ? { trail: exchange.trail } : {}),
  ...secretHeader(exchange.response),
});

function answerParams({ transport, verdict, rule, systemError }: Exchange): Record<string, string | number> {
  return {
    transport,
    verdict: verdict.type,
    ...(rule === undefined ? {} : { rule }),
    ...(verdict.type === 'error' && verdict.detail !== undefined ? { detail: verdict.detail } : {}),
    ...(systemError === undefined ? {} : { error: systemError }),
  };
}

/** Where the value of `Auth-Pass` stands, if there is one that is not empty. */
function secretHeader(text: Bytes): Pick<Entry, 'secret'> {
  const found = /^Auth-Pass:[ ]*([^\r\n ][^\r\n]*)/im.exec(text);
  const value = found?.[1];
  if (!found || value === undefined) return {};
  const end = found.index + found[0].length;
  return { secret: [[end - value.length, end]] };
}
