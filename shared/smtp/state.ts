/** Where an SMTP session stands, and what the proxy remembers of it. */
import { type LoginPlace, type LoginState, newcomer } from '../machine/login-state.ts';
import type { Bytes } from '../machine/machine.ts';
import type { SaslPlace } from '../sasl/exchange.ts';

/** delay: smtp_greeting_delay runs. */
export type SmtpPlace = LoginPlace | SaslPlace | 'delay';

/** All that the front remembers; the fields that `Knowledge` names are shown in the window. */
export interface SmtpState extends LoginState {
  readonly place: SmtpPlace;
  readonly helo: Bytes | null;
  /** Set by EHLO, cleared by nothing. */
  readonly esmtp: boolean;
  /** Whole command lines, as typed. */
  readonly from: Bytes | null;
  readonly to: Bytes | null;
}

/** A session before its first event. */
export const initial: SmtpState = { ...newcomer, helo: null, esmtp: false, from: null, to: null };
