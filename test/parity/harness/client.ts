/** The scripted client: says what it is told and waits for complete replies or for the close, never for luck. */
import net from 'node:net';
import type { Bytes, Protocol } from '../../../shared/machine/machine.ts';
import { replyEnds } from './dialogue.ts';
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
  send(bytes: Bytes): void;
  finish(): void;
  reset(): void;
  /** Waits for `replies` complete replies, or for the close; what came beyond them belongs to the next call. */
  hear(replies: number | 'close', ms: number): Promise<Heard>;
}

/** Connects to the proxy. */
export async function connect(host: string, port: number, protocol: Protocol): Promise<Client> {
  const socket = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
  let pending = '';
  let closed = false;
  let changed: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    pending += text(chunk);
    changed();
  });
  const ended = () => {
    closed = true;
    changed();
  };
  socket.on('end', () => {
    ended();
    socket.end();
  });
  socket.on('close', ended);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
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
    send(bytes) {
      if (!socket.destroyed && socket.writable) socket.write(Buffer.from(bytes, 'latin1'));
    },
    finish: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
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
