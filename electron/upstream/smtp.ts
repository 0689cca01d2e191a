/** A mail server that the lab plays itself: it takes every message and hands it over whole, with its envelope. */
import type { AddressInfo, Socket } from 'node:net';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { PromptServer } from './prompt-connection.ts';

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

export interface SmtpMockOptions {
  /** How it greets: `220 NAME ESMTP`. */
  readonly name: string;
  /** Called before the 250 is sent: an error thrown here becomes 451, so nothing accepted is lost. */
  readonly onMessage: (message: AcceptedMessage) => void;
  /** Largest message in bytes, advertised as SIZE (RFC 1870) and answered with 552 when exceeded. */
  readonly maxSize?: number;
}

export interface SmtpMock {
  /** Rejects with the system's error (EADDRINUSE …) when the port cannot be had. */
  listen(host: string, port: number): Promise<{ port: number }>;
  /** Tells every client 421, closes, and resolves when all sockets are closed. */
  stop(): Promise<void>;
}

/** Largest message, in bytes. */
const MAX_SIZE = 64 * 1024 * 1024;

/** Bytes of messages that are being received at one time; more is asked to come again later. */
const MAX_RECEIVING = 4 * MAX_SIZE;

/** Connections at one time. */
const MAX_CLIENTS = 20_000;

/** Recipients of one message (RFC 5321 4.5.3.1.8 asks for at least 100). */
const MAX_RECIPIENTS = 1000;

/** nginx's own proxy_timeout: while a person types or steps, the mock is never the one that gives up, in ms. */
const IDLE_MS = 24 * 60 * 60 * 1000;

function replyError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

class Mock implements SmtpMock {
  readonly #options: SmtpMockOptions;
  readonly #server: PromptServer;
  readonly #sockets = new Set<Socket>();
  /** The port each session came from, before XCLIENT renames it. */
  readonly #ports = new WeakMap<SMTPServerSession, number>();
  readonly #maxSize: number;
  #receiving = 0;

  constructor(options: SmtpMockOptions) {
    this.#options = options;
    this.#maxSize = options.maxSize ?? MAX_SIZE;
    this.#server = new PromptServer({
      name: options.name,
      heloResponse: '%s',
      size: this.#maxSize,
      rejectOversized: true,
      maxClients: MAX_CLIENTS,
      maxRecipients: MAX_RECIPIENTS,
      lenientAddressParsing: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      useXClient: true,
      disableReverseLookup: true,
      socketTimeout: IDLE_MS,
      logger: false,
      onAuth: (auth, _session, done) => done(null, { user: auth.username }),
      onConnect: (session, done) => {
        this.#ports.set(session, session.remotePort);
        done();
      },
      onMailFrom: (_address, _session, done) => done(),
      onRcptTo: (_address, _session, done) => done(),
      onData: (stream, session, done) => this.#receive(stream, session, done),
    });
    // A client that went away in the middle of something; the session's own journal tells of it.
    this.#server.on('error', () => undefined);
    this.#server.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  #receive(stream: SMTPServerDataStream, session: SMTPServerSession, done: (error?: Error | null) => void): void {
    let chunks: Buffer[] = [];
    let size = 0;
    let full = false;
    stream.on('data', (chunk: Buffer) => {
      full ||= this.#receiving + chunk.length > MAX_RECEIVING;
      if (full || stream.sizeExceeded) return;
      chunks.push(chunk);
      size += chunk.length;
      this.#receiving += chunk.length;
    });
    const release = () => {
      this.#receiving -= size;
      size = 0;
      chunks = [];
    };
    // The client left in the middle of the content: there is no message and nobody to answer.
    stream.on('error', release);
    stream.on('end', () => {
      const raw = Buffer.concat(chunks);
      release();
      // Too large: the package answers 552 whatever we say.
      if (stream.sizeExceeded) done();
      else if (full) done(replyError(452, 'Insufficient system storage'));
      else done(this.#accept(raw, session));
    });
  }

  /** Hands the message over; the error is what the client is told instead of 250. */
  #accept(raw: Buffer, session: SMTPServerSession): Error | null {
    const { mailFrom, rcptTo } = session.envelope;
    try {
      this.#options.onMessage({
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        raw,
        at: Date.now(),
        clientPort: this.#ports.get(session) ?? session.remotePort,
      });
      return null;
    } catch {
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
