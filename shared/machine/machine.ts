/**
 * What the world tells a protocol machine (an event), what a machine asks of the world (an effect), and the one shape
 * they meet in (a step). Machines are pure: time, ids and random numbers arrive inside events, and every step says why.
 */

/**
 * A byte string: one character is one byte (latin1), exactly as it was on the wire. Decoding to UTF-8 is for the
 * screen only.
 */
export type Bytes = string;

/** The three protocols of nginx's mail module. */
export type Protocol = 'smtp' | 'imap' | 'pop3';

/** One end of a TCP connection. `address` is an IP literal without brackets, `port` 0 where there is none. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** What the client showed of itself in the handshake, when `ssl_verify_client` asked for a certificate. */
export interface ClientCertificate {
  /** OpenSSL's verify result: 0 is X509_V_OK (also where there is no certificate); the text is OpenSSL's own. */
  readonly result: { readonly code: number; readonly text: string };
  /** The certificate itself; null where the client sent none. */
  readonly shown: {
    /** RFC 2253 strings, as bytes: `CN=client name,OU=Dept,O=Org\\, Inc`. */
    readonly subject: Bytes;
    readonly issuer: Bytes;
    /** Upper-case hex. */
    readonly serial: string;
    /** SHA-1 of the DER form, 40 lower-case hex digits. */
    readonly fingerprint: string;
    /** The PEM text, line ends included. */
    readonly pem: string;
    /** The subject's common name, '' where it has none (PROXY v2 sends it). */
    readonly commonName: Bytes;
  } | null;
}

/** A finished TLS handshake with the client. */
export interface ClientTls {
  /** As OpenSSL calls them: `TLSv1.3`, `TLS_AES_256_GCM_SHA384`. */
  readonly protocol: string;
  readonly cipher: string;
  /** SNI, '' where the client sent none. */
  readonly serverName: Bytes;
  /** The protocol chosen by ALPN, '' where there was no ALPN. */
  readonly alpn: string;
  /** The handshake took up an earlier session: what the client showed, it showed then. */
  readonly resumed?: true;
  /** null under `ssl_verify_client off`. */
  readonly certificate: ClientCertificate | null;
  /** Of the certificate that we showed; PROXY v2 sends both: `RSA-SHA256`, `RSA2048`. */
  readonly own: { readonly signature: string; readonly key: string };
}

/** The addresses of a PROXY header: v1 as spelled by the sender, v2 in normal form. */
export interface Proxied {
  readonly source: Peer;
  readonly destination: Peer;
}

/** The clocks of a session (nginx `timeout`, `auth_http_timeout`, `timeout` again at the upstream, `proxy_timeout`). */
export type Clock = 'dialogue' | 'auth' | 'wait' | 'upstream' | 'proxying';

/** How the client proved who it is (the `Auth-Method` header of auth_http). */
export type Method = 'plain' | 'apop' | 'cram-md5' | 'external' | 'none';

/** Why an answer of the auth service is worth nothing (the internal-error rows of nginx's outcome table). */
export type VerdictError =
  | 'no-server-or-port'
  | 'no-password'
  | 'bad-address'
  | 'bad-port'
  | 'timed-out'
  | 'refused'
  | 'closed'
  | 'bad-response'
  | 'bad-header'
  | 'too-large';

/** `Auth-User` and `Auth-Pass` of the answer: they replace what the client gave, in every kind of verdict. */
export interface Renamed {
  readonly user?: Bytes;
  readonly password?: Bytes;
}

/** What the auth service's answer means to the proxy. */
export type Verdict =
  /** `server` is an IP literal, `name` the two headers as they were spelled, `ADDR:PORT` (nginx logs it so). */
  | ({
      readonly type: 'route';
      readonly server: string;
      readonly port: number;
      readonly name: string;
      /** `Auth-Wait`, where the answer has one: it counts only behind a WAIT without one. */
      readonly waitMs?: number;
    } & Renamed)
  /** `message` goes to the client as it is; `code` only in SMTP; `waitMs` 0 means: answer and close. */
  | ({ readonly type: 'reject'; readonly message: Bytes; readonly code?: Bytes; readonly waitMs: number } & Renamed)
  /** `Auth-Status: WAIT`: ask again after `waitMs`; 0 asks again at once. */
  | ({ readonly type: 'wait'; readonly waitMs: number } & Renamed)
  | ({
      readonly type: 'error';
      readonly error: VerdictError;
      readonly detail?: Bytes;
      readonly waitMs?: number;
    } & Renamed);

/** Why the upstream could not be logged in to. */
export type Failure =
  | { readonly type: 'unexpected-reply'; readonly reply: Bytes }
  | { readonly type: 'reply-too-long'; readonly reply: Bytes }
  | { readonly type: 'closed' }
  | { readonly type: 'refused'; readonly error: string }
  | { readonly type: 'timed-out' }
  | { readonly type: 'no-password' };

