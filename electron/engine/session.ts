/**
 * The driver of one session: the only place that feeds the machines and performs what they ask. Everything it does
 * goes through one queue, so traffic can be held at any gate between deciding and doing.
 */
import type { Socket } from 'node:net';
import { encodeRequest } from '../../shared/auth/request.ts';
import type { Gate, SessionSummary } from '../../shared/journal/entry.ts';
import type { Clock, Effect, Event } from '../../shared/machine/machine.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { ClientSide } from './client-side.ts';
import { Clocks } from './clocks.ts';
import * as entries from './entries.ts';
import { fateOf } from './fate.ts';
import { FrontSide } from './front-side.ts';
import { newSummary, openedBy } from './new-summary.ts';
import type { Exchange } from './ports.ts';
import { lookupOf, type Service } from './protocols.ts';
import { Pump, type Stop } from './pump.ts';
import { gateOf, type Happening, type Side, type Task } from './queue.ts';
import { Relaying } from './relaying.ts';
import type { SessionPorts } from './session-ports.ts';
import { UpstreamSide } from './upstream-side.ts';
import { Writer } from './writer.ts';

/** One client's connection, from accept to close. */
export class Session {
  readonly summary: SessionSummary;
  readonly #service: Service;
  readonly #ports: SessionPorts;
  readonly #client: ClientSide;
  readonly #writer: Writer;
  readonly #clocks = new Clocks((clock) => this.#rang(clock));
  readonly #tasks: Task[] = [];
  readonly #happenings: Happening[] = [];
  readonly #front: FrontSide;
  #upstream: UpstreamSide | undefined;
  #relaying: Relaying | undefined;
  #abandonQuestion: (() => void) | undefined;
  #over = false;
  readonly #pump: Pump;

