/** The scripted client: says what it is told and waits for complete replies or for the close, never for luck. */
import net from 'node:net';
import tls from 'node:tls';
import type { Bytes, Protocol } from '../../../shared/machine/machine.ts';
import { certificate } from './certificates.ts';
import { replyEnds, type Secure } from './dialogue.ts';
import { text } from './sockets.ts';

/** What came back in one exchange. */
export interface Heard {
  readonly bytes: Bytes;
  /** The proxy has closed the connection (or reset it). */
  readonly closed: boolean;
  /** What was waited for did not come in time. */
  readonly late: boolean;
}

/** A connected client. */
export interface Client {
  /** Its own port; 0 over a unix socket. */
  readonly port: number;
  send(bytes: Bytes): void;
  finish(): void;
  reset(): void;
  /** The proxy has reset the connection. */
  broken(): boolean;
  /** Plays the client's part of a handshake; false: it failed, or was not over in time. */
  secure(how: Secure, ms: number): Promise<boolean>;
  /** Waits for `replies` complete replies, or for the close; what came beyond them belongs to the next call. */
  hear(replies: number | 'close', ms: number): Promise<Heard>;
}

function handshake(raw: net.Socket, how: Secure): tls.TLSSocket {
  const { holder, serverName, protocol, alpn } = how === true ? {} : how;
  return tls.connect({
    socket: raw,
    ca: certificate('ca', 'crt'),
    checkServerIdentity: () => undefined,
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    ...(protocol === undefined ? {} : { minVersion: protocol, maxVersion: protocol }),
    ...(holder === undefined ? {} : { cert: certificate(holder, 'crt'), key: certificate(holder, 'key') }),
  });
}

/** Connects to the proxy; `host` may be the path of a unix socket. */
export async function connect(host: string, port: number, protocol: Protocol): Promise<Client> {
  const more = { allowHalfOpen: true, noDelay: true };
  const raw = net.connect(host.startsWith('/') ? { path: host, ...more } : { host, port, ...more });
  let socket: net.Socket = raw;
  let pending = '';
  let closed = false;
  let changed: () => void = () => undefined;
  const hearing = (chunk: Buffer) => {
    pending += text(chunk);
    changed();
  };
  const ended = () => {
    closed = true;
    changed();
  };
  raw.on('data', hearing);
  raw.on('end', () => {
    ended();
    raw.end();
  });
  raw.on('close', ended);
  await new Promise<void>((resolve, reject) => {
    raw.once('connect', () => resolve());
    raw.once('error', reject);
  });
  let broken = false;
  raw.on('error', () => {
    broken = true;
  });
  const take = (count: number, late: boolean): Heard => {
    const bytes = pending.slice(0, count);
    pending = pending.slice(count);
    return { bytes, closed: closed && pending === '', late };
  };
  const ready = (replies: number | 'close'): number | null => {
    if (closed) return pending.length;
    if (replies === 'close') return null;
    if (replies === 0) return 0;
    return replyEnds(pending, protocol)[replies - 1] ?? null;
  };
  return {
    port: raw.localPort ?? 0,
    send(bytes) {
      if (!socket.destroyed && socket.writable) socket.write(Buffer.from(bytes, 'latin1'));
    },
    finish: () => void socket.end(),
    reset() {
      // A unix socket knows no reset; and Node never gives back a socket that is reset while its FIN is under way.
      if (raw.localPort === undefined || raw.writableEnded) raw.destroy();
      else raw.resetAndDestroy();
    },
    broken: () => broken,
    secure: (how, ms) =>
      new Promise((resolve) => {
        raw.off('data', hearing);
        const secured = handshake(raw, how);
        const timer = setTimeout(() => resolve(false), ms);
        const done = (well: boolean) => {
          clearTimeout(timer);
          resolve(well);
        };
        secured.once('secureConnect', () => done(true));
        secured.on('error', () => done(false));
        secured.once('close', () => done(false));
        secured.on('data', hearing);
        secured.on('end', ended);
        secured.on('close', ended);
        socket = secured;
      }),
    hear: (replies, ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          changed = () => undefined;
          resolve(take(pending.length, true));
        }, ms);
        changed = () => {
          const count = ready(replies);
          if (count === null) return;
          clearTimeout(timer);
          changed = () => undefined;
          resolve(take(count, false));
        };
        changed();
      }),
  };
}
