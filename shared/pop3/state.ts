/** Where a POP3 session stands, and what the proxy remembers of it. */
import { type LoginPlace, type LoginState, newcomer } from '../machine/login-state.ts';
import type { SaslPlace } from '../sasl/exchange.ts';

/** user: USER was taken, PASS must follow. */
export type Pop3Place = LoginPlace | SaslPlace | 'user';

/** All that the front remembers. */
export interface Pop3State extends LoginState {
  readonly place: Pop3Place;
}

/** A session before its first event. */
export const initial: Pop3State = newcomer;
