/**
 * The dialogue of a session, until the relay: the only place that feeds the machines and performs what they ask.
 * Everything goes through one queue, so traffic can be held at any gate between deciding and doing.
 */
import { encodeRequest } from '../../shared/auth/request.ts';
import type { Gate } from '../../shared/journal/entry.ts';
import type { Effect, Event, Peer } from '../../shared/machine/machine.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { writeProxyHeader } from '../../shared/wire/proxy-out.ts';
import type { ClientSide } from './client-side.ts';
import type { Clocks } from './clocks.ts';
import * as entries from './entries.ts';
import { fateOf } from './fate.ts';
import { FrontSide } from './front-side.ts';
import type { Exchange } from './ports.ts';
import { lookupOf, type Service } from './protocols.ts';
import type { Pump, Stop } from './pump.ts';
import { gateOf, type Happening, type Side, type Task, type Tell } from './queue.ts';
import type { SessionPorts } from './session-ports.ts';
import { UpstreamSide } from './upstream-side.ts';
import type { Writer } from './writer.ts';

/** What the dialogue needs of its session, which does what changes its stage. */
export interface DialoguePorts {
  readonly service: Service;
  readonly shared: SessionPorts;
  readonly client: ClientSide;
  /** Our own end of the client's connection, for the upstream's PROXY header. */
  readonly local: Peer | undefined;
  readonly writer: Writer;
  readonly clocks: Clocks;
  readonly pump: Pump;
  stopsAt(gate: Gate | null): gate is Gate;
  secure(cause: number): void;
  handOver(upstream: UpstreamSide, cause: number): void;
  close(cause: number): void;
}

/** The two machines of a session, and what is between them and the world. */
export class Dialogue {
  readonly #ports: DialoguePorts;
  readonly #front: FrontSide;
  readonly #tasks: Task[] = [];
  readonly #happenings: Happening[] = [];
  #upstream: UpstreamSide | undefined;
  #abandonQuestion: (() => void) | undefined;
  #over = false;

  constructor(ports: DialoguePorts) {
    this.#ports = ports;
    this.#front = new FrontSide(ports.service, ports.writer);
  }

  /** Something happened; its machine decides when its turn comes. */
  happened(side: Side, event: Event, gate: Gate | null, tell: Tell): void {
    this.#happenings.push({ side, event, gate, tell });
    this.#ports.pump.run();
  }

  // While it asks or logs in, nginx does not read from the client, and so does not notice that it left.
  clientLeft(): void {
    if (this.#ports.pump.held && this.#front.reading) {
      // Nobody is left to hold anything for.
      this.#ports.pump.drop();
      this.#tasks.length = 0;
      this.#happenings.push(this.#clientClosed());
    }
    this.#ports.pump.run();
  }

