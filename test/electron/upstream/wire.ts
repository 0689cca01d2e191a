/** A raw client of a played server: bytes go out as they are, and what comes is waited for, never slept for. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { onTestFinished } from 'vitest';

export class Wire {
  #socket: Socket;
  #unread = '';
  #look: () => void = () => undefined;
  /** How the connection ended, as soon as it has. */
  ended: 'no' | 'fin' | 'rst' = 'no';
  /** Its own port, once it is connected. */
  localPort = 0;
  /** When each piece came, in ms. */
  readonly times: number[] = [];

  constructor(port: number) {
    this.#socket = connect({ host: '127.0.0.1', port });
    this.#socket.once('connect', () => {
      this.localPort = this.#socket.localPort ?? 0;
    });
    this.#attach();
    onTestFinished(() => void this.#socket.destroy());
  }

  #attach(): void {
    this.#socket.on('data', (bytes: Buffer) => {
      this.#unread += bytes.toString('latin1');
      this.times.push(performance.now());
      this.#look();
    });
    this.#socket.on('end', () => this.#end('fin'));
    this.#socket.on('error', () => this.#end('rst'));
  }

  #end(how: 'fin' | 'rst'): void {
    this.ended = how;
    this.#look();
  }

  #wait<T>(found: () => T | null): Promise<T> {
    return new Promise((resolve) => {
      this.#look = () => {
        const result = found();
        if (result === null) return;
        this.#look = () => undefined;
        resolve(result);
      };
      this.#look();
    });
  }

  #take(size: number): string {
    const text = this.#unread.slice(0, size);
    this.#unread = this.#unread.slice(size);
    return text;
  }

  /** Everything up to the first place where `end` matches; what there is, where the connection ended before. */
  until(end: RegExp): Promise<string> {
    return this.#wait(() => {
      const match = end.exec(this.#unread);
      if (match) return this.#take(match.index + match[0].length);
      return this.ended === 'no' ? null : this.#take(this.#unread.length);
    });
  }

  /** The next line. */
  line(): Promise<string> {
    return this.until(/\n/);
  }

  send(bytes: string): void {
    this.#socket.write(bytes, 'latin1');
  }

  /** Sends, and waits for the next line. */
  say(bytes: string): Promise<string> {
    this.send(bytes);
    return this.line();
  }

  /** What is left, once the server has closed. */
  rest(): Promise<string> {
    return this.#wait(() => (this.ended === 'no' ? null : this.#take(this.#unread.length)));
  }

  /** Leaves what comes in the kernel, or reads again. */
  read(on: boolean): void {
    if (on) this.#socket.resume();
    else this.#socket.pause();
  }

  /** Half-closes. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Shakes hands; how the server's certificate calls itself. */
  secure(): Promise<string> {
    const plain = this.#socket;
    plain.removeAllListeners('data').removeAllListeners('end').removeAllListeners('error');
    const socket = connectTls({ socket: plain, rejectUnauthorized: false });
    this.#socket = socket;
    this.#attach();
    return new Promise((resolve, reject) => {
      socket.once('secureConnect', () => resolve(String(socket.getPeerCertificate().subject.CN)));
      socket.once('error', reject);
    });
  }
}
