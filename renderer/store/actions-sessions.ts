/** The session list, and the one session that is watched. */
import type { StoreApi } from 'zustand/vanilla';
import type { Bridge, CallResults } from '../../shared/contract/contract.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import type { Environment } from './environment.ts';
import { mergeEntries } from './fold.ts';
import { changedRows, rowsOf } from './rows.ts';
import { type LabState, SESSIONS_MAX } from './state.ts';
import type { Ticker } from './ticker.ts';

/** Rows asked for at a time. */
const PAGE = 200;
/** ms of rest before a typed filter is sent, and between two questions for a filtered list. */
const FILTER_REST_MS = 200;
/** ms the window stays with a session before it goes on to a newer one of itself. */
const AUTO_REST_MS = 1000;

export interface SessionActions {
  /** A person's choice: shown at its end, or from its start with `replay`. null clears it. */
  select(id: number | null, how?: 'end' | 'replay' | 'live'): void;
  /** The row below (1) or above (-1) the selected one. */
  selectNext(by: 1 | -1): void;
  /** The window's own choice, given up for a newer session once it has been seen. */
  showNewest(id: number, how?: 'end' | 'live'): void;
  /** Follows the open session, or when it has ended the newest one, and from there on whatever comes. */
  goLive(): void;
  /** Lets the window go to the next session that appears, whatever is selected; `walk`: it is one mail of its own. */
  awaitNext(walk?: boolean): void;
  setFilter(text: string): void;
  /** Asks for older rows. */
  loadMore(): Promise<void>;
  clearSessions(): Promise<void>;
  /** Asks for the list anew. */
  reload(): Promise<void>;
  /** For the feed: rows changed. */
  onSessions(changed: readonly SessionSummary[]): void;
  /** For the feed: what these keys of a filter ask for has changed. */
  onAnswers(keys: RegExp): void;
  /** For the feed: entries of a session came. */
  onEntries(session: number, entries: readonly Entry[]): void;
}

interface Parts {
  readonly store: StoreApi<LabState>;
  readonly bridge: Bridge;
  readonly environment: Environment;
  readonly ticker: Ticker;
}

export function createSessionActions(parts: Parts): SessionActions {
  const { store, bridge, environment } = parts;
  const watch = createWatch(parts);
  let cancelReload: (() => void) | null = null;
  let latest: object | null = null;
  let awaited: { readonly after: number; readonly walk: boolean } | null = null;
  let changedSelectionAt = Number.NEGATIVE_INFINITY;

  const reload = async () => {
    cancelReload?.();
    cancelReload = null;
    const asked = { filter: store.getState().filter, limit: PAGE };
    latest = asked;
    const answer = await bridge.call('sessions.list', asked);
    if (store.getState().filter !== asked.filter || latest !== asked) return;
    store.setState({
      sessions: rowsOf(answer.sessions),
      order: answer.sessions.map((one) => one.id),
      matching: answer.matching,
      total: answer.total,
      filterProblem: answer.problem,
    });
  };
  const reloadSoon = () => {
    cancelReload ??= environment.later(() => void reload().catch(() => undefined), FILTER_REST_MS);
  };
  const choose = (id: number | null, pinned: boolean, how: 'end' | 'replay' | 'live') => {
    changedSelectionAt = environment.now();
    watch.start(id, pinned, how);
  };

  return {
    reload,
    select: (id, how = 'end') => choose(id, id !== null, how),
    selectNext: (by) => {
      const { order, selected } = store.getState();
      const next = order[Math.max(0, (selected === null ? -1 : order.indexOf(selected)) + by)];
      if (next !== undefined && next !== selected) choose(next, true, 'end');
    },
    showNewest: (id, how = 'end') => choose(id, false, how),
    goLive: () => {
      const { selected, sessions, order, entries } = store.getState();
      const open = selected !== null && sessions.get(selected)?.ms === null;
      const newest = order[0];
      store.setState({ ...following, shown: entries.length - 1, ...(open ? {} : { pinned: false }) });
      if (!open && newest !== undefined && newest !== selected) choose(newest, false, 'live');
    },
    awaitNext: (walk = false) => {
      awaited = { after: store.getState().order[0] ?? -1, walk };
    },
    setFilter: (filter) => {
      store.setState({ filter });
      cancelReload?.();
      cancelReload = null;
      reloadSoon();
    },
    loadMore: async () => {
      const { filter, order } = store.getState();
      const before = order.at(-1);
      if (before === undefined || order.length >= SESSIONS_MAX) return;
      const answer = await bridge.call('sessions.list', { filter, before, limit: PAGE });
      // Another list by now, or the same rows asked for twice: what comes behind its end is not this.
      store.setState((state) => (state.order.at(-1) === before ? appendOlder(state, filter, answer) : {}));
    },
    clearSessions: async () => {
      await bridge.call('sessions.clear', {});
      choose(null, false, 'end');
      await reload();
    },
    onSessions: (changed) => {
      const state = store.getState();
      if (state.filter !== '' && changed.some((one) => !state.sessions.has(one.id))) reloadSoon();
      const newest = changed.reduce((max, one) => Math.max(max, one.id), -1);
      const rested = environment.now() - changedSelectionAt >= AUTO_REST_MS;
      const wanted =
        awaited !== null ? newest > awaited.after : rested && isFree(state) && newest > (state.selected ?? -1);
      if (!wanted) return;
      const walk = awaited?.walk ?? false;
      awaited = null;
      choose(newest, false, 'live');
      store.setState({ walk });
    },
    onAnswers: (keys) => {
      if (keys.test(store.getState().filter)) reloadSoon();
    },
    onEntries: watch.onEntries,
  };
}

