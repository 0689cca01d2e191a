/** A raw SMTP client for tests: what is written goes out as it is, and replies are waited for, never slept for. */
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type AcceptedMessage, createSmtpMock, type SmtpMockOptions } from '../../../electron/upstream/smtp.ts';

export class Dialogue {
  readonly socket: Socket;
  #received = '';
  #look: () => void = () => undefined;
  #closed = false;
  /** The server has reset the connection. */
  broken = false;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => {
      this.#received += text;
      this.#look();
    });
    this.socket.on('error', () => {
      this.broken = true;
    });
    this.socket.on('close', () => {
      this.#closed = true;
      this.#look();
    });
    onTestFinished(() => void this.socket.destroy());
  }

  /** Resolves with what has come and was no reply that was asked for, once this text is in it. */
  until(text: string): Promise<string> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (this.#received.includes(text) || this.#closed) resolve(this.#received);
      };
      this.#look();
    });
  }

  /** The next whole reply; '' when the connection closed first. */
  reply(): Promise<string> {
    return new Promise((resolve) => {
      this.#look = () => {
        const found = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(this.#received)?.[0];
        if (found === undefined && !this.#closed) return;
        this.#received = this.#received.slice(found?.length ?? 0);
        this.#look = () => undefined;
        resolve(found ?? '');
      };
      this.#look();
    });
  }

  /** Sends bytes and waits for the reply. */
  say(text: string): Promise<string> {
    this.socket.write(text, 'latin1');
    return this.reply();
  }
}

export interface RunningMock {
  readonly port: number;
  readonly messages: AcceptedMessage[];
  readonly stop: () => Promise<void>;
}

/** A mock that listens until the test is over. */
export async function running(options: Partial<SmtpMockOptions> = {}): Promise<RunningMock> {
  const messages: AcceptedMessage[] = [];
  const mock = createSmtpMock({ name: 'eng', onMessage: (message) => void messages.push(message), ...options });
  const { port } = await mock.listen('127.0.0.1', 0);
  onTestFinished(() => mock.stop());
  return { port, messages, stop: () => mock.stop() };
}

/** A dialogue that is past the greeting and EHLO. */
export async function greeted(port: number): Promise<Dialogue> {
  const client = new Dialogue(port);
  await client.reply();
  await client.say('EHLO laptop\r\n');
  return client;
}

/** A dialogue that has sent the envelope and may send content. */
export async function inData(port: number, to = ['user@eng.abc.com']): Promise<Dialogue> {
  const client = await greeted(port);
  await client.say('MAIL FROM:<dev@test.com>\r\n');
  for (const address of to) await client.say(`RCPT TO:<${address}>\r\n`);
  await client.say('DATA\r\n');
  return client;
}
