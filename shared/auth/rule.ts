/** The rules of the lab's own auth service, as the lab file gives them. Data only; `decide.ts` runs them. */
import type { FaultKind } from './fault.ts';

/** A text pattern as written: plain text, a glob with `*` and `?`, or `/regex/flags`. A list means any of them. */
export type Pattern = string | readonly string[];

/** The conditions of a rule. All fields must match; an empty one matches everything. */
export interface When {
  readonly protocol?: Pattern;
  readonly method?: Pattern;
  readonly rcpt?: Pattern;
  readonly from?: Pattern;
  readonly helo?: Pattern;
  readonly user?: Pattern;
  readonly password?: 'valid' | 'invalid';
  /** Address or CIDR, or a list of them. */
  readonly client?: Pattern;
  readonly clientHost?: Pattern;
  readonly tls?: boolean;
  /** A number, or a range such as `2..`, `..3`, `2..4`. */
  readonly attempt?: number | string;
  readonly not?: Omit<When, 'not'>;
}

/** A fault of the service that a rule can have. */
export type RuleFault = Exclude<FaultKind, 'slow' | 'status'>;

/** What a rule does. Exactly one of `route`, `reject` and `raw`. */
export interface Then {
  /** An upstream's name, `account`, or `IP:PORT`. */
  readonly route?: string;
  /** The text for the client; a leading 4xx or 5xx code (with enhanced code) becomes `Auth-Error-Code`. */
  readonly reject?: string;
  readonly raw?: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
  /** Seconds, sent as `Auth-Wait`. */
  readonly wait?: number;
  /** Sent as `Auth-User` and `Auth-Pass`. */
  readonly user?: string;
  readonly password?: string;
  /** ms before the service answers. */
  readonly delay?: number;
  /** How the answer goes wrong on its way out. Late answers and other statuses need none: `delay` and `raw` are there. */
  readonly fault?: RuleFault;
}

/** One rule; the first that matches decides. */
export interface Rule {
  readonly name: string;
  readonly when: When;
  readonly then: Then;
  /** `off: true` in the file: kept, never tried. */
  readonly off?: boolean;
}

/** Who may log in. */
export interface Account {
  readonly user: string;
  readonly password: string;
  /** An upstream's name. */
  readonly upstream?: string;
}

/** Where an upstream listens, `HOST:PORT` per protocol. */
export interface UpstreamAddresses {
  readonly smtp?: string;
  readonly imap?: string;
  readonly pop3?: string;
}

/** A promise of the lab file: no lookup for which the conditions hold is ever sent there. */
export interface Never extends When {
  readonly name?: string;
  /** An upstream's name, `IP:PORT`, or `external`: whatever is not one of the lab's own mail servers. */
  readonly route: string;
}

/** Everything `decide` needs besides the lookup. */
export interface RuleBook {
  readonly rules: readonly Rule[];
  readonly otherwise: Then;
  readonly accounts: readonly Account[];
  readonly upstreams: Readonly<Record<string, UpstreamAddresses>>;
}
