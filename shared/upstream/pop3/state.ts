/** Where a session with the played POP3 server stands. */
import type { Bytes } from '../../machine/machine.ts';
import type { Mail } from '../mailbox.ts';
import type { MockEffect, MockStep } from '../mock.ts';

/** A message of the maildrop, as it was when the session logged in. */
export interface Held extends Pick<Mail, 'uid' | 'size'> {
  /** DELE was said: it goes in the UPDATE state. */
  readonly deleted: boolean;
}

/** What somebody may say now, or what is waited for. */
export type Place =
  | 'new'
  | 'authorization'
  /** The next line answers the prompt of AUTH PLAIN. */
  | 'sasl'
  | 'login'
  | 'handshake'
  | 'opening'
  | 'transaction'
  | 'fetching'
  | 'updating'
  | 'over';

/** The state. */
export interface Pop3MockState {
  readonly place: Place;
  readonly secure: boolean;
  /** The timestamp of the greeting; '' where APOP is not offered. */
  readonly challenge: Bytes;
  /** Named by USER, then logged in; null before. */
  readonly user: Bytes | null;
  readonly uidValidity: number;
  readonly mails: readonly Held[];
  /** While `fetching`: lines of the body that TOP asked for; null for RETR. */
  readonly lines: number | null;
}

/** Before anybody is there. */
export const initialState = (secure: boolean): Pop3MockState => ({
  place: 'new',
  secure,
  challenge: '',
  user: null,
  uidValidity: 0,
  mails: [],
  lines: null,
});

/** A step of this machine. */
export type Pop3MockStep = MockStep<Pop3MockState>;

/** The state with what changes, and what is to be done. */
export const go = (
  state: Pop3MockState,
  change: Partial<Pop3MockState>,
  ...effects: readonly MockEffect[]
): Pop3MockStep => ({ state: { ...state, ...change }, effects });

/** One line of the server. */
export const line = (text: Bytes): MockEffect => ({ type: 'say', text: `${text}\r\n` });

/** Says one line and stays. */
export const answer = (state: Pop3MockState, text: Bytes): Pop3MockStep => go(state, {}, line(text));
