/** Plays a recorded client once more: its lines as they were, each turn as soon as the one before is answered. */
import type { Socket } from 'node:net';
import { hmacMd5, md5 } from '../../shared/auth/md5.ts';
import { type Again, challengeIn, isPrompt, type Line, type Login, type Turn } from '../../shared/client/again.ts';
import { Answers } from '../../shared/client/answers.ts';
import type { ShortAgain } from '../../shared/contract/recordings.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import { codeOf, type DialTarget, dial, secure } from './dial.ts';

/** ms that the server gets to hang up after the last answer, before we do. */
const GOODBYE_MS = 200;

/** What proves a password to a challenge, in hex (RFC 2195, RFC 1939 7); all are bytes. */
const digestOf = ({ how }: Pick<Login, 'how'>, password: Bytes, challenge: Bytes): Bytes =>
  how === 'apop' ? md5(challenge + password) : hmacMd5(password, challenge);

/** Whether the client had this password when it was recorded. */
export const hadPassword = (login: Login, password: Bytes): boolean =>
  digestOf(login, password, login.challenge).toLowerCase() === login.digest.toLowerCase();

/** How it went. */
export interface Played {
  /** Our port, by which the lab finds the session; null: it could not connect. */
  readonly localPort: number | null;
  readonly short: ShortAgain | null;
  readonly detail: string;
}

/** It ends before its end. */
class Short extends Error {
  readonly short: ShortAgain;
  readonly detail: string;
  constructor(short: ShortAgain, detail: string) {
    super(short);
    this.short = short;
    this.detail = detail;
  }
}

/**
 * Connects and says it all; logins that prove a password are worked out anew with these. Rejects with the system's error when
 * nobody listens. Waits as long as the server takes.
 */
export async function playAgain(
  plan: Again,
  target: DialTarget,
  signal: AbortSignal,
  passwords: ReadonlyMap<Login, Bytes> = new Map(),
): Promise<Played> {
  const socket = await dial(target);
  const localPort = socket.localPort ?? null;
  const player = new Player(plan, socket, signal, passwords);
  try {
    const skipped = await player.play();
    return { localPort, short: skipped === null ? null : 'skipped', detail: skipped ?? '' };
  } catch (error) {
    if (error instanceof Short) return { localPort, short: error.short, detail: error.detail };
    throw error;
  } finally {
    player.stop();
  }
}

class Player {
  readonly #plan: Again;
  readonly #answers: Answers;
  readonly #passwords: ReadonlyMap<Login, Bytes>;
  #greeting: Bytes = '';
  #socket: Socket;
  #heard: Bytes[] = [];
  #last: Bytes = '';
  #over: Short | null = null;
  #look: () => void = () => undefined;
  #skipped: Bytes | null = null;

  constructor(plan: Again, socket: Socket, signal: AbortSignal, passwords: ReadonlyMap<Login, Bytes>) {
    this.#plan = plan;
    this.#passwords = passwords;
    this.#answers = new Answers(plan.protocol);
    this.#socket = socket;
    this.#listen();
    const stop = () => this.#end(new Short('stopped', ''));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  }

  #listen(): void {
    this.#socket.on('data', this.#take);
    this.#socket.on('error', this.#failed);
    this.#socket.on('close', this.#closed);
  }

  readonly #take = (bytes: Buffer): void => {
    this.#heard.push(...this.#answers.take(bytes.toString('latin1')));
    this.#look();
  };
  readonly #failed = (error: Error): void => this.#end(new Short('closed', codeOf(error)));
  readonly #closed = (): void => this.#end(new Short('closed', this.#last));

  #end(short: Short): void {
    this.#over ??= short;
    this.#look();
  }

  /** The next `count` answers. */
  async #wait(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      await new Promise<void>((resolve, reject) => {
        this.#look = () => {
          const next = this.#heard.shift();
          if (next === undefined && this.#over === null) return;
          this.#look = () => undefined;
          if (next === undefined) return reject(this.#over);
          this.#last = next;
          resolve();
        };
        this.#look();
      });
    }
  }

  /** Says it all; answers with what had to be left out because nothing asked for it this time. */
  async play(): Promise<Bytes | null> {
    if (this.#plan.ssl) await this.#secure();
    if (this.#plan.greeted) await this.#wait(1);
    this.#greeting = this.#last;
    const { turns } = this.#plan;
    for (const [at, turn] of turns.entries()) {
      try {
        await this.#turn(turn);
      } catch (error) {
        // A server that hangs up on the last words of its client ends the session as it may.
        if (error instanceof Short && error.short === 'closed' && at === turns.length - 1) break;
        throw error;
      }
    }
    await this.#goodbye();
    return this.#skipped;
  }

  async #turn({ lines, answers, secures }: Turn): Promise<void> {
    const asks = isPrompt(this.#plan.protocol, this.#last);
    const [first] = lines;
    if (first?.prompted === true && !asks) {
      // It answers a question that was not put: as a command it would be another one.
      this.#skipped ??= this.#last;
      return;
    }
    if (first?.prompted === false && asks) throw new Short('asked', this.#last);
    for (const line of lines) {
      const bytes = this.#bytesOf(line);
      if (bytes === null) {
        this.#skipped ??= this.#last;
        return;
      }
      if (line.answered) this.#answers.sent(bytes);
      this.#socket.write(bytes, 'latin1');
    }
    await this.#wait(answers);
    if (!secures) return;
    if (!/^(220|\+OK|\S+ OK)/i.test(this.#last)) throw new Short('refused', this.#last);
    await this.#secure();
  }

  /** What goes out for a line; null: it answers a challenge, and there is none this time. */
  #bytesOf({ bytes, login }: Line): Bytes | null {
    const password = login && this.#passwords.get(login);
    if (!login || password === undefined) return bytes;
    const challenge = challengeIn(login.how, login.how === 'apop' ? this.#greeting : this.#last);
    if (challenge === null) return null;
    const digest = digestOf(login, password, challenge);
    return login.how === 'apop' ? `APOP ${login.user} ${digest}\r\n` : `${btoa(`${login.user} ${digest}`)}\r\n`;
  }

  async #secure(): Promise<void> {
    const clear = this.#socket;
    clear.off('data', this.#take).off('error', this.#failed).off('close', this.#closed);
    this.#answers.reset();
    try {
      this.#socket = (await secure(clear)).socket;
      this.#listen();
    } catch (error) {
      throw new Short('handshake', codeOf(error));
    }
  }

  /** Leaves the server the time to hang up first, as it does after a QUIT. */
  async #goodbye(): Promise<void> {
    if (this.#over) return;
    const timer = setTimeout(() => this.#end(new Short('closed', '')), GOODBYE_MS);
    await new Promise<void>((resolve) => {
      this.#look = () => {
        if (this.#over) resolve();
      };
      this.#look();
    });
    clearTimeout(timer);
  }

  stop(): void {
    this.#socket.destroySoon();
  }
}
