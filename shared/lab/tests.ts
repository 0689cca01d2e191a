/** The tests of a lab file as data: what is asked or sent, and what should come of it. */
import type { Outcome } from '../journal/entry.ts';
import type { Method, Protocol, VerdictError } from '../machine/machine.ts';

/** A lookup as people write it: an address stands for the command line that nginx would send. */
export interface LookupInput {
  /** smtp when left out. */
  readonly protocol?: Protocol;
  /** Left out: plain where there is a user, none (`smtp_auth none`) where there is a recipient. */
  readonly method?: Method;
  readonly rcpt?: string;
  readonly from?: string;
  readonly helo?: string;
  readonly user?: string;
  /** What the client types; left out: the account's own. */
  readonly password?: string;
  readonly client?: string;
  readonly clientHost?: string;
  readonly tls?: boolean;
  readonly attempt?: number;
}

/** What a lookup test expects; what is left out is not looked at. */
export interface LookupExpected {
  /** The name of the rule that decides, `accounts` or `otherwise`. */
  readonly rule?: string;
  /** An upstream's name, or `IP:PORT`. */
  readonly route?: string;
  /** The reply code, or a pattern for the whole refusal or its text. */
  readonly reject?: string | number;
  /** Seconds of `Auth-Wait`; 0: none. */
  readonly wait?: number;
  /** `Auth-User` and `Auth-Pass` of the answer. */
  readonly user?: string;
  readonly password?: string;
  /** The HTTP status of the answer, which nginx does not look at (pitfall B4). */
  readonly status?: number;
  /** ms before the service answers. */
  readonly delay?: number;
  /** What nginx cannot use about the answer. */
  readonly error?: VerdictError;
}

/** A mail to send through the proxy. */
export interface SendInput {
  /** `HOST:PORT` or port of a listener as the configuration has it; needed where several speak SMTP. */
  readonly listener?: string | number;
  readonly helo?: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Logs in first; without a password with the account's own. */
  readonly user?: string;
  readonly password?: string;
  readonly subject?: string;
  readonly body?: string;
  /** STARTTLS before the mail. On a listener with `ssl` there is TLS anyway. */
  readonly tls?: boolean;
}

/** What a send test expects; what is left out is not looked at. */
export interface SendExpected {
  readonly rule?: string;
  /** An upstream's name, or `IP:PORT`. */
  readonly upstream?: string;
  /** The reply that decided it, as the client saw it: its code, or a pattern for the whole of it. */
  readonly reply?: string | number;
  readonly authCalls?: number;
  readonly outcome?: Outcome;
  /** The user the session ended up with. */
  readonly user?: string;
  /** Recipients that were taken, and refused; in any order. */
  readonly accepted?: readonly string[];
  readonly rejected?: readonly string[];
  /** How many messages of this session reached a mail server that the lab plays. */
  readonly messages?: number;
  /** A text that each of those messages has in it; at least one has to be there. */
  readonly contains?: string;
}

interface Test {
  readonly name: string;
  /** Where it stands in the lab file, from 1. */
  readonly line: number;
}

/** Puts a question to the rules. */
export interface LookupTest extends Test {
  readonly kind: 'lookup';
  readonly lookup: LookupInput;
  readonly expect: LookupExpected;
}

/** Sends a mail through the proxy. */
export interface SendTest extends Test {
  readonly kind: 'send';
  readonly send: SendInput;
  readonly expect: SendExpected;
}

/** A test of the lab file. */
export type LabTest = LookupTest | SendTest;

/** The keys of `expect` for each kind of test. */
export const expectedKeys = {
  lookup: ['rule', 'route', 'reject', 'wait', 'user', 'password', 'status', 'delay', 'error'],
  send: [
    ...['rule', 'upstream', 'reply', 'authCalls', 'outcome', 'user', 'accepted', 'rejected', 'messages', 'contains'],
  ],
} as const satisfies Readonly<Record<LabTest['kind'], readonly string[]>>;

/** One thing that came otherwise than expected. */
export interface Difference {
  /** The key of `expect`. */
  readonly key: string;
  readonly expected: string;
  readonly actual: string;
}
