/** The net of the scripted peers: listeners that remember their connections, and free ports below the ephemeral ones. */
import { randomInt } from 'node:crypto';
import net from 'node:net';
import type { Bytes } from '../../../shared/machine/machine.ts';
import { type Said, type Say, wire } from './dialogue.ts';

/** A listener that can be waited for and stopped. */
export interface Listening {
  readonly port: number;
  /** Resolves when `atLeast` connections have been and none is open any more, or after `ms` with false. */
  quiet(ms: number, atLeast: number): Promise<boolean>;
  stop(): Promise<void>;
}

/** Listens on an ephemeral port of `host`, or on the unix socket `path`. */
export async function listen(
  at: { readonly host: string } | { readonly path: string },
  accept: (socket: net.Socket) => void,
): Promise<Listening> {
  const open = new Set<net.Socket>();
  let accepted = 0;
  let changed: () => void = () => undefined;
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    accepted += 1;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      changed();
    });
    accept(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen('host' in at ? { host: at.host, port: 0 } : at, () => resolve());
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    quiet: (ms, atLeast) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), ms);
        changed = () => {
          if (open.size > 0 || accepted < atLeast) return;
          clearTimeout(timer);
          resolve(true);
        };
        changed();
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Says something on a socket, piece by piece; `fill` puts the placeholders' values in; then `done` has its turn. */
export function say(
  socket: net.Socket,
  said: Said,
  fill: (text: string) => string,
  done: () => void = () => undefined,
): void {
  const pieces = [...said.pieces];
  const after = (ms: number, action: () => void) => {
    if (ms === 0) action();
    else setTimeout(action, ms).unref();
  };
  const next = (): void => {
    if (socket.destroyed) return;
    const piece = pieces.shift();
    if (piece !== undefined && socket.writable) socket.write(Buffer.from(wire(fill(piece)), 'latin1'));
    if (pieces.length > 0) after(said.everyMs ?? 0, next);
    else if (said.then === 'close') socket.end();
    else if (said.then === 'reset') socket.resetAndDestroy();
    else done();
  };
  after(said.delayMs ?? 0, next);
}

/** The long form of `what`. */
export function long(what: Say): Said {
  return typeof what === 'string' ? { pieces: [what] } : what;
}

/** Every byte as one character. */
export function text(chunk: Buffer): Bytes {
  return chunk.toString('latin1');
}

function bindable(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * Free ports for a server that must be told its ports in a file. They lie below the range from which systems give out
 * the ports of outgoing connections, so that no client takes one in the meantime.
 */
export async function freePorts(hosts: readonly string[]): Promise<number[]> {
  const ports: number[] = [];
  let port = randomInt(15_000, 29_000);
  for (const host of hosts) {
    do port += 1;
    while (!(await bindable(port, host === 'unix' ? '127.0.0.1' : host.replace(/[[\]]/g, ''))));
    ports.push(port);
  }
  return ports;
}
