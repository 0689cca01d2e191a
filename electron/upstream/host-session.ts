/** One session with a played server: its machine, what the world answers it, and the faults that befall it. */
import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Bytes, Peer } from '../../shared/machine/machine.ts';
import type { Stage } from '../../shared/upstream/fault.ts';
import type { Mock, MockEffect, MockEvent } from '../../shared/upstream/mock.ts';
import type { Play } from '../../shared/upstream/play.ts';
import { withStatusLine, yesOf } from '../../shared/upstream/status-line.ts';
import type { Arrival } from './arrival.ts';
import { HostLine } from './host-line.ts';
import type { MaildropLocks } from './maildrop-locks.ts';
import { OpenMailbox } from './open-mailbox.ts';
import type { PlayedMock } from './played.ts';

/** What a session needs of its server. */
export interface SessionHost<S> {
  readonly played: PlayedMock<S>;
  /** Left out: any number of sessions may have one mailbox open. */
  readonly locks?: MaildropLocks;
  /** Left out: there is no TLS. */
  readonly context?: () => SecureContext;
  /** The last words where the server stops. */
  readonly goodbye: Bytes;
}

/** What it does: talks, waits for something, never answers again, or is over. */
type Place = 'talk' | 'wait' | 'hang' | 'over';

/** A fault's words instead of the machine's own. */
interface Instead {
  /** How a status line begins whose place they take; null: nothing of the machine's own is said. */
  readonly yes: Bytes | null;
  readonly line: Bytes;
}

/** Commands that came together are done for so long at a time; then it is somebody else's turn, in ms. */
const TURN_MS = 10;

/** A numeric address as it is written: IPv4 over an IPv6 socket is IPv4. */
const peerOf = ({ remoteAddress = '', remotePort = 0 }: Socket): Peer => ({
  address: remoteAddress.replace(/^::ffff:(?=\d+\.)/i, ''),
  port: remotePort,
});

const textOf = (bytes: Bytes): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** A connection that was let in, until its end. */
export class HostSession<S> {
  readonly #host: SessionHost<S>;
  readonly #line: HostLine;
  readonly #play: Play;
  readonly #mock: Mock<S>;
  #state: S;
  readonly #client: Peer;
  /** Where the connection itself comes from. */
  readonly #port: number;
  #place: Place = 'talk';
  /** What is still to be done, the latest step first. */
  readonly #steps: Iterator<MockEffect>[] = [];
  #instead: Instead | null = null;
  readonly #mailbox: OpenMailbox;
  #timer: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;

  constructor(socket: Socket, { proxied, play }: Arrival, host: SessionHost<S>) {
    const { played, locks } = host;
    const { name, machine } = played;
    const peer = peerOf(socket);
    this.#host = host;
    this.#client = proxied ?? peer;
    this.#port = peer.port;
    this.#mailbox = new OpenMailbox({ played, locks, port: peer.port, onNews: () => this.#pump() });
    this.#play = { ...play, starttls: play.starttls && host.context !== undefined };
    this.#mock = machine({ name, play: this.#play, secure: false });
    this.#state = this.#mock.initial;
    this.#line = new HostLine(socket, { changed: () => this.#pump(), closed: () => this.#finish() });
    this.#greet();
    this.#pump();
  }

  #greet(): void {
    const { protocol } = this.#host.played;
    // Who is greeted as somebody has never said who they are.
    if (protocol === 'imap' && this.#play.imap.preauth !== '') this.#mailbox.admit(this.#play.imap.preauth);
    const nonce = { random: randomInt(2 ** 31), seconds: Math.floor(Date.now() / 1000) };
    const opened: MockEvent = { type: 'opened', client: this.#client, nonce };
    this.#befall(
      'greeting',
      '',
      () => this.#apply(opened),
      (reply) => {
        this.#line.say(this.#written('', reply));
        this.#instead = { yes: null, line: '' };
        this.#apply(opened);
      },
    );
  }

