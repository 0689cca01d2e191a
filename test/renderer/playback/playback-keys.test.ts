import { describe, expect, test, vi } from 'vitest';
import { keyAction } from '../../../renderer/playback/playback-keys.ts';
import type { Actions } from '../../../renderer/store/store.ts';

const names = ['step', 'turn', 'stage', 'toStart', 'toEnd', 'togglePlay', 'setTab', 'setSettings'] as const;

function press(key: string, change: { shift?: boolean; ctrl?: boolean; letters?: boolean; control?: boolean } = {}) {
  const spies = Object.fromEntries(names.map((name) => [name, vi.fn()]));
  const event = { key, shiftKey: change.shift === true, ctrlKey: change.ctrl === true, metaKey: false };
  const actions = spies as unknown as Actions;
  const act = keyAction(event, actions, change.letters !== false, false, change.control === true);
  act?.();
  const called = names.find((name) => spies[name]?.mock.calls.length === 1);
  return act === null ? null : [called, ...(called === undefined ? [] : (spies[called]?.mock.calls[0] ?? []))];
}

describe('the keys of the cursor', () => {
  test('arrows step, with Shift to the next turn, with Ctrl to the next stage', () => {
    expect(press('ArrowRight')).toEqual(['step', 1]);
    expect(press('ArrowLeft')).toEqual(['step', -1]);
    expect(press('ArrowRight', { shift: true })).toEqual(['turn', 1]);
    expect(press('ArrowLeft', { ctrl: true })).toEqual(['stage', -1]);
  });

  test('Home and End go to the ends', () => {
    expect(press('Home')).toEqual(['toStart']);
    expect(press('End')).toEqual(['toEnd']);
  });

  test('letters act only where they may', () => {
    expect(press(' ')).toEqual(['togglePlay']);
    expect(press(' ', { control: true })).toBeNull();
    expect(press('e')).toEqual(['setTab', 'route']);
    expect(press('x')).toEqual(['setSettings', { hex: true }]);
    for (const key of [' ', 'e', 'x']) expect(press(key, { letters: false })).toBeNull();
    expect(press('ArrowRight', { letters: false })).toEqual(['step', 1]);
  });

  test("the browser's own shortcuts are left alone", () => {
    expect(press('e', { ctrl: true })).toBeNull();
    expect(press('Home', { ctrl: true })).toBeNull();
  });
});
