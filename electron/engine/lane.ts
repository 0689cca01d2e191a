/**
 * One direction of a relay while something can be held there: bytes wait in order and pass piece by piece, a line or a
 * part of a content each. No byte is changed unless a person does it.
 */

import type { Piece } from '../../shared/journal/breakpoint.ts';
import type { Gate } from '../../shared/journal/entry.ts';
import { secretsOfTyped } from '../../shared/journal/typed.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import { linePiece, type RelayPiece } from '../../shared/wire/relay.ts';
import { type Edited, editedFrom } from './entries-held.ts';
import type { Hold } from './gates.ts';
import type { Stop } from './pump.ts';

/** Bytes that wait while something in front of them is held; more stay in the kernel. */
const WAITING_MAX = 1_048_576;
/** A line of which no end comes is cut like this. */
const LINE_MAX = 8192;

/** What a lane needs of its relay. */
export interface LanePorts {
  readonly from: 'client' | 'upstream';
  /** Whether anything can be held here. */
  concerned(): boolean;
  /** What stands at the front of bytes that are about to pass; undefined where nobody can tell any more. */
  piece(bytes: Bytes): RelayPiece | undefined;
  holds(gate: Gate, piece: Piece): Hold | null;
  hold(stop: Stop): void;
  /** They pass; `edited` says what they were. */
  forward(bytes: Bytes, edited: Edited | undefined): void;
  onDropped(gate: Gate, piece: Piece): number;
  /** The client gets a line of a person's own. */
  onAnswer(line: Bytes, dropped: number): void;
  /** There is room for more again. */
  onRoom(): void;
  /** Everything passed, and no more comes. */
  onDone(): void;
}

const gatesOf: Readonly<Record<LanePorts['from'], readonly [Gate, Gate]>> = {
  client: ['C>P', 'P>U'],
  upstream: ['U>P', 'P>C'],
};

/** One direction. */
export class Lane {
  readonly #ports: LanePorts;
  #waiting: Bytes = '';
  #held = false;
  #ended = false;
  #done = false;

  constructor(ports: LanePorts) {
    this.#ports = ports;
  }

  /** Whether bytes are kept here, so that those behind them have to wait too. */
  get busy(): boolean {
    return this.#held || this.#waiting !== '';
  }

  /** Whether no more should be read for now. */
  get full(): boolean {
    return this.#held && this.#waiting.length > WAITING_MAX;
  }

  /** Bytes came. */
  add(bytes: Bytes): void {
    this.#waiting += bytes;
    this.flush();
  }

  /** No more bytes come. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.flush();
  }

  /** Lets pass what nothing holds (any more). */
  flush(): void {
    while (!this.#held && this.#waiting !== '') {
      const { length, kind, secret } = this.#next();
      if (length === 0) break;
      const text = this.#waiting.slice(0, length);
      this.#waiting = this.#waiting.slice(length);
      this.#pass({ text, kind, secret }, 0, undefined);
    }
    if (!this.full) this.#ports.onRoom();
    if (!this.#ended || this.#done || this.busy) return;
    this.#done = true;
    this.#ports.onDone();
  }

  /** The next piece; of length 0 where it is not complete. */
  #next(): RelayPiece {
    const all = this.#waiting.length;
    if (!this.#ports.concerned()) return { length: all, kind: 'data', secret: [] };
    const piece = this.#ports.piece(this.#waiting) ?? linePiece(this.#waiting);
    if (piece.length > 0) return piece;
    if (this.#ended) return { ...piece, length: all };
    return all < LINE_MAX ? piece : { ...piece, length: LINE_MAX };
  }

  /** Takes a piece through its gates, from the nth on. */
  #pass(part: Pick<Piece, 'text' | 'kind' | 'secret'>, nth: number, edited: Edited | undefined): void {
    const { from, holds, hold, forward } = this.#ports;
    const gate = gatesOf[from][nth];
    if (gate === undefined) {
      forward(part.text, edited);
      return;
    }
    const isData = part.kind === 'data';
    const leg = gate === 'C>P' || gate === 'P>C' ? 'client' : 'upstream';
    const piece: Piece = { ...part, leg, whys: [isData ? 'session.data' : 'session.passed'], addresses: [] };
    const reason = holds(gate, piece);
    if (!reason) {
      this.#pass(part, nth + 1, edited);
      return;
    }
    this.#held = true;
    hold(this.#stop(gate, reason, piece, nth, edited));
  }

  #stop(gate: Gate, hold: Hold, piece: Piece, nth: number, edited: Edited | undefined): Stop {
    const settled = (act: () => void): void => {
      this.#held = false;
      act();
      this.flush();
    };
    const was = edited ?? editedFrom(piece.text, piece.secret);
    return {
      gate,
      hold,
      piece,
      go: (typed) =>
        settled(() => {
          if (typed === undefined) this.#pass(piece, nth + 1, edited);
          else
            this.#pass(
              { ...piece, text: typed, secret: secretsOfTyped(piece.text, piece.secret, typed) },
              nth + 1,
              was,
            );
        }),
      drop: () => settled(() => void this.#ports.onDropped(gate, piece)),
      answer: (line) => settled(() => this.#ports.onAnswer(line, this.#ports.onDropped(gate, piece))),
    };
  }
}
