import { describe, expect, test } from 'vitest';
import { WALK_MS } from '../../../renderer/store/playback.ts';
import { createStore } from '../../../renderer/store/store.ts';
import { createFakeBridge, tutorialView } from '../../fakes/bridge.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';
import { createWorld } from './clocks.ts';

const last = entries.length - 1;

/** Everything that is already decided gets its turn. */
const settle = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

async function open({ live = false, still = false, known = entries.length } = {}) {
  const world = createWorld(still);
  const bridge = createFakeBridge();
  bridge.put(live ? { ...summary, ms: null } : summary, entries.slice(0, known));
  const store = createStore(bridge, world);
  await store.sync();
  await settle();
  world.pass(60_000);
  return { world, bridge, store, state: store.getState };
}

describe('the start', () => {
  test('shows the newest session at its end without anybody choosing', async () => {
    const { state } = await open();
    expect(state()).toMatchObject({ connected: true, selected: 1, pinned: false, cursor: null, shown: last });
    expect(state().entries).toEqual(entries);
  });

  test('a lab that does not answer is said to be away', async () => {
    const bridge = createFakeBridge();
    bridge.answer('lab.get', () => Promise.reject(new Error('gone')));
    const store = createStore(bridge, createWorld());
    await store.sync();
    expect(store.getState().connected).toBe(false);
  });
});

describe('the cursor', () => {
  test('walks forwards and back through every step and stays inside', async () => {
    const { store, state } = await open();
    store.actions.toStart();
    const walked = [state().shown];
    for (let i = 0; i < entries.length + 2; i += 1) {
      store.actions.step(1);
      walked.push(state().shown);
    }
    expect(walked.slice(0, entries.length)).toEqual(entries.map((entry) => entry.seq));
    expect(state().cursor).toBe(last);
    for (let i = 0; i < entries.length + 2; i += 1) store.actions.step(-1);
    expect(state()).toMatchObject({ cursor: 0, shown: 0 });
  });

  test('parked, it stays where it is while the session goes on', async () => {
    const { world, bridge, store, state } = await open({ live: true, known: 5 });
    store.actions.goTo(2);
    bridge.tell({ type: 'entries', session: 1, entries: entries.slice(5, 9) });
    world.pass(10_000);
    expect(state()).toMatchObject({ cursor: 2, shown: 2 });
    expect(state().entries).toHaveLength(9);
    store.actions.follow();
    expect(state()).toMatchObject({ cursor: null, shown: 8 });
  });

  test('turns and stages move it too', async () => {
    const { store, state } = await open();
    store.actions.goTo(10);
    store.actions.turn(1);
    expect(state().shown).toBe(12);
    store.actions.stage(1);
    expect(state().shown).toBe(18);
    store.actions.stage(-1);
    expect(state().shown).toBe(8);
    store.actions.turn(-1);
    expect(state().shown).toBe(7);
  });
});

describe('following', () => {
  test('shows the first new entry at once and the next ones an edge apart', async () => {
    const { world, bridge, state } = await open({ live: true, known: 2 });
    expect(state().shown).toBe(1);
    bridge.tell({ type: 'entries', session: 1, entries: entries.slice(2, 5) });
    expect(state().shown).toBe(2);
    world.pass(249);
    expect(state().shown).toBe(2);
    world.pass(1);
    expect(state().shown).toBe(3);
    world.pass(250);
    expect(state().shown).toBe(4);
  });

  test('with reduced motion everything is there at once', async () => {
    const { bridge, state } = await open({ live: true, known: 2, still: true });
    bridge.tell({ type: 'entries', session: 1, entries: entries.slice(2) });
    expect(state().shown).toBe(last);
    expect(state().burst).toBeNull();
  });

  test('too far behind it jumps to the newest and counts what it passed, for a while', async () => {
    const { world, bridge, state } = await open({ live: true, known: 2 });
    const flood = Array.from({ length: 100 }, (_, i) => ({ ...entries[2], seq: i + 2 })) as typeof entries;
    bridge.tell({ type: 'entries', session: 1, entries: flood });
    expect(state()).toMatchObject({ shown: 101, burst: { client: 100, auth: 0, upstream: 0 } });
    world.pass(2_000);
    expect(state().burst).toBeNull();
  });

  test('entries fed before the watch is answered are not lost', async () => {
    const { bridge, store, state } = await open();
    let give = () => {};
    bridge.answer(
      'session.watch',
      () =>
        new Promise((resolve) => {
          give = () => resolve({ summary, entries: entries.slice(0, 6) });
        }),
    );
    store.actions.select(1);
    bridge.tell({ type: 'entries', session: 1, entries: entries.slice(4, 10) });
    expect(state()).toMatchObject({ loading: true, entries: [] });
    give();
    await settle();
    expect(state().entries).toEqual(entries.slice(0, 10));
  });

  test('an answer that comes after another choice is dropped', async () => {
    const { bridge, store, state } = await open();
    const gives: (() => void)[] = [];
    bridge.answer('session.watch', ({ id }) => {
      return new Promise((resolve) => {
        gives.push(() => resolve({ summary: { ...summary, id: id ?? 0 }, entries: entries.slice(0, id ?? 0) }));
      });
    });
    store.actions.select(3);
    store.actions.select(5);
    gives[1]?.();
    gives[0]?.();
    await settle();
    expect(state()).toMatchObject({ selected: 5, loading: false });
    expect(state().entries).toHaveLength(5);
  });
});

