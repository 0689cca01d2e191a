/**
 * A dialogue as data: what a client says to the proxy, what the auth service and the upstream do about it, and what
 * the reference says must come back. Texts are byte strings in the reference's notation: `⏎` is CR LF, `␊` a lone LF.
 */
import type { Bytes, Protocol } from '../../../shared/machine/machine.ts';
import type { Script } from '../../fakes/dns-server.ts';

/** Turns the notation into bytes. */
export function wire(text: string): Bytes {
  return text.replaceAll('⏎', '\r\n').replaceAll('␊', '\n');
}

/** Turns bytes into the notation, for people to read; other control bytes as `\xNN`. */
export function shown(bytes: Bytes): string {
  const lines = bytes.replaceAll('\r\n', '⏎').replaceAll('\n', '␊');
  return [...lines]
    .map((c) => (c < ' ' || c === '\x7f' ? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}` : c))
    .join('');
}

/** A handshake that the client begins; `true`: as it comes. */
export type Secure =
  | true
  | {
      /** Whose certificate the client shows if it is asked for one (`certificates.ts`). */
      readonly holder?: 'client' | 'stranger' | 'expired' | 'far' | 'server';
      readonly serverName?: string;
      readonly protocol?: 'TLSv1.2' | 'TLSv1.3';
      readonly alpn?: readonly string[];
    };

/** How an exchange goes on besides its texts. */
export interface TurnMore {
  /** After these replies the client begins a TLS handshake; what comes next is encrypted. */
  readonly secure?: Secure;
  /** The handshake fails. */
  readonly unsecured?: true;
  /** The proxy closes after these replies. */
  readonly closes?: true;
  /** ms that the client waits before it sends: only where time is what the dialogue is about. */
  readonly after?: number;
  /** The client closes its sending half after it has sent. */
  readonly finish?: true;
  /** The client resets the connection after it has sent. */
  readonly reset?: true;
  /** When the exchange must be over, in ms since the dialogue's first byte or connect, as [from, to]. */
  readonly within?: readonly [number, number];
}

/** One exchange: what the client sends (at once), and the complete replies that must come back. */
export type Turn = readonly [send: string, hear: string, more?: TurnMore];

/** Bytes that a scripted server sends, whole or in pieces, and what it does afterwards. */
export interface Said {
  /** In the notation; `$PORT` is the scripted upstream's port. */
  readonly pieces: readonly string[];
  /** ms between two pieces. */
  readonly everyMs?: number;
  /** ms before the first piece. */
  readonly delayMs?: number;
  /** What follows the last piece: the server closes, holds the connection open, or resets it. */
  readonly then?: 'close' | 'hold' | 'reset';
}

/** One text, or the long form. */
export type Say = string | Said;

/**
 * What the scripted upstream says: a greeting, and replies by verb; a list holds the first, second … occurrence. In IMAP
 * `user` and `password` are the answers to the literals of LOGIN, `literal` those to others; `$TAG` is the command's tag.
 */
export interface UpstreamScript {
  /** Where it listens; `127.0.0.1` unless told. */
  readonly host?: '127.0.0.1' | '::1';
  /** It greets only once a PROXY header has come. */
  readonly proxied?: true;
  readonly greeting?: Say;
  readonly replies?: Readonly<Record<string, Say | readonly Say[]>>;
}

/** Where Debian's nginx 1.22.1 does not do what the reference (1.31.5) says; the lab follows the reference. */
export interface Difference {
  readonly why: string;
  /** What 1.22.1 answers instead, turn by turn (only the `hear` and `closes` of a turn may differ). */
  readonly turns?: readonly Turn[];
  readonly requests?: readonly string[];
  readonly received?: readonly string[];
}

/** One dialogue, and everything around it. */
export interface Dialogue {
  readonly name: string;
  /** The row of the reference's §9 this dialogue is taken from. */
  readonly row?: number;
  /** SMTP unless told. */
  readonly protocol?: Protocol;
  /** Directives of the `server` block; `$CERTS` is the folder of `certificates.ts`, `$DNS` the address of the name server. */
  readonly conf?: string;
  /** Directives of the `mail` block; dialogues with the same text share one nginx. */
  readonly mail?: string;
  /** What the server listens on, without the port; `127.0.0.1` unless told. `unix`: a socket of its own. */
  readonly host?: '127.0.0.1' | '[::1]' | 'unix';
  /** Parameters of `listen` behind the address: `ssl`, `proxy_protocol`. */
  readonly listen?: string;
  /** The argument of `auth_http`: `$AUTH` is the scripted service's ADDRESS:PORT, `$UNIX` the path of its socket. */
  readonly authHttp?: string;
  /** The answers of the auth service, in order; the last one repeats. A route to the upstream unless told. */
  readonly auth?: Say | readonly Say[];
  readonly upstream?: UpstreamScript;
  /** What the name server answers; there is one only where this is told. */
  readonly dns?: Script;
  /** The first reply; `null`: the turns deal with the greeting themselves. */
  readonly greeting?: string | null;
  readonly turns: readonly Turn[];
  /** The dialogue ends in a place where NOOP and QUIT (LOGOUT) are not commands: the client just leaves. */
  readonly leaves?: true;
  /** The requests that the auth service must have had, whole; only their number is compared if left out. */
  readonly requests?: readonly string[];
  readonly calls?: number;
  /** What each upstream connection must have received; in a PROXY header `$CLIENT` and `$LISTEN` are the ports, `$DOOR` a unix socket. */
  readonly received?: readonly string[];
  readonly nginx?: Difference;
}

/** The answer that routes to the scripted upstream, with more header lines (`Auth-User: bob⏎`). */
export function ok(more = ''): string {
  return `HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: $PORT⏎${more}⏎`;
}

/** The answer that refuses with a text, with more header lines. */
export function refuse(text: string, more = ''): string {
  return `HTTP/1.0 200 OK⏎Auth-Status: ${text}⏎${more}⏎`;
}

/** Where each complete reply at the start of `bytes` ends; in IMAP and POP3 every line counts as one. */
export function replyEnds(bytes: Bytes, protocol: Protocol): number[] {
  const ends: number[] = [];
  for (let start = 0; ; ) {
    const end = bytes.indexOf('\n', start) + 1;
    if (end === 0) return ends;
    if (protocol !== 'smtp' || bytes.charAt(start + 3) !== '-') ends.push(end);
    start = end;
  }
}

/** What is particular to a protocol: how a session begins, and how one is closed that a dialogue left open. */
export const manners: Readonly<
  Record<
    Protocol,
    { readonly greeting: string; readonly noop: string; readonly quit: string; readonly ends: readonly string[] }
  >
> = {
  smtp: {
    greeting: '220 mx.test ESMTP ready⏎',
    noop: 'NOOP⏎',
    quit: 'QUIT⏎',
    ends: ['250 2.0.0 OK⏎221 2.0.0 Bye⏎ close', '250 noop-up⏎221 bye-up⏎ close'],
  },
  imap: {
    greeting: '* OK IMAP4 ready⏎',
    noop: 'zz NOOP⏎',
    quit: 'zz LOGOUT⏎',
    ends: ['zz OK completed⏎* BYE⏎zz OK completed⏎ close', 'zz OK up:zz NOOP⏎* BYE up⏎zz OK bye-up⏎ close'],
  },
  pop3: {
    greeting: '+OK POP3 ready⏎',
    noop: 'NOOP⏎',
    quit: 'QUIT⏎',
    ends: ['+OK⏎+OK⏎ close', '+OK up:NOOP⏎+OK bye-up⏎ close'],
  },
};
