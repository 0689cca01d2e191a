/** The few forms that every step of the SMTP front takes. */

import type { Step } from '../machine/machine.ts';
import { closing, loginReasons, type Manner } from '../machine/manner.ts';
import { move, say } from '../machine/steps.ts';
import type { SmtpConfig } from './config.ts';
import type { SmtpReason } from './reasons.ts';
import type { SmtpState } from './state.ts';

/** A step of the SMTP front. */
export type SmtpStep = Step<SmtpState, SmtpReason>;

/** The one reply for everything that is not understood or not allowed. */
export const INVALID = '500 5.5.1 Invalid command\r\n';

/** How SMTP words what all protocols do. */
export const manner: Manner<SmtpState, SmtpReason> = {
  why: loginReasons('smtp'),
  internalError: '451 4.3.2 Internal server error\r\n',
  'certificate.bad': '421 4.7.1 SSL certificate error\r\n',
  'certificate.missing': '421 4.7.1 No required SSL certificate\r\n',
  refusal: (_state, { code, message }) => `${code ?? '535 5.7.0'} ${message}\r\n`,
  envelope: ({ helo, from, to }) => ({ helo: helo ?? '', from: from ?? '', to: to ?? '' }),
};

/** A syntax error: counted, and the last one that `max_errors` allows closes the connection. */
export function refuse(config: SmtpConfig, state: SmtpState): SmtpStep {
  const counted: SmtpState = { ...state, place: 'command', errors: state.errors + 1 };
  if (counted.errors >= config.maxErrors) return closing(counted, 'smtp.syntax.last', INVALID);
  return move<SmtpState, SmtpReason>(counted, {}, 'smtp.syntax', say(INVALID));
}
