/** One listening socket: how it is bound, served and closed. */
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { mostTalkative } from '../../shared/nginx/log-levels.ts';
import type { Listen } from '../../shared/nginx/mail.ts';
import { serviceOf } from '../../shared/proxy/service.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import type { Socketed } from './dial-guard.ts';
import type { ProxyListener } from './engine.ts';
import type { Place } from './places.ts';
import type { Door } from './session-ports.ts';

/** nginx's default backlog. */
const BACKLOG = 511;

/** What Linux does where `so_keepalive` leaves it to the system (tcp(7)). */
const KEEPALIVE = { idleMs: 7_200_000, intervalMs: 75_000, count: 9 };

/** What a listener needs of the engine. */
export interface ListenerPorts {
  /** A client came through. */
  accept(socket: Socket, door: Door): void;
  /** Another listener, by the key of its place. */
  find(key: string): Listener | undefined;
  /** Addresses that another program has. */
  readonly taken: ReadonlySet<string>;
}

/** One address the proxy listens on. */
export class Listener {
  readonly #ports: ListenerPorts;
  #place: Place;
  #door: Door;
  #server: Server | undefined;
  #port: number;
  #error: string | null = null;

  constructor(place: Place, ports: ListenerPorts) {
    this.#ports = ports;
    this.#place = place;
    this.#port = place.port;
    this.#door = doorOf(place, this.#port);
  }

  /** New connections are served by a new configuration. */
  change(place: Place): void {
    this.#place = place;
    this.#door = doorOf(place, this.#port);
    if (place.through !== undefined) this.close();
  }

  /** How the listener stands; undefined where this machine has no IPv6 and only a wildcard asked for it. */
  view(): ProxyListener | undefined {
    const { server, address, narrowed, portOf, through } = this.#place;
    if (portOf !== undefined && noSuchFamily(this.#error)) return undefined;
    const wildcard = through === undefined ? undefined : this.#ports.find(through)?.view();
    return {
      id: `${server.protocol} ${hostPort(address, this.#port)}`,
      protocol: server.protocol,
      address,
      port: this.#port,
      state: wildcard?.state ?? (this.#server ? 'listening' : 'failed'),
      error: wildcard ? wildcard.error : this.#error,
      narrowed,
      ssl: this.#door.ssl,
      starttls: server.starttls,
      proxyProtocol: this.#door.proxyProtocol,
    };
  }

  /** Its own socket, while it is bound to a port. */
  socket(): Socketed | undefined {
    const { address } = this.#place;
    return this.#server && this.#port !== 0 ? { address, port: this.#port } : undefined;
  }

  /** Binds the socket unless it is bound; a failure is kept for `view`. */
  async bind(): Promise<void> {
    const { address, port, portOf, through, forbidden, listen } = this.#place;
    if (through !== undefined) {
      await this.#ports.find(through)?.bind();
      return;
    }
    if (this.#server) return;
    if (forbidden) {
      this.#error = 'NOT_LOOPBACK';
      return;
    }
    if (this.#ports.taken.has(hostPort(address, port))) {
      this.#error = 'EADDRINUSE';
      return;
    }
    const wanted = port === 0 && portOf !== undefined ? (this.#ports.find(portOf)?.view()?.port ?? 0) : port;
    // No TCP_NODELAY, here and towards the upstream: nginx's mail module does not set it either.
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    const options = listen.unix === undefined ? { host: address, port: wanted } : { path: listen.unix };
    this.#error = await bound(server, { ...options, ...howToListen(listen) });
    if (this.#error !== null) return;
    const name = server.address();
    if (name !== null && typeof name === 'object') this.#port = name.port;
    this.#door = { ...this.#door, ...namesOf(this.#place, this.#port) };
    this.#server = server;
  }

  /** Stops accepting; open sessions go on. A unix socket's file goes with it, as in nginx. */
  close(): void {
    const server = this.#server;
    this.#server = undefined;
    // close() waits for open connections too; the port itself is free at once.
    server?.close();
  }

  #accept(socket: Socket): void {
    const { within, listen } = this.#place;
    const narrower = within?.get(socket.localAddress ?? '');
    const listener = narrower === undefined ? undefined : this.#ports.find(narrower);
    if (listen.keepalive) keepAlive(socket, listen.keepalive);
    this.#ports.accept(socket, (listener ?? this).#door);
  }
}

function doorOf(place: Place, port: number): Door {
  const { server, listen } = place;
  const ssl = listen.ssl === true;
  const proxyProtocol = listen.proxyProtocol === true;
  return {
    ...namesOf(place, port),
    service: serviceOf(server),
    logLevel: mostTalkative(server.errorLogs),
    unix: listen.unix !== undefined,
    ssl,
    proxyProtocol,
    arrives: ssl || proxyProtocol || (server.protocol === 'smtp' && server.resolver !== null),
  };
}

function namesOf({ address, inNginx, listen }: Place, port: number): Pick<Door, 'name' | 'inNginx'> {
  const name = hostPort(address, port);
  return { name, inNginx: listen.unix === undefined ? hostPort(inNginx, port) : name };
}

/**
 * Never `exclusive`: in a worker of node:cluster the first process binds, and all share the socket. A stale file of a
 * unix socket is EADDRINUSE, as in nginx; anybody on this machine may connect to it, as there.
 */
const howToListen = ({ backlog, ipv6only }: Listen): ListenOptions => ({
  backlog: backlog ?? BACKLOG,
  ipv6Only: ipv6only !== false,
  readableAll: true,
  writableAll: true,
});

/** The system's code where it cannot be had. */
const bound = (server: Server, options: ListenOptions): Promise<string | null> =>
  new Promise((done) => {
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    server.listen(options, () => done(null));
  });

function keepAlive(
  socket: Socket,
  { idleMs, intervalMs, count }: Exclude<Listen['keepalive'], false | undefined>,
): void {
  const { idleMs: idle, intervalMs: interval, count: probes } = KEEPALIVE;
  socket.setKeepAlive(true, idleMs ?? idle, intervalMs ?? interval, count ?? probes);
}

const noSuchFamily = (error: string | null): boolean => error === 'EADDRNOTAVAIL' || error === 'EAFNOSUPPORT';
