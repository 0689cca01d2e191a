/** The window's one store: what the lab feeds and what a person does, folded into one state. */
import { createStore as createZustand, type StoreApi } from 'zustand/vanilla';
import type { Bridge, Feed } from '../../shared/contract/contract.ts';
import { createLabActions, type LabActions } from './actions-lab.ts';
import { createPlaybackActions, type PlaybackActions } from './actions-playback.ts';
import { createSessionActions, type SessionActions } from './actions-sessions.ts';
import { browserEnvironment, type Environment } from './environment.ts';
import { foldFeed } from './fold.ts';
import { createMailCounts } from './mail-counts.ts';
import { createRush } from './rush.ts';
import { readSettings } from './settings.ts';
import { initialState, type LabState } from './state.ts';
import { createTicker } from './ticker.ts';

export type Actions = SessionActions & PlaybackActions & LabActions;

export interface LabStore extends StoreApi<LabState> {
  readonly bridge: Bridge;
  readonly actions: Actions;
  /** Asks the lab for everything: at the start, and again after a broken connection. */
  sync(): Promise<void>;
  /** Stops listening and all clocks. */
  stop(): void;
}

/** Builds the store and starts listening to the lab at once. */
export function createStore(bridge: Bridge, environment: Environment = browserEnvironment()): LabStore {
  const store = createZustand<LabState>(() => ({
    ...initialState,
    still: environment.reducedMotion(),
    settings: readSettings(environment.storage),
  }));
  const ticker = createTicker(store, environment);
  const sessions = createSessionActions({ store, bridge, environment, ticker });
  const actions: Actions = {
    ...sessions,
    ...createPlaybackActions(store, ticker, environment.storage),
    ...createLabActions(store, bridge, sessions),
  };
  const rush = createRush(store, environment);
  const mail = createMailCounts(store, bridge, environment);
  const silence = bridge.feed((feed) => {
    receive(store, actions, feed);
    if (feed.type === 'sessions' && feed.traffic !== undefined) rush.add(feed.traffic);
    else if (feed.type === 'messages' || feed.type === 'mailboxes') mail.changed();
  });
  return {
    ...store,
    bridge,
    actions,
    sync: () => sync(store, bridge, actions),
    stop: () => {
      silence();
      ticker.stop();
      rush.stop();
      mail.stop();
    },
  };
}

async function sync(store: StoreApi<LabState>, bridge: Bridge, actions: Actions): Promise<void> {
  try {
    const lab = await bridge.call('lab.get', {});
    store.setState({ lab, connected: true, total: lab.counts.sessions, open: lab.counts.open });
    const hits = bridge.call('rules.hits', {}).then((view) => store.setState({ hits: view }));
    const gates = bridge.call('gates.get', {}).then((view) => store.setState({ gates: view }));
    await Promise.all([actions.reload(), hits, gates]);
    const { selected, order, pinned, replay } = store.getState();
    const again = selected ?? order[0];
    if (again !== undefined) {
      if (pinned) actions.select(again, replay ? 'replay' : 'end');
      else actions.showNewest(again);
    }
  } catch {
    store.setState({ connected: false });
  }
}

function receive(store: StoreApi<LabState>, actions: Actions, feed: Feed): void {
  if (feed.type === 'entries') actions.onEntries(feed.session, feed.entries);
  else if (feed.type === 'command') actions.onCommand(feed.command);
  else {
    // Mail comes in many, and changes nothing here: nobody is asked to look again for nothing.
    const changed = foldFeed(store.getState(), feed);
    if (Object.keys(changed).length > 0) store.setState(changed);
  }
  if (feed.type === 'sessions') actions.onSessions(feed.changed);
  if (feed.type === 'findings') actions.onAnswers(/\b(?:diag|severity):/i);
  if (feed.type === 'gates') actions.onAnswers(/\bheld:/i);
}
