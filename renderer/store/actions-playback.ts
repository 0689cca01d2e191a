/** What a person can do with the one cursor. */
import type { StoreApi } from 'zustand/vanilla';
import { clampTo, nextStage, nextTurn, previousStage, previousTurn } from './playback.ts';
import { type Settings, type SettingsStorage, writeSettings } from './settings.ts';
import type { LabState } from './state.ts';
import type { Ticker } from './ticker.ts';

export interface PlaybackActions {
  /** Parks the cursor at a position. */
  goTo(position: number): void;
  /** One entry on (1) or back (-1). */
  step(by: 1 | -1): void;
  /** Until the other side speaks. */
  turn(by: 1 | -1): void;
  /** Until the proxy moves to another place of the dialogue. */
  stage(by: 1 | -1): void;
  toStart(): void;
  toEnd(): void;
  /** Gives the cursor up: the panes show what happens as it happens. */
  follow(): void;
  /** Following goes on from the newest entry at once: a person has just acted upon it. A cursor that is parked stays. */
  catchUp(): void;
  /** Plays from the cursor; from the start when it stands at the end. */
  play(): void;
  pause(): void;
  togglePlay(): void;
  setSettings(change: Partial<Settings>): void;
}

export function createPlaybackActions(
  store: StoreApi<LabState>,
  ticker: Ticker,
  storage: SettingsStorage | null,
): PlaybackActions {
  const learn = () => {
    const { settings } = store.getState();
    if (settings.stepped) return;
    const learnt = { ...settings, stepped: true };
    store.setState({ settings: learnt });
    writeSettings(storage, learnt);
  };
  const park = (position: number) => {
    const { entries } = store.getState();
    const at = clampTo(entries, position);
    if (at < 0) return;
    learn();
    store.setState({ cursor: at, shown: at, playing: false, burst: null, node: null });
  };
  const shown = () => store.getState().shown;
  const entries = () => store.getState().entries;
  const pause = () => {
    store.setState((state) => ({ playing: false, cursor: state.shown < 0 ? null : state.shown }));
  };
  const play = () => {
    const last = entries().length - 1;
    if (last < 0) return;
    const from = shown() >= last ? 0 : Math.max(shown(), 0);
    store.setState({ cursor: from, shown: from, playing: true, burst: null, node: null });
    ticker.wake();
  };
  return {
    goTo: park,
    step: (by) => park(shown() + by),
    turn: (by) => park(by > 0 ? nextTurn(entries(), shown()) : previousTurn(entries(), shown())),
    stage: (by) => park(by > 0 ? nextStage(entries(), shown()) : previousStage(entries(), shown())),
    toStart: () => park(0),
    toEnd: () => park(entries().length - 1),
    follow: () =>
      store.setState((state) => ({ cursor: null, playing: false, replay: false, shown: state.entries.length - 1 })),
    catchUp: () =>
      store.setState(({ cursor, playing, shown: at, entries: all }) =>
        cursor === null && !playing && at < all.length - 1 ? { shown: all.length - 1, walk: false } : {},
      ),
    play,
    pause,
    togglePlay: () => (store.getState().playing ? pause() : play()),
    setSettings: (change) => {
      const settings = { ...store.getState().settings, ...change };
      store.setState({ settings });
      writeSettings(storage, settings);
      ticker.wake();
    },
  };
}
