/** The last stage of a session: the relay runs, and the journal is told what crossed it. */
import type { Socket } from 'node:net';
import type { Gate } from '../../shared/journal/entry.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import type { RelayItem } from '../../shared/wire/relay.ts';
import * as entries from './entries.ts';
import { noteRelayedLine } from './envelope.ts';
import type { Service } from './protocols.ts';
import { guardedTap, type RelayEnd, startRelay } from './relay.ts';
import { ENTRY_COST, type Writer } from './writer.ts';

/** Of one session's relay the journal keeps this many bytes; what comes after is counted, not kept. */
const RELAY_KEPT_MAX = 262_144;

/** What the relay stage gets from its session. */
export interface RelayingPorts {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly service: Service;
  readonly writer: Writer;
  readonly early: { readonly client: Bytes; readonly upstream: Bytes };
  /** Sides that left before the relay began. */
  readonly gone: { readonly client: boolean; readonly upstream: boolean };
  onClientEvent(): void;
  holds(gates: readonly [Gate, Gate], go: () => void): boolean;
  onEnd(): void;
}

/** One running relay. */
export class Relaying {
  readonly #ports: RelayingPorts;
  readonly #tap: ReturnType<typeof guardedTap>;
  readonly #halt: () => void;
  #kept = 0;

  constructor(ports: RelayingPorts) {
    this.#ports = ports;
    const { writer, service } = ports;
    this.#tap = guardedTap(
      service.tap,
      (item) => this.#saw(item),
      (error) => this.#blind(error),
    );
    this.#halt = startRelay(
      {
        client: ports.client,
        upstream: ports.upstream,
        onClientEvent: ports.onClientEvent,
        holds: (gates, _bytes, go) => ports.holds(gates, go),
        onBytes: (from, bytes) => {
          if (from === 'client') writer.summary.bytesIn += bytes.length;
          else writer.summary.bytesOut += bytes.length;
          this.#tap.watch(from, bytes);
        },
        onEnd: (end) => this.#ended(end),
      },
      ports.early,
      ports.gone,
    );
  }

  /** Nothing came from the client for proxy_timeout. */
  idle(): void {
    this.#ended({ by: 'idle' });
  }

  /** The proxy stops gracefully, and has waited for `worker_shutdown_timeout`. */
  shutDown(): void {
    this.#ended({ by: 'shutdown' });
  }

  /** The session is over: watch no more. */
  stop(): void {
    this.#halt();
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
    writer.write(entries.relayed(item));
    this.#kept += item.bytes.length + ENTRY_COST;
    if (this.#kept > RELAY_KEPT_MAX) {
      this.#tap.stop();
      this.#note('session.truncated', { kept: RELAY_KEPT_MAX });
    }
  }

  #blind(error: unknown): void {
    this.#note('session.our-fault', { message: error instanceof Error ? error.message : String(error) });
  }

  #note(why: string, params: Record<string, string | number>): void {
    this.#ports.writer.write(entries.noted('client', why, params));
  }

  #ended(end: RelayEnd): void {
    const { writer } = this.#ports;
    this.#halt();
    this.#tap.end();
    writer.learned({ place: 'ended' });
    if (end.by === 'idle' || end.by === 'shutdown') {
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
