/** One connection of a played SMTP server: smtp-server's, with the switches of the upstream and its faults. */
import type { Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import { clientMatcher } from '../../shared/auth/match.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import type { Stage } from '../../shared/upstream/fault.ts';
import { stageOfCommand } from '../../shared/upstream/line-stage.ts';
import { hasMagic } from '../../shared/upstream/magic.ts';
import type { SmtpPlay } from '../../shared/upstream/play.ts';
import { smtpReply } from '../../shared/upstream/smtp-reply.ts';
import { parsePath } from '../../shared/wire/address.ts';
import type { Arrival } from './arrival.ts';
import type { Played } from './played.ts';
import { PromptConnection } from './prompt-connection.ts';
import { Voice } from './voice.ts';

/** What goes out instead of the server's own answer. */
interface Substitute {
  readonly text: Bytes;
  /** The first digit of the answers that it takes the place of; null: of any. */
  readonly of: string | null;
}

/** What cannot stand in a reply: a line end would split it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
const controls = /[\x00-\x1f\x7f-\x9f]/g;

/** A connection that faults can strike. */
export class PlayedConnection extends PromptConnection {
  /** The port at the other end, whatever a PROXY header or XCLIENT said. */
  readonly ownPort: number;
  /** As it was accepted, whatever stands on it since. */
  readonly raw: Socket;
  readonly #played: Played;
  readonly #smtp: SmtpPlay;
  readonly #starttls: boolean;
  readonly #voice = new Voice((bytes) => this.#write(bytes));
  #instead: Substitute | null = null;
  #listing = false;
  #greeted = false;
  /** The greeting refused everybody: only QUIT is done (RFC 5321 3.1). */
  #refused = false;
  /** An address of the session carries a fault. */
  #magic = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(server: SMTPServer, socket: Socket, played: Played, { proxied, play }: Arrival) {
    const options: SMTPConnectionOptions = proxied ? { remoteAddress: proxied.address, remotePort: proxied.port } : {};
    super(server, socket, options);
    this.raw = socket;
    this.ownPort = socket.remotePort ?? 0;
    this.#played = played;
    this.#smtp = play.smtp;
    this.#starttls = play.starttls && played.certificate !== undefined;
  }

  override _isDisabled(command: string): boolean {
    switch (command) {
      case 'AUTH':
        return this.#smtp.auth === 'off';
      case 'STARTTLS':
        return !this.#starttls;
      case 'XCLIENT':
        return !this.#smtp.xclient;
      default:
        return command === 'XFORWARD';
    }
  }

  /**
   * Lets a fault strike, if one does. `go` answers as the server would. `refuse` answers anything, without doing what was
   * asked: the fault's own text takes its place.
   */
  meet(stage: Stage, addresses: readonly string[], go: () => void, refuse: () => void): void {
    const { faults, name } = this.#played;
    const client = this.remoteAddress;
    const act =
      faults?.strike({ upstream: name, protocol: 'smtp', stage, addresses, client, port: this.ownPort }) ?? null;
    this.#voice.pace(0);
    this.#instead = null;
    switch (act?.type) {
      case undefined:
        go();
        return;
      case 'delay':
        this.#timer = setTimeout(go, act.ms);
        return;
      case 'drip':
        this.#voice.pace(act.ms);
        go();
        return;
      case 'reply':
        this.#replace(stage, act.text, go, refuse);
        return;
      case 'close':
        this.close();
        return;
      case 'reset':
        this.raw.resetAndDestroy();
        return;
      case 'silent':
        this.#fallSilent();
        return;
    }
  }

  /** A text that means yes is said when the server says yes; with any other, nothing is done. */
  #replace(stage: Stage, words: Bytes, go: () => void, refuse: () => void): void {
    const text = smtpReply(words);
    const yes = stage === 'data' ? '3' : '2';
    const isYes = text.startsWith(yes);
    this.#instead = { text, of: isYes ? yes : null };
    if (isYes) go();
    else refuse();
  }

  /** Nothing is answered any more; what comes is read, so that the end of the connection is seen. */
  #fallSilent(): void {
    if (this._parser) this._socket.unpipe(this._parser);
    this._socket.resume();
  }

  override _onCommand(command: Buffer, callback: () => void = () => undefined): void {
    const done = (): void => this.#voice.whenSaid(callback);
    const go = (): void => super._onCommand(command, done);
    // An answer to a prompt is no command, and in these states none is taken.
    if (this._nextHandler || this._upgrading || !this._ready) {
      go();
      return;
    }
    this.#voice.pace(0);
    this.#instead = null;
    const line = command.toString('latin1');
    this.#magic ||= hasMagic(line);
    // Nearly always nothing is armed: then the command need not be looked at.
    if (!this.#magic && !this.#refused && (this.#played.faults?.list().length ?? 0) === 0) {
      go();
      return;
    }
    const stage = stageOfCommand('smtp', line);
    const isLogin = stage === 'auth' && this._isSupported('AUTH');
    if (this.#refused && stage !== 'quit') {
      this.send(503, 'Bad sequence of commands');
      done();
      // A login is struck when it is complete: then it is known whose it is.
    } else if (stage === null || isLogin) go();
    else this.#command(stage, line, go, done);
  }

  #command(stage: Stage, line: Bytes, go: () => void, done: () => void): void {
    this.meet(stage, this.#addresses(stage, line), go, () => {
      this.send(500);
      done();
    });
  }

  #addresses(stage: Stage, line: Bytes): readonly string[] {
    if (stage === 'mail' || stage === 'rcpt') return [parsePath(line).address];
    if (stage === 'data') return this.recipients();
    const { user } = this.session;
    return typeof user === 'string' ? [user] : [];
  }

  /** Those that the server has taken so far. */
  recipients(): readonly string[] {
    return this.session.envelope.rcptTo.map(({ address }) => address);
  }

  override _sendGreeting(): void {
    const greet = (): void => super._sendGreeting();
    // XCLIENT is answered with a greeting too (Postfix's XCLIENT_README).
    if (this.#greeted) {
      greet();
      return;
    }
    this.#greeted = true;
    this.meet('greeting', [], greet, () => {
      this.#refused = true;
      this.send(554);
    });
  }

  override handler_EHLO(command: Buffer, callback: () => void): void {
    this.#listing = true;
    super.handler_EHLO(command, callback);
    this.#listing = false;
  }

  override _proxyCommandAllowed(command: string, option: 'useXClient' | 'useXForward'): boolean {
    if (option !== 'useXClient') return super._proxyCommandAllowed(command, option);
    const { xclientFrom } = this.#smtp;
    const isTrusted = xclientFrom.length === 0 || clientMatcher(xclientFrom).matches(this._originalRemoteAddress);
    return isTrusted && !this._xClient.has('ADDR') && this._isSupported(command);
  }

  /** As in the package, but for what is offered, what a fault says instead, and how fast. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const offered = this.#listing && code === 250 && Array.isArray(data) ? this.#offer(data) : data;
    const instead = this.#instead;
    this.#instead = null;
    const isTaken = instead !== null && (instead.of === null || String(code).startsWith(instead.of));
    if (!isTaken && !this.#voice.isSlow) {
      super.send(code, offered, context);
      return;
    }
    const text = isTaken ? instead.text : this.#formatted(code, offered, context);
    this.#voice.say(text);
    if (text.startsWith('421')) this.close();
  }

  #offer([name = '', ...features]: readonly string[]): string[] {
    const hidden = new Set(this.#smtp.hide.map((word) => word.toUpperCase()));
    const shown = features.filter((feature) => !hidden.has(feature.split(' ', 1)[0]?.toUpperCase() ?? ''));
    return [name, ...shown, ...this.#smtp.extra];
  }

  #formatted(code: number, data: string | string[] | null | undefined, context: string | false | undefined): Bytes {
    const status = this._getEnhancedStatusCode(code, context);
    const lines = Array.isArray(data) ? data : [data ?? ''];
    const said = lines.map((line) => [status, line.replace(controls, ' ')].filter((part) => part !== '').join(' '));
    return said.map((line, index) => `${code}${index < said.length - 1 ? '-' : ' '}${line}\r\n`).join('');
  }

  #write(bytes: Bytes): void {
    if (!this._upgrading && !this._socket.destroyed && this._socket.writable) this._socket.write(bytes, 'latin1');
  }

  override upgrade(callback: () => void, secured?: () => void): void {
    this.#voice.whenSaid(() => super.upgrade(callback, secured));
  }

  override close(): void {
    this.#voice.whenSaid(() => super.close());
  }

  override _onClose(): void {
    clearTimeout(this.#timer);
    this.#voice.stop();
    super._onClose();
  }
}
