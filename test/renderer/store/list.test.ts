/** The list of sessions holds each session once, newest first, in whatever order feeds and answers come. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStore } from '../../../renderer/store/store.ts';
import type { SessionSummary } from '../../../shared/journal/entry.ts';
import { createFakeBridge } from '../../fakes/bridge.ts';
import { summary } from '../../fakes/tutorial-session.ts';
import { createWorld } from './clocks.ts';

const acts = ['come', 'change', 'swap', 'tell', 'more', 'reload', 'answer', 'filter', 'pass', 'clear'] as const;

/** A lab whose answers wait until they are let go, with the sessions as they were when it was asked. */
function createSlowLab() {
  const bridge = createFakeBridge();
  const world = createWorld();
  const store = createStore(bridge, world);
  let sessions: SessionSummary[] = [];
  let untold = new Map<number, SessionSummary>();
  const answers: (() => void)[] = [];
  let last = 0;
  bridge.answer('sessions.list', ({ filter = '', before = Number.POSITIVE_INFINITY, limit = 200 }) => {
    const fitting = sessions.filter(({ id }) => filter === '' || id % 3 === 0).sort((a, b) => b.id - a.id);
    const page = fitting.filter(({ id }) => id < before).slice(0, Math.min(limit, 7));
    const answer = { sessions: page, matching: fitting.length, total: sessions.length, problem: null };
    return new Promise((resolve) => answers.push(() => resolve(answer)));
  });
  bridge.answer('sessions.clear', async () => ({ cleared: sessions.splice(0).length }));
  const put = (one: SessionSummary) => {
    sessions = [...sessions.filter(({ id }) => id !== one.id), one];
    untold.set(one.id, one);
  };
  const come = (by: number) => {
    last += by;
    put({ ...summary, id: last, ms: null });
  };
  return {
    store,
    acts: {
      come: (n: number) => {
        for (let i = 0; i <= n % 4; i += 1) come(1);
      },
      change: (n: number) => {
        const one = sessions[n % Math.max(1, sessions.length)];
        if (one !== undefined) put({ ...one, ms: n });
      },
      // Numbers are given out by several processes: they need not come in order.
      swap: () => {
        come(2);
        put({ ...summary, id: last - 1, ms: null });
      },
      tell: () => {
        const changed = [...untold.values()];
        untold = new Map();
        bridge.tell({ type: 'sessions', changed, counts: { sessions: sessions.length, open: 0 } });
      },
      more: () => void store.actions.loadMore().catch(() => undefined),
      reload: () => void store.actions.reload().catch(() => undefined),
      answer: (n: number) => answers.splice(n % Math.max(1, answers.length), 1)[0]?.(),
      filter: (n: number) => store.actions.setFilter(n % 4 === 0 ? 'to:x' : ''),
      pass: (n: number) => world.pass(n * 10),
      clear: () => void store.actions.clearSessions().catch(() => undefined),
    } satisfies Record<(typeof acts)[number], (n: number) => void>,
  };
}

const settle = async () => {
  for (let i = 0; i < 8; i += 1) await Promise.resolve();
};

test('feeds, pages and filters in any order', async () => {
  const often = ['come', 'tell', 'swap', 'answer', 'more'] as const;
  const step = fc.tuple(fc.constantFrom(...acts, ...often, ...often), fc.nat(40));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120, size: 'max' }), async (steps) => {
      const lab = createSlowLab();
      try {
        for (const [act, n] of steps) {
          lab.acts[act](n);
          await settle();
          const { order, sessions, matching } = lab.store.getState();
          expect(order).toEqual([...new Set(order)].sort((a, b) => b - a));
          expect([...sessions].map(([id]) => id).sort((a, b) => b - a)).toEqual(order);
          expect(matching).toBeGreaterThanOrEqual(0);
        }
      } finally {
        lab.store.stop();
      }
    }),
    { numRuns: 60 },
  );
});
