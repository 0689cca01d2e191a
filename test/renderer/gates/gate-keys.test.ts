/** The keys of the gates against a lab in memory: when they take a press, and when they leave it to the cursor. */
import { describe, expect, test } from 'vitest';
import { toggleAllHeld, toggleGate } from '../../../renderer/gates/acts.ts';
import { gateKey } from '../../../renderer/gates/gate-keys.ts';
import { createStore } from '../../../renderer/store/store.ts';
import type { CallName } from '../../../shared/contract/contract.ts';
import type { GatesView, Held } from '../../../shared/contract/gates.ts';
import { gates } from '../../../shared/journal/breakpoint.ts';
import { createFakeBridge } from '../../fakes/bridge.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';
import { createWorld } from '../store/clocks.ts';

const none: GatesView = { everywhere: [], sessions: [], breakpoints: [], held: [], heldCount: 0, slowMs: 0 };
const item: Held = {
  ...{ id: 5, session: 1, gate: 'C>P', leg: 'client', kind: 'line', text: 'QUIT\r\n', size: 6, secret: [] },
  ...{ editable: true, since: 0, until: null, breakpoint: null, patience: null },
} as const;

/** A window at the end of one session, which holds something while it is open. */
async function open({
  live = true,
  view = { ...none, held: [item], heldCount: 1 },
}: {
  live?: boolean;
  view?: GatesView;
} = {}) {
  const bridge = createFakeBridge();
  bridge.put(live ? { ...summary, ms: null } : summary, entries.slice(0, 9));
  bridge.answer('gates.get', async () => view);
  bridge.answer('gates.step', async () => view);
  bridge.answer('gates.arm', async () => view);
  bridge.answer('held.release', async () => ({ ok: true }));
  bridge.answer('held.release-all', async () => ({ released: 1 }));
  const world = createWorld();
  const store = createStore(bridge, world);
  await store.sync();
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
  world.pass(60_000);
  const asked = () => {
    const names: readonly CallName[] = ['gates.step', 'gates.arm', 'held.release', 'held.release-all'];
    return bridge.calls.filter(({ name }) => names.includes(name)).map(({ name, argument }) => [name, argument]);
  };
  const press = (key: string, how: { shift?: boolean; ctrl?: boolean; letters?: boolean; control?: boolean } = {}) => {
    const event = { key, shiftKey: how.shift === true, ctrlKey: how.ctrl === true, metaKey: false };
    const act = gateKey(store, event, how.letters !== false, how.control === true);
    act?.();
    return act !== null;
  };
  /** The session goes on, faster than the panes follow. */
  const happen = (from: number, to: number) => {
    bridge.tell({ type: 'entries', session: 1, entries: entries.slice(from, to) });
  };
  return { store, press, asked, happen };
}

describe('a step on', () => {
  test('at the newest step lets pass what is held: one, to the next turn, to the next stage', async () => {
    const { press, asked } = await open();
    expect([press('ArrowRight'), press('ArrowRight', { shift: true }), press('ArrowRight', { ctrl: true })]).toEqual([
      ...[true, true, true],
    ]);
    expect(asked()).toEqual([
      ['held.release', { id: 5, until: 'one' }],
      ['held.release', { id: 5, until: 'turn' }],
      ['held.release', { id: 5, until: 'stage' }],
    ]);
  });

  test('further back, and where nothing is held, is the cursor’s', async () => {
    const held = await open();
    held.store.actions.goTo(3);
    expect(held.press('ArrowRight')).toBe(false);
    held.store.actions.follow();
    expect(held.press('ArrowRight')).toBe(true);
    const free = await open({ view: none });
    expect(free.press('ArrowRight')).toBe(false);
    const slow = await open({ view: { ...none, held: [{ ...item, until: 9 }], heldCount: 1 } });
    expect(slow.press('ArrowRight')).toBe(false);
    expect([...held.asked(), ...free.asked(), ...slow.asked()]).toHaveLength(1);
  });
});

describe('letting something pass', () => {
  test.each(['a', 'ArrowRight'])(
    'by %s takes the panes along to what has happened: a hurried person looks at the newest',
    async (key) => {
      const { store, press, happen } = await open();
      happen(9, 16);
      expect(store.getState().shown).toBeLessThan(15);
      press(key);
      expect(store.getState()).toMatchObject({ shown: 15, cursor: null });
    },
  );

  test('leaves alone a cursor that was parked', async () => {
    const { store, press, happen } = await open();
    store.actions.goTo(3);
    happen(9, 16);
    press('a');
    expect(store.getState()).toMatchObject({ shown: 3, cursor: 3 });
  });
});

describe('the letters', () => {
  test('A releases, with Shift everything; both leave the key alone where nothing is held', async () => {
    const { press, asked } = await open();
    expect([press('a'), press('A', { shift: true }), press('a', { ctrl: true })]).toEqual([true, true, false]);
    expect(asked()).toEqual([
      ['held.release', { id: 5, until: 'one' }],
      ['held.release-all', {}],
    ]);
    const free = await open({ view: none });
    expect([free.press('a'), free.press('A', { shift: true })]).toEqual([false, false]);
  });

  test('the space bar holds an open session, lets a held one go on, and plays one that is over', async () => {
    const flowing = await open({ view: none });
    expect([flowing.press(' '), flowing.press(' ', { control: true })]).toEqual([true, false]);
    expect(flowing.asked()).toEqual([['gates.step', { session: 1, on: true }]]);
    const stepped = await open({ view: { ...none, sessions: [{ session: 1, gates }] } });
    stepped.press(' ');
    expect(stepped.asked()).toEqual([
      ['gates.step', { session: 1, on: false }],
      ['held.release-all', { session: 1 }],
    ]);
    expect((await open({ live: false })).press(' ')).toBe(false);
  });

  test('none acts while single keys are switched off; the arrows do', async () => {
    const { press } = await open();
    for (const key of ['a', ' ', 'k', 'b']) expect(press(key, { letters: false })).toBe(false);
    expect(press('ArrowRight', { letters: false })).toBe(true);
  });
});

describe('a gate', () => {
  test('is filled for the open session, with Alt for all, and opened where it is filled', async () => {
    const { store, asked } = await open({
      view: { ...none, everywhere: ['U>P'], sessions: [{ session: 1, gates: ['P>A'] }] },
    });
    for (const all of [false, true]) for (const gate of ['C>P', 'P>A', 'U>P'] as const) toggleGate(store, gate, all);
    expect(asked().map(([, argument]) => argument)).toEqual([
      { gate: 'C>P', on: true, session: 1 },
      { gate: 'P>A', on: false, session: 1 },
      { gate: 'U>P', on: false },
      { gate: 'C>P', on: true },
      { gate: 'P>A', on: true },
      { gate: 'U>P', on: false },
    ]);
  });

  test('of a session that is over is filled for all; holding new sessions fills all six', async () => {
    const { store, asked } = await open({ live: false, view: none });
    toggleGate(store, 'C>P', false);
    toggleAllHeld(store);
    expect(asked().map(([, argument]) => argument)).toEqual([
      { gate: 'C>P', on: true },
      ...gates.map((gate) => ({ gate, on: true })),
    ]);
  });
});
