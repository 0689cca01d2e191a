import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { bookArbitrary, lookupArbitrary } from './random.ts';
import { headersOf, Loader, said } from './service.ts';

const loader = new Loader();
afterAll(() => loader.clean());

describe('the exported service', () => {
  test('answers every question as the lab does, byte for byte', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        bookArbitrary,
        fc.array(lookupArbitrary, { minLength: 40, maxLength: 40 }),
        async (book, lookups) => {
          const answer = await loader.load(book);
          for (const lookup of lookups) {
            const headers = headersOf(lookup);
            expect(answer(headers)).toEqual(said(book, headers));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
