/** A world for the store whose time moves only when the test says so. */
import type { Environment } from '../../../renderer/store/environment.ts';

export interface FakeWorld extends Environment {
  /** Lets `ms` go by, with everything that is due in that time. */
  pass(ms: number): void;
  readonly kept: Map<string, string>;
}

export function createWorld(still = false): FakeWorld {
  const kept = new Map<string, string>();
  let now = 0;
  let due: { readonly at: number; readonly act: () => void }[] = [];
  return {
    kept,
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    now: () => now,
    later: (act, ms) => {
      const timer = { at: now + ms, act };
      due.push(timer);
      return () => {
        due = due.filter((one) => one !== timer);
      };
    },
    reducedMotion: () => still,
    pass: (ms) => {
      const until = now + ms;
      for (;;) {
        const next = due.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        due = due.filter((one) => one !== next);
        now = next.at;
        next.act();
      }
      now = until;
    },
  };
}
