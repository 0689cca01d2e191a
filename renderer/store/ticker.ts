/**
 * Moves the position that every pane draws: one step at a time while playing or while following catches up with what
 * happened. Following never shows more than eight steps a second; what is further behind is counted instead.
 */
import type { StoreApi } from 'zustand/vanilla';
import type { Entry } from '../../shared/journal/entry.ts';
import type { Environment } from './environment.ts';
import { followPace, WALK_MS } from './playback.ts';
import { type Burst, LAG_MAX, type LabState } from './state.ts';

/** ms the counts of a burst stay on the edges. */
const BURST_MS = 1500;

export interface Ticker {
  /** Looks again at what is to be done; `at once` lets a first new entry appear without waiting. */
  wake(atOnce?: boolean): void;
  stop(): void;
}

export function createTicker(store: StoreApi<LabState>, environment: Environment): Ticker {
  let cancel: (() => void) | null = null;
  let cancelBurst: (() => void) | null = null;

  const halt = () => {
    cancel?.();
    cancel = null;
  };

  const showBurst = (burst: Burst) => {
    cancelBurst?.();
    store.setState({ burst });
    cancelBurst = environment.later(() => store.setState({ burst: null }), BURST_MS);
  };

  const advance = () => {
    const state = store.getState();
    const end = state.entries.length - 1;
    if (state.playing) return store.setState(played(state, end));
    if (state.cursor !== null || state.shown >= end) return;
    const lag = end - state.shown;
    if (state.still) return store.setState({ shown: end });
    if (lag <= LAG_MAX) return store.setState({ shown: state.shown + 1 });
    showBurst(countBurst(state.entries.slice(state.shown + 1)));
    store.setState({ shown: end });
  };

  const arm = () => {
    if (cancel !== null) return;
    const ms = waitFor(store.getState());
    if (ms === null) return;
    cancel = environment.later(() => {
      cancel = null;
      advance();
      arm();
    }, ms);
  };

  return {
    wake: (atOnce = false) => {
      const { playing } = store.getState();
      if (playing) halt();
      else if (atOnce && cancel === null) advance();
      arm();
    },
    stop: () => {
      halt();
      cancelBurst?.();
    },
  };
}

/** ms until the next step of itself; null when nothing is to come. */
function waitFor(
  state: Pick<LabState, 'playing' | 'walk' | 'settings' | 'cursor' | 'shown' | 'entries'>,
): number | null {
  if (state.playing) return 1000 / state.settings.speed;
  const lag = state.entries.length - 1 - state.shown;
  if (state.cursor !== null || lag <= 0) return null;
  return state.walk && !state.settings.stepped ? WALK_MS : followPace(lag);
}

/** How many entries of each leg there are. */
function countBurst(entries: readonly Entry[]): Burst {
  const burst = { client: 0, auth: 0, upstream: 0 };
  for (const entry of entries) burst[entry.leg] += 1;
  return burst;
}

/** One step of Play. At the end of a session that is still open, playing turns into following; a replay stays. */
function played(state: LabState, end: number): Partial<LabState> {
  const shown = Math.min(state.shown + 1, end);
  if (shown < end) return { shown, cursor: shown };
  const open = state.selected !== null && state.sessions.get(state.selected)?.ms === null;
  return { shown, cursor: open && !state.replay ? null : shown, playing: false };
}
