/** Somebody connects to a played server: what befalls the connection before a word is said, whatever the protocol. */
import type { Socket } from 'node:net';
import type { Peer, Protocol } from '../../shared/machine/machine.ts';
import { type Met, playWith } from '../../shared/upstream/fault-match.ts';
import { type Play, plainPlay } from '../../shared/upstream/play.ts';
import { proxyHeaderIn } from '../../shared/upstream/proxy-header.ts';
import type { Played } from './played.ts';

/** A connection that may be served. */
export interface Arrival {
  /** Who the PROXY header says it is; null where none was expected, or it names nobody. */
  readonly proxied: Peer | null;
  /** How the server is played for this connection: its own switches, and those that faults have thrown. */
  readonly play: Play;
}

/** How long the PROXY header may take, as in Postfix (smtpd_upstream_proxy_timeout), in ms. */
const PROXY_MS = 5000;

const noFault: Pick<Met, 'act' | 'switches'> = { act: null, switches: [] };

/** An address as an IPv4 client has it, whatever socket it came through. */
const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');

/**
 * Lets a connection in: faults of the stage `connect` strike, and where a PROXY header is expected it is waited for. What
 * follows the header is in the socket again, which is then paused. A connection that is not let in is ended here, as
 * Postfix and Dovecot do without a word, and `serve` is not called.
 */
export function letIn(socket: Socket, protocol: Protocol, played: Played, serve: (arrival: Arrival) => void): void {
  const { name, play = plainPlay, faults } = played;
  const client = plainAddress(socket.remoteAddress);
  const port = socket.remotePort ?? 0;
  const { act, switches } = faults?.connect({ upstream: name, protocol, client, port }) ?? noFault;
  const thrown = playWith(play, switches);
  const open = (): void => {
    if (thrown.proxyProtocol) takeProxyHeader(socket, (proxied) => serve({ proxied, play: thrown }));
    else serve({ proxied: null, play: thrown });
  };
  if (act === null) open();
  else strike(socket, act, open);
}

/** A client that does not close its side either is left at last. */
const LEAVE_MS = 30_000;

/** Closes with FIN: what has come is read, since with bytes unread the system would send RST. */
function leave(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LEAVE_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.resume().end();
}

function strike(socket: Socket, act: NonNullable<Met['act']>, open: () => void): void {
  // Whoever breaks off meanwhile needs no answer.
  socket.on('error', () => undefined);
  switch (act.type) {
    // It had come before the port was closed.
    case 'refuse':
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'close':
      leave(socket);
      return;
    case 'silent':
      // Read, so that the end of the connection is seen.
      socket.resume();
      return;
    case 'delay': {
      const timer = setTimeout(open, act.ms);
      socket.once('close', () => clearTimeout(timer));
      return;
    }
    default:
      // Nothing is said at connect that could be dripped or replaced.
      open();
  }
}

function takeProxyHeader(socket: Socket, done: (proxied: Peer | null) => void): void {
  let seen = '';
  const drop = (): void => leave(socket);
  const timer = setTimeout(drop, PROXY_MS);
  const clear = (): void => clearTimeout(timer);
  const onError = (): void => undefined;
  const onData = (chunk: Buffer): void => {
    seen += chunk.toString('latin1');
    const header = proxyHeaderIn(seen);
    if (header === null) return;
    clear();
    socket.off('data', onData);
    if ('error' in header) {
      drop();
      return;
    }
    socket.off('close', clear).off('error', onError).pause();
    const rest = seen.slice(header.length);
    if (rest !== '') socket.unshift(Buffer.from(rest, 'latin1'));
    done(header.proxied?.source ?? null);
  };
  socket.on('error', onError).once('close', clear).on('data', onData);
}
