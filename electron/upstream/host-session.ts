/** One session with a played server: its machine, what the world answers it, and the faults that befall it. */
import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Bytes, Peer, Protocol } from '../../shared/machine/machine.ts';
import { CATCH_ALL, mailboxOf, ownerOf } from '../../shared/upstream/accounts.ts';
import { readArrival } from '../../shared/upstream/arrival.ts';
import type { Stage } from '../../shared/upstream/fault.ts';
import { type Met, playWith } from '../../shared/upstream/fault-match.ts';
import type { Mailbox, MailboxAnswer, MailboxRequest } from '../../shared/upstream/mailbox.ts';
import type { Mock, MockEffect, MockEvent, MockMaker } from '../../shared/upstream/mock.ts';
import { type Play, plainPlay } from '../../shared/upstream/play.ts';
import { HostLine } from './host-line.ts';
import type { MaildropLocks } from './maildrop-locks.ts';
import type { Played } from './played.ts';

/** How a server is played whose machine stands on a listener; `accounts` are asked anew at every login. */
export interface PlayedMock<S> extends Played {
  readonly protocol: Protocol;
  readonly machine: MockMaker<S>;
  /** An account's mailbox, or the catch-all; the client's own port tells which session of the proxy it is. */
  readonly mailbox: (owner: string, clientPort: number) => Mailbox;
}

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

type Act = Met['act'];

/** What it does: waits for the PROXY header, talks, waits for something, never answers again, or is over. */
type Place = 'header' | 'talk' | 'wait' | 'hang' | 'over';

const nothing = (): void => undefined;

/** Nobody proved anything: a mailbox that cannot be used. */
const noMailbox: MailboxAnswer = { done: 'no', why: 'refused' };

/** A numeric address as it is written: IPv4 over an IPv6 socket is IPv4. */
const peerOf = ({ remoteAddress = '', remotePort = 0 }: Socket): Peer => ({
  address: remoteAddress.replace(/^::ffff:(?=\d+\.)/i, ''),
  port: remotePort,
});

const textOf = (bytes: Bytes): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** A connection, from the accept to its end. */
export class HostSession<S> {
  readonly #host: SessionHost<S>;
  readonly #line: HostLine;
  readonly #port: number;
  readonly #play: Play;
  readonly #mock: Mock<S>;
  #state: S;
  #client: Peer;
  #place: Place = 'wait';
  /** What is still to be done, the latest step first. */
  readonly #steps: Iterator<MockEffect>[] = [];
  /** A fault gave the answer of this step: its own words are not said. */
  #isMuted = false;
  #dripMs: number | null = null;
  #mailbox: Mailbox | null = null;
  #hasNews = false;
  #news: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unwatch = nothing;
  #unlock = nothing;

