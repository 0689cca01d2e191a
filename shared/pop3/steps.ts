/** The few forms that every step of the POP3 front takes. */

import type { Step } from '../machine/machine.ts';
import { closing, loginReasons, type Manner } from '../machine/manner.ts';
import { move, say } from '../machine/steps.ts';
import type { Pop3Config } from './config.ts';
import type { Pop3Reason } from './reasons.ts';
import type { Pop3State } from './state.ts';

/** A step of the POP3 front. */
export type Pop3Step = Step<Pop3State, Pop3Reason>;

/** How POP3 words what all protocols do. */
export const manner: Manner<Pop3State, Pop3Reason> = {
  why: loginReasons('pop3'),
  internalError: '-ERR internal server error\r\n',
  'certificate.bad': '-ERR SSL certificate error\r\n',
  'certificate.missing': '-ERR No required SSL certificate\r\n',
  refusal: (_state, { message }) => `-ERR ${message}\r\n`,
};

/** The one reply for everything that is not understood or not allowed. */
export const INVALID = '-ERR invalid command\r\n';

/** Understood and refused: not counted, and USER is forgotten. */
export const invalid = (state: Pop3State, why: Pop3Reason): Pop3Step =>
  move<Pop3State, Pop3Reason>(state, { place: 'command' }, why, say(INVALID));

/** A syntax error: counted, and the last one that `max_errors` allows closes the connection. */
export function refuse(config: Pop3Config, state: Pop3State): Pop3Step {
  const counted: Pop3State = { ...state, errors: state.errors + 1 };
  return counted.errors >= config.maxErrors
    ? closing(counted, 'pop3.syntax.last', INVALID)
    : invalid(counted, 'pop3.syntax');
}
