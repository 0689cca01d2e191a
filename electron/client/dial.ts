/** How the built-in clients reach a server: a connection, a PROXY header where one is expected, and TLS. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Handshake } from '../../shared/contract/clients.ts';

/** Where to connect to. */
export interface DialTarget {
  readonly host: string;
  readonly port: number;
  /** A PROXY header first, in which the client speaks for itself. */
  readonly proxyProtocol?: true;
}

/** The ports of the clients that are connected. */
const ports = new Set<number>();

/** Whether one of the built-in clients connects from this port: it waits as long as a person takes. */
export const isOwnPort = (port: number): boolean => ports.has(port);

/**
 * Connects; rejects with the system's error, or ABORTED when `signal` ends it before. nginx looks at the first read only,
 * so the header goes out alone.
 */
export async function dial({ host, port, proxyProtocol }: DialTarget, signal?: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port });
  const stop = () => socket.destroy(Object.assign(new Error('stopped'), { code: 'ABORTED' }));
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve();
      });
    });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  const { localPort = 0 } = socket;
  ports.add(localPort);
  socket.once('close', () => ports.delete(localPort));
  if (proxyProtocol) await introduce(socket);
  return socket;
}

function introduce(socket: Socket): Promise<void> {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
  const family = localAddress.includes(':') ? 'TCP6' : 'TCP4';
  const header = `PROXY ${family} ${localAddress} ${remoteAddress} ${localPort} ${remotePort}\r\n`;
  return new Promise((resolve, reject) => {
    socket.write(header, 'latin1', (error) => (error ? reject(error) : resolve()));
  });
}

/** A certificate's fields as one line: `CN=mail.test.com, O=Lab`. */
function named(fields: object | undefined): string {
  const parts = Object.entries(fields ?? {}).map(([name, value]) => `${name}=${[value].flat().join('+')}`);
  return parts.join(', ');
}

/**
 * Shakes hands on a connection. Any certificate and any version will do: it is the lab's own proxy, and what a careful
 * client would say of it is told. Rejects with the error of the handshake.
 */
export function secure(socket: Socket): Promise<{ readonly socket: TLSSocket; readonly handshake: Handshake }> {
  return new Promise((resolve, reject) => {
    const tls = connectTls({
      socket,
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const fail = (error: Error) => {
      tls.destroy();
      reject(error);
    };
    // A server that closes in the middle of the handshake makes no error of its own.
    const lost = () => fail(Object.assign(new Error('closed in the handshake'), { code: 'ECONNRESET' }));
    tls.once('error', fail);
    tls.once('close', lost);
    tls.once('secureConnect', () => {
      tls.off('error', fail);
      tls.off('close', lost);
      const { standardName, name } = tls.getCipher();
      resolve({
        socket: tls,
        handshake: {
          protocol: tls.getProtocol() ?? '',
          cipher: standardName || name,
          subject: named(tls.getPeerCertificate().subject),
          distrust: tls.authorized ? null : String(tls.authorizationError),
        },
      });
    });
  });
}

/** The system's or OpenSSL's code of an error, else its message. */
export function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return error instanceof Error ? error.message : String(error);
}
