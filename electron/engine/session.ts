/**
 * The driver of one session: the only place that feeds the machines and performs what they ask. Everything it does
 * goes through one queue, so traffic can be held at any gate between deciding and doing.
 */
import type { Socket } from 'node:net';
import type { Lookup } from '../../shared/auth/lookup.ts';
import { encodeRequest } from '../../shared/auth/request.ts';
import type { Gate, Leg, SessionSummary } from '../../shared/journal/entry.ts';
import type { Bytes, Clock, Effect, Event, Step } from '../../shared/machine/machine.ts';
import { Clocks } from './clocks.ts';
import { type Dialled, dial } from './dialling.ts';
import { noteEnvelope } from './envelope.ts';
import { answerEntry, questionEntry } from './exchange.ts';
import type { Gates } from './gates.ts';
import { InputLine } from './input-line.ts';
import { newSummary } from './new-summary.ts';
import type { Authority, Exchange, Recorder } from './ports.ts';
import type { Back, FrontState, Service } from './protocols.ts';
import { Relaying } from './relaying.ts';
import { changes, Writer } from './writer.ts';

/** Bytes of a client that wait while the proxy does not read; more stay in the kernel. */
const WAITING_MAX = 65_536;

/** What a session needs of the engine. */
export interface SessionPorts {
  readonly authority: Authority;
  readonly recorder: Recorder;
  readonly gates: Gates;
  readonly upstreamName: (address: string) => string | null;
  /** Called once, when the session is over and its sockets are closed or closing. */
  readonly onEnd: (session: Session) => void;
}

type Side = 'front' | 'back';
interface Task {
  readonly side: Side;
  readonly effect: Effect;
  readonly why: string;
  readonly cause: number;
}
interface Happening {
  readonly side: Side;
  readonly event: Event;
  readonly gate: Gate | null;
  /** Writes the entry of the event once it is decided; gives back its number. */
  readonly tell: (why: string, secret: Step<unknown, string>['secret']) => number;
}

/** One client's connection, from accept to close. */
export class Session {
  readonly summary: SessionSummary;
  readonly #service: Service;
  readonly #ports: SessionPorts;
  readonly #client: Socket;
  readonly #writer: Writer;
  readonly #clocks = new Clocks((clock) => this.#rang(clock));
  readonly #tasks: Task[] = [];
  readonly #happenings: Happening[] = [];
  readonly #seen: Partial<Record<'mail' | 'rcpt' | 'helo', number>> = {};
  #front: FrontState;
  #back: { readonly machine: Back; state: { readonly place: string } } | undefined;
  #dialled: Dialled | undefined;
  #relaying: Relaying | undefined;
  readonly #fromClient: InputLine;
  readonly #fromUpstream: InputLine;
  #upstreamGone = false;
  #clientGone: { readonly error?: string } | undefined;
  #abandonQuestion: (() => void) | undefined;
  #held: (() => void) | undefined;
  #busy = false;
  #over = false;

