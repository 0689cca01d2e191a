/** One line of the journal. Every pane of the window, every export and every replay is drawn from entries alone. */
import type { Bytes, Disposition, Params, Protocol } from '../machine/machine.ts';
import type { FindingCount } from './diagnostics.ts';

/** Which side of the proxy an entry belongs to. */
export type Leg = 'client' | 'auth' | 'upstream';

/** Seen from the proxy: `in` comes towards it, `out` leaves it, `none` for decisions and clocks. */
export type Direction = 'in' | 'out' | 'none';

/**
 * open: the client's connection was accepted · line: a command or reply · data: a message's content, collapsed ·
 * http: auth request (out) or answer (in) · dial: connecting to the upstream (out), connected or refused (in) ·
 * decision: the proxy acted without bytes · wait: it sleeps (`Auth-Wait`) · relay: from here it only copies ·
 * tls: a handshake · hold: stopped at a gate · fault: our own error · close: a side closed (in) or was closed (out).
 */
export type Kind =
  | 'open'
  | 'line'
  | 'data'
  | 'http'
  | 'dial'
  | 'decision'
  | 'wait'
  | 'relay'
  | 'tls'
  | 'hold'
  | 'fault'
  | 'close';

/** A point between two rooms where traffic can be held. C client, P proxy, A auth, U upstream. */
export type Gate = 'C>P' | 'P>A' | 'A>P' | 'P>U' | 'U>P' | 'P>C';

/**
 * What the proxy knows of a session; an entry's `state` holds the fields that this entry changed (null: forgotten).
 * Texts are byte strings as the proxy keeps them: `from` and `to` are whole command lines (nginx keeps them so).
 */
export interface Knowledge {
  readonly place: string;
  readonly helo: Bytes | null;
  readonly esmtp: boolean;
  readonly from: Bytes | null;
  readonly to: Bytes | null;
  readonly user: Bytes | null;
  readonly password: Bytes | null;
  /** `TLSv1.3 TLS_AES_256_GCM_SHA384`; null while the connection is in clear text. */
  readonly tls: string | null;
  readonly errors: number;
  readonly attempt: number;
  readonly rule: string | null;
  readonly upstream: string | null;
}

/** Why a rule did or did not decide a lookup. */
export interface TrailStep {
  /** The rule's number as shown, from 1; 0 is the accounts' own check; null is *Otherwise*. */
  readonly rule: number | null;
  readonly name: string;
  readonly outcome: 'matched' | 'not-matched' | 'not-tried' | 'off';
  /** The condition that failed, or the ones that held: the two values that were compared. */
  readonly tests: readonly TrailTest[];
  /** For `not-tried`: whether it would have matched too. */
  readonly wouldMatch?: boolean;
  /** What the rule says to do, as one short text: `route eng`, `reject 550 5.1.1 …`. */
  readonly then: string;
}

/** One condition of a rule, held against the lookup. */
export interface TrailTest {
  /** The field of `when`: rcpt, from, user, client … */
  readonly field: string;
  /** The pattern as written in the lab file. */
  readonly expected: string;
  /** The value in the lookup, as compared (an address is parsed out of the command line and lower-cased). */
  readonly actual: string;
  readonly raw?: string;
  readonly negated?: boolean;
  readonly held: boolean;
}

/** Every rule of the lab, in order, with why it did or did not decide. */
export type Trail = readonly TrailStep[];

/** One line of the journal. */
export interface Entry {
  /** Counts from 0 in its session; also the cursor position in the window. */
  readonly seq: number;
  /** µs since the connection was accepted. */
  readonly at: number;
  readonly leg: Leg;
  readonly direction: Direction;
  readonly kind: Kind;
  /** What was on the wire, possibly cut (then `size` is larger); '' where nothing was. */
  readonly bytes: Bytes;
  /** Bytes on the wire; left out where it is `bytes.length`. */
  readonly size?: number;
  /** SHA-256 in hex of a collapsed `data` entry. */
  readonly hash?: string;
  /** During the relay one entry stands for both legs; its disposition is then `passed`. */
  readonly disposition?: Disposition;
  /** The `seq` of the entry that caused this one. */
  readonly cause?: number;
  /** A reason's key (see the `reasons.ts` files), never a sentence. */
  readonly why: string;
  readonly params?: Params;
  /** The fields of what the proxy knows that changed with this entry. */
  readonly state?: Partial<Knowledge>;
  /** On the auth answer of the lab's own auth service. */
  readonly trail?: Trail;
  /** Byte ranges of `bytes` that hold a secret, as [from, to). */
  readonly secret?: readonly (readonly [number, number])[];
  /**
   * A person changed it while it was held: `bytes` went on, `was` is what stood there ('' where the person added a line),
   * with the ranges of its own secrets.
   */
  readonly edited?: { readonly was: Bytes; readonly secret?: readonly (readonly [number, number])[] };
}

/**
 * relayed: an upstream was reached and the relay ran · rejected: the auth service said no · failed: something broke
 * (`error` says what) · quit: the client left before a lookup · closed: timeout, too many errors, dropped.
 */
export type Outcome = 'relayed' | 'rejected' | 'failed' | 'quit' | 'closed';

/** One row of the session list: a TCP connection to a listener. Filled in while the session runs. */
export interface SessionSummary {
  readonly id: number;
  readonly protocol: Protocol;
  /** `127.0.0.1:3333`, `[::1]:3333`. */
  readonly listener: string;
  /** `127.0.0.1:51514`; the address of the PROXY header once `set_real_ip_from` believes it. */
  client: string;
  /** ms since 1970. */
  readonly startedAt: number;
  /** ms from accept to the end; null while open. */
  ms: number | null;
  place: string;
  user: string | null;
  /** Addresses parsed out of the command lines, decoded for the screen. */
  from: string | null;
  to: string[];
  rule: string | null;
  /** The mock's or external upstream's name where the lab knows it, else `ADDR:PORT`. */
  upstream: string | null;
  outcome: Outcome | null;
  /** The code of the last decisive reply to the client (the one after the lookup, or the last refusal), e.g. 250. */
  reply: number | null;
  authCalls: number;
  /** From the client, and to the client. */
  bytesIn: number;
  bytesOut: number;
  entries: number;
  /** A reason's key when the outcome is failed or closed. */
  error: string | null;
  /** The stage of the client's last command but leaving (shared/journal/stage.ts); left out before the first. */
  stage?: string;
  /** `TLSv1.3 TLS_AES_256_GCM_SHA384`, where the client speaks TLS. */
  tls?: string;
  /** What the faults that struck it are called: act, stage, upstream, preset; left out where none did. */
  faults?: readonly string[];
  /** The gates at which something of it is held now; left out where nothing is. Never stored. */
  readonly held?: readonly Gate[];
  /** What was found in it; left out until somebody has looked. */
  readonly findings?: FindingCount;
  /** The name of the file that it came from; left out where this lab recorded it. */
  readonly imported?: string;
}
