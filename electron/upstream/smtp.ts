/** A mail server that the lab plays itself: it takes every message and hands it over whole, with its envelope. */
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  SMTPServer,
  type SMTPServerAuthentication,
  type SMTPServerAuthenticationResponse,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server';
import { encodeUtf8 } from '../../shared/auth/text.ts';
import { ownerOf } from '../../shared/upstream/accounts.ts';
import { plainPlay } from '../../shared/upstream/play.ts';
import { letIn } from './arrival.ts';
import type { Played } from './played.ts';
import { PlayedConnection } from './smtp-connection.ts';

/** A message as it was accepted. */
export interface AcceptedMessage {
  /** Address of the envelope's sender; '' for the null sender. */
  readonly from: string;
  readonly to: string[];
  /** The content as it is meant: dot-stuffing removed, without the final dot. */
  readonly raw: Buffer;
  /** ms since 1970. */
  readonly at: number;
  /** The connection's own port at the other end, whatever XCLIENT said: it tells which session brought the message. */
  readonly clientPort: number;
}

/** An upstream's SMTP side. It greets as `220 NAME ESMTP`. */
export interface SmtpMockOptions extends Played {
  /**
   * Called before the 250 is sent, and waited for where it promises: an error thrown here becomes 451, so nothing
   * accepted is lost.
   */
  readonly onMessage: (message: AcceptedMessage) => void | Promise<void>;
  /** Bytes of messages that are received, and not yet answered, at one time; more is asked to come again later. */
  readonly room?: number;
}

export interface SmtpMock {
  /** Rejects with the system's error (EADDRINUSE …) when the port cannot be had. Opens again what `refuse` has closed. */
  listen(host: string, port: number): Promise<{ port: number }>;
  /** Closes the port: whoever connects is refused (ECONNREFUSED); who is there goes on. */
  refuse(): void;
  /** Tells every client 421, closes, and resolves when all sockets are closed. */
  stop(): Promise<void>;
}

/** `room` where nothing is said of it. */
const ROOM = 4 * plainPlay.smtp.size;

/** Connections at one time. */
const MAX_CLIENTS = 20_000;

/** Recipients of one message (RFC 5321 4.5.3.1.8 asks for at least 100). */
const MAX_RECIPIENTS = 1000;

/** nginx's own proxy_timeout: while a person types or steps, the mock is never the one that gives up, in ms. */
const IDLE_MS = 24 * 60 * 60 * 1000;

function replyError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

type Done = (error?: Error | null) => void;
type AuthDone = (error: Error | null | undefined, response?: SMTPServerAuthenticationResponse) => void;

/** Makes a connection of what was let in. */
type Serve = (socket: Socket, serve: (make: (server: SMTPServer) => PlayedConnection) => void) => void;

/** The package's server, with connections that can be struck. */
class Door extends SMTPServer {
  readonly #serve: Serve;
  constructor(options: SMTPServerOptions, serve: Serve) {
    super(options);
    this.#serve = serve;
  }

  override connect(socket: Socket | TLSSocket): void {
    this.#serve(socket, (make) => {
      const connection = make(this);
      this.connections.add(connection);
      connection.on('error', (error: Error) => this.emit('error', error));
      connection.on('connect', (info) => this.emit('connect', info));
      connection.init();
    });
  }
}

class Mock implements SmtpMock {
  readonly #options: SmtpMockOptions;
  readonly #server: Door;
  readonly #sockets = new Set<Socket>();
  readonly #connections = new WeakMap<SMTPServerSession, PlayedConnection>();
  #receiving = 0;

  constructor(options: SmtpMockOptions) {
    this.#options = options;
    const { smtp, starttls } = options.play ?? plainPlay;
    const own = starttls ? options.certificate?.() : undefined;
    const settings: SMTPServerOptions = {
      name: options.name,
      heloResponse: '%s',
      size: smtp.size,
      rejectOversized: true,
      maxClients: MAX_CLIENTS,
      maxRecipients: MAX_RECIPIENTS,
      lenientAddressParsing: true,
      useXClient: true,
      disableReverseLookup: true,
      socketTimeout: IDLE_MS,
      logger: false,
      authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
      allowInsecureAuth: true,
      authOptional: smtp.auth !== 'required',
      maxAllowedUnauthenticatedCommands: Number.MAX_SAFE_INTEGER,
      ...(own && { cert: own.certificate, key: own.key }),
      // At once: who says a PROXY header, wanted or not, does not wait for the greeting.
      onConnect: (_session, done) => done(),
      // TLS takes all listeners off the socket that it stands on.
      onClose: (session) => {
        const raw = this.#connections.get(session)?.raw;
        if (raw) this.#sockets.delete(raw);
      },
      onAuth: (auth, session, done) => this.#login(auth, session, done),
      onMailFrom: (_address, _session, done) => done(),
      onRcptTo: (_address, _session, done) => done(),
      onData: (stream, session, done) => this.#receive(stream, session, done),
    };
    this.#server = new Door(settings, (socket, serve) => this.#arrive(socket, serve));
    // A client that went away in the middle of something; the session's own journal tells of it.
    this.#server.on('error', () => undefined);
    this.#server.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  #arrive(socket: Socket, serve: Parameters<Serve>[1]): void {
    letIn(socket, 'smtp', this.#options, (arrival) =>
      serve((server) => {
        const connection = new PlayedConnection(server, socket, this.#options, arrival);
        this.#connections.set(connection.session, connection);
        return connection;
      }),
    );
  }

  /** A fault of the stage strikes the connection of this session, or nothing does. */
  #meet(session: SMTPServerSession, stage: 'auth' | 'end', about: readonly string[], go: () => void, no: () => void) {
    const connection = this.#connections.get(session);
    if (connection) connection.meet(stage, about, go, no);
    else go();
  }

