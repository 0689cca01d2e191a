/** Waits until the journals of all workers have been read up to now. */

/** Rounds begin at least this long apart, in ms: each makes every worker write down what it has, however little. */
const ROUND_MS = 20;

/** Somebody whose journal can be marked. */
interface Marked {
  /** Resolves when everything until now is recorded. */
  mark(): Promise<void>;
}

export interface Marks {
  /** `done` is called when everything that happened before this call is recorded; at once when nobody is marked. */
  settle(done: () => void): void;
  /** Nobody is left to wait for. */
  flush(): void;
}

/** One round at a time, for all who came until it began. */
export function createMarks(members: () => readonly Marked[]): Marks {
  let waiting: (() => void)[] = [];
  let busy = false;

  const flush = (): void => {
    const ready = waiting;
    waiting = [];
    for (const done of ready) done();
  };
  const round = async (): Promise<void> => {
    busy = true;
    const ready = waiting;
    waiting = [];
    await Promise.all(members().map((member) => member.mark()));
    for (const done of ready) done();
    setTimeout(() => {
      busy = false;
      if (waiting.length > 0) void round();
    }, ROUND_MS);
  };
  return {
    settle: (done) => {
      if (members().length === 0) return done();
      waiting.push(done);
      if (!busy) void round();
    },
    flush,
  };
}
