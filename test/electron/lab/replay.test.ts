/** A session looked at while it happens and the same one replayed: step by step, the same panes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changedAt, knowledgeAt } from '../../../renderer/store/fold.ts';
import { pictureAt } from '../../../renderer/store/picture.ts';
import { nextStage, nextTurn, previousStage, previousTurn } from '../../../renderer/store/playback.ts';
import { LAG_MAX, type LabState } from '../../../renderer/store/state.ts';
import { createStore, type LabStore } from '../../../renderer/store/store.ts';
import type { Bridge, Feed } from '../../../shared/contract/contract.ts';
import { gistOf, isRelayed, relayStart, travelOf } from '../../../shared/journal/travel.ts';
import { type RecordedLab, startRecordedLab } from '../../fakes/recorded.ts';
import { openWindow } from '../../fakes/running-lab.ts';
import { createWorld } from '../../renderer/store/clocks.ts';

let lab: RecordedLab;
beforeAll(async () => {
  lab = await startRecordedLab();
}, 30_000);
afterAll(() => lab.stop());

/** What diagram, transcript, inspector and "what the proxy knows" draw at a moment. */
function panes({ entries, shown }: Pick<LabState, 'entries' | 'shown'>) {
  const entry = entries[shown];
  const relayed = entry !== undefined && isRelayed(entry, shown, relayStart(entries.slice(0, shown + 1)));
  return {
    entry,
    picture: pictureAt(entries, shown),
    knows: knowledgeAt(entries, shown),
    changed: changedAt(entries, shown),
    travel: entry && travelOf(entry, relayed),
    gist: entry && gistOf(entry),
  };
}

/** A window's store on the real lab; `seen` grows with each step that it shows. */
function watching() {
  const window = openWindow(lab.lab);
  const heard = new Set<(feed: Feed) => void>();
  let fed = 0;
  const pass = () => {
    while (fed < window.feeds.length) {
      const feed = window.feeds[fed];
      fed += 1;
      for (const hear of heard) if (feed) hear(feed);
    }
  };
  const bridge: Bridge = {
    call: window.call,
    feed: (hear) => {
      heard.add(hear);
      return () => heard.delete(hear);
    },
  };
  const world = createWorld();
  const store = createStore(bridge, world);
  const seen: { readonly session: number | null; readonly panes: ReturnType<typeof panes> }[] = [];
  store.subscribe((state, before) => {
    if (state.entries.length > 0 && state.shown !== before.shown && state.shown >= 0)
      seen.push({ session: state.selected, panes: panes(state) });
  });
  /** Lets the window show everything until the session it follows has ended and been shown to its end. */
  const toEnd = async (id: number) => {
    for (;;) {
      pass();
      world.pass(1000);
      const { selected, sessions, entries, shown, loading } = store.getState();
      const ended = selected === id && sessions.get(id)?.ms !== null && entries.length === sessions.get(id)?.entries;
      if (ended && !loading && shown === entries.length - 1) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const close = () => {
    store.stop();
    window.close();
  };
  return { store, seen, toEnd, close };
}

/** Waits until the store has the session's entries. */
const loaded = (store: LabStore, id: number) =>
  new Promise<void>((resolve) => {
    const look = ({ selected, loading, entries }: LabState) => selected === id && !loading && entries.length > 0;
    if (look(store.getState())) return resolve();
    const stop = store.subscribe((state) => {
      if (!look(state)) return;
      stop();
      resolve();
    });
  });

async function replayed(store: LabStore, id: number) {
  store.actions.select(id, 'replay');
  await loaded(store, id);
  expect(store.getState()).toMatchObject({ replay: true, playing: false, cursor: 0, shown: 0 });
  const seen = [panes(store.getState())];
  while (store.getState().shown < store.getState().entries.length - 1) {
    store.actions.step(1);
    seen.push(panes(store.getState()));
  }
  return seen;
}

const kinds: readonly (readonly [string, () => Promise<number>])[] = [
  ['a mail', () => lab.send()],
  ['a refused mail', () => lab.send({ to: 'no@where.test' })],
  ['a mail after STARTTLS', () => lab.send({ starttls: true })],
  ['a mail over TLS', () => lab.send({ door: 3 })],
  ['IMAP in the relay', () => lab.logIn(1, 'command')],
  ['IMAP after STARTTLS', () => lab.logIn(1, 'PLAIN', true)],
  ['POP3 in the relay', () => lab.logIn(2, 'APOP')],
  ['POP3 after STLS', () => lab.logIn(2, 'CRAM-MD5', true)],
];

describe.each(kinds)('%s', (_, happen) => {
  test('replayed, exported and imported shows what was shown live', async () => {
    const { store, seen, toEnd, close } = watching();
    await store.sync();
    store.actions.awaitNext();
    const id = await happen();
    await toEnd(id);
    // What was there before is none of this test's business.
    const live = seen.filter(({ session }) => session === id).map((one) => one.panes);
    const { entries } = store.getState();
    // Who is far behind jumps to the newest step and counts what went by: those steps were not shown.
    const shown = new Set(live.map(({ entry }) => entry?.seq));
    if (entries.length <= LAG_MAX) expect([...shown]).toEqual(entries.map(({ seq }) => seq));
    expect(shown).toContain(entries.length - 1);
    const again = await replayed(store, id);
    expect(again.filter(({ entry }) => shown.has(entry?.seq))).toEqual(live);

    const { text } = await lab.call('sessions.export', { ids: [id], secrets: true });
    const { ids } = await lab.call('sessions.import', { name: 'copy', text });
    expect(await replayed(store, ids[0] ?? -1)).toEqual(again);
    close();
  });

  test('goes back, by turn and by stage, to what was shown there on the way', async () => {
    const { store, close } = watching();
    await store.sync();
    const id = await happen();
    const forwards = await replayed(store, id);
    const { entries } = store.getState();
    for (let at = entries.length - 1; at > 0; at -= 1) {
      store.actions.step(-1);
      expect(panes(store.getState())).toEqual(forwards[at - 1]);
    }
    for (let at = 0; at < entries.length; at += 1) {
      for (const [act, where] of [
        [() => store.actions.turn(1), nextTurn(entries, at)],
        [() => store.actions.turn(-1), previousTurn(entries, at)],
        [() => store.actions.stage(1), nextStage(entries, at)],
        [() => store.actions.stage(-1), previousStage(entries, at)],
      ] as const) {
        store.actions.goTo(at);
        act();
        expect(store.getState().shown).toBe(where);
        expect(panes(store.getState())).toEqual(forwards[where]);
      }
    }
    close();
  });
});

test('a replay stays where it is while the lab goes on, and ends with Live', async () => {
  const { store, close } = watching();
  await store.sync();
  const id = await lab.send();
  await replayed(store, id);
  store.actions.goTo(3);
  await lab.send();
  expect(store.getState()).toMatchObject({ selected: id, shown: 3, replay: true, pinned: true });
  store.actions.goLive();
  expect(store.getState().replay).toBe(false);
  close();
});
