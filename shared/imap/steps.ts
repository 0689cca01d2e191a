/** The few forms that every step of the IMAP front takes. */

import type { Bytes, Step } from '../machine/machine.ts';
import { closing, loginReasons, type Manner } from '../machine/manner.ts';
import { move, say } from '../machine/steps.ts';
import { freshScan } from './commands.ts';
import type { ImapConfig } from './config.ts';
import type { ImapReason } from './reasons.ts';
import type { ImapState } from './state.ts';

/** A step of the IMAP front. */
export type ImapStep = Step<ImapState, ImapReason>;

/** How IMAP words what all protocols do. */
export const manner: Manner<ImapState, ImapReason> = {
  why: loginReasons('imap'),
  internalError: '* BAD internal server error\r\n',
  'certificate.bad': '* BYE SSL certificate error\r\n',
  'certificate.missing': '* BYE No required SSL certificate\r\n',
  refusal: ({ tag }, { message }) => `${tag}NO ${message}\r\n`,
};

const INVALID = 'BAD invalid command\r\n';

/** A reply under the tag that was read, or the star where none was. */
export const tagged = ({ tag }: ImapState, text: Bytes): Bytes => `${tag === '' ? '* ' : tag}${text}`;

/** The command is done with: its tag is forgotten. */
export const done = (state: ImapState, quoted: boolean): ImapState => ({
  ...state,
  place: 'command',
  tag: '',
  scan: freshScan(quoted),
});

/** A good reply; what stands before the tagged line comes first. */
export const completed = (state: ImapState, why: ImapReason, before: Bytes = ''): ImapStep =>
  move<ImapState, ImapReason>(
    done(state, state.scan.quoted),
    {},
    why,
    say(`${before}${tagged(state, 'OK completed\r\n')}`),
  );

/** Understood and refused: not counted. `bare` leaves out even the star, as nginx does in one place. */
export const invalid = (state: ImapState, why: ImapReason, bare = false): ImapStep =>
  move<ImapState, ImapReason>(done(state, state.scan.quoted), {}, why, say(bare ? INVALID : tagged(state, INVALID)));

/** A syntax error: counted; closed when it is the last that `max_errors` allows, or a literal comes unasked. */
export function refuse(config: ImapConfig, state: ImapState, literal: boolean): ImapStep {
  const counted: ImapState = { ...done(state, false), errors: state.errors + 1 };
  const last = counted.errors >= config.maxErrors;
  if (last || literal)
    return closing(counted, last ? 'imap.syntax.last' : 'imap.syntax.literal', tagged(state, INVALID));
  return move<ImapState, ImapReason>(counted, {}, 'imap.syntax', say(tagged(state, INVALID)));
}

/** The buffer is full: the last reply. */
export const overflow = (state: ImapState): ImapStep =>
  closing(done(state, false), 'imap.overlong', tagged(state, INVALID));
