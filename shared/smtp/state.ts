/** Where an SMTP session stands, and what the proxy remembers of it. */
import type { Bytes, Method, Peer } from '../machine/machine.ts';

/** The places of a SASL exchange: the next line is an answer, not a command. */
export type AuthPlace = 'plain' | 'login-user' | 'login-password' | 'cram-md5' | 'external';

/** greet: before the greeting · delay: smtp_greeting_delay runs · … · upstream: the back machine is logging in. */
export type SmtpPlace =
  | 'greet'
  | 'delay'
  | 'command'
  | AuthPlace
  | 'verdict'
  | 'penalty'
  | 'asked-to-wait'
  | 'upstream'
  | 'relay'
  | 'ended';

/** All that the front remembers; the fields that `Knowledge` names are shown in the window. */
export interface SmtpState {
  readonly place: SmtpPlace;
  readonly helo: Bytes | null;
  /** Set by EHLO, cleared by nothing. */
  readonly esmtp: boolean;
  /** Whole command lines, as typed. */
  readonly from: Bytes | null;
  readonly to: Bytes | null;
  readonly user: Bytes | null;
  readonly password: Bytes | null;
  readonly errors: number;
  readonly attempt: number;
  readonly method: Method;
  readonly client: Peer;
  readonly clientHost: Bytes;
  readonly nonce: { readonly random: number; readonly seconds: number };
  /** The refusal that is said when `Auth-Wait` is over. */
  readonly refusal: Bytes;
  /** The CRAM-MD5 challenge, once it was issued. */
  readonly salt: Bytes | null;
  /** How often the same question was repeated at once (WAIT without Auth-Wait). */
  readonly repeats: number;
}

const authPlaces: ReadonlySet<string> = new Set<AuthPlace>([
  'plain',
  'login-user',
  'login-password',
  'cram-md5',
  'external',
]);

/** True where the next line is an answer in a SASL exchange. */
export const isAuthPlace = (place: SmtpPlace): place is AuthPlace => authPlaces.has(place);

/** A session before its first event. */
export const initial: SmtpState = {
  place: 'greet',
  helo: null,
  esmtp: false,
  from: null,
  to: null,
  user: null,
  password: null,
  errors: 0,
  attempt: 0,
  method: 'plain',
  client: { address: '', port: 0 },
  clientHost: '',
  nonce: { random: 0, seconds: 0 },
  refusal: '',
  salt: null,
  repeats: 0,
};