  constructor(socket: Socket, host: SessionHost<S>, onClosed: () => void) {
    this.#host = host;
    this.#client = peerOf(socket);
    this.#port = this.#client.port;
    this.#line = new HostLine(socket, {
      changed: () => this.#pump(),
      closed: () => {
        this.#finish();
        onClosed();
      },
    });
    const { name, protocol, play = plainPlay, machine, faults } = host.played;
    const met = faults?.connect({ upstream: name, protocol, client: this.#client.address });
    const mine = playWith(play, met?.switches ?? []);
    this.#play = { ...mine, starttls: mine.starttls && host.context !== undefined };
    this.#mock = machine({ name, play: this.#play, secure: false });
    this.#state = this.#mock.initial;
    this.#befall(met?.act ?? null, () => this.#arrive());
    this.#pump();
  }

  #arrive(): void {
    if (this.#play.proxyProtocol) this.#place = 'header';
    else this.#greet();
  }

  /** Whether the header is there. */
  #readHeader(): boolean {
    const header = readArrival(this.#line.input);
    if (header === 'more') return false;
    if (header === 'broken') {
      this.#close();
      return false;
    }
    this.#line.input = this.#line.input.slice(header.length);
    this.#client = header.client ?? this.#client;
    this.#greet();
    return true;
  }

  #greet(): void {
    const { protocol } = this.#host.played;
    // Who is greeted as somebody has never said who they are.
    if (protocol === 'imap' && this.#play.imap.preauth !== '') this.#admit(this.#play.imap.preauth);
    const nonce = { random: randomInt(2 ** 31), seconds: Math.floor(Date.now() / 1000) };
    this.#place = 'talk';
    this.#befall(
      this.#strike('greeting', ''),
      () => this.#apply({ type: 'opened', client: this.#client, nonce }),
      (reply) => {
        this.#line.say(this.#mock.refusal(this.#state, '', reply));
        this.#isMuted = true;
        this.#apply({ type: 'opened', client: this.#client, nonce });
      },
    );
  }

  #admit(user: string): void {
    const { accounts = [], mailbox } = this.#host.played;
    this.#mailbox = mailbox(mailboxOf(accounts, user), this.#port);
  }

  #strike(stage: Stage | null, subject: Bytes): Act {
    const { name, protocol, faults } = this.#host.played;
    if (stage === null || !faults) return null;
    const addresses = subject === '' ? [] : [textOf(subject)];
    return faults.strike({ upstream: name, protocol, stage, addresses, client: this.#client.address });
  }

  /** Answers, or does what a fault wants instead. */
  #befall(act: Act, answer: () => void, refuse: (reply: Bytes) => void = answer): void {
    switch (act?.type) {
      case undefined:
        answer();
        return;
      case 'reply':
        refuse(act.text);
        return;
      case 'delay':
        this.#place = 'wait';
        this.#timer = setTimeout(() => {
          this.#place = 'talk';
          answer();
          this.#pump();
        }, act.ms);
        return;
      case 'drip':
        this.#dripMs = act.ms;
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

  /** Goes on with whatever can be done now. */
  #pump(): void {
    this.#line.gather();
    try {
      while (this.#goOn());
    } finally {
      this.#line.flush();
    }
    this.#line.throttle(this.#place === 'talk' && !this.#line.isBlocked);
    if (this.#line.ended && this.#place !== 'wait' && !this.#line.isBlocked) this.#close();
  }

  /** Does one thing; whether there may be another. */
  #goOn(): boolean {
    if (this.#place === 'header') return this.#readHeader();
    if (this.#place !== 'talk' || this.#line.isBlocked) return false;
    if (this.#steps.length > 0) return this.#perform();
    this.#isMuted = false;
    this.#dripMs = null;
    if (this.#hasNews) {
      this.#hasNews = false;
      this.#apply({ type: 'news' });
      return true;
    }
    return this.#readUnit();
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
    const stage = this.#mock.stageOf(this.#state, text);
    const act = stage === null ? null : this.#strike(stage, this.#mock.subjectOf(this.#state, text));
    this.#befall(
      act,
      () => this.#apply({ type: 'line', text, now: Date.now() }),
      (reply) => {
        this.#line.say(this.#mock.refusal(this.#state, text, reply));
        this.#state = this.#mock.refused?.(this.#state, text) ?? this.#state;
      },
    );
    return true;
  }

  #apply(event: MockEvent): void {
    const { state, effects } = this.#mock.step(this.#state, event);
    this.#state = state;
    if (effects.length > 0) this.#steps.push(effects[Symbol.iterator]());
  }

  /** The next effect: what an answer to it brings comes before what follows it. */
  #perform(): boolean {
    const next = this.#steps.at(-1)?.next();
    if (!next || next.done) this.#steps.pop();
    else this.#act(next.value);
    return true;
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
        this.#apply({ type: 'mailbox', answer: this.#ask(effect.request) });
        return;
      case 'watch':
        this.#watch(effect.folder);
        return;
      case 'secure':
        this.#secure();
        return;
      case 'close':
        this.#close();
    }
  }

  #say(text: Bytes): void {
    if (this.#isMuted) return;
    if (this.#dripMs === null) {
      this.#line.say(text);
      return;
    }
    this.#place = 'wait';
    this.#line.flush();
    this.#line.drip(text, this.#dripMs, () => this.#resume());
    this.#line.gather();
  }

  #resume(): void {
    if (this.#place === 'over') return;
    this.#place = 'talk';
    this.#pump();
  }

  #login({ user, proof }: Extract<MockEffect, { type: 'login' }>): void {
    const { locks, played } = this.#host;
    const { accounts = [], mailbox } = played;
    const owner = ownerOf(this.#play, accounts, user, proof);
    const enter = (isFree: boolean): void => {
      if (owner !== null && isFree) this.#mailbox = mailbox(owner, this.#port);
      this.#apply(isFree ? { type: 'account', owner } : { type: 'account', owner: null, busy: true });
    };
    // The catch-all is everybody's.
    if (!locks || owner === null || owner === CATCH_ALL) {
      enter(true);
      return;
    }
    this.#unlock();
    this.#place = 'wait';
    let isNow = true;
    this.#unlock = locks.take(owner, (got) => {
      this.#place = 'talk';
      enter(got);
      if (!isNow) this.#pump();
    });
    isNow = false;
  }

  #ask(request: MailboxRequest): MailboxAnswer {
    try {
      return this.#mailbox?.perform(request) ?? noMailbox;
    } catch {
      // The database cannot be used now; the journal says so.
      return noMailbox;
    }
  }

  #watch(folder: string | null): void {
    this.#unwatch();
    this.#unwatch = nothing;
    if (folder === null || !this.#mailbox) return;
    this.#unwatch = this.#mailbox.watch(folder, () => {
      this.#hasNews = true;
      // Whoever changed it is in the middle of that.
      this.#news ??= setImmediate(() => {
        this.#news = undefined;
        this.#pump();
      });
    });
  }

  #secure(): void {
    const { context } = this.#host;
    if (!context) throw new Error('TLS was not offered');
    this.#place = 'wait';
    this.#line.flush();
    this.#line.secure(context(), () => {
      if (this.#place === 'over') return;
      this.#apply({ type: 'secured' });
      this.#resume();
    });
    this.#line.gather();
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
    clearImmediate(this.#news);
    this.#unwatch();
    this.#unlock();
    this.#unwatch = nothing;
    this.#unlock = nothing;
    this.#steps.length = 0;
  }

  /** The server stops: says so, if it is its turn, and closes. */
  stop(): void {
    if (this.#place === 'talk' && this.#steps.length === 0) this.#line.say(this.#host.goodbye);
    this.#finish();
    this.#line.leave();
  }
}
