/** The rows of the session list: as a Map would keep them, but copied in small parts. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { foldSessions } from '../../../renderer/store/fold.ts';
import { changedRows, rowsOf } from '../../../renderer/store/rows.ts';
import type { SessionSummary } from '../../../shared/journal/entry.ts';
import { summary } from '../../fakes/tutorial-session.ts';

const row = (id: number, entries = 0): SessionSummary => ({ ...summary, id, entries });

test('they are what a Map would be, whatever is put in and taken out, and what was before stays as it was', () => {
  const id = fc.integer({ min: 0, max: 700 });
  const change = fc.record({ put: fc.array(fc.tuple(id, fc.nat(5))), out: fc.array(id) });
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const model = new Map<number, SessionSummary>();
      let rows = rowsOf([]);
      for (const { put, out } of changes) {
        const before = rows;
        const known = [...before];
        const sessions = put.map(([one, entries]) => row(one, entries));
        rows = changedRows(rows, sessions, out);
        for (const one of sessions) model.set(one.id, one);
        for (const one of out) model.delete(one);
        expect([...before]).toEqual(known);
        expect(rows.size).toBe(model.size);
        expect(new Map(rows)).toEqual(model);
        for (let i = 0; i <= 700; i += 50) expect([rows.has(i), rows.get(i)]).toEqual([model.has(i), model.get(i)]);
      }
    }),
    { numRuns: 60 },
  );
});

test('a change among twenty thousand rows copies some hundred of them, not all', () => {
  const count = 20_000;
  const ids = Array.from({ length: count }, (_, i) => count - i);
  const state = { sessions: rowsOf(ids.map((id) => row(id))), order: ids, matching: count, filter: '' };
  const changed = Array.from({ length: 200 }, (_, i) => row(count - 50 + i));
  const set = vi.spyOn(Map.prototype, 'set');
  const had = vi.spyOn(Map.prototype, 'has');
  const iterated = vi.spyOn(Map.prototype, Symbol.iterator);
  const copied = vi.spyOn(Map.prototype, 'entries');
  const folded = foldSessions(state, changed);
  const copies = [...iterated.mock.contexts, ...copied.mock.contexts].filter((one) => one instanceof Map);
  const rows = copies.reduce((sum, one) => sum + one.size, 0);
  const sets = set.mock.calls.length;
  for (const spy of [set, had, iterated, copied]) spy.mockRestore();
  expect(folded.sessions.size).toBe(count);
  expect(folded.sessions.get(count + 149)?.id).toBe(count + 149);
  expect(folded.sessions.has(1)).toBe(false);
  expect(sets + rows).toBeLessThan(2_500);
});

test('a session that changes below what is loaded is not a new one', () => {
  const state = { sessions: rowsOf([row(90), row(80)]), order: [90, 80], matching: 50, filter: '' };
  expect(foldSessions(state, [row(12)])).toMatchObject({ order: [90, 80], matching: 50 });
  expect(foldSessions(state, [row(12), row(91)])).toMatchObject({ order: [91, 90, 80], matching: 51 });
});