describe('playing', () => {
  test('goes from the start at the chosen speed and stops at the end', async () => {
    const { world, store, state } = await open();
    store.actions.setSettings({ speed: 2 });
    store.actions.play();
    expect(state()).toMatchObject({ playing: true, shown: 0 });
    world.pass(500 * 3);
    expect(state().shown).toBe(3);
    world.pass(500 * entries.length);
    expect(state()).toMatchObject({ playing: false, shown: last, cursor: last });
  });

  test('a session that is still open is followed from there on', async () => {
    const { world, store, state } = await open({ live: true });
    store.actions.goTo(last - 1);
    store.actions.play();
    world.pass(1_000);
    expect(state()).toMatchObject({ playing: false, cursor: null });
  });

  test('pausing and stepping end it', async () => {
    const { world, store, state } = await open();
    store.actions.play();
    world.pass(1_000);
    store.actions.togglePlay();
    world.pass(5_000);
    expect(state()).toMatchObject({ playing: false, shown: 1, cursor: 1 });
    store.actions.togglePlay();
    store.actions.step(1);
    world.pass(5_000);
    expect(state()).toMatchObject({ playing: false, shown: 2 });
  });
});

describe('going on to newer sessions', () => {
  const newer = { ...summary, id: 2 };
  const counts = { sessions: 2, open: 0 };

  test('happens of itself while nobody has chosen', async () => {
    const { bridge, state } = await open();
    bridge.put(newer, entries);
    bridge.tell({ type: 'sessions', changed: [newer], counts });
    await settle();
    expect(state()).toMatchObject({ selected: 2, pinned: false });
  });

  test('not when a person chose the session, and not while the cursor is parked', async () => {
    const { bridge, store, state } = await open();
    store.actions.goTo(3);
    bridge.tell({ type: 'sessions', changed: [newer], counts });
    expect(state().selected).toBe(1);
    store.actions.select(1);
    await settle();
    bridge.tell({ type: 'sessions', changed: [{ ...summary, id: 3 }], counts });
    expect(state().selected).toBe(1);
  });

  test('is asked for again with Live: the newest session, and then whatever comes', async () => {
    const { bridge, store, state } = await open();
    bridge.put(newer, entries);
    store.actions.select(1);
    await settle();
    bridge.tell({ type: 'sessions', changed: [newer], counts });
    expect(state().selected).toBe(1);
    store.actions.goLive();
    expect(state()).toMatchObject({ selected: 2, pinned: false, cursor: null });
  });

  test('goes to the session that carried a mail sent from here', async () => {
    const { bridge, store, state } = await open();
    store.actions.select(1);
    bridge.put(newer, entries);
    const sent = { ok: true, session: 2, accepted: ['a@b.c'], rejected: [], response: '250 ok', error: null };
    bridge.answer('send', async () => sent);
    const mail = { listener: 'smtp 127.0.0.1:3333', helo: 'x', from: '', to: ['a@b.c'], subject: '', body: '' };
    expect(await store.actions.send(mail)).toEqual(sent);
    expect(state()).toMatchObject({ selected: 2, pinned: false });
  });

  test('walks a newcomer through the first mail, and is quicker once the cursor has been moved', async () => {
    const { world, bridge, store, state } = await open();
    const sent = { ok: true, session: 2, accepted: ['a@b.c'], rejected: [], response: '250 ok', error: null };
    const mail = { listener: 'smtp 127.0.0.1:3333', helo: 'x', from: '', to: ['a@b.c'], subject: '', body: '' };
    const send = async (id: number) => {
      bridge.put({ ...newer, id }, entries);
      bridge.answer('send', async () => ({ ...sent, session: id }));
      const sending = store.actions.send(mail);
      bridge.tell({ type: 'sessions', changed: [{ ...newer, id }], counts });
      await sending;
      await settle();
    };
    await send(2);
    expect(state()).toMatchObject({ selected: 2, walk: true });
    world.pass(10 * WALK_MS);
    expect(state().shown).toBe(10);
    store.actions.step(-1);
    await send(3);
    world.pass(10 * WALK_MS);
    expect(state().shown).toBeGreaterThan(20);
  });

  test('always to the session of a telnet connection just opened', async () => {
    const { bridge, store, state } = await open();
    store.actions.select(1);
    bridge.answer('telnet.open', async () => ({ connection: 9, tls: null }));
    await store.actions.openTelnet('smtp 127.0.0.1:3333');
    bridge.tell({ type: 'sessions', changed: [newer], counts });
    expect(state().selected).toBe(2);
    expect(state().telnet.get(9)).toMatchObject({ listener: 'smtp 127.0.0.1:3333', open: true });
  });
});

