/** The upstream's socket and its back machine, from the dial to the relay. */
import { connect, Socket } from 'node:net';
import type { Bytes, Effect, Event, Params, Step } from '../../shared/machine/machine.ts';
import type { Back } from '../../shared/proxy/service.ts';
import type { Barred } from './dial-guard.ts';
import { type Draft, dialled } from './entries.ts';
import { InputLine } from './input-line.ts';

/** Bytes of an upstream that wait while its replies are held at a gate. */
const WAITING_MAX = 65_536;

/** All upstreams are read into one place, from where it is copied before anybody else is read. */
const READ = Buffer.allocUnsafeSlow(65_536);

/** What happened to the connection; the back machine gives the reason. */
export type Told = (why: string) => Draft;

/** Where to, with which machine, and who hears of it. */
export interface UpstreamPorts {
  readonly dial: Extract<Effect, { type: 'dial' }>;
  readonly machine: Back;
  /** `proxy_buffer`, bytes. */
  readonly buffer: number;
  /** The lab's own name for the upstream, '' if it has none. */
  readonly name: string;
  /** The entry of the dial, which caused all that follows. */
  readonly cause: number;
  /** Why nothing is connected there; null: it is. */
  readonly barred: Barred | null;
  onConnected(event: Event, told: Told): void;
  /** Bytes came, or the upstream left. */
  onChange(): void;
}

/** The one plain TCP connection nginx makes to `Auth-Server:Auth-Port`. */
export class UpstreamSide {
  readonly socket: Socket;
  readonly #ports: UpstreamPorts;
  readonly #input: InputLine;
  #state: { readonly place: string };
  #peeked: { readonly event: Event; readonly from: unknown; readonly step: ReturnType<Back['step']> } | undefined;
  #connected = false;
  /** Takes what is read, of which so many bytes are in `READ`. */
  #hear: (count: number) => void = (count) => this.#data(READ.toString('latin1', 0, count));
  /** How the connection was lost, as the back machine is told. */
  gone: { readonly event: Event; readonly told: Told } | undefined;

  constructor(ports: UpstreamPorts) {
    this.#ports = ports;
    this.#input = new InputLine(ports.buffer);
    this.#state = ports.machine.initial;
    const { server, port } = ports.dial;
    // Without permission the socket never leaves this process, and the dialogue fails as if it had been refused.
    this.socket = ports.barred
      ? new Socket().destroy(Object.assign(new Error('barred'), { code: ports.barred.error }))
      : connect({ host: server, port, allowHalfOpen: true, onread: { buffer: READ, callback: this.#read } });
    this.socket.once('connect', this.#connect);
    this.socket.on('end', this.#end).on('error', this.#error).on('close', this.#end);
  }

  /** What the upstream sent and nobody read. */
  get rest(): Bytes {
    return this.#input.rest;
  }

  /** The next complete reply, or the fact that the upstream left; nothing once its machine is done. */
  read(): { readonly event: Event; readonly told: Told | undefined } | undefined {
    const { machine } = this.#ports;
    if (machine.read(this.#state, '') < 0) return undefined;
    const event = this.#input.cut((input) => machine.read(this.#state, input));
    if (event) return { event, told: undefined };
    const gone = this.gone;
    return gone;
  }

  /** What a person typed in place of a reply is read in its place. */
  unread(bytes: Bytes, at: number): void {
    this.#input.unread(bytes, at);
  }

  /** What the machine would decide, without deciding it. */
  peek(event: Event): Step<unknown, string> {
    const step = this.#ports.machine.step(this.#state, event);
    this.#peeked = { event, from: this.#state, step };
    return step;
  }

  step(event: Event): Step<unknown, string> {
    const { event: known, from, step: peeked } = this.#peeked ?? {};
    // Every reply is looked at before it is decided; in between something else may have happened.
    const isKnown = known === event && from === this.#state;
    const step = isKnown && peeked ? peeked : this.#ports.machine.step(this.#state, event);
    this.#state = step.state;
    if (this.socket.isPaused()) this.socket.resume();
    return step;
  }

  say(text: Bytes): void {
    if (this.socket.writable) this.socket.write(text, 'latin1');
  }

  /** Somebody else takes the socket over, and `hear`s what comes. */
  detach(): void {
    this.socket.off('end', this.#end).off('error', this.#error).off('close', this.#end);
  }

  /** From now on `take` gets what the upstream says. */
  hear(take: (bytes: Buffer) => void): void {
    this.#hear = (count) => take(Buffer.from(READ.subarray(0, count)));
  }

  close(): void {
    this.detach();
    this.socket.off('connect', this.#connect).on('error', () => {});
    this.socket.destroy();
  }

  #told(kind: 'dial' | 'close', more: Params): Told {
    const { dial, name, cause, barred } = this.#ports;
    // What the lab itself refuses is told as that, and not as a server that is down.
    return (why) => dialled(kind, barred?.why ?? why, cause, { upstream: dial.name, name, ...more });
  }

  readonly #connect = (): void => {
    this.#connected = true;
    const { server: address, port } = this.#ports.dial;
    const nonce = { random: 0, seconds: 0 };
    const local = this.socket.localPort ?? 0;
    this.#ports.onConnected(
      { type: 'opened', client: { address, port }, clientHost: '', nonce },
      this.#told('dial', { local }),
    );
  };

  /** Always asks for more: who has enough pauses the socket. */
  readonly #read = (count: number): true => {
    this.#hear(count);
    return true;
  };

  #data(text: Bytes): void {
    this.#input.add(text);
    if (this.#input.waiting > WAITING_MAX) this.socket.pause();
    this.#ports.onChange();
  }

  readonly #end = (): void => this.#lose({});

  readonly #error = (error: NodeJS.ErrnoException): void => this.#lose({ error: error.code ?? error.message });

  #lose(more: { readonly error?: string }): void {
    if (this.gone) return;
    this.gone = {
      event: { type: 'closed', ...more },
      told: this.#told(this.#connected ? 'close' : 'dial', { ...more }),
    };
    this.#ports.onChange();
  }
}
