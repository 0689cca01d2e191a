/** Where an IMAP session stands, and what the proxy remembers of it. */
import { type LoginPlace, type LoginState, newcomer } from '../machine/login-state.ts';
import type { Bytes } from '../machine/machine.ts';
import type { SaslPlace } from '../sasl/exchange.ts';
import { freshScan, type Scan } from './commands.ts';

export type ImapPlace = LoginPlace | SaslPlace;

/** All that the front remembers. */
export interface ImapState extends LoginState {
  readonly place: ImapPlace;
  /** The tag of the running command, with the space behind it; '' where none was read. */
  readonly tag: Bytes;
  /** Where the tag stands in the input buffer: nginx never copies it. */
  readonly tagAt: number;
  readonly scan: Scan;
}

/** A session before its first event. */
export const initial: ImapState = { ...newcomer, tag: '', tagAt: 0, scan: freshScan(false) };
