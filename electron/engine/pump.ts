/**
 * What drives a session: it takes one thing to do after the other, and stops between deciding and doing where a gate
 * is armed. Nothing it does can re-enter it.
 */
import type { Gate } from '../../shared/journal/entry.ts';

/** One thing that stops at an armed gate, and how it goes on. */
export interface Stop {
  readonly gate: Gate;
  readonly go: () => void;
}

/** What the pump needs of its session. */
export interface PumpPorts {
  /** Does the next thing, if there is one (whether there was); or says that it stops at a gate. */
  turn(): boolean | Stop;
  /** Something is held (a gate), or goes on (null). */
  onHold(gate: Gate | null): void;
  /** A fault of ours in something that was done. */
  onFault(error: unknown): void;
  /** Nothing is left to do for now. */
  onRest(): void;
}

/** Runs, holds and releases. */
export class Pump {
  readonly #ports: PumpPorts;
  /** In order; more than one only in a relay, whose two directions are held on their own. */
  readonly #held: (() => void)[] = [];
  #busy = false;
  #stopped = false;

  constructor(ports: PumpPorts) {
    this.#ports = ports;
  }

  /** Whether something stands at a gate. */
  get held(): boolean {
    return this.#held.length > 0;
  }

  /** How many things stand at gates. */
  get waiting(): number {
    return this.#held.length;
  }

  /** Does everything there is to do, until something is held. */
  run(): void {
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    try {
      while (!this.#stopped && !this.held) {
        const turn = this.#ports.turn();
        if (turn === false) break;
        if (turn !== true) this.hold(turn.gate, turn.go);
      }
    } catch (error) {
      this.#ports.onFault(error);
    }
    this.#busy = false;
    if (!this.#stopped) this.#ports.onRest();
  }

  /** Keeps `go` at `gate` until it is released. */
  hold(gate: Gate, go: () => void): void {
    this.#held.push(go);
    this.#ports.onHold(gate);
  }

  /** Lets what was held first pass. */
  release(): void {
    const go = this.#held.shift();
    if (!go) return;
    if (!this.held) this.#ports.onHold(null);
    try {
      go();
    } catch (error) {
      this.#ports.onFault(error);
    }
    this.run();
  }

  /** Forgets what is held. */
  drop(): void {
    this.#held.length = 0;
    this.#ports.onHold(null);
  }

  /** Does nothing more. */
  stop(): void {
    this.#stopped = true;
  }
}
