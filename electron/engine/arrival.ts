/**
 * What comes between the accept and the greeting, in nginx's order: the PROXY header, whom to believe in it, TLS, and in
 * SMTP the client's name. Nothing stops at a gate here: the machines have not begun, and a load balancer or a handshake
 * has clocks of its own, which holding would only run out.
 */
import type { Bytes, ClientTls, Event, Peer, Proxied } from '../../shared/machine/machine.ts';
import { realClient } from '../../shared/nginx/real-ip.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { PROXY_HEADER_MAX, readProxyHeader } from '../../shared/wire/proxy-in.ts';
import type { ClientSide } from './client-side.ts';
import type { Clocks } from './clocks.ts';
import { closed } from './entries.ts';
import * as entries from './entries-arrival.ts';
import { shakeHands } from './handshake.ts';
import type { Interlude } from './interlude.ts';
import type { ClientName, NamePort, TlsPort } from './ports.ts';
import type { Door } from './session-ports.ts';
import type { Writer } from './writer.ts';

/** What the arrival needs of its session. */
export interface ArrivalPorts {
  readonly client: ClientSide;
  readonly peer: Peer;
  readonly door: Door;
  readonly tls: TlsPort | undefined;
  readonly names: NamePort | undefined;
  readonly writer: Writer;
  readonly clocks: Clocks;
  /** The entry of the accept. */
  readonly cause: number;
  /** As in `HandshakePorts`. */
  guard(act: () => void): void;
  /** The client is there, and all is known that can be; the greeting may come. */
  onArrived(arrived: Arrived, told: number): void;
  /** The client did not get that far, and the connection is to be closed. */
  onFailed(told: number): void;
}

/** What the arrival found out. */
export type Arrived = Omit<Extract<Event, { type: 'opened' }>, 'type' | 'nonce'>;

/** One client's arrival. */
export class Arrival implements Interlude {
  readonly #ports: ArrivalPorts;
  #stage: 'header' | 'handshake' | 'name' = 'header';
  /** Whom the session takes for its client. */
  #client: Peer;
  #proxied: Proxied | undefined;
  #tls: ClientTls | undefined;
  /** The entry of the last stage. */
  #told: number;
  #abandon: (() => void) | undefined;

  constructor(ports: ArrivalPorts) {
    this.#ports = ports;
    this.#client = ports.peer;
    this.#told = ports.cause;
  }

  begin(): void {
    const { clocks, door } = this.#ports;
    if (door.proxyProtocol || door.ssl) clocks.set('dialogue', door.service.server.timeoutMs);
    if (!door.proxyProtocol) this.#secure();
  }

  changed(): void {
    const { client } = this.#ports;
    if (this.#stage === 'name') client.throttle();
    if (this.#stage !== 'header') return;
    // nginx looks once: what the first read brings must hold the whole header.
    if (client.input.waiting > 0) this.#readHeader(client.input.take());
    else if (client.gone) this.#leftWithoutHeader(client.gone.error);
  }

  timedOut(): void {
    const { writer, door, onFailed } = this.#ports;
    const { timeoutMs } = door.service.server;
    this.#abandon?.();
    onFailed(
      writer.write(
        this.#stage === 'header' ? entries.headerTimedOut(timeoutMs) : entries.secureTimedOut('ssl', timeoutMs),
      ),
    );
  }

  stop(): void {
    this.#abandon?.();
  }

  #readHeader(bytes: Bytes): void {
    const { client, writer, onFailed } = this.#ports;
    const header = readProxyHeader(bytes);
    if ('error' in header) {
      onFailed(writer.write(entries.brokenHeader(bytes.slice(0, PROXY_HEADER_MAX), header.error, header)));
      return;
    }
    this.#told = writer.write(entries.proxyHeader(bytes.slice(0, header.length), header.proxied));
    client.input.add(bytes.slice(header.length));
    if (header.proxied) this.#believe(header.proxied);
    this.#secure();
  }

  #leftWithoutHeader(error: string | undefined): void {
    const { writer, onFailed } = this.#ports;
    const left = writer.write(
      closed('client', error === undefined ? 'session.client-closed' : 'session.broken', error),
    );
    onFailed(error === undefined ? writer.write(entries.missingHeader()) : left);
  }

  #believe(proxied: Proxied): void {
    const { peer, door, writer } = this.#ports;
    this.#proxied = proxied;
    const client = realClient(peer, proxied.source, door.service.server.realIpFrom);
    if (!client) return;
    this.#client = client;
    writer.summary.client = hostPort(client.address, client.port);
    this.#told = writer.write(entries.realIp(client, peer, this.#told));
  }

  #secure(): void {
    const { client, door, tls, writer, guard, onFailed } = this.#ports;
    if (!door.ssl) {
      this.#name();
      return;
    }
    this.#stage = 'handshake';
    // The clock goes on from the PROXY header, as in nginx.
    this.#abandon = shakeHands(
      { client, server: door.service.server, mode: 'ssl', tls, writer, guard, cause: this.#told },
      (done, told) => {
        this.#abandon = undefined;
        this.#told = told;
        if (!done) {
          onFailed(told);
          return;
        }
        this.#tls = done;
        this.#name();
      },
    );
  }

  #name(): void {
    const { clocks, door, names, guard } = this.#ports;
    const { protocol, resolver, resolverTimeoutMs } = door.service.server;
    clocks.set('dialogue', null);
    if (protocol !== 'smtp' || !resolver) {
      this.#arrived('[UNAVAILABLE]');
      return;
    }
    this.#stage = 'name';
    if (!names) throw new Error('This engine was made without a resolver');
    this.#abandon = names.nameOf(this.#client.address, resolver, resolverTimeoutMs, (name) =>
      guard(() => this.#named(name)),
    );
  }

  #named(name: ClientName): void {
    this.#abandon = undefined;
    this.#told = this.#ports.writer.write(entries.named(name, this.#client.address, this.#told));
    this.#arrived(name.host);
  }

  #arrived(clientHost: Bytes): void {
    const tls = this.#tls ? { tls: this.#tls } : {};
    const proxied = this.#proxied ? { proxied: this.#proxied } : {};
    this.#ports.onArrived({ client: this.#client, clientHost, ...tls, ...proxied }, this.#told);
  }
}
