/** Many sessions a second: what the store shows of them, and what it leaves alone. */
import { describe, expect, test } from 'vitest';
import { createStore } from '../../../renderer/store/store.ts';
import type { Traffic } from '../../../shared/contract/contract.ts';
import { createFakeBridge, tutorialView } from '../../fakes/bridge.ts';
import { summary } from '../../fakes/tutorial-session.ts';
import { createWorld } from './clocks.ts';

async function open() {
  const world = createWorld();
  const bridge = createFakeBridge();
  const store = createStore(bridge, world);
  await store.sync();
  const feed = (traffic: Traffic) =>
    bridge.tell({ type: 'sessions', changed: [], counts: { sessions: 0, open: 0 }, traffic });
  return { world, bridge, store, feed, state: store.getState };
}

const mail: Traffic = { client: 18, auth: 2, upstream: 11 };

describe('parcels of all sessions', () => {
  test('of one mail, however quick, they are drawn', async () => {
    const { world, feed, state } = await open();
    feed(mail);
    for (let i = 0; i < 12; i += 1) {
      world.pass(250);
      expect(state().rush).toBeNull();
    }
  });

  test('above eight a second, and for longer than a moment, they are counted', async () => {
    const { world, feed, state } = await open();
    for (let i = 0; i < 30; i += 1) {
      feed({ client: 60, auth: 4, upstream: 40 });
      world.pass(100);
    }
    const { client = 0, auth = 0, upstream = 0 } = state().rush ?? {};
    expect(Math.abs(client - 600)).toBeLessThanOrEqual(60);
    expect([client / auth, client / upstream]).toEqual([15, 1.5]);
    world.pass(2_500);
    expect(state().rush).toBeNull();
  });

  test('below, they are not', async () => {
    const { world, feed, state } = await open();
    for (let i = 0; i < 30; i += 1) {
      feed({ client: 2, auth: 1, upstream: 1 });
      world.pass(500);
      expect(state().rush, `after ${i}`).toBeNull();
    }
  });

  test('the count on the screen changes four times a second at most', async () => {
    const { world, store, feed } = await open();
    for (let i = 0; i < 30; i += 1) {
      feed({ client: 60 + i, auth: 4, upstream: 40 });
      world.pass(100);
    }
    const shown = new Set<unknown>();
    const leave = store.subscribe(({ rush }) => shown.add(rush));
    for (let i = 0; i < 40; i += 1) {
      feed({ client: 60 + i, auth: 4, upstream: 40 });
      world.pass(25);
    }
    leave();
    expect(shown.size).toBeGreaterThan(1);
    expect(shown.size).toBeLessThanOrEqual(6);
  });
});

describe('mail that is delivered', () => {
  const message = { id: 1, upstream: 'eng', owner: '', at: 0 } as never;

  test('changes no state by itself, and is counted once for all that came together', async () => {
    const { world, bridge, store, state } = await open();
    let asked = 0;
    bridge.answer('upstreams.get', async () => {
      asked += 1;
      return { upstreams: tutorialView.upstreams.map((one) => ({ ...one, messages: 50 })) } as never;
    });
    let changes = 0;
    store.subscribe(() => {
      changes += 1;
    });
    for (let i = 0; i < 50; i += 1) bridge.tell({ type: 'messages', upstream: 'eng', message });
    expect(changes).toBe(0);
    world.pass(1_000);
    await expect.poll(() => state().lab?.upstreams.map(({ messages }) => messages)).toEqual([50, 50]);
    expect([asked, changes]).toEqual([1, 1]);
  });

  test('mail that goes is counted too', async () => {
    const { world, bridge, state } = await open();
    bridge.answer('upstreams.get', async () => {
      return { upstreams: tutorialView.upstreams.map((one) => ({ ...one, messages: 3 })) } as never;
    });
    bridge.tell({ type: 'mailboxes', upstream: 'hr' });
    world.pass(1_000);
    await expect.poll(() => state().lab?.upstreams[0]?.messages).toBe(3);
  });
});

test('a row that changes again and again stays one row', async () => {
  const { bridge, state } = await open();
  for (let i = 0; i < 5; i += 1) {
    const changed = [{ ...summary, id: 7, entries: i }];
    bridge.tell({ type: 'sessions', changed, counts: { sessions: 1, open: 1 } });
  }
  expect(state().order).toEqual([7]);
  expect(state().matching).toBe(1);
});
