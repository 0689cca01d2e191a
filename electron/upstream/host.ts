/** A listener for the machine of a played server: IMAP and POP3 stand on it. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { letIn } from './arrival.ts';
import { HostSession, type SessionHost } from './host-session.ts';
import { createMaildropLocks } from './maildrop-locks.ts';
import type { PlayedMock } from './played.ts';

/** A server. */
export interface MockServer {
  /** Rejects with the system's error (EADDRINUSE …) when the port cannot be had. Opens again what `refuse` has closed. */
  listen(host: string, port: number): Promise<{ port: number }>;
  /** Closes the port: whoever connects is refused (ECONNREFUSED); who is there goes on. */
  refuse(): void;
  /** Tells every client, closes, and resolves when all sockets are closed. */
  stop(): Promise<void>;
}

/** Connections at one time. */
const MAX_CLIENTS = 20_000;

/** What POP3 and IMAP say of their own accord before they close (RFC 3501 7.1.5; POP3 has only an answer for it). */
function goodbyeOf(protocol: string, name: string): string {
  const shown = name.replaceAll(/[^ -~]/g, '?');
  return protocol === 'imap' ? `* BYE ${shown} is stopping\r\n` : `-ERR [SYS/TEMP] ${shown} is stopping\r\n`;
}

/** Made when the first client wants it: a certificate costs time. */
function contextOf(certificate: NonNullable<PlayedMock<unknown>['certificate']>): () => SecureContext {
  let made: SecureContext | undefined;
  return () => {
    if (!made) {
      const { certificate: cert, key } = certificate();
      made = createSecureContext({ cert, key });
    }
    return made;
  };
}

function listenOn(server: Server, host: string, port: number): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({ port: (server.address() as AddressInfo).port });
    });
  });
}

/** It does nothing until `listen`. `lockWaitMs`: how long a session waits for a maildrop that another one has. */
export function createMockServer<S>(played: PlayedMock<S>, lockWaitMs?: number): MockServer {
  const { protocol, name, certificate } = played;
  /** Who is there; null where nobody was let in yet. */
  const sessions = new Map<Socket, HostSession<S> | null>();
  const host: SessionHost<S> = {
    played,
    goodbye: goodbyeOf(protocol, name),
    ...(certificate && { context: contextOf(certificate) }),
    ...(protocol === 'pop3' && { locks: createMaildropLocks(lockWaitMs) }),
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sessions.set(socket, null);
    const leave = (): void => void socket.end();
    socket.once('end', leave).once('close', () => sessions.delete(socket));
    letIn(socket, protocol, played, (arrival) => {
      socket.off('end', leave);
      if (sessions.has(socket)) sessions.set(socket, new HostSession(socket, arrival, host));
    });
  });
  server.maxConnections = MAX_CLIENTS;
  // Somebody could not be accepted (too many open files); those that are there go on.
  server.on('error', () => undefined);
  return {
    listen: (address, port) => listenOn(server, address, port),
    refuse: () => void server.close(),
    stop: () =>
      new Promise((resolve) => {
        if (!server.listening && sessions.size === 0) {
          resolve();
          return;
        }
        server.close(() => resolve());
        for (const [socket, session] of [...sessions]) {
          if (session) session.stop();
          else socket.destroySoon();
        }
      }),
  };
}