  #login(auth: SMTPServerAuthentication, session: SMTPServerSession, done: AuthDone): void {
    const { method, username = '' } = auth;
    // The proxy vouches for XCLIENT's LOGIN: that is what it is for.
    if (method === 'XCLIENT') {
      done(null, { user: username });
      return;
    }
    const refuse = (): void => done(null, { responseCode: 535, message: 'Authentication credentials invalid' });
    const check = (): void => {
      if (this.#isKnown(auth, username)) done(null, { user: username });
      else refuse();
    };
    this.#meet(session, 'auth', [username], check, refuse);
  }

  #isKnown({ method, password, challenge, challengeResponse }: SMTPServerAuthentication, username: string): boolean {
    const { play = plainPlay, accounts = [] } = this.#options;
    const proof =
      method === 'CRAM-MD5'
        ? ({ how: 'cram-md5', challenge: challenge ?? '', digest: challengeResponse ?? '' } as const)
        : ({ how: 'plain', password: encodeUtf8(password ?? '') } as const);
    return ownerOf(play, accounts, encodeUtf8(username), proof) !== null;
  }

  #receive(stream: SMTPServerDataStream, session: SMTPServerSession, done: Done): void {
    let chunks: Buffer[] = [];
    let size = 0;
    let full = false;
    const { room = ROOM } = this.#options;
    const socket = this.#connections.get(session)?.raw;
    stream.on('data', (chunk: Buffer) => {
      full ||= this.#receiving + chunk.length > room;
      if (full || stream.sizeExceeded) return;
      chunks.push(chunk);
      size += chunk.length;
      this.#receiving += chunk.length;
    });
    const release = () => {
      this.#receiving -= size;
      size = 0;
      chunks = [];
      socket?.off('close', release);
    };
    // Where a fault keeps the answer back, the client may leave before there is one.
    socket?.once('close', release);
    // The client left in the middle of the content: there is no message and nobody to answer.
    stream.on('error', release);
    stream.on('end', () => {
      const raw = Buffer.concat(chunks);
      chunks = [];
      const answer: Done = (error) => {
        release();
        done(error);
      };
      const accept = (): void => {
        // Too large: the package answers 552 whatever we say.
        if (stream.sizeExceeded) answer();
        else if (full) answer(replyError(452, 'Insufficient system storage'));
        else void this.#accept(raw, session).then(answer);
      };
      const to = session.envelope.rcptTo.map(({ address }) => address);
      this.#meet(session, 'end', to, accept, () => answer(replyError(451, 'Requested action aborted')));
    });
  }

  /** Hands the message over; the error is what the client is told instead of 250. */
  async #accept(raw: Buffer, session: SMTPServerSession): Promise<Error | null> {
    const { mailFrom, rcptTo } = session.envelope;
    try {
      await this.#options.onMessage({
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        raw,
        at: Date.now(),
        clientPort: this.#connections.get(session)?.ownPort ?? session.remotePort,
      });
      return null;
    } catch (error) {
      const isFull = error instanceof Error && 'responseCode' in error && error.responseCode === 452;
      if (isFull) return replyError(452, 'Insufficient system storage: the message could not be kept');
      return replyError(451, 'Requested action aborted: the message could not be kept');
    }
  }

  listen(host: string, port: number): Promise<{ port: number }> {
    const { server } = this.#server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        const address = server.address() as AddressInfo;
        resolve({ port: address.port });
      });
    });
  }

  refuse(): void {
    this.#server.server.close();
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#server.server.listening && this.#sockets.size === 0) {
        resolve();
        return;
      }
      this.#server.close(() => resolve());
      for (const connection of this.#server.connections) connection.send(421, `${this.#options.name} is stopping`);
      for (const socket of this.#sockets) socket.destroySoon();
    });
  }
}

/** A mock SMTP upstream; it does nothing until `listen`. */
export function createSmtpMock(options: SmtpMockOptions): SmtpMock {
  return new Mock(options);
}
