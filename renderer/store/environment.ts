/** What the store takes from the world besides the bridge; tests bring their own. */
import type { SettingsStorage } from './settings.ts';

export interface Environment {
  readonly storage: SettingsStorage | null;
  /** ms, only for differences. */
  now(): number;
  /** Returns the function that cancels. */
  later(act: () => void, ms: number): () => void;
  /** The system's "reduce motion". */
  reducedMotion(): boolean;
}

/** The browser's own clock, storage and preference. */
export function browserEnvironment(): Environment {
  return {
    storage: window.localStorage,
    now: () => performance.now(),
    later: (act, ms) => {
      const timer = window.setTimeout(act, ms);
      return () => window.clearTimeout(timer);
    },
    reducedMotion: () => window.matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
}
