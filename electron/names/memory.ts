/** What was found out, for as long as it holds; and questions that are under way, which are asked once for all. */

/** What a question came to: a value that holds for `ttl` seconds, or the number of a failure, which is not kept. */
export type Outcome<T> = { readonly value: T; readonly ttl: number } | { readonly code: number };

/** nginx forgets what nobody wanted for so many seconds. */
const UNUSED_S = 30;

/** How many answers are kept at most; the one that was not wanted for longest goes first. */
const KEPT_MAX = 4096;

interface Kept<T> {
  readonly value: T;
  /** Seconds. */
  readonly until: number;
  used: number;
}

interface UnderWay<T> {
  readonly waiting: Set<(outcome: Outcome<T>) => void>;
  cancel: () => void;
}

const now = (): number => Math.floor(Date.now() / 1000);

/** Answers by what was asked. */
export class Memory<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #underWay = new Map<string, UnderWay<T>>();
  readonly #validS: number;

  /** `validS`: how long every answer holds, instead of its TTL; 0 where the TTL counts. */
  constructor(validS: number) {
    this.#validS = validS;
  }

  /**
   * Gives what is known, or asks. `done` is called exactly once, never before this returns, unless the returned function
   * was called first; `begin` starts the asking and gives the way to stop it.
   */
  get(
    key: string,
    begin: (done: (outcome: Outcome<T>) => void) => () => void,
    done: (outcome: Outcome<T>) => void,
  ): () => void {
    const known = this.#recall(key);
    if (known) {
      const soon = setImmediate(() => done({ value: known.value, ttl: known.until - now() }));
      return () => clearImmediate(soon);
    }
    const running = this.#underWay.get(key) ?? this.#start(key, begin);
    running.waiting.add(done);
    return () => {
      running.waiting.delete(done);
      if (running.waiting.size > 0 || this.#underWay.get(key) !== running) return;
      this.#underWay.delete(key);
      running.cancel();
    };
  }

  #start(key: string, begin: (done: (outcome: Outcome<T>) => void) => () => void): UnderWay<T> {
    const running: UnderWay<T> = { waiting: new Set(), cancel: () => undefined };
    this.#underWay.set(key, running);
    running.cancel = begin((outcome) => {
      if (this.#underWay.get(key) !== running) return;
      this.#underWay.delete(key);
      if ('value' in outcome) this.#keep(key, outcome.value, outcome.ttl);
      for (const tell of [...running.waiting]) tell(outcome);
    });
    return running;
  }

  #recall(key: string): Kept<T> | undefined {
    const known = this.#kept.get(key);
    if (!known) return undefined;
    this.#kept.delete(key);
    if (known.until < now()) return undefined;
    known.used = now();
    this.#kept.set(key, known);
    return known;
  }

  #keep(key: string, value: T, ttl: number): void {
    this.#kept.set(key, { value, until: now() + (this.#validS || ttl), used: now() });
    for (const [old, { used }] of this.#kept) {
      if (this.#kept.size <= KEPT_MAX && used + UNUSED_S >= now()) break;
      this.#kept.delete(old);
    }
  }
}
