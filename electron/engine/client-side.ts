/** The client's socket before the relay: what it sent and was not read yet, and whether it is still there. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Bytes, Peer } from '../../shared/machine/machine.ts';
import { InputLine } from './input-line.ts';

/** Bytes of a client that wait while the proxy does not read; more stay in the kernel. */
const WAITING_MAX = 65_536;

/** A side that left; `error` is the system's code when the connection broke. */
export interface Gone {
  readonly error?: string;
}

/** One client's connection. */
export class ClientSide {
  #socket: Socket;
  readonly input: InputLine;
  readonly #onBytes: (count: number) => void;
  readonly #onGone: () => void;
  gone: Gone | undefined;

  /** `size`: the protocol's client buffer, bytes. */
  constructor(socket: Socket, size: number, onBytes: (count: number) => void, onGone: () => void) {
    this.#socket = socket;
    this.input = new InputLine(size);
    this.#onBytes = onBytes;
    this.#onGone = onGone;
    this.#attach();
  }

  /** The TCP connection, or what speaks TLS over it. */
  get socket(): Socket {
    return this.#socket;
  }

  /** Our own end of the connection. */
  get local(): Peer {
    const { localAddress, localPort } = this.#socket;
    return { address: localAddress ?? 'unix:', port: localPort ?? 0 };
  }

  readonly #data = (bytes: Buffer): void => {
    this.input.add(bytes.toString('latin1'));
    this.#onBytes(bytes.length);
  };

  // The client has read its replies: what it sent meanwhile is read on.
  readonly #drain = (): void => this.#onBytes(0);

  readonly #end = (): void => this.#lose({});

  readonly #error = (error: NodeJS.ErrnoException): void => this.#lose({ error: error.code ?? error.message });

  #lose(gone: Gone): void {
    if (this.gone) return;
    this.gone = gone;
    this.#onGone();
  }

  say(text: Bytes): void {
    if (this.#socket.writable) this.#socket.write(text, 'latin1');
  }

  /** Whether the client leaves its replies unread: no further command is read then, as in nginx (`blocked`). */
  get blocked(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** Reads on, or leaves further bytes in the kernel when too many wait. */
  throttle(): void {
    if (this.input.waiting > WAITING_MAX) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #attach(): void {
    this.#socket.on('data', this.#data).on('end', this.#end).on('error', this.#error).on('close', this.#end);
    this.#socket.on('drain', this.#drain);
  }

  /** Somebody else takes the socket over. */
  detach(): void {
    this.#socket.off('data', this.#data).off('end', this.#end).off('error', this.#error).off('close', this.#end);
    this.#socket.off('drain', this.#drain);
  }

  /** Gives the socket away for a handshake, with what came and was not read put back into it; how many bytes that was. */
  lend(): number {
    const rest = this.input.take();
    this.detach();
    // A connection that breaks meanwhile is told by whoever has the socket.
    this.#socket.on('error', () => {}).pause();
    if (rest !== '') this.#socket.unshift(rest, 'latin1');
    return rest.length;
  }

  /** From here on the client speaks through TLS. */
  adopt(socket: TLSSocket): void {
    this.#socket = socket;
    this.#attach();
  }

  /** Sends what is still to be sent, then closes, as nginx does: without waiting for the client's own close. */
  close(): void {
    this.detach();
    this.#socket.on('error', () => {});
    // TLS says goodbye (close_notify); TCP has nothing more to say.
    if (this.#socket.writableLength === 0 && !(this.#socket instanceof TLSSocket)) {
      this.#socket.destroy();
      return;
    }
    this.#socket.end();
    this.#socket.destroySoon();
    // A client that does not read must not keep the socket for ever, not even one that goes on sending.
    const patience = setTimeout(() => this.#socket.destroy(), LINGER_MS).unref();
    this.#socket.once('close', () => clearTimeout(patience));
  }
}

const LINGER_MS = 5000;
