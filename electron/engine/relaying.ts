/** The last stage of a session: the relay runs, and the journal is told what crossed it. */
import type { Socket } from 'node:net';
import type { Piece } from '../../shared/journal/breakpoint.ts';
import type { Gate } from '../../shared/journal/entry.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import type { Service } from '../../shared/proxy/service.ts';
import type { RelayItem } from '../../shared/wire/relay.ts';
import { saysGoodbye } from './dialogue-pieces.ts';
import * as entries from './entries.ts';
import { answeredByHand, dropped, type Edited, joined, marked } from './entries-held.ts';
import { noteRelayedLine } from './envelope.ts';
import type { Pump } from './pump.ts';
import { guardedTap, type Relay, type RelayEnd, startRelay } from './relay.ts';
import type { Stops } from './stops.ts';
import type { UpstreamSide } from './upstream-side.ts';
import { ENTRY_COST, type Writer } from './writer.ts';

/** Of one session's relay the journal keeps this many bytes; what comes after is counted, not kept. */
const RELAY_KEPT_MAX = 262_144;

/** What the relay stage gets from its session. */
export interface RelayingPorts {
  readonly client: Socket;
  readonly upstream: UpstreamSide;
  readonly service: Service;
  readonly writer: Writer;
  readonly early: { readonly client: Bytes; readonly upstream: Bytes };
  /** Sides that left before the relay began. */
  readonly gone: { readonly client: boolean; readonly upstream: boolean };
  readonly stops: Stops;
  readonly pump: Pump;
  onClientEvent(): void;
  onEnd(): void;
}

/** One running relay. */
export class Relaying {
  readonly #ports: RelayingPorts;
  readonly #tap: ReturnType<typeof guardedTap>;
  readonly #relay: Relay;
  #kept = 0;
  /** What a person changed, until it is told with the item that it became. */
  readonly #edited: { client?: Edited; upstream?: Edited } = {};

  constructor(ports: RelayingPorts) {
    this.#ports = ports;
    const { writer, service, stops, pump, early, gone, upstream } = ports;
    this.#tap = guardedTap(
      service.tap,
      (item) => this.#saw(item),
      (error) => this.#blind(error),
    );
    const relay = {
      client: ports.client,
      upstream: upstream.socket,
      hear: (from: 'client' | 'upstream', take: (bytes: Buffer) => void) =>
        from === 'client' ? void ports.client.on('data', take) : upstream.hear(take),
      onClientEvent: ports.onClientEvent,
      onClientLeft: () => stops.letGo(),
      concerned: () => !stops.open,
      piece: this.#tap.piece,
      holds: stops.holds.bind(stops),
      hold: pump.hold.bind(pump),
      onBytes: (from: 'client' | 'upstream', bytes: Buffer, edited: Edited | undefined) => {
        if (from === 'client') writer.summary.bytesIn += bytes.length;
        else writer.summary.bytesOut += bytes.length;
        if (edited) this.#crossedByHand(from, bytes, edited);
        else this.#tap.watch(from, bytes);
      },
      onDropped: (gate: Gate, piece: Piece) => writer.write(dropped(gate, piece)),
      onAnswer: (line: Bytes, cause: number) => this.#answered(line, cause),
      onEnd: (end: RelayEnd) => this.#ended(end),
    };
    this.#relay = startRelay(relay, early, gone);
  }

  /** Nothing came from the client for proxy_timeout. */
  idle(): void {
    this.#ended({ by: 'idle' });
  }

  /** The proxy stops gracefully, and has waited for `worker_shutdown_timeout`. */
  shutDown(): void {
    this.#ended({ by: 'shutdown' });
  }

  /** Other things are armed now: what nothing holds any more goes on. */
  gatesChanged(): void {
    this.#relay.flush();
  }

  /** The session is over: watch no more. */
  stop(): void {
    this.#relay.halt();
    this.#tap.stop();
  }

  #saw(item: RelayItem): void {
    // The tap finishes the bytes it was given even when it is told to stop.
    if (this.#kept > RELAY_KEPT_MAX) return;
    const { service, writer } = this.#ports;
    if (service.server.protocol === 'smtp' && item.from === 'client' && item.kind === 'line')
      noteRelayedLine(writer.summary, item.bytes);
    // The reply to a message's content is what the mail came to.
    if (item.answers === '.') writer.summary.reply = Number.parseInt(item.bytes, 10) || writer.summary.reply;
    const edited = this.#edited[item.from];
    writer.write(marked(entries.relayed(item), edited));
    if (edited) this.#edited[item.from] = { was: '' };
    this.#kept += item.bytes.length + ENTRY_COST;
    if (this.#kept > RELAY_KEPT_MAX) {
      this.#tap.stop();
      this.#note('session.truncated', { kept: RELAY_KEPT_MAX });
    }
  }

  /** The first item that changed bytes become tells what they were; a part of a content is told with the whole. */
  #crossedByHand(from: 'client' | 'upstream', bytes: Buffer, edited: Edited): void {
    this.#edited[from] = joined(this.#edited[from], edited);
    if (this.#kept > RELAY_KEPT_MAX) {
      const item = { from, kind: 'line', bytes: bytes.toString('latin1'), size: bytes.length } as const;
      const hidden = edited.secret ? { secret: [[0, bytes.length]] as const } : {};
      this.#ports.writer.write(marked(entries.relayed({ ...item, ...hidden }), edited));
    }
    this.#tap.watch(from, bytes);
    if (this.#edited[from]?.was === '') delete this.#edited[from];
  }

  #answered(line: Bytes, cause: number): void {
    const { writer } = this.#ports;
    writer.summary.bytesOut += line.length;
    writer.write(answeredByHand(line, cause));
    if (saysGoodbye(writer.summary.protocol, line)) this.#ended({ by: 'hand' });
  }

  #blind(error: unknown): void {
    this.#note('session.our-fault', { message: error instanceof Error ? error.message : String(error) });
  }

  #note(why: string, params: Record<string, string | number>): void {
    this.#ports.writer.write(entries.noted('client', why, params));
  }

  #ended(end: RelayEnd): void {
    const { writer } = this.#ports;
    this.#relay.halt();
    this.#tap.end();
    writer.learned({ place: 'ended' });
    if (end.by === 'hand') {
      writer.write(entries.closing('client', 'session.proxy-closed'));
      this.#close('upstream', undefined);
    } else if (end.by === 'idle' || end.by === 'shutdown') {
      if (end.by === 'shutdown') this.#note('session.shutdown-timeout', {});
      else this.#note('session.idle', { ms: this.#ports.service.server.proxyTimeoutMs });
      this.#close('client', undefined);
      this.#close('upstream', undefined);
    } else {
      const other = end.by === 'client' ? 'upstream' : 'client';
      const why = end.error === undefined ? `session.${end.by}-closed` : 'session.broken';
      const cause = writer.write(entries.closed(end.by, why, end.error));
      this.#close(other, cause);
    }
    this.#ports.onEnd();
  }

  #close(leg: 'client' | 'upstream', cause: number | undefined): void {
    this.#ports.writer.write(entries.closing(leg, 'session.done', cause));
  }
}
