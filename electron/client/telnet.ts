/** What `telnet HOST PORT` does, without a terminal: bytes out as they are typed, bytes in as they come. */
import { connect, type Socket } from 'node:net';
import type { Bytes } from '../../shared/machine/machine.ts';

export interface TelnetOptions {
  readonly host: string;
  readonly port: number;
  /** Bytes from the server, as a byte string, in the pieces they came in. */
  readonly onData: (text: Bytes) => void;
  /** Once, when the connection is over: null when a side closed it in order, else the system's code (ECONNRESET …). */
  readonly onClose: (error: string | null) => void;
}

export interface Telnet {
  /** Our port, by which the lab finds the session at its listener. */
  readonly localPort: number;
  /**
   * Sends the text as it is. It is a byte string; a text with characters beyond U+00FF is none, and goes out as UTF-8.
   */
  write(text: string): void;
  close(): void;
}

/** Bytes that may wait for a server that does not read; then the connection is given up. */
const MAX_UNSENT = 4 * 1024 * 1024;

function bytesOf(text: string): Buffer {
  for (const char of text) if (char > '\u00ff') return Buffer.from(text, 'utf8');
  return Buffer.from(text, 'latin1');
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

class Connection implements Telnet {
  readonly localPort: number;
  readonly #socket: Socket;
  #error: string | null = null;

  constructor(socket: Socket, options: TelnetOptions) {
    this.#socket = socket;
    this.localPort = socket.localPort ?? 0;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => options.onData(text));
    socket.on('error', (error) => {
      this.#error ??= codeOf(error);
    });
    socket.once('close', () => options.onClose(this.#error));
  }

  write(text: string): void {
    if (!this.#socket.writable) return;
    this.#socket.write(bytesOf(text));
    if (this.#socket.writableLength <= MAX_UNSENT) return;
    this.#error = 'ENOBUFS';
    this.#socket.destroy();
  }

  close(): void {
    this.#socket.destroySoon();
  }
}

/** Connects; rejects with the system's error (ECONNREFUSED …) when nobody listens there. */
export function openTelnet(options: TelnetOptions): Promise<Telnet> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: options.host, port: options.port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(new Connection(socket, options));
    });
  });
}