describe('the list', () => {
  test('a typed filter asks the lab once it rests, and only the last answer counts', async () => {
    const { world, bridge, store, state } = await open();
    bridge.answer('sessions.list', async ({ filter }) => ({
      sessions: filter === 'ab' ? [summary] : [],
      matching: 1,
      total: 9,
      problem: null,
    }));
    const before = bridge.calls.length;
    store.actions.setFilter('a');
    store.actions.setFilter('ab');
    world.pass(1_000);
    await settle();
    expect(bridge.calls.slice(before)).toEqual([{ name: 'sessions.list', argument: { filter: 'ab', limit: 200 } }]);
    expect(state()).toMatchObject({ order: [1], total: 9 });
  });

  test('older rows are added below', async () => {
    const { bridge, store, state } = await open();
    bridge.put({ ...summary, id: 0 }, []);
    await store.actions.loadMore();
    expect(state().order).toEqual([1, 0]);
    await store.actions.loadMore();
    expect(state().order).toEqual([1, 0]);
  });

  test('the arrow keys of the list go to the row below and above', async () => {
    const { bridge, store, state } = await open();
    bridge.put({ ...summary, id: 2 }, []);
    await store.actions.reload();
    store.actions.select(2);
    store.actions.selectNext(1);
    expect(state().selected).toBe(1);
    store.actions.selectNext(-1);
    expect(state()).toMatchObject({ selected: 2, pinned: true });
  });
});

describe('settings', () => {
  test('are kept and read again; nonsense in the storage is ignored', async () => {
    const { world, store } = await open();
    store.actions.setSettings({ speed: 4, time: 'delta' });
    const again = createStore(createFakeBridge(tutorialView), world);
    expect(again.getState().settings).toMatchObject({ speed: 4, time: 'delta', hex: false });
    store.actions.step(-1);
    expect(createStore(createFakeBridge(), world).getState().settings.stepped).toBe(true);
    world.kept.set([...world.kept.keys()][0] ?? '', '{"speed":"fast","time":7,"hex":1}');
    expect(createStore(createFakeBridge(), world).getState().settings).toEqual({
      speed: 1,
      time: 'relative',
      hex: false,
      ladder: false,
      stepped: false,
    });
    world.kept.set([...world.kept.keys()][0] ?? '', 'not json');
    expect(createStore(createFakeBridge(), world).getState().settings.speed).toBe(1);
  });
});
