/** What `telnet HOST PORT` does, without a terminal: bytes out as they are typed, bytes in as they come. */
import type { Socket } from 'node:net';
import type { Handshake } from '../../shared/contract/clients.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import { codeOf, type DialTarget, dial, secure } from './dial.ts';

export interface TelnetOptions extends DialTarget {
  /** TLS from the first byte; the handshake is over when the connection is there. */
  readonly ssl?: true;
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
  /** Shakes hands; from then on everything is encrypted. Rejects, and is closed, when that fails. */
  secure(): Promise<Handshake>;
  /** What a handshake agreed on last; null in clear text. */
  readonly tls: Handshake | null;
  close(): void;
}

/** Bytes that may wait for a server that does not read; then the connection is given up. */
const MAX_UNSENT = 4 * 1024 * 1024;

function bytesOf(text: string): Buffer {
  for (const char of text) if (char > '\u00ff') return Buffer.from(text, 'utf8');
  return Buffer.from(text, 'latin1');
}

class Connection implements Telnet {
  readonly localPort: number;
  tls: Handshake | null = null;
  readonly #options: TelnetOptions;
  #socket: Socket;
  #error: string | null = null;
  #isOver = false;

  constructor(socket: Socket, options: TelnetOptions) {
    this.#socket = socket;
    this.#options = options;
    this.localPort = socket.localPort ?? 0;
    socket.setNoDelay(true);
    this.#listen();
  }

  #listen(): void {
    this.#socket.on('data', this.#take);
    this.#socket.on('error', this.#fail);
    this.#socket.on('close', this.#over);
  }

  readonly #take = (bytes: Buffer): void => this.#options.onData(bytes.toString('latin1'));
  readonly #fail = (error: Error): void => {
    this.#error ??= codeOf(error);
  };
  readonly #over = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onClose(this.#error);
  };

  write(text: string): void {
    if (!this.#socket.writable) return;
    this.#socket.write(bytesOf(text));
    if (this.#socket.writableLength <= MAX_UNSENT) return;
    this.#error = 'ENOBUFS';
    this.#socket.destroy();
  }

  async secure(): Promise<Handshake> {
    const clear = this.#socket;
    clear.off('data', this.#take).off('error', this.#fail).off('close', this.#over);
    try {
      const { socket, handshake } = await secure(clear);
      this.#socket = socket;
      this.tls = handshake;
      this.#listen();
      return handshake;
    } catch (error) {
      this.#error = codeOf(error);
      this.#over();
      throw error;
    }
  }

  close(): void {
    this.#socket.destroySoon();
  }
}

/** Connects; rejects with the system's error (ECONNREFUSED …) when nobody listens there, or the handshake's. */
export async function openTelnet(options: TelnetOptions): Promise<Telnet> {
  const connection = new Connection(await dial(options), options);
  if (options.ssl) await connection.secure();
  return connection;
}
