/** The question nginx puts to the auth service: everything it knows of the session, all of it in HTTP headers. */
import type { Bytes, Method, Protocol, Proxied } from '../machine/machine.ts';

/** One auth_http question. Texts are byte strings, not yet escaped; `from` and `to` are whole command lines. */
export interface Lookup {
  readonly method: Method;
  readonly user: Bytes;
  readonly password: Bytes;
  /** `Auth-Salt`, only for apop and cram-md5. */
  readonly salt?: Bytes;
  readonly protocol: Protocol;
  /** `Auth-Login-Attempt`, from 1. */
  readonly attempt: number;
  /** `Client-IP`. */
  readonly clientIp: string;
  /** `Client-Host`, SMTP only. */
  readonly clientHost?: Bytes;
  /** `Auth-SMTP-Helo`, `-From`, `-To`: only for method none. `''` where unknown. */
  readonly helo?: Bytes;
  readonly from?: Bytes;
  readonly to?: Bytes;
  /** Present when a PROXY header with addresses came (`Proxy-Protocol-*`). */
  readonly proxied?: Proxied;
  /** Present when the client's connection is TLS. */
  readonly tls?: {
    readonly protocol: string;
    readonly cipher: string;
    /** `Auth-SSL-Verify`: SUCCESS, NONE or FAILED:reason. Left out under `ssl_verify_client off`. */
    readonly verify?: string;
    /** Left out where the client showed none; `pem` only under `auth_http_pass_client_cert on`. */
    readonly certificate?: {
      readonly subject: Bytes;
      readonly issuer: Bytes;
      readonly serial: string;
      readonly fingerprint: string;
      readonly pem?: string;
    };
  };
  /** `auth_http_header` lines, in the order of the configuration. */
  readonly headers: readonly (readonly [string, string])[];
}

/** The service asked: what nginx made of the `auth_http` directive's argument. */
export interface AuthTarget {
  /** As written in the configuration. */
  readonly text: string;
  /** The `Host` header: the host as written, without the port. */
  readonly host: string;
  /** What to connect to. */
  readonly address: string;
  readonly port: number;
  /** A unix socket instead of address and port. */
  readonly unix?: string;
  /** The request target, copied as written; `/` when absent. */
  readonly uri: string;
}
