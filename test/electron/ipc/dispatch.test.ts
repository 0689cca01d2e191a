import { expect, test } from 'vitest';
import { createDispatch } from '../../../electron/ipc/dispatch.ts';
import type { Handlers } from '../../../electron/lab/handlers.ts';
import { UserError } from '../../../electron/lab/user-error.ts';

function rig(handlers: Partial<Handlers> = {}) {
  const faults: unknown[] = [];
  return { faults, dispatch: createDispatch(handlers as Handlers, (error) => faults.push(error)) };
}

test('a good call reaches its handler, with its defaults filled in', async () => {
  const { dispatch } = rig({
    'sessions.list': ({ filter, limit }) => ({ sessions: [], matching: limit, total: 0, problem: filter }),
  });
  expect(await dispatch('sessions.list', {})).toEqual({
    result: { sessions: [], matching: 200, total: 0, problem: '' },
  });
});

test.each([
  ['lab.explode', 'The lab has no call "lab.explode".'],
  ['__proto__', 'The lab has no call "__proto__".'],
  ['constructor', 'The lab has no call "constructor".'],
  [undefined, 'A call of the lab is named by a text.'],
  [{ a: 1 }, 'A call of the lab is named by a text.'],
])('there is no call %j', async (name, error) => {
  expect(await rig().dispatch(name, {})).toEqual({ error });
});

test('a name or an argument nested without end is refused, not stumbled over', async () => {
  const endless = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const { dispatch, faults } = rig();
  expect(await dispatch(endless, {})).toEqual({ error: 'A call of the lab is named by a text.' });
  expect(await dispatch('lab.check', { text: endless })).toEqual({
    error: expect.stringMatching(/^lab\.check cannot/),
  });
  expect(faults).toEqual([]);
});

test.each([
  ['lab.apply', { text: 7 }, /^lab\.apply cannot use this: text: .*string.*\.$/],
  ['lab.apply', {}, /^lab\.apply cannot use this: text: /],
  ['lab.apply', null, /^lab\.apply cannot use this: /],
  ['lab.get', { more: 1 }, /^lab\.get cannot use this: .*more/],
  ['session.get', { id: -1 }, /^session\.get cannot use this: id: /],
  ['session.get', { id: 1.5 }, /^session\.get cannot use this: id: /],
  ['sessions.list', { limit: 1_000_000 }, /^sessions\.list cannot use this: limit: /],
  ['send', { listener: 'a', from: 'b', to: 'c', subject: '', body: '' }, /^send cannot use this: to: /],
  ['send', { listener: 'a', from: 'b', to: [3], subject: '', body: '' }, /^send cannot use this: to\.0: /],
])('%s refuses %j in one sentence', async (name, argument, sentence) => {
  const { dispatch, faults } = rig();
  const reply = await dispatch(name, argument);
  expect(reply).toEqual({ error: expect.stringMatching(sentence) });
  expect('error' in reply && reply.error).not.toContain('\n');
  expect(faults).toEqual([]);
});

test("a user's mistake is its own sentence; ours is told as ours, and reported", async () => {
  const fault = new Error('undefined is not a function');
  const { dispatch, faults } = rig({
    'lab.save': () => {
      throw new UserError('This lab has no file yet; give it a name.');
    },
    'lab.open': () => Promise.reject(fault),
  });
  expect(await dispatch('lab.save', {})).toEqual({ error: 'This lab has no file yet; give it a name.' });
  expect(faults).toEqual([]);
  expect(await dispatch('lab.open', {})).toEqual({ error: expect.stringContaining('the fault is its own') });
  expect(faults).toEqual([fault]);
});
