/** One side's input: what waits in the kernel, so to speak, and nginx's buffer in front of it. */
import type { Bytes, Event } from '../../shared/machine/machine.ts';
import { dropInput, emptyInput, fillInput, type Input, inputIsFull, rewindInput } from '../../shared/wire/input.ts';

/** Bytes that arrive on one side, cut the way its machine reads them. */
export class InputLine {
  readonly #size: number;
  #waiting: Bytes = '';
  #input: Input = emptyInput;

  /** `size`: the buffer, bytes (smtp_client_buffer, proxy_buffer). */
  constructor(size: number) {
    this.#size = size;
  }

  add(bytes: Bytes): void {
    this.#waiting += bytes;
  }

  /** Overwrites every line end in the buffer; how many there were. */
  mangle(): number {
    const { held, used } = this.#input;
    const mangled = held.replace(/[\r\n]/g, '_');
    this.#input = { held: mangled, used };
    return [...held].filter((char, at) => char !== mangled[at]).length;
  }

  /**
   * Puts bytes back in front of what is not read yet, as if they came only now: to where the unit stood that they
   * replace, at `at` in the buffer, as far as they fit there.
   */
  unread(bytes: Bytes, at: number): void {
    this.#waiting = bytes + this.rest;
    this.#input = { held: '', used: at };
  }

  /** Bytes that have not even reached the buffer. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Everything that has not been read, for whoever takes over. */
  get rest(): Bytes {
    return this.#input.held + this.#waiting;
  }

  /** Empties the buffer; what was in it. What has not reached it stays where it is. */
  drop(): Bytes {
    const { held } = this.#input;
    this.#input = emptyInput;
    return held;
  }

  /** Takes everything that has not been read. */
  take(): Bytes {
    const { rest } = this;
    this.#input = emptyInput;
    this.#waiting = '';
    return rest;
  }

  /**
   * The next unit, if `read` finds one; or the whole buffer as overlong, if it is full without one. With `keeps` the
   * buffer is not rewound: the command that fills it goes on. `ended`: no more bytes come.
   */
  cut(
    read: (input: Bytes) => number,
    keeps = false,
    ended = false,
  ): Extract<Event, { type: 'line' | 'overlong' }> | undefined {
    const { input, waiting } = fillInput(keeps ? this.#input : rewindInput(this.#input), this.#waiting, this.#size);
    // A full buffer is noticed only when something more is to be read, be it the end.
    const something = ended || this.#waiting !== '' || input.held !== '';
    this.#input = input;
    this.#waiting = waiting;
    const at = input.used - input.held.length;
    const length = read(input.held);
    if (length > 0) {
      const text = input.held.slice(0, length);
      this.#input = dropInput(input, length);
      return { type: 'line', text, at, rest: this.#input.held };
    }
    if (length < 0 || !something || !inputIsFull(input, this.#size)) return undefined;
    this.#input = emptyInput;
    return { type: 'overlong', text: input.held, at, rest: '' };
  }
}
