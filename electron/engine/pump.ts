/**
 * What drives a session: it takes one thing to do after the other, and stops between deciding and doing where something
 * is held. Nothing it does can re-enter it.
 */
import type { Piece } from '../../shared/journal/breakpoint.ts';
import type { Gate } from '../../shared/journal/entry.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import type { Hold } from './gates.ts';

/** One thing that stops at a gate, and what can become of it. */
export interface Stop {
  readonly gate: Gate;
  readonly hold: Hold;
  readonly piece: Piece;
  /** It passes; or what a person made of it does. */
  go(changed: Bytes | undefined): void;
  /** It never passes. */
  drop(): void;
  /** The client is told this line, and it never passes. */
  answer(line: Bytes): void;
}

/** What the pump needs of its session. */
export interface PumpPorts {
  /** Does the next thing, if there is one (whether there was); or says that it stops at a gate. */
  turn(): boolean | Stop;
  /** Something is held. */
  onHold(stop: Stop): void;
  /** It is held no longer. */
  onRelease(stop: Stop): void;
  /** A fault of ours in something that was done. */
  onFault(error: unknown): void;
  /** Nothing is left to do for now. */
  onRest(): void;
}

/** Runs, holds and releases. */
export class Pump {
  readonly #ports: PumpPorts;
  /** In order; more than one only in a relay, whose two directions are held on their own. */
  readonly #held: Stop[] = [];
  #busy = false;
  #stopped = false;

  constructor(ports: PumpPorts) {
    this.#ports = ports;
  }

  /** Whether something stands at a gate. */
  get held(): boolean {
    return this.#held.length > 0;
  }

  /** What was held first. */
  get first(): Stop | undefined {
    return this.#held[0];
  }

  /** Does everything there is to do, until something is held. */
  run(): void {
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    try {
      while (!this.#stopped && this.#held.length === 0) {
        const turn = this.#ports.turn();
        if (turn === false) break;
        if (turn !== true) this.hold(turn);
      }
    } catch (error) {
      this.#ports.onFault(error);
    }
    this.#busy = false;
    if (!this.#stopped) this.#ports.onRest();
  }

  /** Keeps something at its gate. */
  hold(stop: Stop): void {
    this.#held.push(stop);
    this.#ports.onHold(stop);
  }

  /** It is held no longer, and `act` says what becomes of it; false if it was not held. */
  settle(stop: Stop, act: (stop: Stop) => void): boolean {
    const at = this.#held.indexOf(stop);
    if (at < 0) return false;
    this.#held.splice(at, 1);
    this.#ports.onRelease(stop);
    try {
      act(stop);
    } catch (error) {
      this.#ports.onFault(error);
    }
    this.run();
    return true;
  }

  /** Does nothing more, and forgets what is held. */
  stop(): void {
    this.#stopped = true;
    for (const stop of this.#held.splice(0)) this.#ports.onRelease(stop);
  }
}
