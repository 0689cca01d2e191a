/** The connection to the upstream, from the dial to the relay; what happens on it becomes events of the back machine. */
import { connect, type Socket } from 'node:net';
import type { Entry } from '../../shared/journal/entry.ts';
import type { Event } from '../../shared/machine/machine.ts';

/** An entry whose reason the back machine gives. */
type Unexplained = Omit<Entry, 'seq' | 'at' | 'state' | 'why'>;

/** Where to, and who hears of it. */
export interface DialPorts {
  readonly server: string;
  readonly port: number;
  /** `ADDR:PORT` as the auth service spelled it, and the lab's own name for it ('' if it has none). */
  readonly params: { readonly upstream: string; readonly name: string };
  /** The entry of the dial, which caused all that follows. */
  readonly cause: number;
  onEvent(event: Event, entry: Unexplained): void;
  onBytes(bytes: Buffer): void;
}

/** The connection, and how to take it over from the dial. */
export interface Dialled {
  readonly socket: Socket;
  /** The dial hears nothing more of the socket. */
  detach(): void;
}

/** Opens the one plain TCP connection nginx makes to `Auth-Server:Auth-Port`. */
export function dial({ server, port, params, cause, onEvent, onBytes }: DialPorts): Dialled {
  const socket = connect({ host: server, port, noDelay: true, allowHalfOpen: true });
  let connected = false;
  let lost = false;
  const entry = (kind: 'dial' | 'close', more: Record<string, string | number>): Unexplained => ({
    leg: 'upstream',
    direction: 'in',
    kind,
    bytes: '',
    cause,
    params: { ...params, ...more },
  });
  const lose = (error?: string): void => {
    if (lost) return;
    lost = true;
    const more = error === undefined ? {} : { error };
    onEvent({ type: 'closed', ...more }, entry(connected ? 'close' : 'dial', more));
  };
  socket.once('connect', () => {
    connected = true;
    const opened = {
      type: 'opened',
      client: { address: server, port },
      clientHost: '',
      nonce: { random: 0, seconds: 0 },
    };
    onEvent(opened as Event, entry('dial', { local: socket.localPort ?? 0 }));
  });
  const onEnd = (): void => lose();
  const onError = (error: NodeJS.ErrnoException): void => lose(error.code ?? error.message);
  socket.on('data', onBytes).on('end', onEnd).on('error', onError).on('close', onEnd);
  return {
    socket,
    detach: () => socket.off('data', onBytes).off('end', onEnd).off('error', onError).off('close', onEnd),
  };
}
