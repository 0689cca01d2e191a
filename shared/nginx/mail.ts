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
  /** `unix:/path`: the path; host is then 'unix:' and port 0. */
  readonly unix?: string;
  /** `ssl`: a handshake comes first. */
  readonly ssl?: true;
  /** `proxy_protocol`: a PROXY header comes before everything else. */
  readonly proxyProtocol?: true;
  /** `bind`: a socket of its own even where a wildcard has the port. */
  readonly bind?: true;
  /** `ipv6only=off`: an IPv6 wildcard that takes IPv4 too. Left out: on. */
  readonly ipv6only?: false;
  /** `so_keepalive=`: left out where it was not written; ms and a count, null for the system's own. */
  readonly keepalive?:
    | false
    | { readonly idleMs: number | null; readonly intervalMs: number | null; readonly count: number | null };
}

/** A file that the configuration names, and where it was written. */
export interface FileName {
  /**
   * Relative names stand in the folder of the configuration file (not under the prefix: `ngx_conf_full_name()` with
   * `conf_prefix`). A reader that is told the folder makes them whole; only `data:` and the like stay as they are.
   */
  readonly path: string;
  /** The configuration file that names it, as in `Problem.file`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `ssl_verify_client`. */
export type VerifyClient = 'off' | 'on' | 'optional' | 'optional_no_ca';
/** A word of `ssl_protocols`. */
export type TlsProtocol = 'SSLv2' | 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** How a server speaks TLS. Present for every server; used where a `listen` has `ssl` or `starttls` is not off. */
export interface SslConf {
  /** Pairs in the order of the configuration; none: the lab shows a self-signed one of its own. */
  readonly certificates: readonly { readonly certificate: FileName; readonly key: FileName }[];
  readonly passwordFile: FileName | null;
  readonly protocols: readonly TlsProtocol[];
  /** OpenSSL's cipher list. */
  readonly ciphers: string;
  readonly preferServerCiphers: boolean;
  /** `auto` or a list of curves. */
  readonly ecdhCurve: string;
  readonly dhparam: FileName | null;
  readonly sessionCache: 'off' | 'none' | 'kept';
  readonly sessionTimeoutMs: number;
  readonly sessionTickets: boolean;
  readonly ticketKeys: readonly FileName[];
  readonly verifyClient: VerifyClient;
  readonly verifyDepth: number;
  readonly clientCertificate: FileName | null;
  readonly trustedCertificate: FileName | null;
  readonly crl: FileName | null;
  /** `ssl_conf_command`, in order. */
  readonly commands: readonly (readonly [string, string])[];
}

/** `resolver`: who is asked for the name of a client. */
export interface Resolver {
  /** IP literals without brackets, with their ports. */
  readonly servers: readonly { readonly address: string; readonly port: number }[];
  /** `valid=`: how long answers are kept, instead of their own TTL; null when not written. */
  readonly validMs: number | null;
  /** Which addresses are asked for. */
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

/** An entry of `set_real_ip_from`: every unix socket, or a network. */
export type RealIpFrom =
  | { readonly type: 'unix' }
  /** `address` is an IP literal in normal form, `bits` its prefix. */
  | { readonly type: 'network'; readonly address: string; readonly bits: number };

/** An `error_log` sink. */
export interface ErrorLog {
  readonly sink: string;
  readonly level: 'debug' | 'info' | 'notice' | 'warn' | 'error' | 'crit' | 'alert' | 'emerg';
  /** Nobody wrote it: nginx's own default. */
  readonly implied?: true;
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
  readonly starttls: 'off' | 'on' | 'only';
  readonly ssl: SslConf;
  readonly authHttpPassClientCert: boolean;
  /** The header that the upstream gets first. */
  readonly proxyProtocol: 'off' | 'on' | 'v2';
  readonly realIpFrom: readonly RealIpFrom[];
  /** null: `off`, or not written. */
  readonly resolver: Resolver | null;
  /** For each of the two questions. */
  readonly resolverTimeoutMs: number;
}

/** What stands outside of `mail { }` and matters to the lab. */
export interface ProcessConf {
  /** `worker_processes`; `auto` is one a core. */
  readonly workers: number | 'auto';
  /** `worker_shutdown_timeout`: how long relayed sessions may go on when the proxy stops gracefully; null: as they like. */
  readonly shutdownTimeoutMs: number | null;
  /** `error_log` of the main level: what the process itself has to say goes there. */
  readonly errorLogs: readonly ErrorLog[];
  /** `pid`; null when not written. */
  readonly pid: string | null;
}

/** The whole `mail { }`. */
export interface MailConf {
  readonly servers: readonly MailServer[];
  /** Left out: one worker, nginx's defaults. */
  readonly process?: ProcessConf;
}