  constructor(client: Socket, service: Service, listener: string, ports: SessionPorts) {
    this.#client = client;
    this.#service = service;
    this.#ports = ports;
    this.#front = service.front.initial;
    this.#fromClient = new InputLine(service.clientBuffer);
    this.#fromUpstream = new InputLine(service.server.proxyBuffer);
    this.summary = newSummary(ports.recorder.allocate(), service, listener, client);
    this.#writer = new Writer(ports.recorder, this.summary);
    this.#listen();
    const peer = { address: client.remoteAddress ?? '', port: client.remotePort ?? 0 };
    const nonce = { random: Math.floor(Math.random() * 0x7fffffff), seconds: Math.floor(Date.now() / 1000) };
    this.#happened('front', { type: 'opened', client: peer, clientHost: '[UNAVAILABLE]', nonce }, null, () =>
      this.#writer.write({
        leg: 'client',
        direction: 'in',
        kind: 'open',
        bytes: '',
        why: 'session.accepted',
        params: { client: this.summary.client, listener },
      }),
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
    this.#writer.write({ leg: 'client', direction: 'out', kind: 'close', bytes: '', why: 'session.stopped' });
    this.#finish();
  }

  #listen(): void {
    const client = this.#client;
    client.on('data', this.#onClientData);
    client.on('end', this.#onClientEnd);
    client.on('error', this.#onClientError);
    client.on('close', this.#onClientEnd);
  }

  #unlisten(): void {
    this.#client
      .off('data', this.#onClientData)
      .off('end', this.#onClientEnd)
      .off('error', this.#onClientError)
      .off('close', this.#onClientEnd);
  }

  readonly #onClientData = (bytes: Buffer): void => {
    this.summary.bytesIn += bytes.length;
    this.#fromClient.add(bytes.toString('latin1'));
    this.#run();
  };

  readonly #onClientEnd = (): void => this.#lostClient({});

  readonly #onClientError = (error: NodeJS.ErrnoException): void =>
    this.#lostClient({ error: error.code ?? error.message });

  // nginx reads nothing from the client while it asks or logs in, so it does not notice that the client left.
  #lostClient(gone: { readonly error?: string }): void {
    this.#clientGone ??= gone;
    if (this.#held && this.#service.front.read(this.#front, '') >= 0) {
      // Nobody is left to hold anything for.
      this.#held = undefined;
      this.#tasks.length = 0;
      this.#happenings.push(this.#clientClosed(this.#clientGone));
    }
    this.#run();
  }

  #happened(side: Side, event: Event, gate: Gate | null, tell: Happening['tell']): void {
    this.#happenings.push({ side, event, gate, tell });
    this.#run();
  }

  #run(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#guarded(() => {
      while (!this.#over && !this.#held && this.#turn());
    });
    this.#busy = false;
    if (this.#over || this.#relaying) return;
    if (this.#fromClient.waiting > WAITING_MAX) this.#client.pause();
    else if (this.#client.isPaused()) this.#client.resume();
  }

  // A fault of ours ends this session alone, with an entry that says so.
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fault(error);
    }
  }

  #fault(error: unknown): void {
    if (this.#over) return;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#writer.write({
      leg: 'client',
      direction: 'none',
      kind: 'fault',
      bytes: '',
      why: 'session.our-fault',
      params: { message },
    });
    if (!this.#relaying) this.#client.write(this.#service.apology, 'latin1');
    this.#finish();
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
    if (gate === null || !this.#ports.gates.holds(gate, this.summary.id)) {
      act();
      return;
    }
    this.#hold(gate, act);
  }

  #hold(gate: Gate, act: () => void): void {
    this.#writer.write({
      leg: legOf(gate),
      direction: 'none',
      kind: 'hold',
      bytes: '',
      why: 'session.held',
      params: { gate },
    });
    this.#held = act;
    this.#clocks.hold(true);
  }

  #readClient(): Happening | undefined {
    const { front } = this.#service;
    if (this.#relaying || front.read(this.#front, '') < 0) return undefined;
    const event = this.#fromClient.cut((input) => front.read(this.#front, input));
    if (event) {
      const tell: Happening['tell'] = (why, secret) => this.#line('client', event.text, 'consumed', why, secret);
      return { side: 'front', event, gate: 'C>P', tell };
    }
    return this.#clientGone ? this.#clientClosed(this.#clientGone) : undefined;
  }

  #clientClosed(gone: { readonly error?: string }): Happening {
    return {
      side: 'front',
      event: { type: 'closed', ...gone },
      gate: null,
      tell: (why) =>
        this.#writer.write({
          leg: 'client',
          direction: 'in',
          kind: 'close',
          bytes: '',
          why,
          ...(gone.error ? { params: { error: gone.error } } : {}),
        }),
    };
  }

  #readUpstream(): Happening | undefined {
    const back = this.#back;
    if (!back || this.#relaying || back.machine.read(back.state, '') < 0) return undefined;
    const event = this.#fromUpstream.cut((input) => back.machine.read(back.state, input));
    if (!event) return undefined;
    const step = back.machine.step(back.state, event);
    const tell: Happening['tell'] = (why, secret) =>
      this.#line('upstream', event.text, this.#fateOf(step), why, secret);
    return { side: 'back', event, gate: 'U>P', tell };
  }

  /** What becomes of an upstream reply: the front's answer to it tells whether it is passed on, changed or consumed. */
  #fateOf(step: Step<unknown, string>): 'passed' | 'changed' | 'consumed' {
    const report = step.effects.find((effect) => effect.type === 'report');
    if (!report) return 'consumed';
    const said = this.#service.front.step(this.#front, report.event).effects.find((effect) => effect.type === 'say');
    return said?.disposition === 'passed' || said?.disposition === 'changed' ? said.disposition : 'consumed';
  }

  #line(
    leg: Leg,
    bytes: Bytes,
    disposition: 'passed' | 'changed' | 'consumed',
    why: string,
    secret: Step<unknown, string>['secret'],
  ): number {
    return this.#writer.write({
      leg,
      direction: 'in',
      kind: 'line',
      bytes,
      disposition,
      why,
      ...(secret ? { secret } : {}),
    });
  }

  /** Feeds one event to its machine, writes its entry, and queues what the machine asks for. */
  #decide(happening: Happening, cause?: number): void {
    const { side, event } = happening;
    const step = side === 'front' ? this.#stepFront(event) : this.#stepBack(event);
    if (!step) return;
    const told = happening.tell(step.why, step.secret);
    if (side === 'front') this.#remember(told);
    for (const effect of step.effects) this.#tasks.push({ side, effect, why: step.why, cause: cause ?? told });
  }

  #stepFront(event: Event): Step<FrontState, string> {
    const before = this.#front;
    const step = this.#service.front.step(before, event);
    this.#front = step.state;
    const changed = changes(before, step.state);
    this.#lastChange = changed;
    this.#writer.learned(changed);
    if (changed) noteEnvelope(this.summary, changed);
    return step;
  }

  #lastChange: ReturnType<typeof changes>;

  #stepBack(event: Event): Step<{ readonly place: string }, string> | undefined {
    if (!this.#back) return undefined;
    const step = this.#back.machine.step(this.#back.state, event);
    this.#back.state = step.state;
    return step;
  }

  // Which entry holds the line that is replayed to the upstream later.
  #remember(told: number): void {
    const changed = this.#lastChange;
    if (changed?.from) this.#seen.mail = told;
    if (changed?.to) this.#seen.rcpt = told;
    if (changed?.helo) this.#seen.helo = told;
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
        this.#decide({ side: 'front', event: effect.event, gate: null, tell: () => cause }, cause);
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
    const socket = side === 'front' ? this.#client : this.#dialled?.socket;
    const origin = effect.replays === undefined ? cause : (this.#seen[effect.replays] ?? cause);
    this.#writer.write({
      leg: side === 'front' ? 'client' : 'upstream',
      direction: 'out',
      kind: 'line',
      bytes: effect.text,
      disposition: effect.disposition,
      cause: origin,
      why,
      ...(effect.secret ? { secret: effect.secret } : {}),
    });
    if (side === 'front') this.summary.bytesOut += effect.text.length;
    if (socket?.writable) socket.write(effect.text, 'latin1');
  }

  #ask(effect: Extract<Effect, { type: 'ask' }>, cause: number): void {
    const { server } = this.#service;
    const { type: _, ...asked } = effect;
    const lookup: Lookup = {
      ...asked,
      protocol: server.protocol,
      clientIp: this.#front.client.address,
      clientHost: this.#front.clientHost,
      headers: server.authHttpHeaders,
    };
    const request = encodeRequest(lookup, server.authHttp);
    const asking = this.#writer.write(questionEntry(request, server.authHttp, asked.attempt, cause));
    this.#abandonQuestion = this.#ports.authority.ask(
      {
        lookup,
        request,
        target: server.authHttp,
        timeoutMs: server.authHttpTimeoutMs,
        passwordKnown: asked.password !== '',
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
      return this.#writer.write(answerEntry(exchange, cause));
    });
  }

  #dial({ server, port, name }: Extract<Effect, { type: 'dial' }>, why: string, cause: number): void {
    const known = this.#ports.upstreamName(`${server}:${port}`);
    this.summary.upstream = known ?? name;
    const params = { upstream: name, name: known ?? '' };
    const dialled = this.#writer.write({
      leg: 'upstream',
      direction: 'out',
      kind: 'dial',
      bytes: '',
      cause,
      why,
      params,
    });
    const machine = this.#service.back(this.#front);
    this.#back = { machine, state: machine.initial };
    this.#dialled = dial({
      server,
      port,
      params,
      cause: dialled,
      onBytes: this.#onUpstreamData,
      onEvent: (event, entry) => {
        if (this.#over || this.#relaying) return;
        if (event.type === 'closed') this.#upstreamGone = true;
        this.#happened('back', event, null, (why) => this.#writer.write({ ...entry, why }));
      },
    });
  }

  readonly #onUpstreamData = (bytes: Buffer): void => {
    this.#fromUpstream.add(bytes.toString('latin1'));
    if (this.#fromUpstream.waiting > WAITING_MAX) this.#dialled?.socket.pause();
    this.#run();
  };

  #handOver(cause: number): void {
    const upstream = this.#dialled?.socket;
    if (!upstream) return;
    const client = this.#client;
    this.#writer.write({
      leg: 'client',
      direction: 'none',
      kind: 'relay',
      bytes: '',
      cause,
      why: 'session.handed-over',
    });
    this.#unlisten();
    this.#dialled?.detach();
    this.#clocks.set('proxying', this.#service.server.proxyTimeoutMs);
    this.#relaying = new Relaying({
      client,
      upstream,
      service: this.#service,
      writer: this.#writer,
      early: { client: this.#fromClient.rest, upstream: this.#fromUpstream.rest },
      gone: { client: this.#clientGone !== undefined, upstream: this.#upstreamGone },
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
    if (clock === 'proxying') {
      this.#relaying?.idle();
      return;
    }
    const side = clock === 'upstream' ? 'back' : 'front';
    const leg: Leg = clock === 'upstream' ? 'upstream' : 'client';
    this.#happened(side, { type: 'timeout', clock }, null, (why) =>
      this.#writer.write({ leg, direction: 'none', kind: 'decision', bytes: '', why, params: { clock } }),
    );
  }

  #close(): void {
    if (!this.#clientGone)
      this.#writer.write({ leg: 'client', direction: 'out', kind: 'close', bytes: '', why: 'session.proxy-closed' });
    this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#clocks.clear();
    this.#abandonQuestion?.();
    this.#relaying?.stop();
    this.#client.on('error', () => {});
    this.#client.end();
    this.#client.destroySoon();
    this.#dialled?.socket.on('error', () => {});
    this.#dialled?.socket.destroy();
    this.#writer.end();
    this.#ports.onEnd(this);
  }
}

function gateOf({ side, effect }: Task): Gate | null {
  if (effect.type === 'say') return side === 'front' ? 'P>C' : 'P>U';
  return effect.type === 'ask' ? 'P>A' : null;
}

const legOf = (gate: Gate): Leg => (gate.includes('C') ? 'client' : gate.includes('A') ? 'auth' : 'upstream');
