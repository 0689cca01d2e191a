/** The clocks of one session. They stand still while the session is held, so that holding never times anybody out. */
import type { Clock } from '../../shared/machine/machine.ts';

interface Running {
  readonly ms: number;
  left: number;
  since: number;
  timer: NodeJS.Timeout | undefined;
}

/** Clocks by name; each rings once. */
export class Clocks {
  readonly #ring: (clock: Clock) => void;
  readonly #running = new Map<Clock, Running>();
  #held = false;

  constructor(ring: (clock: Clock) => void) {
    this.#ring = ring;
  }

  /** Starts `clock` anew for `ms`; null stops it. */
  set(clock: Clock, ms: number | null): void {
    clearTimeout(this.#running.get(clock)?.timer);
    this.#running.delete(clock);
    if (ms === null) return;
    const running: Running = { ms, left: ms, since: 0, timer: undefined };
    this.#running.set(clock, running);
    if (!this.#held) this.#start(clock, running);
  }

  /** Starts a running clock again with the time it had: cheaper than `set`, for every event of a relay. */
  refresh(clock: Clock): void {
    const running = this.#running.get(clock);
    if (!running) return;
    // A timer that stands still must not run, and one that stood has another length now.
    if (this.#held || running.left !== running.ms) {
      this.set(clock, running.ms);
      return;
    }
    running.since = performance.now();
    running.timer?.refresh();
  }

  /** Stops all clocks where they are, or lets them go on. */
  hold(on: boolean): void {
    if (on === this.#held) return;
    this.#held = on;
    for (const [clock, running] of this.#running) {
      if (on) {
        clearTimeout(running.timer);
        running.left = Math.max(0, running.left - (performance.now() - running.since));
      } else this.#start(clock, running);
    }
  }

  /** Stops all clocks for good. */
  clear(): void {
    for (const { timer } of this.#running.values()) clearTimeout(timer);
    this.#running.clear();
  }

  #start(clock: Clock, running: Running): void {
    running.since = performance.now();
    running.timer = setTimeout(() => {
      this.#running.delete(clock);
      this.#ring(clock);
    }, running.left);
  }
}
