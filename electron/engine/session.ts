/**
 * The driver of one session: the only place that feeds the machines and performs what they ask. Everything it does
 * goes through one queue, so traffic can be held at any gate between deciding and doing.
 */
import type { Socket } from 'node:net';
import { encodeRequest } from '../../shared/auth/request.ts';
import type { Gate, SessionSummary } from '../../shared/journal/entry.ts';
import type { Clock, Effect, Event, Step } from '../../shared/machine/machine.ts';
import { ClientSide } from './client-side.ts';
import { Clocks } from './clocks.ts';
import * as entries from './entries.ts';
import { noteEnvelope } from './envelope.ts';
import { newSummary } from './new-summary.ts';
import type { Exchange } from './ports.ts';
import { type FrontState, lookupOf, type Service } from './protocols.ts';
import { gateOf, type Happening, type Side, type Task } from './queue.ts';
import { Relaying } from './relaying.ts';
import type { SessionPorts } from './session-ports.ts';
import { UpstreamSide } from './upstream-side.ts';
import { changes, Writer } from './writer.ts';

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
  /** Which entries hold the client's lines that are replayed to the upstream later. */
  readonly #seen: Partial<Record<'mail' | 'rcpt' | 'helo', number>> = {};
  #front: FrontState;
  #upstream: UpstreamSide | undefined;
  #relaying: Relaying | undefined;
  #abandonQuestion: (() => void) | undefined;
  #held: (() => void) | undefined;
  #busy = false;
  #over = false;

  constructor(socket: Socket, service: Service, listener: string, ports: SessionPorts) {
    this.#service = service;
    this.#ports = ports;
    this.#front = service.front.initial;
    this.summary = newSummary(ports.recorder.allocate(), service, listener, socket);
    this.#writer = new Writer(ports.recorder, this.summary);
    this.#client = new ClientSide(
      socket,
      service.clientBuffer,
      (count) => {
        this.summary.bytesIn += count;
        this.#run();
      },
      () => this.#lostClient(),
    );
    const client = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const nonce = { random: Math.floor(Math.random() * 0x7fffffff), seconds: Math.floor(Date.now() / 1000) };
    this.#happened('front', { type: 'opened', client, clientHost: '[UNAVAILABLE]', nonce }, null, () =>
      this.#writer.write(entries.accepted(this.summary)),
    );
  }

  /** Whether something of this session is held at a gate. */
  get held(): boolean {
    return this.#held !== undefined;
  }

  /** Lets what is held pass its gate. */
  release(): void {
    const go = this.#held;
    if (!go) return;
    this.#held = undefined;
    this.#clocks.hold(false);
    this.#guarded(go);
    this.#run();
  }

  /** Ends the session because the lab stops or its listener goes. */
  stop(): void {
    if (this.#over) return;
    this.#writer.write(entries.closing('client', 'session.stopped'));
    this.#finish();
  }

  // nginx reads nothing from the client while it asks or logs in, so there it does not notice that the client left.
  #lostClient(): void {
    if (this.#held && this.#service.front.read(this.#front, '') >= 0) {
      // Nobody is left to hold anything for.
      this.#held = undefined;
      this.#tasks.length = 0;
      this.#happenings.push(this.#clientClosed());
    }
    this.#run();
  }

  #happened(side: Side, event: Event, gate: Gate | null, tell: Happening['tell']): void {
    this.#happenings.push({ side, event, gate, tell });
    this.#run();
  }

  #run(): void {
    if (this.#busy || this.#over) return;
    this.#busy = true;
    this.#guarded(() => {
      while (!this.#over && !this.#held && this.#turn());
    });
    this.#busy = false;
    if (!this.#over && !this.#relaying) this.#client.throttle();
  }

  // A fault of ours ends this session alone, with an entry that says so.
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (this.#over) return;
      this.#writer.write(entries.fault(error));
      if (!this.#relaying) this.#client.say(this.#service.apology);
      this.#finish();
    }
  }

  /** Does one thing, if there is one to do. */
  #turn(): boolean {
    const task = this.#tasks.shift();
    if (task) {
      this.#pass(gateOf(task), () => this.#perform(task));
      return true;
    }
    const happening = this.#happenings.shift() ?? this.#readClient() ?? this.#readUpstream();
    if (!happening) return false;
    this.#pass(happening.gate, () => this.#decide(happening));
    return true;
  }

  /** Acts now, or when the gate is released. */
  #pass(gate: Gate | null, act: () => void): void {
    if (gate !== null && this.#ports.gates.holds(gate, this.summary.id)) this.#hold(gate, act);
    else act();
  }

  #hold(gate: Gate, act: () => void): void {
    this.#writer.write(entries.held(gate));
    this.#held = act;
    this.#clocks.hold(true);
  }

  #readClient(): Happening | undefined {
    const { front } = this.#service;
    if (this.#relaying || front.read(this.#front, '') < 0) return undefined;
    const event = this.#client.input.cut((input) => front.read(this.#front, input));
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
    const fate = this.#fateOf(event);
    const bytes = 'text' in event ? event.text : '';
    const tell: Happening['tell'] = (why, secret) =>
      this.#writer.write(entries.line('upstream', bytes, fate, why, secret));
    return { side: 'back', event, gate: 'U>P', tell };
  }

  /** What becomes of a reply: the front's answer to it tells whether it is passed on, changed or consumed. */
  #fateOf(reply: Event): 'passed' | 'changed' | 'consumed' {
    const report = this.#upstream?.peek(reply).effects.find((effect) => effect.type === 'report');
    if (!report) return 'consumed';
    const said = this.#service.front.step(this.#front, report.event).effects.find((effect) => effect.type === 'say');
    return said?.disposition === 'passed' || said?.disposition === 'changed' ? said.disposition : 'consumed';
  }

  /** Feeds one event to its machine, writes its entry, and queues what the machine asks for. */
  #decide({ side, event, tell }: Happening): void {
    const step = side === 'front' ? this.#stepFront(event) : this.#upstream?.step(event);
    if (!step) return;
    const told = tell(step.why, step.secret);
    if (side === 'front') this.#remember(event, told);
    for (const effect of step.effects) this.#tasks.push({ side, effect, why: step.why, cause: told });
  }

  #stepFront(event: Event): Step<FrontState, string> {
    const before = this.#front;
    const step = this.#service.front.step(before, event);
    this.#front = step.state;
    const changed = changes(before, step.state);
    this.#writer.learned(changed);
    if (changed) noteEnvelope(this.summary, changed);
    return step;
  }

  #remember(event: Event, told: number): void {
    if (event.type !== 'line') return;
    const { from, to, helo } = this.#front;
    if (from !== null && event.text.startsWith(from)) this.#seen.mail = told;
    if (to !== null && event.text.startsWith(to)) this.#seen.rcpt = told;
    if (helo !== null && /^(?:helo|ehlo) /i.test(event.text)) this.#seen.helo = told;
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
        break;
      case 'report':
        // No entry of its own: the upstream's line and the reply to the client tell it.
        this.#decide({ side: 'front', event: effect.event, gate: null, tell: () => cause });
        break;
      case 'handOver':
        this.#handOver(cause);
        break;
      case 'close':
        this.#close();
        break;
    }
  }

  #say(side: Side, effect: Extract<Effect, { type: 'say' }>, why: string, cause: number): void {
    const origin = effect.replays === undefined ? cause : (this.#seen[effect.replays] ?? cause);
    this.#writer.write(entries.said(side === 'front' ? 'client' : 'upstream', effect, why, origin));
    if (side === 'front') this.summary.bytesOut += effect.text.length;
    (side === 'front' ? this.#client : this.#upstream)?.say(effect.text);
  }

  #ask(effect: Extract<Effect, { type: 'ask' }>, cause: number): void {
    const { server } = this.#service;
    const lookup = lookupOf(effect, this.#front, server);
    const request = encodeRequest(lookup, server.authHttp);
    const asking = this.#writer.write(entries.question(request, server.authHttp, lookup.attempt, cause));
    this.#abandonQuestion = this.#ports.authority.ask(
      {
        lookup,
        request,
        target: server.authHttp,
        timeoutMs: server.authHttpTimeoutMs,
        passwordKnown: lookup.password !== '',
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
    const name = this.#ports.upstreamName(`${dial.server}:${dial.port}`);
    this.summary.upstream = name ?? dial.name;
    const dialled = this.#writer.write(entries.dialling(dial, name ?? '', why, cause));
    this.#upstream = new UpstreamSide({
      dial,
      machine: this.#service.back(this.#front),
      buffer: this.#service.server.proxyBuffer,
      name: name ?? '',
      cause: dialled,
      onConnected: (event, told) => this.#happened('back', event, null, (reason) => this.#writer.write(told(reason))),
      onChange: () => this.#run(),
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
        const gate = gates.find((one) => this.#ports.gates.holds(one, this.summary.id));
        if (gate) this.#hold(gate, go);
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

  #close(): void {
    if (!this.#client.gone) this.#writer.write(entries.closing('client', 'session.proxy-closed'));
    this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#clocks.clear();
    this.#abandonQuestion?.();
    this.#relaying?.stop();
    this.#client.close();
    this.#upstream?.close();
    this.#writer.end();
    this.#ports.onEnd(this.summary.id);
  }
}
