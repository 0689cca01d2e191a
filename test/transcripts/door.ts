/** A listener that hands its connections over one by one, to who waits for them. */
import net from 'node:net';
import { Peer } from './peer.ts';

/** A listening socket on an ephemeral port of 127.0.0.1. */
export class Door {
  readonly #server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const peer = new Peer(socket);
    this.#peers.push(peer);
    const waiter = this.#waiters.shift();
    if (waiter) waiter(peer);
    else this.#waiting.push(peer);
  });
  readonly #peers: Peer[] = [];
  readonly #waiting: Peer[] = [];
  readonly #waiters: ((peer: Peer) => void)[] = [];

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen({ host: '127.0.0.1', port: 0 }, () => resolve()));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** The next connection. */
  next(): Promise<Peer> {
    const peer = this.#waiting.shift();
    return peer ? Promise.resolve(peer) : new Promise((resolve) => this.#waiters.push(resolve));
  }

  close(): void {
    for (const peer of this.#peers) peer.destroy();
    this.#server.close();
  }
}
