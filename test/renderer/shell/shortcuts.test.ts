import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { actOf, bindings, caps, type Press } from '../../../renderer/shell/shortcuts.ts';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});
const free = { typing: false, singleKeys: true };

describe('actOf', () => {
  test('single letters act only outside of text fields, and only while they are switched on', () => {
    expect(actOf(press('j'), free)).toBe('next');
    expect(actOf(press('j'), { ...free, typing: true })).toBeNull();
    expect(actOf(press('j'), { ...free, singleKeys: false })).toBeNull();
  });

  test('? and / are found by their character, whatever the keyboard needs for them', () => {
    expect(actOf(press('?', { shiftKey: true }), free)).toBe('shortcuts');
    expect(actOf(press('/'), free)).toBe('filter');
    expect(actOf(press('/', { shiftKey: true }), free)).toBe('filter');
  });

  test('a capital letter is another key', () => {
    expect(actOf(press('J', { shiftKey: true }), free)).toBeNull();
  });

  test('Ctrl and Cmd open places and the send dialog, even while typing', () => {
    expect(actOf(press('2', { ctrlKey: true }), { ...free, typing: true })).toBe('rules');
    expect(actOf(press('3', { metaKey: true }), free)).toBe('lab');
    expect(actOf(press('Enter', { ctrlKey: true }), { typing: true, singleKeys: false })).toBe('send');
  });

  test('F6 goes forward, with Shift back', () => {
    expect(actOf(press('F6'), free)).toBe('next-pane');
    expect(actOf(press('F6', { shiftKey: true }), free)).toBe('previous-pane');
  });

  test('Escape and arrows belong to the text field that has the focus', () => {
    expect(actOf(press('Escape'), free)).toBe('escape');
    expect(actOf(press('Escape'), { ...free, typing: true })).toBeNull();
    expect(actOf(press('ArrowDown'), { ...free, typing: true })).toBeNull();
  });

  test('the cursor keys are left to the playback', () => {
    for (const key of ['ArrowRight', 'ArrowLeft', ' ', 'e', 'x', 'Home']) expect(actOf(press(key), free)).toBeNull();
  });

  test('nothing of the whole window is bound to Alt: the arrows with it move rules', () => {
    for (const key of ['ArrowUp', 'ArrowDown']) expect(actOf(press(key, { altKey: true }), free)).toBeNull();
    expect(actOf(press('z', { ctrlKey: true }), free)).toBeNull();
    expect(actOf(press('j', { altKey: true }), free)).toBeNull();
  });
});

test('no two bindings ask for the same press, but for the gates: what they take is left to the cursor otherwise', () => {
  const presses = (gates: boolean) =>
    bindings
      .filter((one) => (one.section === 'gates') === gates)
      .map((one) => `${one.mod ?? false} ${one.shift ?? false} ${one.alt ?? false} ${one.key}`);
  for (const all of [presses(true), presses(false)]) expect(new Set(all).size).toBe(all.length);
  const shared = presses(true).filter((one) => presses(false).includes(one));
  expect(shared.map((one) => one.split(' ').at(-1))).toEqual(['', 'ArrowRight', 'ArrowRight', 'ArrowRight']);
});

test('every act has its name in the catalogue', () => {
  const file = new URL('../../../renderer/i18n/en/shell.json', import.meta.url);
  const names: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));
  for (const { act } of bindings) expect(names, act).toHaveProperty([`act.${act}`]);
});

test('caps are printed as they stand on the keyboard', () => {
  const stage = bindings.find((one) => one.act === 'stage');
  expect(stage && caps(stage, false)).toEqual(['Ctrl', '→']);
  expect(stage && caps(stage, true)).toEqual(['⌘', '→']);
});
