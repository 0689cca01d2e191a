/** What the login tests of all protocols share: the conversation, the steps told so far, and how one ends early. */
import type { LoginRequest, LoginStep } from '../../shared/contract/clients.ts';
import { decodeUtf8 } from '../../shared/wire/address.ts';
import type { Wire } from './wire.ts';

/** A login to try. */
export type LoginJob = Pick<LoginRequest, 'helo' | 'user' | 'password' | 'way' | 'starttls' | 'after'> & {
  /** TLS from the first byte. */
  readonly ssl?: true;
};

/** The test cannot go on: the last step says why. */
export class Enough extends Error {}

/** Of a fetched message this many bytes are shown. */
const SHOWN_MAX = 16_384;

/** One test as it runs. */
export class Talk {
  readonly wire: Wire;
  readonly job: LoginJob;
  readonly steps: LoginStep[] = [];
  message: string | null = null;
  /** What the client is at; a connection that breaks is told with it. */
  doing = 'greeting';
  /** What the server said last without having been asked. */
  heard = '';

  constructor(wire: Wire, job: LoginJob) {
    this.wire = wire;
    this.job = job;
  }

  /** Notes what went as it should. */
  good(key: string, reply: string, params: LoginStep['params'] = {}): void {
    this.steps.push({ key, ok: true, params, reply: oneLine(reply) });
  }

  /** Notes what did not, and ends the test. */
  bad(key: string, reply: string, params: LoginStep['params'] = {}): never {
    this.steps.push({ key, ok: false, params, reply: oneLine(reply) });
    throw new Enough(key);
  }

  /** Notes it either way; only a good one goes on. */
  judge(ok: boolean, key: string, reply: string, params: LoginStep['params'] = {}): void {
    if (ok) this.good(key, reply, params);
    else this.bad(key, reply, params);
  }

  /** The conversation broke off. */
  broke(code: string): void {
    this.steps.push({ key: 'broken', ok: false, params: { doing: this.doing, code }, reply: oneLine(this.heard) });
  }

  /** Shakes hands, and says with whom. */
  async secure(): Promise<void> {
    this.doing = 'tls';
    const { protocol, cipher, subject } = await this.wire.secure();
    this.good('tls', '', { protocol, cipher, subject: subject || '-' });
  }

  /** Keeps a message's beginning to be shown. */
  show(raw: string): void {
    this.message = decodeUtf8(raw.slice(0, SHOWN_MAX));
  }
}

function oneLine(reply: string): string {
  return decodeUtf8(reply.replace(/\r?\n/g, ' ').trim().slice(0, 1000));
}

/** A text a person typed, as bytes. */
export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