  constructor(socket: Socket, service: Service, listener: string, ports: SessionPorts) {
    this.#service = service;
    this.#ports = ports;
    this.#pump = new Pump({
      turn: () => this.#turn(),
      onHold: (gate) => {
        if (gate !== null) this.#writer.write(entries.held(gate));
        this.#clocks.hold(gate !== null);
      },
      onFault: (error) => this.#fault(error),
      onRest: () => (this.#relaying ? undefined : this.#client.throttle()),
    });
    this.summary = newSummary(ports.recorder.allocate(), service, listener, socket);
    this.#writer = new Writer(ports.recorder, this.summary);
    this.#front = new FrontSide(service, this.#writer);
    this.#client = new ClientSide(
      socket,
      service.clientBuffer,
      (count) => {
        this.summary.bytesIn += count;
        this.#pump.run();
      },
      () => this.#lostClient(),
    );
    this.#happened('front', openedBy(socket), null, () => this.#writer.write(entries.accepted(this.summary)));
  }

  /** How many things of this session are held at gates. */
  get waiting(): number {
    return this.#pump.waiting;
  }

  /** Lets what was held first pass its gate. */
  release(): void {
    this.#pump.release();
  }

  /** Ends the session because the lab stops or its listener goes. */
  stop(): void {
    if (this.#over) return;
    this.#writer.learned({ place: 'ended' });
    this.#writer.write(entries.closing('client', 'session.stopped'));
    this.#finish();
  }

  // While it asks or logs in, nginx does not read from the client, and so does not notice that it left.
  #lostClient(): void {
    if (this.#pump.held && this.#front.reading) {
      // Nobody is left to hold anything for.
      this.#pump.drop();
      this.#tasks.length = 0;
      this.#happenings.push(this.#clientClosed());
    }
    this.#pump.run();
  }

  #happened(side: Side, event: Event, gate: Gate | null, tell: Happening['tell']): void {
    this.#happenings.push({ side, event, gate, tell });
    this.#pump.run();
  }

  // A fault of ours ends this session alone, with an entry that says so.
  #fault(error: unknown): void {
    if (this.#over) return;
    this.#writer.write(entries.fault(error));
    if (!this.#relaying) this.#client.say(this.#service.apology);
    this.#finish();
  }

  #turn(): boolean | Stop {
    const task = this.#tasks.shift();
    if (task) {
      const gate = gateOf(task);
      if (this.#stopsAt(gate)) return { gate, go: () => this.#perform(task) };
      this.#perform(task);
      return true;
    }
    const happening = this.#happenings.shift() ?? this.#readClient() ?? this.#readUpstream();
    if (!happening) return false;
    const { gate } = happening;
    if (this.#stopsAt(gate)) return { gate, go: () => this.#decide(happening) };
    this.#decide(happening);
    return true;
  }

  #stopsAt(gate: Gate | null): gate is Gate {
    return gate !== null && this.#ports.gates.holds(gate, this.summary.id);
  }

  #readClient(): Happening | undefined {
    if (this.#relaying || this.#client.blocked || !this.#front.reading) return undefined;
    const event = this.#client.input.cut(this.#front.read, this.#front.keeps);
    if (!event) return this.#client.gone ? this.#clientClosed() : undefined;
    const tell: Happening['tell'] = (why, secret) =>
      this.#writer.write(entries.line('client', event.text, 'consumed', why, secret));
    return { side: 'front', event, gate: 'C>P', tell };
  }

  #clientClosed(): Happening {
    const gone = this.#client.gone ?? {};
    const tell: Happening['tell'] = (why) => this.#writer.write(entries.closed('client', why, gone.error));
    return { side: 'front', event: { type: 'closed', ...gone }, gate: null, tell };
  }

  #readUpstream(): Happening | undefined {
    if (this.#relaying) return undefined;
    const read = this.#upstream?.read();
    if (!read) return undefined;
    const { event, told } = read;
    if (told) return { side: 'back', event, gate: null, tell: (why) => this.#writer.write(told(why)) };
    const fate = this.#upstream ? fateOf(event, this.#upstream, this.#front) : 'consumed';
    const bytes = 'text' in event ? event.text : '';
    const tell: Happening['tell'] = (why, secret) =>
      this.#writer.write(entries.line('upstream', bytes, fate, why, secret));
    return { side: 'back', event, gate: 'U>P', tell };
  }

  /** Feeds one event to its machine, writes its entry, and queues what the machine asks for. */
  #decide({ side, event, tell }: Happening): void {
    const step = side === 'front' ? this.#front.step(event) : this.#upstream?.step(event);
    if (!step) return;
    const told = tell(step.why, step.secret);
    if (side === 'front') this.#front.remember(event, told);
    for (const effect of step.effects) this.#tasks.push({ side, effect, why: step.why, cause: told });
  }

  #perform({ side, effect, why, cause }: Task): void {
    switch (effect.type) {
      case 'say':
        this.#say(side, effect, why, cause);
        break;
      case 'ask':
        this.#ask(effect, cause);
        break;
      case 'dial':
        this.#dial(effect, why, cause);
        break;
      case 'clock':
        this.#clocks.set(effect.clock, effect.ms);
        if (effect.clock === 'wait' && effect.ms !== null) this.#writer.write(entries.waiting(why, cause, effect.ms));
        break;
      case 'mangle':
        if (this.#client.input.mangle() > 0) this.#writer.write(entries.mangled(cause));
        break;
      case 'report':
        // No entry of its own: the upstream's line and the reply to the client tell it.
        this.#decide({ side: 'front', event: effect.event, gate: null, tell: () => cause });
        break;
      case 'handOver':
        this.#handOver(cause);
        break;
      case 'close':
        this.#close(cause);
        break;
    }
  }

  #say(side: Side, effect: Extract<Effect, { type: 'say' }>, why: string, cause: number): void {
    const origin = this.#front.origin(effect.replays) ?? cause;
    this.#writer.write(entries.said(side === 'front' ? 'client' : 'upstream', effect, why, origin));
    if (side === 'front') this.summary.bytesOut += effect.text.length;
    (side === 'front' ? this.#client : this.#upstream)?.say(effect.text);
  }

  #ask(effect: Extract<Effect, { type: 'ask' }>, cause: number): void {
    const { server } = this.#service;
    const lookup = lookupOf(effect, this.#front.state, server);
    const request = encodeRequest(lookup, server.authHttp);
    const asking = this.#writer.write(entries.question(request, lookup, server.authHttp, cause));
    this.#abandonQuestion = this.#ports.authority.ask(
      {
        lookup,
        request,
        target: server.authHttp,
        timeoutMs: server.authHttpTimeoutMs,
        passwordKnown: this.#front.state.password !== null,
      },
      (exchange) => this.#answered(exchange, asking),
    );
  }

  #answered(exchange: Exchange, cause: number): void {
    if (this.#over) return;
    this.#abandonQuestion = undefined;
    const { verdict, rule } = exchange;
    this.#happened('front', { type: 'verdict', verdict }, 'A>P', () => {
      if (rule !== undefined) this.#writer.learned({ rule });
      if (verdict.type === 'route') this.#writer.learned({ upstream: verdict.name });
      return this.#writer.write(entries.answer(exchange, cause));
    });
  }

  #dial(dial: Extract<Effect, { type: 'dial' }>, why: string, cause: number): void {
    const name = this.#ports.upstreamName(hostPort(dial.server, dial.port));
    this.summary.upstream = name ?? dial.name;
    const dialled = this.#writer.write(entries.dialling(dial, name ?? '', why, cause));
    this.#upstream = new UpstreamSide({
      dial,
      machine: this.#service.back(this.#front.state),
      buffer: this.#service.server.proxyBuffer,
      name: name ?? '',
      cause: dialled,
      allowed: this.#ports.mayDial(dial.server, dial.port),
      onConnected: (event, told) => this.#happened('back', event, null, (reason) => this.#writer.write(told(reason))),
      onChange: () => this.#pump.run(),
    });
  }

  #handOver(cause: number): void {
    const client = this.#client;
    const upstream = this.#upstream;
    if (!upstream) return;
    this.#writer.write(entries.handedOver(cause));
    client.detach();
    upstream.detach();
    this.#clocks.set('proxying', this.#service.server.proxyTimeoutMs);
    this.#relaying = new Relaying({
      client: client.socket,
      upstream: upstream.socket,
      service: this.#service,
      writer: this.#writer,
      early: { client: client.input.rest, upstream: upstream.rest },
      gone: { client: client.gone !== undefined, upstream: upstream.gone !== undefined },
      onClientEvent: () => this.#clocks.refresh('proxying'),
      holds: (gates, go) => {
        const gate = gates.find((one) => this.#stopsAt(one));
        if (gate !== undefined) this.#pump.hold(gate, go);
        return gate !== undefined;
      },
      onEnd: () => this.#finish(),
    });
  }

  #rang(clock: Clock): void {
    if (this.#over) return;
    const side = clock === 'upstream' ? 'back' : 'front';
    if (clock === 'proxying') this.#relaying?.idle();
    else
      this.#happened(side, { type: 'timeout', clock }, null, (why) => this.#writer.write(entries.timedOut(clock, why)));
  }

  #close(cause: number): void {
    if (!this.#client.gone) this.#writer.write(entries.closing('client', 'session.proxy-closed', cause));
    this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#pump.stop();
    this.#clocks.clear();
    this.#abandonQuestion?.();
    this.#relaying?.stop();
    this.#client.close();
    this.#upstream?.close();
    this.#writer.end();
    this.#ports.onEnd(this.summary.id);
  }
}
