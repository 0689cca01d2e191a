/**
 * The dialogue of a session, until the relay: the only place that feeds the machines and performs what they ask.
 * Everything goes through one queue, so traffic can be held at any gate between deciding and doing.
 */
import type { Gate } from '../../shared/journal/entry.ts';
import { secretsOfTyped } from '../../shared/journal/typed.ts';
import type { Effect, Event, Peer } from '../../shared/machine/machine.ts';
import type { Service } from '../../shared/proxy/service.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { writeProxyHeader } from '../../shared/wire/proxy-out.ts';
import { Asking } from './asking.ts';
import type { ClientSide } from './client-side.ts';
import type { Clocks } from './clocks.ts';
import { DialogueStops } from './dialogue-stops.ts';
import * as entries from './entries.ts';
import { type Edited, editedFrom, marked, secretsOfTypedHeaders } from './entries-held.ts';
import { fateOf } from './fate.ts';
import { FrontSide } from './front-side.ts';
import type { Exchange } from './ports.ts';
import type { Pump, Stop } from './pump.ts';
import type { Happening, Side, Task, Tell } from './queue.ts';
import type { SessionPorts } from './session-ports.ts';
import type { Stops } from './stops.ts';
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
  readonly stops: Stops;
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
  readonly #asking: Asking;
  /** Made when something can stop for the first time. */
  #stops: DialogueStops | undefined;
  #upstream: UpstreamSide | undefined;

  constructor(ports: DialoguePorts) {
    this.#ports = ports;
    const { service, shared, writer, clocks } = ports;
    const front = new FrontSide(service, writer);
    this.#front = front;
    this.#asking = new Asking({
      service,
      shared,
      front,
      writer,
      clocks,
      onAnswer: (exchange, cause) => this.#happened(this.#answered(exchange, cause, 'A>P')),
    });
  }

  /** Something happened; its machine decides when its turn comes. */
  happened(side: Side, event: Event, gate: Gate | null, tell: Tell): void {
    this.#happened({ side, event, gate, tell });
  }

  #happened(happening: Happening): void {
    this.#happenings.push(happening);
    this.#ports.pump.run();
  }

  // While it asks or logs in, nginx does not read from the client, and so does not notice that it left.
  clientLeft(): void {
    this.#ports.stops.letGo();
    this.#ports.pump.run();
  }

  /** Does the next thing, if there is one: performs an effect, or decides an event. */
  turn(): boolean | Stop {
    const { open } = this.#ports.stops;
    const task = this.#tasks.shift();
    if (task) {
      const stop = open ? undefined : this.#stopping().ofTask(task);
      if (stop) return stop;
      this.#perform(task);
      return true;
    }
    const happening = this.#happenings.shift() ?? this.#readClient() ?? this.#readUpstream();
    if (!happening) return false;
    const stop = open ? undefined : this.#stopping().ofHappening(happening);
    if (stop) return stop;
    this.#decide(happening);
    return true;
  }

  #stopping(): DialogueStops {
    const { stops, writer, client, close } = this.#ports;
    this.#stops ??= new DialogueStops({
      stops,
      writer,
      client,
      close,
      front: this.#front,
      asking: this.#asking,
      upstream: () => this.#upstream,
      perform: (task) => this.#perform(task),
      decide: (happening) => this.#decide(happening),
      answered: (exchange, cause, edited) => this.#answered(exchange, cause, null, edited),
      reread: (side) => {
        const next = side === 'front' ? this.#readClient() : this.#readUpstream();
        if (next) this.#decide(next);
      },
    });
    return this.#stops;
  }

  /** How many bytes of an incomplete reply the upstream has sent. */
  get begun(): number {
    return this.#upstream?.rest.length ?? 0;
  }

  /** The dialogue is over: nobody is asked or listened to any more. */
  stop(): void {
    this.#asking.stop();
    this.#upstream?.close();
  }

  /** An answer that a person dropped is not there by the end of auth_http_timeout. */
  unanswered(): void {
    const verdict = { type: 'error', error: 'timed-out' } as const;
    this.#happened(this.#answered({ transport: 'in-process', request: '', response: '', verdict }, undefined, null));
  }

  #readClient(): Happening | undefined {
    const { client, writer } = this.#ports;
    if (client.blocked || !this.#front.reading) return undefined;
    const event = client.input.cut(this.#front.read, this.#front.keeps, client.gone !== undefined);
    if (!event) return client.gone ? this.#clientClosed() : undefined;
    const edited = this.#stops?.typed('front', event.text.length);
    const tell: Tell = (why, secret, params) =>
      writer.write(marked(entries.clientLine(event, why, secret, params), edited));
    // What a person typed stands in for what has passed this gate.
    return { side: 'front', event, gate: edited ? null : 'C>P', tell };
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
    const edited = this.#stops?.typed('back', bytes.length);
    const tell: Tell = (why, secret) =>
      writer.write(marked(entries.line('upstream', bytes, fate, why, secret), edited));
    return { side: 'back', event, gate: edited ? null : 'U>P', tell };
  }

  /** Feeds one event to its machine, writes its entry, and queues what the machine asks for. */
  #decide({ side, event, tell }: Happening): void {
    const step = side === 'front' ? this.#front.step(event) : this.#upstream?.step(event);
    if (!step) return;
    const told = tell(step.why, step.secret, step.params);
    if (side === 'front') this.#front.remember(event, told);
    for (const effect of step.effects) this.#tasks.push({ side, effect, why: step.why, cause: told });
  }

  #perform(task: Task): void {
    const { client, writer, clocks } = this.#ports;
    const { effect, why, cause } = task;
    switch (effect.type) {
      case 'say':
        this.#say(task, effect);
        break;
      case 'ask':
        this.#asking.ask(effect, cause, task.typed);
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

  #say({ side, why, cause, typed }: Task, effect: Extract<Effect, { type: 'say' }>): void {
    const { client, writer } = this.#ports;
    const { text: was, secret: hidden = [] } = effect;
    const said = typed === undefined ? effect : { ...effect, text: typed, secret: secretsOfTyped(was, hidden, typed) };
    const origin = this.#front.origin(effect.replays) ?? cause;
    const entry = entries.said(side === 'front' ? 'client' : 'upstream', said, why, origin);
    writer.write(typed === undefined ? entry : marked(entry, editedFrom(was, hidden)));
    if (side === 'front') writer.summary.bytesOut += said.text.length;
    (side === 'front' ? client : this.#upstream)?.say(said.text);
  }

  #answered(exchange: Exchange, cause: number | undefined, gate: Gate | null, edited?: Edited): Happening {
    const { writer, service } = this.#ports;
    const { verdict, rule, response } = exchange;
    const tell: Tell = () => {
      if (rule !== undefined) writer.learned({ rule });
      if (verdict.type === 'route') writer.learned({ upstream: verdict.name });
      const entry = entries.answer(exchange, service.server.authHttp, cause);
      if (edited) entry.secret = secretsOfTypedHeaders(edited.was, edited.secret ?? [], response);
      return writer.write(marked(entry, edited));
    };
    const event = { type: 'verdict', verdict } as const;
    const answer = gate === null || cause === undefined ? undefined : { exchange, cause };
    return { side: 'front', event, gate, tell, answer };
  }

  #dial(dial: Extract<Effect, { type: 'dial' }>, why: string, cause: number): void {
    const { service, shared, writer, pump, stops } = this.#ports;
    const address = hostPort(dial.server, dial.port);
    const name = shared.upstreamName(address);
    stops.dialled(address);
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
