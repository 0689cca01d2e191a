/** The life of one session: the client arrives, talks to our machines, is relayed, and leaves. */
import type { Socket } from 'node:net';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Clock, Event, Peer } from '../../shared/machine/machine.ts';
import { Arrival, type Arrived } from './arrival.ts';
import { ClientSide } from './client-side.ts';
import { Clocks } from './clocks.ts';
import { Dialogue } from './dialogue.ts';
import * as entries from './entries.ts';
import type { Interlude } from './interlude.ts';
import { newSummary, nonce, peerOf } from './new-summary.ts';
import { Pump } from './pump.ts';
import type { Tell } from './queue.ts';
import { Relaying } from './relaying.ts';
import type { Door, SessionPorts } from './session-ports.ts';
import { Starttls } from './starttls.ts';
import { Stops } from './stops.ts';
import type { UpstreamSide } from './upstream-side.ts';
import { Writer } from './writer.ts';

/** One client's connection, from accept to close. */
export class Session {
  readonly summary: SessionSummary;
  readonly #door: Door;
  readonly #ports: SessionPorts;
  readonly #client: ClientSide;
  readonly #writer: Writer;
  readonly #clocks = new Clocks((clock) => this.#rang(clock));
  readonly #stops: Stops;
  readonly #pump: Pump;
  readonly #dialogue: Dialogue;
  /** The client arrives, or becomes TLS; the machines wait. */
  #interlude: Interlude | undefined;
  #upstream: UpstreamSide | undefined;
  #relaying: Relaying | undefined;
  #shuttingDown = false;
  #over = false;