/** Where a unit of input stands in nginx's input buffer: IMAP replies can quote what lies there. */
export interface Where {
  /** Its first byte, from 0; 0 when left out. */
  readonly at?: number;
  /** What lies behind it and has not been read. */
  readonly rest?: Bytes;
}

/** What the world tells a machine. */
export type Event =
  /** The connection stands. The two numbers of `nonce` feed the CRAM-MD5 and APOP challenge. */
  | {
      readonly type: 'opened';
      readonly client: Peer;
      /** `Client-Host`: a name, `[UNAVAILABLE]` or `[TEMPUNAVAIL]`. */
      readonly clientHost: Bytes;
      /** The handshake of a `listen … ssl`; left out where the connection is in clear text. */
      readonly tls?: ClientTls;
      /** Left out where no PROXY header with addresses came. */
      readonly proxied?: Proxied;
      readonly nonce: { readonly random: number; readonly seconds: number };
    }
  /** One unit of input as the machine's own `read` cut it, line end included. */
  | ({ readonly type: 'line'; readonly text: Bytes } & Where)
  /** The input buffer is full and holds no complete unit. */
  | ({ readonly type: 'overlong'; readonly text: Bytes } & Where)
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  /** The handshake that `secure` asked for is done. Where it fails, the connection closes: `closed`. */
  | { readonly type: 'secured'; readonly tls: ClientTls }
  /** The upstream took the login; `reply` is its last complete reply. */
  | { readonly type: 'loggedIn'; readonly reply: Bytes }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'timeout'; readonly clock: Clock }
  /** The other side closed, or the connection broke (`error`: the system's code, such as ECONNRESET). */
  | { readonly type: 'closed'; readonly error?: string };

/** What the proxy did with a line: passed on, answered itself, written by itself, sent on later, or rewritten. */
export type Disposition = 'passed' | 'consumed' | 'invented' | 'replayed' | 'changed';

/** What a machine asks of the world. */
export type Effect =
  /** Bytes to the machine's own side. `replays` names the remembered client line that this one repeats. */
  | {
      readonly type: 'say';
      readonly text: Bytes;
      readonly disposition: Disposition;
      readonly replays?: 'mail' | 'rcpt' | 'helo';
      /** Byte ranges of `text` that hold a secret, as [from, to). */
      readonly secret?: readonly (readonly [number, number])[];
    }
  /** The question to the auth service, as far as the dialogue knows it. */
  | {
      readonly type: 'ask';
      readonly method: Method;
      readonly user: Bytes;
      readonly password: Bytes;
      readonly salt?: Bytes;
      readonly helo?: Bytes;
      readonly from?: Bytes;
      readonly to?: Bytes;
      /** Counts credential events on this connection from 1 (`Auth-Login-Attempt`). */
      readonly attempt: number;
    }
  | { readonly type: 'dial'; readonly server: string; readonly port: number; readonly name: string }
  /** Start a clock (ms), or with `null` stop it. */
  | { readonly type: 'clock'; readonly clock: Clock; readonly ms: number | null }
  /** A back machine tells the front how the upstream login went. */
  | { readonly type: 'report'; readonly event: Extract<Event, { type: 'loggedIn' | 'failed' }> }
  /** From here the proxy only copies bytes. */
  | { readonly type: 'handOver' }
  /** What is buffered from this side loses its line ends: each CR and LF becomes `_`. */
  | { readonly type: 'mangle' }
  /** STARTTLS was accepted: what is buffered in clear text is dropped, and a handshake begins. */
  | { readonly type: 'secure' }
  | { readonly type: 'close' };

/** A decision: the new state, what is to be done, and the documented reason. */
export interface Step<S, R extends string> {
  readonly state: S;
  readonly effects: readonly Effect[];
  readonly why: R;
  /** Values the reason's sentence may name. */
  readonly params?: Params;
  /** Byte ranges of the event's own text that hold a secret, as [from, to). */
  readonly secret?: readonly (readonly [number, number])[];
}

/** Values of a reason's sentence. */
export type Params = Readonly<Record<string, string | number>>;

/** A protocol machine: a place to start, a pure step, and how it cuts its input. */
export interface Machine<S, R extends string> {
  readonly initial: S;
  step(state: S, event: Event): Step<S, R>;
  /**
   * Cuts the next unit off `input`: N takes its first N bytes as one `line` event, 0 asks for more bytes, -1 says that
   * nothing is read in this place (the bytes stay where they are).
   */
  read(state: S, input: Bytes): number;
  /**
   * True where the input buffer is not rewound although all of it has been read: the next unit belongs to the same
   * command. Left out: never.
   */
  keeps?(state: S): boolean;
}
