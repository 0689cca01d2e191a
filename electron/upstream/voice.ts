/** How fast a played server speaks: at once, or one byte at a time. */
import type { Bytes } from '../../shared/machine/machine.ts';

/** Says everything in order. */
export class Voice {
  readonly #write: (bytes: Bytes) => void;
  #ms = 0;
  #left: Bytes = '';
  #after: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `write` sends bytes as they are. */
  constructor(write: (bytes: Bytes) => void) {
    this.#write = write;
  }

  /** ms between two bytes from now on; 0: everything at once. */
  pace(ms: number): void {
    this.#ms = ms;
  }

  /** Whether what is said now would not go out at once. */
  get isSlow(): boolean {
    return this.#ms > 0 || this.#left !== '';
  }

  say(bytes: Bytes): void {
    if (!this.isSlow) {
      this.#write(bytes);
      return;
    }
    this.#left += bytes;
    if (this.#timer === undefined) this.#next();
  }

  /** Calls back when everything is said; at once where that is so already. */
  whenSaid(then: () => void): void {
    if (this.#left === '') then();
    else this.#after.push(then);
  }

  /** Says nothing more; who waits is not called. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#left = '';
    this.#after = [];
  }

  #next(): void {
    this.#timer = undefined;
    this.#write(this.#left.slice(0, 1));
    this.#left = this.#left.slice(1);
    if (this.#left !== '') {
      this.#timer = setTimeout(() => this.#next(), this.#ms);
      return;
    }
    const after = this.#after;
    this.#after = [];
    for (const then of after) then();
  }
}
