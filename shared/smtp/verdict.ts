/** What the SMTP front does with the answer of the auth service (nginx's outcome table). */
import type { Renamed, Verdict } from '../machine/machine.ts';
import type { SmtpConfig } from './config.ts';
import type { SmtpState } from './state.ts';
import { ask, closing, internalError, move, type SmtpStep, say, stay } from './steps.ts';

/**
 * nginx repeats a question that is answered WAIT without Auth-Wait for ever, in a tight loop. The lab gives up after
 * this many: one of its deliberate differences.
 */
export const REPEATS_MAX = 1000;

const renamed = (state: SmtpState, { user, password }: Renamed): SmtpState => ({
  ...state,
  user: user ?? state.user,
  password: password ?? state.password,
});

/** The answer is there. */
export function onVerdict(config: SmtpConfig, state: SmtpState, verdict: Verdict): SmtpStep {
  switch (verdict.type) {
    case 'error':
      return internalError(state, 'smtp.verdict.unusable');
    case 'reject':
      return rejected(renamed(state, verdict), verdict);
    case 'wait':
      return wait(renamed(state, verdict), verdict.waitMs);
    case 'route':
      // nginx forgets to clear its flag after a WAIT without Auth-Wait: even an OK then asks again.
      return state.repeats > 0 ? wait(renamed(state, verdict), 0) : route(config, renamed(state, verdict), verdict);
  }
}

function route(config: SmtpConfig, state: SmtpState, verdict: Extract<Verdict, { type: 'route' }>): SmtpStep {
  const { server, port, name } = verdict;
  return move(
    state,
    { place: 'upstream' },
    'smtp.routed',
    { type: 'clock', clock: 'upstream', ms: config.timeoutMs },
    { type: 'dial', server, port, name },
  );
}

function rejected(state: SmtpState, verdict: Extract<Verdict, { type: 'reject' }>): SmtpStep {
  const refusal = `${verdict.code ?? '535 5.7.0'} ${verdict.message}\r\n`;
  if (verdict.waitMs === 0) return closing(state, 'smtp.rejected', refusal);
  return move(state, { place: 'penalty', refusal }, 'smtp.rejected.wait', {
    type: 'clock',
    clock: 'wait',
    ms: verdict.waitMs,
  });
}

function wait(state: SmtpState, ms: number): SmtpStep {
  if (ms > 0)
    return move(state, { place: 'asked-to-wait', repeats: 0 }, 'smtp.asked-to-wait', {
      type: 'clock',
      clock: 'wait',
      ms,
    });
  if (state.repeats >= REPEATS_MAX) return internalError(state, 'smtp.verdict.unusable');
  return ask({ ...state, repeats: state.repeats + 1 }, 'smtp.ask-again');
}

/** `Auth-Wait` is over. */
export function onWaited(config: SmtpConfig, state: SmtpState): SmtpStep {
  if (state.place === 'asked-to-wait') return ask(state, 'smtp.ask-again');
  if (state.place !== 'penalty') return stay(state);
  return move(state, { place: 'command', refusal: '', method: 'plain' }, 'smtp.rejected.waited', say(state.refusal), {
    type: 'clock',
    clock: 'dialogue',
    ms: config.timeoutMs,
  });
}