/** Keeps the entries of one session: the answer of `session.watch` and the feed's, which may come in either order. */
function createWatch({ store, bridge, ticker }: Parts) {
  let early: readonly Entry[] = [];
  const start = (id: number | null, pinned: boolean, how: 'end' | 'replay' | 'live') => {
    early = [];
    store.setState({ ...nothingWatched, selected: id, pinned, loading: id !== null });
    bridge.call('session.watch', { id }).then(
      (answer) => {
        if (id === null || store.getState().selected !== id) return;
        const entries = mergeEntries(answer?.entries ?? [], early);
        store.setState({ entries, loading: false, ...standing(entries, how) });
        ticker.wake(true);
      },
      () => {
        if (store.getState().selected === id) store.setState({ loading: false });
      },
    );
  };
  const onEntries = (session: number, more: readonly Entry[]) => {
    const state = store.getState();
    if (state.selected !== session) return;
    if (state.loading) early = [...early, ...more];
    else {
      store.setState({ entries: mergeEntries(state.entries, more) });
      ticker.wake(true);
    }
  };
  return { start, onEntries };
}

/** The cursor is given up. */
const following = { cursor: null, playing: false, replay: false } as const;

const nothingWatched = {
  ...following,
  entries: [],
  shown: -1,
  walk: false,
  burst: null,
  node: null,
} as const;

function standing(entries: readonly Entry[], how: 'end' | 'replay' | 'live'): Partial<LabState> {
  if (how === 'live') return { cursor: null, shown: -1 };
  if (how === 'replay' && entries.length > 0) return { cursor: 0, shown: 0, replay: true };
  return { cursor: null, shown: entries.length - 1 };
}

/** Whether the window may go to another session of itself: nobody chose this one, and it has been seen to its end. */
function isFree(state: LabState): boolean {
  if (state.selected === null) return !state.pinned;
  const ended = state.sessions.get(state.selected)?.ms !== null;
  return !state.pinned && state.cursor === null && ended && !state.loading && state.shown >= state.entries.length - 1;
}

function appendOlder(
  state: LabState,
  filter: string,
  { sessions: older, matching }: Pick<CallResults['sessions.list'], 'sessions' | 'matching'>,
): Partial<LabState> {
  if (state.filter !== filter) return {};
  const fresh = older.filter((one) => !state.sessions.has(one.id));
  const sessions = changedRows(state.sessions, fresh);
  return { sessions, matching, order: [...state.order, ...fresh.map((one) => one.id)] };
}
