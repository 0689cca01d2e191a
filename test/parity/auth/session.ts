/** A session up to its first RCPT through a proxy that knows no logins, and a small upstream to end it. */
import { connect, type Socket } from 'node:net';
import { type Listening, listen, text } from '../harness/sockets.ts';

/** An upstream that answers 250 to everything, with its name at RCPT, and remembers what it was told. */
export async function namedUpstream(name: string): Promise<Listening & { readonly told: string[] }> {
  const told: string[] = [];
  const listening = await listen({ host: '127.0.0.1' }, (socket) => {
    socket.write(`220 ${name}\r\n`);
    socket.on('data', (chunk: Buffer) => {
      for (const line of text(chunk).split('\r\n').slice(0, -1)) {
        told.push(line);
        socket.write(/^rcpt/i.test(line) ? `250 ${name}\r\n` : '250 fine\r\n');
      }
    });
    socket.on('end', () => socket.end());
  });
  return { ...listening, told };
}

/** The whole reply to a line, as it comes. */
class Lines {
  #pending = '';
  #wake: () => void = () => undefined;
  #closed = false;
  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#pending += text(chunk);
      this.#wake();
    });
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
    socket.on('error', () => undefined);
  }
  /** The next line without its end; null after the close. */
  async next(): Promise<string | null> {
    for (;;) {
      const end = this.#pending.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#pending.slice(0, end);
        this.#pending = this.#pending.slice(end + 2);
        return line;
      }
      if (this.#closed) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A proxy that says nothing for this long is given up. */
const SILENCE_MS = 10_000;

/**
 * Says HELO, MAIL and the given RCPT lines; resolves with the reply to each RCPT, null where the proxy had closed or
 * said nothing for long.
 */
export async function recipients(port: number, rcpts: readonly string[]): Promise<readonly (string | null)[]> {
  const socket = connect(port, '127.0.0.1');
  const lines = new Lines(socket);
  socket.setTimeout(SILENCE_MS, () => socket.destroy());
  const say = (line: string) => {
    if (socket.writable) socket.write(`${line}\r\n`, 'latin1');
  };
  await lines.next();
  for (const line of ['HELO laptop', 'MAIL FROM:<dev@test.com>']) {
    say(line);
    await lines.next();
  }
  const replies: (string | null)[] = [];
  for (const rcpt of rcpts) {
    say(rcpt);
    replies.push(await lines.next());
  }
  socket.destroy();
  return replies;
}

/** nginx as in the tutorial. */
export const mailBlock = (port: number, authPort: number): string =>
  [
    'mail {',
    '  server_name mail.test.com;',
    `  auth_http 127.0.0.1:${authPort}/auth;`,
    '  xclient off;',
    `  server { listen 127.0.0.1:${port}; protocol smtp; smtp_auth none; smtp_client_buffer 8k; }`,
    '}',
  ].join('\n');
