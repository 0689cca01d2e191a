/** What every front remembers of a session, and what it has to know of its `server { }`. */
import type { Bytes, ClientTls, Event, Method, Peer, Proxied } from './machine.ts';

/** The places that every front has; handshake: STARTTLS was granted. */
export type LoginPlace =
  | 'greet'
  | 'command'
  | 'handshake'
  | 'verdict'
  | 'penalty'
  | 'asked-to-wait'
  | 'upstream'
  | 'relay'
  | 'ended';

/** What every front remembers. */
export interface LoginState {
  readonly place: string;
  readonly user: Bytes | null;
  readonly password: Bytes | null;
  readonly errors: number;
  readonly attempt: number;
  readonly method: Method;
  readonly client: Peer;
  readonly clientHost: Bytes;
  readonly nonce: { readonly random: number; readonly seconds: number };
  /** null while the connection is in clear text. */
  readonly tls: ClientTls | null;
  /** null where no PROXY header with addresses came. */
  readonly proxied: Proxied | null;
  /** The refusal that is said when `Auth-Wait` is over. */
  readonly refusal: Bytes;
  /** The challenge of CRAM-MD5 and APOP, once it was issued. */
  readonly salt: Bytes | null;
  /** How often the same question was repeated at once (WAIT without Auth-Wait). */
  readonly repeats: number;
}

/** A session before its first event. */
export const newcomer = {
  place: 'greet',
  user: null,
  password: null,
  errors: 0,
  attempt: 0,
  method: 'plain',
  client: { address: '', port: 0 },
  clientHost: '',
  nonce: { random: 0, seconds: 0 },
  tls: null,
  proxied: null,
  refusal: '',
  salt: null,
  repeats: 0,
} as const satisfies LoginState;

/** `starttls`. */
export type Starttls = 'off' | 'on' | 'only';
/** `ssl_verify_client`. */
export type VerifyClient = 'off' | 'on' | 'optional' | 'optional_no_ca';

/** What these steps need to know of a `server { }`; times in ms. */
export interface LoginConfig {
  readonly serverName: string;
  /** `timeout`: the whole dialogue before the login, and again the whole upstream login. */
  readonly timeoutMs: number;
  readonly maxErrors: number;
  readonly passErrorMessage: boolean;
  readonly starttls: Starttls;
  readonly verifyClient: VerifyClient;
}

/** The session's beginning: what the connection told, and the clock of the whole dialogue. */
export const known = (event: Extract<Event, { type: 'opened' }>) =>
  ({
    client: event.client,
    clientHost: event.clientHost,
    nonce: event.nonce,
    tls: event.tls ?? null,
    proxied: event.proxied ?? null,
  }) as const;
