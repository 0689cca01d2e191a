/** The few forms that every step of the SMTP front takes. */
import type { Bytes, Disposition, Effect, Step } from '../machine/machine.ts';
import type { SmtpConfig } from './config.ts';
import type { SmtpReason } from './reasons.ts';
import type { SmtpState } from './state.ts';

/** A step of the SMTP front. */
export type SmtpStep = Step<SmtpState, SmtpReason>;

/** A reply to the client; most are the proxy's own invention. */
export const say = (text: Bytes, disposition: Disposition = 'invented'): Effect => ({ type: 'say', text, disposition });

/** Changes some fields of the state, for a reason, and asks for some effects. */
export const move = (
  state: SmtpState,
  change: Partial<SmtpState>,
  why: SmtpReason,
  ...effects: readonly Effect[]
): SmtpStep => ({ state: { ...state, ...change }, effects, why });

/** The event has no meaning here. */
export const stay = (state: SmtpState): SmtpStep => ({ state, effects: [], why: 'smtp.unexpected' });

/** A last reply, then the connection is closed. */
export const closing = (state: SmtpState, why: SmtpReason, reply: Bytes, disposition?: Disposition): SmtpStep =>
  move(state, { place: 'ended' }, why, say(reply, disposition), { type: 'close' });

/** The line that stands for everything that goes wrong behind the proxy. */
export const internalError = (state: SmtpState, why: SmtpReason, disposition?: Disposition): SmtpStep =>
  closing(state, why, '451 4.3.2 Internal server error\r\n', disposition);

/** A syntax error: counted, and the last one that `max_errors` allows closes the connection. */
export function refuse(config: SmtpConfig, state: SmtpState): SmtpStep {
  const reply = '500 5.5.1 Invalid command\r\n';
  const counted: SmtpState = { ...state, place: 'command', errors: state.errors + 1 };
  if (counted.errors >= config.maxErrors) return closing(counted, 'smtp.syntax.last', reply);
  return move(counted, {}, 'smtp.syntax', say(reply));
}

/** Puts the question for what the state holds; the dialogue's clock stops meanwhile. */
export function ask(state: SmtpState, why: SmtpStep['why']): SmtpStep {
  const none = state.method === 'none';
  // Once a challenge was issued every question but a plain one carries it, and the password is wiped as soon as such a
  // request is built: a repeated question then has an empty Auth-Pass.
  const salt = state.method === 'plain' ? null : state.salt;
  const password = salt === null ? state.password : null;
  return move(
    state,
    { place: 'verdict', password },
    why,
    { type: 'clock', clock: 'dialogue', ms: null },
    {
      type: 'ask',
      method: state.method,
      user: state.user ?? '',
      password: state.password ?? '',
      attempt: state.attempt,
      ...(salt === null ? {} : { salt }),
      ...(none ? { helo: state.helo ?? '', from: state.from ?? '', to: state.to ?? '' } : {}),
    },
  );
}
