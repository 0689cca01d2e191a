/**
 * The relay: two sockets joined byte for byte, as nginx joins them. The tap gets a copy after the bytes went on, so it
 * can neither slow nor change them.
 */
import { createHash, type Hash, hash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Gate } from '../../shared/journal/entry.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import type { MakeTap, RelayItem, RelayTap } from '../../shared/wire/relay.ts';

/** Who ended the relay, and the system's code when the connection broke. */
export interface RelayEnd {
  readonly by: 'client' | 'upstream' | 'idle' | 'shutdown';
  readonly error?: string;
}

/** What the relay needs of its session. */
export interface RelayPorts {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Something happened on the client's socket: proxy_timeout starts anew (the upstream's traffic does not count). */
  onClientEvent(): void;
  onBytes(from: 'client' | 'upstream', bytes: Buffer): void;
  /** A gate is armed here: keep the bytes, and call `go` to let them pass. */
  holds(gates: readonly [Gate, Gate], bytes: Buffer, go: () => void): boolean;
  onEnd(end: RelayEnd): void;
}

const gatesOf = { client: ['C>P', 'P>U'], upstream: ['U>P', 'P>C'] } as const;

/**
 * Joins the sockets. `early` is what had come before the relay began, `gone` says who left meanwhile. Gives back what
 * stops it without a word.
 */
export function startRelay(
  ports: RelayPorts,
  early: { readonly client: Bytes; readonly upstream: Bytes },
  gone: { readonly client: boolean; readonly upstream: boolean },
): () => void {
  const { client, upstream } = ports;
  let over = false;

  function end(reason: RelayEnd): void {
    if (over) return;
    over = true;
    ports.onEnd(reason);
  }

  function forward(from: 'client' | 'upstream', source: Socket, target: Socket, bytes: Buffer): void {
    ports.onBytes(from, bytes);
    if (!target.write(bytes)) source.pause();
  }

  function join(from: 'client' | 'upstream', source: Socket, target: Socket): void {
    let held = false;
    let ended = false;
    // nginx has no half-close: once this side is at its end and its bytes are through, both are closed.
    const atEnd = (): void => {
      ended = true;
      if (held) return;
      if (target.writableLength === 0) end({ by: from });
      else target.end(() => end({ by: from }));
    };
    source.on('data', (bytes: Buffer) => {
      if (from === 'client') ports.onClientEvent();
      const go = (): void => {
        held = false;
        forward(from, source, target, bytes);
        source.resume();
        if (ended) atEnd();
      };
      held = ports.holds(gatesOf[from], bytes, go);
      if (held) source.pause();
      else forward(from, source, target, bytes);
    });
    target.on('drain', () => {
      if (target === client) ports.onClientEvent();
      if (!held) source.resume();
    });
    source.on('end', atEnd);
    if (gone[from]) process.nextTick(atEnd);
    source.on('error', (error: NodeJS.ErrnoException) => end({ by: from, error: error.code ?? error.message }));
    source.on('close', atEnd);
  }

  join('client', client, upstream);
  join('upstream', upstream, client);
  if (early.client !== '') forward('client', client, upstream, Buffer.from(early.client, 'latin1'));
  if (early.upstream !== '') forward('upstream', upstream, client, Buffer.from(early.upstream, 'latin1'));
  client.resume();
  upstream.resume();
  return () => {
    over = true;
  };
}

/** A tap that cannot hurt: a fault in it ends the watching, never the relay. */
export function guardedTap(
  make: MakeTap,
  emit: (item: RelayItem) => void,
  onFault: (error: unknown) => void,
): { watch(from: 'client' | 'upstream', bytes: Buffer): void; stop(): void; end(): void } {
  let tap: RelayTap | undefined = make(sha256, emit);
  const guarded = (act: (tap: RelayTap) => void): void => {
    if (!tap) return;
    try {
      act(tap);
    } catch (error) {
      tap = undefined;
      onFault(error);
    }
  };
  return {
    watch: (from, bytes) => guarded((watching) => watching[from](bytes.toString('latin1'))),
    end: () => guarded((watching) => watching.end()),
    stop: () => {
      tap = undefined;
    },
  };
}

/** Contents up to this many bytes are hashed in one go, which costs a third of a running hash. */
const SMALL = 16_384;

function sha256(): { update(bytes: Bytes): void; digest(): string } {
  let small: Bytes = '';
  let running: Hash | undefined;
  return {
    update(bytes) {
      if (running) running.update(bytes, 'latin1');
      else if (small.length + bytes.length <= SMALL) small += bytes;
      else running = createHash('sha256').update(small, 'latin1').update(bytes, 'latin1');
    },
    digest: () => running?.digest('hex') ?? hash('sha256', Buffer.from(small, 'latin1'), 'hex'),
  };
}
