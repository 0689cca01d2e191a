import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { bookArbitrary, handled, lookupArbitrary, narrowArbitrary } from './random.ts';
import { headersOf, Loader, said } from './service.ts';

const loader = new Loader();
afterAll(() => loader.clean());

/** Questions of nginx, and of hands. */
const questions = fc.array(
  lookupArbitrary.chain((lookup) => handled(headersOf(lookup))),
  { minLength: 40, maxLength: 40 },
);

describe('the exported service answers every question as the lab does, byte for byte', () => {
  test.each([
    ['one rule of one condition', narrowArbitrary, 200],
    ['all of the rule language', bookArbitrary, 100],
  ])('%s', { timeout: 120_000 }, async (_, books, numRuns) => {
    await fc.assert(
      fc.asyncProperty(books, questions, async (book, asked) => {
        const answer = await loader.load(book);
        for (const headers of asked) expect(answer(headers)).toEqual(said(book, headers));
      }),
      { numRuns },
    );
  });
});
