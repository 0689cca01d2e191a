/** The few forms that every step of the SMTP front takes. */
import { closing, loginReasons, type Manner } from '../machine/login.ts';
import type { Step } from '../machine/machine.ts';
import { move, say } from '../machine/steps.ts';
import type { SmtpConfig } from './config.ts';
import type { SmtpReason } from './reasons.ts';
import type { SmtpState } from './state.ts';

/** A step of the SMTP front. */
export type SmtpStep = Step<SmtpState, SmtpReason>;

/** How SMTP words what all protocols do. */
export const manner: Manner<SmtpState, SmtpReason> = {
  why: loginReasons('smtp'),
  internalError: '451 4.3.2 Internal server error\r\n',
  refusal: (_state, { code, message }) => `${code ?? '535 5.7.0'} ${message}\r\n`,
  envelope: ({ helo, from, to }) => ({ helo: helo ?? '', from: from ?? '', to: to ?? '' }),
};

/** A syntax error: counted, and the last one that `max_errors` allows closes the connection. */
export function refuse(config: SmtpConfig, state: SmtpState): SmtpStep {
  const reply = '500 5.5.1 Invalid command\r\n';
  const counted: SmtpState = { ...state, place: 'command', errors: state.errors + 1 };
  if (counted.errors >= config.maxErrors) return closing(counted, 'smtp.syntax.last', reply);
  return move<SmtpState, SmtpReason>(counted, {}, 'smtp.syntax', say(reply));
}
