/** The connection to the upstream, from the dial to the relay; what happens on it becomes events of the back machine. */
import { connect, type Socket } from 'node:net';
import type { Entry } from '../../shared/journal/entry.ts';
import type { Event } from '../../shared/machine/machine.ts';

type Unplaced = Omit<Entry, 'seq' | 'at' | 'state'>;

/** Where to, and who hears of it. */
export interface DialPorts {
  readonly server: string;
  readonly port: number;
  /** `ADDR:PORT` as the auth service spelled it, and the lab's own name for it ('' if it has none). */
  readonly params: { readonly upstream: string; readonly name: string };
  /** The entry of the dial, which caused all that follows. */
  readonly cause: number;
  onEvent(event: Event, entry: Unplaced): void;
  onBytes(bytes: Buffer): void;
}

/** Opens the one plain TCP connection nginx makes to `Auth-Server:Auth-Port`. */
export function dial({ server, port, params, cause, onEvent, onBytes }: DialPorts): Socket {
  const socket = connect({ host: server, port, noDelay: true, allowHalfOpen: true });
  let connected = false;
  let lost = false;
  const entry = (kind: 'dial' | 'close', why: string, more: Record<string, string | number>): Unplaced => ({
    leg: 'upstream',
    direction: 'in',
    kind,
    bytes: '',
    cause,
    why,
    params: { ...params, ...more },
  });
  const lose = (error?: string): void => {
    if (lost) return;
    lost = true;
    const more = error === undefined ? {} : { error };
    onEvent(
      { type: 'closed', ...more },
      connected ? entry('close', 'session.upstream-closed', more) : entry('dial', 'session.refused', more),
    );
  };
  socket.once('connect', () => {
    connected = true;
    const opened = {
      type: 'opened',
      client: { address: server, port },
      clientHost: '',
      nonce: { random: 0, seconds: 0 },
    };
    onEvent(opened as Event, entry('dial', 'session.connected', { local: socket.localPort ?? 0 }));
  });
  socket.on('data', onBytes);
  socket.on('end', () => lose());
  socket.on('error', (error: NodeJS.ErrnoException) => lose(error.code ?? error.message));
  socket.on('close', () => lose());
  return socket;
}
