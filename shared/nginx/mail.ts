/** The typed mail configuration: what is left of an nginx.conf once defaults and inheritance are worked out. */
import type { AuthTarget } from '../auth/lookup.ts';
import type { Protocol } from '../machine/machine.ts';

/** One `listen` of a server. */
export interface Listen {
  /** The argument as written: `3333`, `127.0.0.1:25`, `[::1]:25`. */
  readonly text: string;
  /** An IP literal without brackets, or `*` for every IPv4 interface (`listen 25`, `*:25` and `0.0.0.0:25`). */
  readonly host: string;
  /** 0: an ephemeral port (nginx binds one when the port is left out). */
  readonly port: number;
  readonly line: number;
  /** `backlog=`: how many connections may wait to be accepted; 511 when absent, as in nginx. */
  readonly backlog?: number;
}

/** An `error_log` sink. */
export interface ErrorLog {
  readonly sink: string;
  readonly level: 'debug' | 'info' | 'notice' | 'warn' | 'error' | 'crit' | 'alert' | 'emerg';
}

/** A word of `smtp_auth`. */
export type SmtpAuth = 'plain' | 'login' | 'cram-md5' | 'external' | 'none';
/** A word of `imap_auth`. */
export type ImapAuth = Exclude<SmtpAuth, 'none'>;
/** A word of `pop3_auth`. */
export type Pop3Auth = 'plain' | 'apop' | 'cram-md5' | 'external';

/**
 * One `server { }` with every value it runs by. Times in ms, at most 2^31 − 1 (24 days: the longest a timer waits);
 * sizes in bytes. Texts that go on the wire (`serverName`, headers, capabilities, the URI) are byte strings.
 */
export interface MailServer {
  /** Where `server {` stands, from 1. */
  readonly line: number;
  readonly protocol: Protocol;
  readonly listens: readonly Listen[];
  /** Greeting and EHLO name; the machine's host name, lower-cased, when not set. */
  readonly serverName: string;
  readonly timeoutMs: number;
  readonly maxErrors: number;
  readonly authHttp: AuthTarget;
  readonly authHttpTimeoutMs: number;
  readonly authHttpHeaders: readonly (readonly [string, string])[];
  readonly xclient: boolean;
  readonly proxySmtpAuth: boolean;
  readonly proxyPassErrorMessage: boolean;
  readonly proxyTimeoutMs: number;
  readonly proxyBuffer: number;
  readonly smtpAuth: readonly SmtpAuth[];
  readonly smtpCapabilities: readonly string[];
  readonly smtpClientBuffer: number;
  readonly smtpGreetingDelayMs: number;
  readonly imapAuth: readonly ImapAuth[];
  readonly imapCapabilities: readonly string[];
  readonly imapClientBuffer: number;
  readonly pop3Auth: readonly Pop3Auth[];
  readonly pop3Capabilities: readonly string[];
  readonly errorLogs: readonly ErrorLog[];
}

/** The whole `mail { }`. */
export interface MailConf {
  readonly servers: readonly MailServer[];
}
