/** A conversation in lines, as a client of IMAP, POP3 or SMTP has it. Texts are byte strings. */
import type { Socket } from 'node:net';
import type { Handshake } from '../../shared/contract/clients.ts';
import { codeOf, secure } from './dial.ts';

/** Bytes that may come before the line or the literal that is waited for is complete. */
const WAITING_MAX = 40 * 1024 * 1024;

/** The conversation is over before it was finished. `code`: why, as the system says it; CLOSED when in order. */
export class WireOver extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** One connection. */
export class Wire {
  #socket: Socket;
  #received = '';
  #over: WireOver | null = null;
  #look: () => void = () => undefined;

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#listen();
    signal.addEventListener('abort', () => this.#end('ABORTED'), { once: true });
    if (signal.aborted) this.#end('ABORTED');
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('data', this.#take);
    socket.on('error', (error) => this.#end(codeOf(error)));
    socket.on('close', () => this.#end('CLOSED'));
  }

  readonly #take = (bytes: Buffer): void => {
    this.#received += bytes.toString('latin1');
    if (this.#received.length > WAITING_MAX) this.#end('TOO_LONG');
    this.#look();
  };

  #end(code: string): void {
    this.#over ??= new WireOver(code);
    this.#socket.destroy();
    this.#look();
  }

  #until<T>(found: () => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        const value = found();
        if (value !== null) resolve(value);
        else if (this.#over) reject(this.#over);
        else return;
        this.#look = () => undefined;
      };
      this.#look();
    });
  }

  /** Sends bytes as they are. */
  write(text: string): void {
    if (!this.#over) this.#socket.write(text, 'latin1');
  }

  /** The next line, without its end. */
  line(): Promise<string> {
    return this.#until(() => {
      const end = this.#received.indexOf('\n');
      if (end < 0) return null;
      const text = this.#received.slice(0, end).replace(/\r$/, '');
      this.#received = this.#received.slice(end + 1);
      return text;
    });
  }

  /** The next `count` bytes. */
  bytes(count: number): Promise<string> {
    return this.#until(() => {
      if (this.#received.length < count) return null;
      const text = this.#received.slice(0, count);
      this.#received = this.#received.slice(count);
      return text;
    });
  }

  /** From here on everything is encrypted. What came in clear text before is dropped, as RFC 3207 4.2 demands. */
  async secure(): Promise<Handshake> {
    const clear = this.#socket;
    clear.off('data', this.#take);
    clear.removeAllListeners('close');
    clear.removeAllListeners('error');
    this.#received = '';
    try {
      const { socket, handshake } = await secure(clear);
      this.#socket = socket;
      this.#listen();
      return handshake;
    } catch (error) {
      this.#end(codeOf(error));
      throw this.#over ?? error;
    }
  }

  /** Waits until the server has closed, at most so many ms, and closes then. */
  async close(ms: number): Promise<void> {
    const timer = setTimeout(() => this.#end('CLOSED'), ms);
    await this.#until(() => (this.#over ? true : null));
    clearTimeout(timer);
  }
}
