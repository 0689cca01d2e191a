/** A connected socket that a transcript plays one end of. */
import type net from 'node:net';
import tls from 'node:tls';

/** ms that a peer waits for what must come. */
const patience = 5_000;

/** Bytes that have come and can be waited for. */
export class Peer {
  #socket: net.Socket;
  #pending = '';
  #closed = false;
  #changed: () => void = () => undefined;

  constructor(socket: net.Socket) {
    this.#socket = socket;
    this.#hears(socket);
  }

  readonly #data = (chunk: Buffer): void => {
    this.#pending += chunk.toString('latin1');
    this.#changed();
  };

  #hears(socket: net.Socket): void {
    socket.on('data', this.#data);
    const ended = () => {
      this.#closed = true;
      this.#changed();
    };
    socket.on('end', ended);
    socket.on('error', ended);
    socket.on('close', ended);
  }

  say(bytes: string): void {
    this.#socket.write(Buffer.from(bytes, 'latin1'));
  }

  /** Plays the client's part of a TLS handshake; what is said and heard from here on is inside. */
  async secure(): Promise<void> {
    this.#socket.off('data', this.#data);
    const secured = tls.connect({ socket: this.#socket, rejectUnauthorized: false });
    await new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', () => resolve());
      secured.once('error', reject);
    });
    this.#socket = secured;
    this.#hears(secured);
  }

  finish(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** The next `count` bytes, or less if no more come. */
  async take(count: number): Promise<string> {
    await this.#until(() => this.#pending.length >= count || this.#closed);
    return this.#cut(count);
  }

  /** Everything up to and with `end`. */
  async upTo(end: string): Promise<string> {
    await this.#until(() => this.#pending.includes(end) || this.#closed);
    const at = this.#pending.indexOf(end);
    return this.#cut(at < 0 ? this.#pending.length : at + end.length);
  }

  /** Whether the other side closed, and what it had said before that nobody took. */
  async closed(): Promise<{ readonly closed: boolean; readonly left: string }> {
    await this.#until(() => this.#closed);
    return { closed: this.#closed, left: this.#pending };
  }

  #cut(count: number): string {
    const bytes = this.#pending.slice(0, count);
    this.#pending = this.#pending.slice(count);
    return bytes;
  }

  #until(ready: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#changed = () => undefined;
        resolve();
      };
      const timer = setTimeout(done, patience);
      this.#changed = () => {
        if (ready()) done();
      };
      this.#changed();
    });
  }
}
