/** Listening sockets: where the configuration wants them, and how one is bound, served and closed. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Listen, MailConf, MailServer } from '../../shared/nginx/mail.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { isLoopback } from '../../shared/wire/loopback.ts';
import type { ProxyListener } from './engine.ts';

/** nginx's default backlog. */
const BACKLOG = 511;

/** One socket the configuration asks for. */
export interface Place {
  /** The same `listen` keeps its key from one configuration to the next. */
  readonly key: string;
  readonly address: string;
  readonly port: number;
  readonly narrowed: boolean;
  /** The key of the place whose port this one takes, when its own is left to the system. */
  readonly portOf?: string;
  readonly server: MailServer;
  /** 0 an exact address, 1 every IPv6 address, 2 every address: the narrower one wins a socket. */
  readonly breadth: number;
  /** Not bound at all: another address than loopback without permission. */
  readonly forbidden: boolean;
}

/**
 * Every socket of a configuration. `listen 3333` means every interface in nginx; here it means both loopbacks, unless
 * another `listen` names one of them: the exact address wins, as in nginx.
 */
export function placesOf(conf: MailConf | null, allowLan: boolean): readonly Place[] {
  const places: Place[] = [];
  for (const [at, server] of (conf?.servers ?? []).entries())
    for (const [nth, listen] of server.listens.entries()) {
      const key = listen.port === 0 ? `${listen.host}:0#${at}.${nth}` : hostPort(listen.host, listen.port);
      places.push(...placesOfListen(key, listen, server, allowLan));
    }
  const taken = new Set<string>();
  const exactFirst = places.toSorted((one, other) => one.breadth - other.breadth);
  const kept = new Set(
    exactFirst.filter((place) => place.port === 0 || !seen(taken, hostPort(place.address, place.port))),
  );
  return places.filter((place) => kept.has(place));
}

/** Whether `key` was in the set before; it is afterwards. */
function seen(set: Set<string>, key: string): boolean {
  const was = set.has(key);
  set.add(key);
  return was;
}

function placesOfListen(key: string, { host, port }: Listen, server: MailServer, allowLan: boolean): readonly Place[] {
  const place = { key, port, server, breadth: 0, forbidden: false, narrowed: !allowLan };
  if (host === '::') return [{ ...place, breadth: 1, address: allowLan ? '::' : '::1' }];
  if (host === '*')
    return [
      { ...place, breadth: 2, address: allowLan ? '0.0.0.0' : '127.0.0.1' },
      { ...place, breadth: 2, key: `${key} ipv6`, address: '::1', portOf: key },
    ];
  return [{ ...place, address: host, narrowed: false, forbidden: !allowLan && !isLoopback(host) }];
}

/** One listening socket. */
export class Listener {
  #place: Place;
  #serve: (socket: Socket, name: string) => void;
  #server: Server | undefined;
  #port: number;
  #error: string | null = null;

  constructor(place: Place, serve: (socket: Socket, name: string) => void) {
    this.#place = place;
    this.#serve = serve;
    this.#port = place.port;
  }

  /** Serves a new connection; `name` is the listener's address as sessions show it. */
  serve(socket: Socket, name: string): void {
    this.#serve(socket, name);
  }

  /** New connections are served by a new configuration. */
  change(place: Place, serve: (socket: Socket, name: string) => void): void {
    this.#place = place;
    this.#serve = serve;
  }

  /** How the listener stands; undefined where this machine has no IPv6 and only a wildcard asked for it. */
  view(): ProxyListener | undefined {
    const { server, address, narrowed, portOf } = this.#place;
    if (portOf !== undefined && noSuchFamily(this.#error)) return undefined;
    return {
      id: `${server.protocol} ${hostPort(address, this.#port)}`,
      protocol: server.protocol,
      address,
      port: this.#port,
      state: this.#server ? 'listening' : 'failed',
      error: this.#error,
      narrowed,
    };
  }

  /** Binds the socket unless it is bound; a failure is kept for `view`. `portFor` tells another place's port. */
  async bind(portFor: (key: string) => number | undefined): Promise<void> {
    if (this.#server) return;
    const { address, port, portOf, forbidden } = this.#place;
    if (forbidden) {
      this.#error = 'NOT_LOOPBACK';
      return;
    }
    const wanted = port === 0 && portOf !== undefined ? (portFor(portOf) ?? 0) : port;
    // No TCP_NODELAY, here and towards the upstream: nginx's mail module does not set it either.
    const server = createServer({ allowHalfOpen: true }, (socket) => this.serve(socket, hostPort(address, this.#port)));
    this.#error = await new Promise<string | null>((done) => {
      server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
      server.listen({ host: address, port: wanted, backlog: BACKLOG, ipv6Only: true, exclusive: true }, () =>
        done(null),
      );
    });
    if (this.#error !== null) return;
    const bound = server.address();
    if (bound !== null && typeof bound === 'object') this.#port = bound.port;
    this.#server = server;
  }

  /** Stops accepting; open sessions go on. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    // close() waits for open connections too; the port itself is free at once.
    server?.close();
  }
}

const noSuchFamily = (error: string | null): boolean => error === 'EADDRNOTAVAIL' || error === 'EAFNOSUPPORT';