  constructor(socket: Socket, door: Door, ports: SessionPorts) {
    const { service } = door;
    this.#door = door;
    this.#ports = ports;
    this.summary = newSummary(ports.recorder.allocate(), door, socket);
    this.#writer = new Writer(ports.recorder, this.summary);
    const { gates, holding, isPatient } = ports;
    const stops = new Stops({
      gates,
      holding,
      isPatient,
      peer: this.summary.client,
      writer: this.#writer,
      clocks: this.#clocks,
    });
    this.#stops = stops;
    this.#pump = new Pump({
      turn: () => (this.#relaying ? false : this.#dialogue.turn()),
      onHold: (stop) => stops.onHold(stop),
      onRelease: (stop) => stops.onRelease(stop),
      onFault: (error) => this.#fault(error),
      onRest: () => (this.#relaying ? undefined : this.#client.throttle()),
    });
    stops.drive(this.#pump);
    this.#client = new ClientSide(
      socket,
      service.clientBuffer,
      (count) => {
        this.summary.bytesIn += count;
        if (this.#interlude) this.#changed(this.#interlude);
        else this.#pump.run();
      },
      () => {
        if (this.#interlude) this.#changed(this.#interlude);
        else this.#dialogue.clientLeft();
      },
    );
    this.#dialogue = new Dialogue({
      service,
      shared: ports,
      client: this.#client,
      // The connection may be gone by the time the upstream is told of it.
      local: service.server.proxyProtocol === 'off' ? undefined : this.#localOf(door),
      writer: this.#writer,
      clocks: this.#clocks,
      pump: this.#pump,
      stops,
      secure: (cause) => this.#secure(cause),
      handOver: (upstream, cause) => this.#handOver(upstream, cause),
      close: (cause) => this.#close(cause),
    });
    if (door.arrives) this.#arrive(socket);
    else
      this.#greet({ client: peerOf(socket, door), clientHost: '[UNAVAILABLE]' }, () =>
        this.#writer.write(entries.accepted(this.summary, door)),
      );
  }

  /** Other things are armed now: what nothing holds any more goes on. */
  gatesChanged(): void {
    this.#relaying?.gatesChanged();
  }

  /** Ends the session because a person wants it to. */
  kill(): true {
    this.#end('session.killed');
    return true;
  }

  /** Ends the session because the lab stops or its listener goes. */
  stop(): void {
    this.#end('session.stopped');
  }

  #end(why: string): void {
    if (this.#over) return;
    this.#writer.learned({ place: 'ended' });
    this.#writer.write(entries.closing('client', why));
    this.#finish();
  }

  /** `worker_shutdown_timeout` is over: a relay ends now, and one that has yet to begin ends at once. */
  shutDown(): void {
    this.#shuttingDown = true;
    if (!this.#over) this.#relaying?.shutDown();
  }

  /** Our own end of the client's connection. */
  #localOf(door: Door): Peer {
    return door.unix ? { address: door.name, port: 0 } : this.#client.local;
  }

  #arrive(socket: Socket): void {
    const { tls, names } = this.#ports;
    const arrival = new Arrival({
      client: this.#client,
      peer: peerOf(socket, this.#door),
      door: this.#door,
      tls,
      names,
      writer: this.#writer,
      clocks: this.#clocks,
      cause: this.#writer.write(entries.accepted(this.summary, this.#door)),
      guard: (act) => this.#guard(act),
      onArrived: (arrived, told) => {
        this.#interlude = undefined;
        this.#greet(arrived, this.#telling(told));
      },
      onFailed: (told) => this.#giveUp(told),
    });
    this.#interlude = arrival;
    this.#guard(() => arrival.begin());
  }

  #greet(arrived: Arrived, tell: Tell): void {
    this.#dialogue.happened('front', { type: 'opened', ...arrived, nonce: nonce() }, null, tell);
  }

  #secure(cause: number): void {
    const starttls = new Starttls({
      client: this.#client,
      server: this.#door.service.server,
      tls: this.#ports.tls,
      writer: this.#writer,
      clocks: this.#clocks,
      cause,
      guard: (act) => this.#guard(act),
      onSecured: (tls, told) => {
        this.#interlude = undefined;
        this.#dialogue.happened('front', { type: 'secured', tls }, null, this.#telling(told));
      },
      onFailed: (told) => this.#giveUp(told),
    });
    this.#interlude = starttls;
    starttls.changed();
  }

  /** No TLS, or no header: the machine is told that the client is gone. */
  #giveUp(told: number): void {
    this.#interlude = undefined;
    const event: Event = { type: 'closed', ...this.#client.gone };
    this.#dialogue.happened('front', event, null, () => told);
  }

  /** What an interlude ended with has its entry already; only what the machine made of it may be worth another one. */
  #telling(told: number): Tell {
    return (why, _secret, params) => {
      if (!params) return told;
      const entry = entries.noted('client', why, params);
      entry.cause = told;
      return this.#writer.write(entry);
    };
  }

  #changed(interlude: Interlude): void {
    this.#guard(() => interlude.changed());
  }

  #guard(act: () => void): void {
    try {
      if (!this.#over) act();
    } catch (error) {
      this.#fault(error);
    }
  }

  #rang(clock: Clock): void {
    if (this.#over) return;
    const interlude = this.#interlude;
    if (clock === 'proxying') this.#relaying?.idle();
    else if (clock === 'auth') this.#dialogue.unanswered();
    else if (interlude) this.#guard(() => interlude.timedOut());
    else
      this.#dialogue.happened(clock === 'upstream' ? 'back' : 'front', { type: 'timeout', clock }, null, (why) =>
        this.#writer.write(entries.timedOut(clock, why, clock === 'upstream' ? this.#dialogue.begun : 0)),
      );
  }

  #handOver(upstream: UpstreamSide, cause: number): void {
    const client = this.#client;
    const { service } = this.#door;
    this.#writer.write(entries.handedOver(cause));
    this.#upstream = upstream;
    client.detach();
    this.#clocks.set('proxying', service.server.proxyTimeoutMs);
    this.#relaying = new Relaying({
      client: client.socket,
      upstream,
      service,
      writer: this.#writer,
      early: { client: client.input.rest, upstream: upstream.rest },
      gone: { client: client.gone !== undefined, upstream: upstream.gone !== undefined },
      onClientEvent: () => this.#clocks.refresh('proxying'),
      stops: this.#stops,
      pump: this.#pump,
      onEnd: () => this.#finish(),
    });
    if (this.#shuttingDown) this.#relaying.shutDown();
  }

  // A fault of ours ends this session alone, with an entry that says so.
  #fault(error: unknown): void {
    if (this.#over) return;
    this.#writer.write(entries.fault(error));
    // Neither into a relay nor into a handshake.
    if (!this.#relaying && !this.#interlude) this.#client.say(this.#door.service.apology);
    this.#finish();
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
    this.#interlude?.stop();
    this.#dialogue.stop();
    this.#relaying?.stop();
    this.#client.close();
    this.#upstream?.close();
    this.#writer.end();
    this.#ports.onEnd(this.summary.id);
  }
}
