/** What the engine needs from the other rooms, and nothing of how they do it. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { AuthTarget, Lookup } from '../../shared/auth/lookup.ts';
import type { Entry, SessionSummary, Trail } from '../../shared/journal/entry.ts';
import type { Bytes, ClientTls, Protocol, Verdict } from '../../shared/machine/machine.ts';
import type { MailServer, Resolver } from '../../shared/nginx/mail.ts';

/** One question to the auth service and its answer, byte by byte. */
export interface Exchange {
  readonly transport: 'in-process' | 'http';
  readonly request: Bytes;
  /** What came back before the proxy stopped reading; '' if nothing did. */
  readonly response: Bytes;
  readonly verdict: Verdict;
  /** Known when the lab's own service answered, in process or over HTTP. */
  readonly trail?: Trail;
  /** The rule that decided, by name. */
  readonly rule?: string;
  /** The system's code when the connection failed, such as ECONNREFUSED. */
  readonly systemError?: string;
  /** The kind of fault armed on the lab's own service that struck this answer. */
  readonly fault?: string;
}

/** Who is asked for a verdict. */
export interface Authority {
  /**
   * Asks once. `done` is called exactly once, possibly before `ask` returns (in process), unless the returned function
   * was called first: it abandons the question.
   */
  ask(
    question: {
      readonly lookup: Lookup;
      /** The exact bytes of the question, as `encodeRequest` gives them. */
      readonly request: Bytes;
      readonly target: AuthTarget;
      readonly timeoutMs: number;
      /** What the session speaks, where the question was changed by hand and may say something else. */
      readonly protocol?: Protocol;
      readonly passwordKnown: boolean;
    },
    done: (exchange: Exchange) => void,
  ): () => void;
}

/**
 * A handshake that was done, or one that failed: `error` in OpenSSL's words, the system's code where the connection broke
 * (ECONNRESET), '' where the client just left.
 */
export type Secured =
  | { readonly socket: TLSSocket; readonly tls: ClientTls }
  | { readonly socket: null; readonly error: string };

/** Who makes a client's connection TLS. */
export interface TlsPort {
  /**
   * Plays the server's side of a handshake on `socket`; bytes that were put back into it (`unshift`) come first. `done`
   * is called exactly once, unless the returned function was called first: it abandons the handshake.
   */
  secure(socket: Socket, server: MailServer, done: (result: Secured) => void): () => void;
}

/** What became of one of the two questions about a client's name. */
export interface NameFailure {
  /** address: the PTR question; hostname: the forward question; name: the answer has a byte that no host name has. */
  readonly about: 'address' | 'hostname' | 'name';
  /** The IP literal or the name that was asked about. */
  readonly asked: string;
  /** nginx's number and words: 1 Format error, 2 Server failure, 3 Host not found, 5 Operation refused, 110 timed out. */
  readonly code: number;
  readonly text: string;
}

/** What the client is called. */
export interface ClientName {
  /** A name in lower case, `[UNAVAILABLE]` or `[TEMPUNAVAIL]`. */
  readonly host: Bytes;
  /** The name that PTR gave, where it did. */
  readonly found: string | null;
  readonly failure: NameFailure | null;
}

/** Who is asked for the names of clients (`resolver`). */
export interface NamePort {
  /** `done` is called exactly once, unless the returned function was called first. `timeoutMs` holds for each question. */
  nameOf(address: string, resolver: Resolver, timeoutMs: number, done: (name: ClientName) => void): () => void;
}

/** Who keeps the journal. Calls must be quick: they only queue. */
export interface Recorder {
  /** The next free session id. */
  allocate(): number;
  /** `summary` is live: the engine goes on changing it until `ended`. */
  began(summary: SessionSummary): void;
  recorded(summary: SessionSummary, entry: Entry): void;
  ended(summary: SessionSummary): void;
}
