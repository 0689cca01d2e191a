/** What is remembered of a journal is what a pass over all of its entries would say, however it came and was asked. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureAt } from '../../../renderer/store/failure.ts';
import { changedAt, knowledgeAt, mergeEntries } from '../../../renderer/store/fold.ts';
import { pictureAt } from '../../../renderer/store/picture.ts';
import { lookupsAt, mailAt, recipientsAt } from '../../../renderer/store/route.ts';
import { countUntil, extended, folded, indexed } from '../../../renderer/store/timeline.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { entries } from '../../fakes/tutorial-session.ts';

/** `count` entries made of the tutorial's, in an order that `seed` chooses, each with its own number. */
const madeUp = (count: number, seed: number): readonly Entry[] =>
  Array.from({ length: count }, (_, seq) => {
    const like = entries[(seq * 7 + seed * (seq % 5)) % entries.length] ?? entries[0];
    const cause = seq > 2 && seq % 3 === 0 ? { cause: seq - 1 } : {};
    return { ...(like as Entry), seq, ...cause };
  });

const asked = {
  picture: pictureAt,
  knows: knowledgeAt,
  changed: changedAt,
  failure: failureAt,
  lookups: lookupsAt,
  recipients: recipientsAt,
  mail: mailAt,
} as const;

describe('what the panes ask of a session', () => {
  test.each(Object.entries(asked))('%s: at every position what a journal says that ends there', (_, ask) => {
    const journal = fc.record({
      count: fc.integer({ min: 1, max: 220 }),
      seed: fc.nat(30),
      cuts: fc.array(fc.nat(220), { maxLength: 6 }),
      positions: fc.array(fc.integer({ min: -1, max: 230 }), { minLength: 1, maxLength: 12 }),
    });
    fc.assert(
      fc.property(journal, ({ count, seed, cuts, positions }) => {
        const whole = madeUp(count, seed);
        let grown: readonly Entry[] = [];
        for (const cut of [...cuts.filter((one) => one < count).sort((a, b) => a - b), count]) {
          grown = mergeEntries(grown, whole.slice(0, cut));
          for (const position of positions) {
            const alone = grown.slice(0, Math.max(0, position + 1));
            expect(ask(grown, position)).toEqual(ask(alone, position));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('a journal that goes on in two ways is two journals', () => {
  const sum = folded(0, (total, { seq }) => total + seq);
  const all = indexed<number[]>(
    () => [],
    (seen, { seq }) => seen.push(seq),
  );
  const head = madeUp(130, 1);
  const at = (seq: number): Entry => ({ ...(entries[0] as Entry), seq });
  expect([sum(head, 129), all(head).length]).toEqual([(129 * 130) / 2, 130]);
  const one = extended(head, [at(1000)]);
  const other = extended(head, [at(5000)]);
  expect([sum(one, 130) - sum(head, 129), sum(other, 130) - sum(head, 129)]).toEqual([1000, 5000]);
  expect([all(one).at(-1), all(other).at(-1)]).toEqual([1000, 5000]);
});

test('a step through a long session costs some entries, not all before it', () => {
  let steps = 0;
  const count = folded(0, (total) => {
    steps += 1;
    return total + 1;
  });
  let journal = madeUp(10_000, 3);
  expect(count(journal, 9_999)).toBe(10_000);
  steps = 0;
  for (let at = 9_999; at >= 9_900; at -= 1) expect(count(journal, at)).toBe(at + 1);
  expect(steps).toBeLessThan(100 * 64);
  steps = 0;
  for (let more = 0; more < 50; more += 1) {
    journal = extended(journal, [{ ...(entries[0] as Entry), seq: journal.length }]);
    expect(count(journal, journal.length - 1)).toBe(journal.length);
  }
  expect(steps).toBeLessThan(51 * 64);
});

test('counting positions up to one', () => {
  expect([-1, 0, 3, 4, 9, 10].map((at) => countUntil([0, 4, 9], at))).toEqual([0, 1, 1, 2, 3, 3]);
  expect(countUntil([], 5)).toBe(0);
});
