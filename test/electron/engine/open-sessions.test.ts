import { expect, test } from 'vitest';
import { OpenSessions } from '../../../electron/engine/open-sessions.ts';

const session = (id: number) => ({ summary: { id } });
const ids = (open: OpenSessions<{ summary: { id: number } }>) => open.all().map(({ summary }) => summary.id);

test('sessions are found by number, whoever left before', () => {
  const open = new OpenSessions<{ summary: { id: number } }>();
  expect(open.get(1)).toBeUndefined();
  const [first, ...others] = [3, 5, 8, 13, 21].map(session);
  for (const one of [first, ...others]) if (one) open.add(one);
  for (const id of [3, 5, 8, 13, 21]) expect(open.get(id)?.summary.id).toBe(id);
  for (const id of [0, 4, 9, 22]) expect(open.get(id)).toBeUndefined();
  open.remove(8);
  open.remove(3);
  open.remove(7);
  expect(ids(open)).toEqual([5, 13, 21]);
  expect(open.get(8)).toBeUndefined();
  expect(open.size).toBe(3);
});

test('who goes through all may end some meanwhile', () => {
  const open = new OpenSessions<{ summary: { id: number } }>();
  for (const id of [1, 2, 3]) open.add(session(id));
  for (const { summary } of open.all()) open.remove(summary.id);
  expect(open.size).toBe(0);
});