  /** Does the next thing, if there is one: performs an effect, or decides an event. */
  turn(): boolean | Stop {
    const task = this.#tasks.shift();
    if (task) {
      const gate = gateOf(task);
      if (this.#ports.stopsAt(gate)) return { gate, go: () => this.#perform(task) };
      this.#perform(task);
      return true;
    }
    const happening = this.#happenings.shift() ?? this.#readClient() ?? this.#readUpstream();
    if (!happening) return false;
    const { gate } = happening;
    if (this.#ports.stopsAt(gate)) return { gate, go: () => this.#decide(happening) };
    this.#decide(happening);
    return true;
  }

  /** How many bytes of an incomplete reply the upstream has sent. */
  get begun(): number {
    return this.#upstream?.rest.length ?? 0;
  }

  /** The dialogue is over: nobody is asked or listened to any more. */
  stop(): void {
    this.#over = true;
    this.#abandonQuestion?.();
    this.#upstream?.close();
  }

  #readClient(): Happening | undefined {
    const { client, writer } = this.#ports;
    if (client.blocked || !this.#front.reading) return undefined;
    const event = client.input.cut(this.#front.read, this.#front.keeps, client.gone !== undefined);
    if (!event) return client.gone ? this.#clientClosed() : undefined;
    const tell: Tell = (why, secret, params) => writer.write(entries.clientLine(event, why, secret, params));
    return { side: 'front', event, gate: 'C>P', tell };
  }

  #clientClosed(): Happening {
    const { client, writer } = this.#ports;
    const gone = client.gone ?? {};
    const tell: Tell = (why) => writer.write(entries.closed('client', why, gone.error));
    return { side: 'front', event: { type: 'closed', ...gone }, gate: null, tell };
  }

  #readUpstream(): Happening | undefined {
    const { writer } = this.#ports;
    const upstream = this.#upstream;
    const read = upstream?.read();
    if (!upstream || !read) return undefined;
    const { event, told } = read;
    if (told) return { side: 'back', event, gate: null, tell: (why) => writer.write(told(why)) };
    const fate = fateOf(event, upstream, this.#front);
    const bytes = 'text' in event ? event.text : '';
    const tell: Tell = (why, secret) => writer.write(entries.line('upstream', bytes, fate, why, secret));
    return { side: 'back', event, gate: 'U>P', tell };
  }

  /** Feeds one event to its machine, writes its entry, and queues what the machine asks for. */
  #decide({ side, event, tell }: Happening): void {
    const step = side === 'front' ? this.#front.step(event) : this.#upstream?.step(event);
    if (!step) return;
    const told = tell(step.why, step.secret, step.params);
    if (side === 'front') this.#front.remember(event, told);
    for (const effect of step.effects) this.#tasks.push({ side, effect, why: step.why, cause: told });
  }

  #perform({ side, effect, why, cause }: Task): void {
    const { client, writer, clocks } = this.#ports;
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
        clocks.set(effect.clock, effect.ms);
        if (effect.clock === 'wait' && effect.ms !== null) writer.write(entries.waiting(why, cause, effect.ms));
        break;
      case 'mangle':
        if (client.input.mangle() > 0) writer.write(entries.mangled(cause));
        break;
      case 'report':
        // No entry of its own: the upstream's line and the reply to the client tell it.
        this.#decide({ side: 'front', event: effect.event, gate: null, tell: () => cause });
        break;
      case 'secure':
        this.#ports.secure(cause);
        break;
      case 'handOver':
        this.#handOver(cause);
        break;
      case 'close':
        this.#ports.close(cause);
        break;
    }
  }

  #say(side: Side, effect: Extract<Effect, { type: 'say' }>, why: string, cause: number): void {
    const { client, writer } = this.#ports;
    const origin = this.#front.origin(effect.replays) ?? cause;
    writer.write(entries.said(side === 'front' ? 'client' : 'upstream', effect, why, origin));
    if (side === 'front') writer.summary.bytesOut += effect.text.length;
    (side === 'front' ? client : this.#upstream)?.say(effect.text);
  }

  #ask(effect: Extract<Effect, { type: 'ask' }>, cause: number): void {
    const { service, shared, writer } = this.#ports;
    const { authHttp, authHttpTimeoutMs } = service.server;
    const lookup = lookupOf(effect, this.#front.state, service.server);
    const request = encodeRequest(lookup, authHttp);
    const asking = writer.write(entries.question(request, lookup, authHttp, cause));
    const passwordKnown = this.#front.state.password !== null;
    this.#abandonQuestion = shared.authority.ask(
      { lookup, request, target: authHttp, timeoutMs: authHttpTimeoutMs, passwordKnown },
      (exchange) => this.#answered(exchange, asking),
    );
  }

  #answered(exchange: Exchange, cause: number): void {
    if (this.#over) return;
    const { writer } = this.#ports;
    this.#abandonQuestion = undefined;
    const { verdict, rule } = exchange;
    this.happened('front', { type: 'verdict', verdict }, 'A>P', () => {
      if (rule !== undefined) writer.learned({ rule });
      if (verdict.type === 'route') writer.learned({ upstream: verdict.name });
      return writer.write(entries.answer(exchange, this.#ports.service.server.authHttp, cause));
    });
  }

  #dial(dial: Extract<Effect, { type: 'dial' }>, why: string, cause: number): void {
    const { service, shared, writer, pump } = this.#ports;
    const name = shared.upstreamName(hostPort(dial.server, dial.port));
    writer.summary.upstream = name ?? dial.name;
    const dialled = writer.write(entries.dialling(dial, name ?? '', service.server.proxyProtocol, why, cause));
    this.#upstream = new UpstreamSide({
      dial,
      machine: service.back(this.#front.state),
      buffer: service.server.proxyBuffer,
      name: name ?? '',
      cause: dialled,
      barred: shared.barred(dial.server, dial.port),
      onConnected: (event, told) =>
        this.happened('back', event, null, (reason) => {
          const connected = writer.write(told(reason));
          this.#introduce(connected);
          return connected;
        }),
      onChange: () => pump.run(),
    });
  }

  /** `proxy_protocol`: before the upstream's greeting is looked at, it is told who the client is. */
  #introduce(cause: number): void {
    const { service, local } = this.#ports;
    const { proxyProtocol } = service.server;
    if (proxyProtocol === 'off' || !local) return;
    const { client, tls } = this.#front.state;
    const text = writeProxyHeader(proxyProtocol, { client, local, tls });
    const effect = { type: 'say', text, disposition: 'invented' } as const;
    this.#tasks.push({ side: 'back', effect, why: 'session.proxy-header', cause });
  }

  #handOver(cause: number): void {
    const upstream = this.#upstream;
    if (!upstream) return;
    this.#upstream = undefined;
    upstream.detach();
    this.#ports.handOver(upstream, cause);
  }
}
