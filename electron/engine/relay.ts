/**
 * The relay: two sockets joined byte for byte, as nginx joins them. The tap gets a copy after the bytes went on, so it
 * can neither slow nor change them.
 */
import { createHash, type Hash, hash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Bytes } from '../../shared/machine/machine.ts';
import type { MakeTap, RelayItem, RelayPiece, RelayTap } from '../../shared/wire/relay.ts';
import type { Edited } from './entries-held.ts';
import { Lane, type LanePorts } from './lane.ts';

/** Who ended the relay, and the system's code when the connection broke. */
export interface RelayEnd {
  readonly by: 'client' | 'upstream' | 'idle' | 'shutdown' | 'hand';
  readonly error?: string;
}

type Side = 'client' | 'upstream';

/** What the relay needs of its session. */
export interface RelayPorts extends Pick<LanePorts, 'concerned' | 'holds' | 'hold' | 'onDropped'> {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Calls back with what a side says from now on. */
  hear(from: Side, take: (bytes: Buffer) => void): void;
  /** Something happened on the client's socket: proxy_timeout starts anew (the upstream's traffic does not count). */
  onClientEvent(): void;
  /** They went on; `edited`: a person changed them. */
  onBytes(from: Side, bytes: Buffer, edited: Edited | undefined): void;
  piece(from: Side, bytes: Bytes): RelayPiece | undefined;
  /** A person answers the client; `dropped` is the entry of what was answered. */
  onAnswer(line: Bytes, dropped: number): void;
  /** The client left; what is held of it may have to pass. */
  onClientLeft(): void;
  onEnd(end: RelayEnd): void;
}

/** A running relay. */
export interface Relay {
  /** Lets pass what nothing holds any more. */
  flush(): void;
  /** Ends it without a word. */
  halt(): void;
}

/** One direction of a running relay. */
interface Direction {
  take(bytes: Buffer): void;
  flush(): void;
}

/**
 * Joins the sockets. `early` is what had come before the relay began, `gone` says who left meanwhile.
 */
export function startRelay(
  ports: RelayPorts,
  early: { readonly client: Bytes; readonly upstream: Bytes },
  gone: { readonly client: boolean; readonly upstream: boolean },
): Relay {
  const { client, upstream } = ports;
  let over = false;

  function end(reason: RelayEnd): void {
    if (over) return;
    over = true;
    ports.onEnd(reason);
  }

  function join(from: Side, source: Socket, target: Socket): Direction {
    /** Made when something can be held for the first time. */
    let lane: Lane | undefined;
    let ended = false;
    let broken: string | undefined;

    function forward(bytes: Buffer, edited: Edited | undefined): void {
      ports.onBytes(from, bytes, edited);
      if (!target.write(bytes)) source.pause();
    }

    // nginx has no half-close: once this side is at its end and its bytes are through, both are closed.
    function done(): void {
      if (over) return;
      if (broken !== undefined) end({ by: from, error: broken });
      else if (target.writableLength === 0) end({ by: from });
      else target.end(() => end({ by: from }));
    }

    const makeLane = (): Lane =>
      new Lane({
        ...ports,
        from,
        piece: (bytes) => ports.piece(from, bytes),
        forward: (bytes, edited) => forward(Buffer.from(bytes, 'latin1'), edited),
        onAnswer: (line, dropped) => {
          client.write(line, 'latin1');
          ports.onAnswer(line, dropped);
        },
        onRoom: () => {
          if (source.isPaused() && !target.writableNeedDrain) source.resume();
        },
        onDone: done,
      });
    const take = (bytes: Buffer): void => {
      if (!lane?.busy && !ports.concerned()) {
        forward(bytes, undefined);
        return;
      }
      lane ??= makeLane();
      lane.add(bytes.toString('latin1'));
      if (lane.full) source.pause();
    };
    const atEnd = (): void => {
      if (from === 'client') ports.onClientLeft();
      if (ended) return;
      ended = true;
      if (lane) lane.end();
      else done();
    };
    ports.hear(from, (bytes) => {
      if (from === 'client') ports.onClientEvent();
      take(bytes);
    });
    target.on('drain', () => {
      if (target === client) ports.onClientEvent();
      if (!lane?.full) source.resume();
    });
    source.on('end', atEnd);
    if (gone[from]) process.nextTick(atEnd);
    source.on('error', (error: NodeJS.ErrnoException) => {
      broken ??= error.code ?? error.message;
      // Nobody waits for the other side's last bytes any more.
      if (ended && !lane?.busy) done();
      else atEnd();
    });
    source.on('close', atEnd);
    return { take, flush: () => lane?.flush() };
  }

  const fromClient = join('client', client, upstream);
  const fromUpstream = join('upstream', upstream, client);
  if (early.client !== '') fromClient.take(Buffer.from(early.client, 'latin1'));
  if (early.upstream !== '') fromUpstream.take(Buffer.from(early.upstream, 'latin1'));
  client.resume();
  upstream.resume();
  return {
    flush: () => {
      if (!over) fromClient.flush();
      if (!over) fromUpstream.flush();
    },
    halt: () => {
      over = true;
    },
  };
}

/** A tap that cannot hurt: a fault in it ends the watching, never the relay. */
export function guardedTap(
  make: MakeTap,
  emit: (item: RelayItem) => void,
  onFault: (error: unknown) => void,
): {
  watch(from: Side, bytes: Buffer): void;
  piece(from: Side, bytes: Bytes): RelayPiece | undefined;
  stop(): void;
  end(): void;
} {
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
    piece: (from, bytes) => {
      let found: RelayPiece | undefined;
      guarded((watching) => {
        found = watching.piece(from, bytes);
      });
      return found;
    },
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
