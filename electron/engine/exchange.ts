/** How a question to the auth service and its answer stand in the journal. */

import type { AuthTarget } from '../../shared/auth/lookup.ts';
import type { Entry } from '../../shared/journal/entry.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import type { Exchange } from './ports.ts';

type Unplaced = Omit<Entry, 'seq' | 'at' | 'state'>;

/** The entry of the question. */
export const questionEntry = (request: Bytes, target: AuthTarget, attempt: number, cause: number): Unplaced => ({
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
export const answerEntry = (exchange: Exchange, cause: number): Unplaced => ({
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
  const found = /^Auth-Pass:[ ]*([^\r\n]+)/im.exec(text);
  const value = found?.[1];
  if (!found || value === undefined) return {};
  const end = found.index + found[0].length;
  return { secret: [[end - value.length, end]] };
}
