/** One connection's bytes, in and out, of a played server: what came and was not read, and what is being said. */
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { Bytes } from '../../shared/machine/machine.ts';
import { Voice } from './voice.ts';

/** Bytes that wait while the server does not read; more stay in the kernel. */
const WAITING_MAX = 65_536;

/** nginx's own proxy_timeout: while a person types or steps, the server is never the one that gives up, in ms. */
const IDLE_MS = 24 * 60 * 60 * 1000;

/** A handshake that does not come to an end in this time never will, in ms. */
const HANDSHAKE_MS = 60_000;

/** A client that does not read must not keep the socket for ever, not even one that goes on sending, in ms. */
const LINGER_MS = 5000;

/** Who hears of it. */
export interface HostLinePorts {
  /** Bytes came, the client has read what it was sent, or it said its last. */
  changed(): void;
  /** The connection is no more. */
  closed(): void;
}

/** The line. */
export class HostLine {
  readonly #tcp: Socket;
  readonly #ports: HostLinePorts;
  #socket: Socket;
  #isDeaf = false;
  readonly #voice = new Voice((bytes) => this.#write(bytes));
  /** What came and was not read. */
  input: Bytes = '';
  /** The client said its last. */
  ended = false;

  constructor(socket: Socket, ports: HostLinePorts) {
    this.#tcp = socket;
    this.#socket = socket;
    this.#ports = ports;
    // Answers go out as soon as they are there, one byte too.
    socket.setNoDelay(true);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.once('close', () => {
      this.#voice.stop();
      ports.closed();
    });
    this.#attach();
  }

  readonly #data = (bytes: Buffer): void => {
    if (this.#isDeaf) return;
    this.input += bytes.toString('latin1');
    this.#ports.changed();
  };

  readonly #end = (): void => {
    this.ended = true;
    this.#ports.changed();
  };

  readonly #drain = (): void => this.#ports.changed();

  #attach(): void {
    const socket = this.#socket;
    socket.on('data', this.#data).on('end', this.#end).on('drain', this.#drain);
    // A client that broke off; `close` follows.
    socket.on('error', () => this.#tcp.destroy());
  }

  /** The client leaves its answers unread: nothing further is read then. */
  get isBlocked(): boolean {
    return this.#socket.writableNeedDrain;
  }

  #write(text: Bytes): void {
    if (this.#socket.writable) this.#socket.write(text, 'latin1');
  }

  say(text: Bytes): void {
    this.#voice.say(text);
  }

  /** ms between two bytes from now on; 0: everything goes out at once. */
  pace(ms: number): void {
    this.#voice.pace(ms);
  }

  /** Whether bytes that were said are still to go out, one at a time. */
  get isSpeaking(): boolean {
    return this.#voice.isSlow;
  }

  /** Calls back when all of it is said. */
  whenSaid(then: () => void): void {
    this.#voice.whenSaid(then);
  }

  /** What is said until `flush` goes out together. */
  gather(): void {
    this.#socket.cork();
  }

  flush(): void {
    this.#socket.uncork();
  }

  /** Reads on, or leaves further bytes in the kernel when too many wait for a server that does not read. */
  throttle(isReading: boolean): void {
    if (!isReading && this.input.length > WAITING_MAX) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** Whatever comes is thrown away. */
  deafen(): void {
    this.#isDeaf = true;
    this.input = '';
    this.#socket.resume();
  }

  /** From here on the client speaks TLS. What it had sent in clear text is dropped (RFC 2595 4, RFC 3501 6.2.1). */
  secure(context: SecureContext, done: () => void): void {
    const clear = this.#socket;
    this.input = '';
    clear.off('data', this.#data).off('end', this.#end).off('drain', this.#drain).pause();
    clear.write('', () => {
      if (clear.destroyed) return;
      const socket = new TLSSocket(clear, { isServer: true, secureContext: context });
      const patience = setTimeout(() => this.#tcp.destroy(), HANDSHAKE_MS);
      socket.once('close', () => clearTimeout(patience));
      socket.once('secure', () => {
        clearTimeout(patience);
        socket.allowHalfOpen = clear.allowHalfOpen;
        done();
      });
      this.#socket = socket;
      this.#attach();
    });
  }

  /** Sends what is still to be sent, then closes. */
  close(): void {
    this.#voice.stop();
    this.deafen();
    this.#socket.end();
    const patience = setTimeout(() => this.#tcp.destroy(), LINGER_MS).unref();
    this.#tcp.once('close', () => clearTimeout(patience));
  }

  /** As `close`, without waiting for the client's own end. */
  leave(): void {
    this.close();
    this.#socket.destroySoon();
  }

  /** Breaks off with RST. */
  reset(): void {
    this.#voice.stop();
    this.#tcp.resetAndDestroy();
  }
}