  /** Answers, or does what a fault wants instead. */
  #befall(stage: Stage | null, subject: Bytes, answer: () => void, replace: (reply: Bytes) => void): void {
    const { name, protocol, faults } = this.#host.played;
    const addresses = subject === '' ? [] : [textOf(subject)];
    const client = this.#client.address;
    const act =
      stage === null ? null : faults?.strike({ upstream: name, protocol, stage, addresses, client, port: this.#port });
    switch (act?.type) {
      case undefined:
        answer();
        return;
      case 'reply':
        replace(act.text);
        return;
      case 'delay':
        this.#pause((goOn) => {
          this.#timer = setTimeout(() => goOn(answer), act.ms);
        });
        return;
      case 'drip':
        this.#line.pace(act.ms);
        answer();
        return;
      case 'close':
        this.#close();
        return;
      case 'reset':
        this.#finish();
        this.#line.reset();
        return;
      case 'silent':
        this.#place = 'hang';
        this.#line.deafen();
    }
  }

  /** Nothing else happens until `begin` has its `goOn` called; `act` comes first then. */
  #pause(begin: (goOn: (act?: () => void) => void) => void): void {
    let isNow = true;
    this.#place = 'wait';
    begin((act) => {
      if (this.#place === 'over') return;
      this.#place = 'talk';
      act?.();
      if (!isNow) this.#pump();
    });
    isNow = false;
  }

  /** Goes on with whatever can be done now. */
  #pump(): void {
    if (!this.#turn) this.#work();
    const isFree = !this.#line.isBlocked && !this.#turn;
    this.#line.throttle(this.#place === 'talk' && isFree);
    if (this.#line.ended && this.#place !== 'wait' && isFree) this.#close();
  }

  #work(): void {
    const end = performance.now() + TURN_MS;
    this.#line.gather();
    try {
      while (this.#goOn() && !this.#turn) if (performance.now() > end) this.#turn = setImmediate(this.#next);
    } finally {
      this.#line.flush();
    }
  }

  readonly #next = (): void => {
    this.#turn = undefined;
    this.#pump();
  };

  /** Does one thing; whether there may be another. */
  #goOn(): boolean {
    if (this.#place !== 'talk' || this.#line.isBlocked) return false;
    if (this.#steps.length > 0) {
      const next = this.#steps.at(-1)?.next();
      // What an answer to an effect brings comes before what follows the effect.
      if (!next || next.done) this.#steps.pop();
      else this.#act(next.value);
      return true;
    }
    this.#instead = null;
    this.#line.pace(0);
    if (!this.#mailbox.takeNews()) return this.#readUnit();
    this.#apply({ type: 'news' });
    return true;
  }

  #readUnit(): boolean {
    const { input } = this.#line;
    const size = this.#mock.read(this.#state, input);
    if (size <= 0) {
      if (input.length <= this.#mock.inputMax(this.#state)) return false;
      this.#line.input = '';
      this.#apply({ type: 'overlong' });
      return true;
    }
    const text = input.slice(0, size);
    this.#line.input = input.slice(size);
    const stage = this.#host.played.faults ? this.#mock.stageOf(this.#state, text) : null;
    const subject = stage === null ? '' : this.#mock.subjectOf(this.#state, text);
    const answer = (): void => this.#apply({ type: 'line', text, now: Date.now() });
    this.#befall(stage, subject, answer, (reply) => this.#replace(text, reply, answer));
    return true;
  }

  /** A fault's words as they go out: all lines but the last as they are, that one as a refusal of the unit. */
  #written(text: Bytes, reply: Bytes): Bytes {
    const lines = reply.split(/\r\n|\n|\r/);
    const last = this.#mock.refusal(this.#state, text, lines.at(-1) ?? '');
    return lines.with(-1, last).join('\r\n');
  }

  /** A text that means yes is said when the machine says yes; with any other, nothing is done. */
  #replace(text: Bytes, reply: Bytes, answer: () => void): void {
    const line = this.#written(text, reply);
    const yes = this.#host.played.protocol === 'pop3' ? '+OK' : 'OK';
    if (yesOf(reply) === yes) {
      this.#instead = { yes: this.#mock.refusal(this.#state, text, yes).trimEnd(), line };
      answer();
      return;
    }
    this.#line.say(line);
    this.#state = this.#mock.refused?.(this.#state, text) ?? this.#state;
  }

  #apply(event: MockEvent): void {
    const { state, effects } = this.#mock.step(this.#state, event);
    this.#state = state;
    if (effects.length > 0) this.#steps.push(effects[Symbol.iterator]());
  }

  #act(effect: MockEffect): void {
    switch (effect.type) {
      case 'say':
        this.#say(effect.text);
        return;
      case 'login':
        this.#login(effect);
        return;
      case 'mailbox':
        this.#apply({ type: 'mailbox', answer: this.#mailbox.ask(effect.request) });
        return;
      case 'watch':
        this.#mailbox.watch(effect.folder);
        return;
      case 'secure':
        this.#secure();
        return;
      case 'close':
        this.#close();
    }
  }

  #say(text: Bytes): void {
    const { yes, line } = this.#instead ?? { yes: '', line: '' };
    if (yes === null) return;
    const changed = yes === '' ? null : withStatusLine(text, yes, line);
    // An answer has one status line.
    if (changed !== null) this.#instead = null;
    this.#line.say(changed ?? text);
    if (this.#line.isSpeaking) this.#pause((goOn) => this.#line.whenSaid(goOn));
  }

  #login({ user, proof }: Extract<MockEffect, { type: 'login' }>): void {
    this.#pause((goOn) => this.#mailbox.login(this.#play, user, proof, (account) => goOn(() => this.#apply(account))));
  }

  #secure(): void {
    const { context } = this.#host;
    if (!context) throw new Error('TLS was not offered');
    this.#pause((goOn) => this.#line.secure(context(), () => goOn(() => this.#apply({ type: 'secured' }))));
  }

  #close(): void {
    if (this.#place === 'over') return;
    this.#finish();
    this.#line.close();
  }

  /** Nothing more happens here. */
  #finish(): void {
    this.#place = 'over';
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#mailbox.leave();
    this.#steps.length = 0;
  }

  /** The server stops: says so, if it is its turn, and closes. */
  stop(): void {
    if (this.#place === 'talk' && this.#steps.length === 0) this.#line.say(this.#host.goodbye);
    this.#finish();
    this.#line.leave();
  }
}
