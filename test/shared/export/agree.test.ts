/** One question, four ways to put it: by live traffic, in the Try box, as a test of the lab, and to the export. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { createAuthority } from '../../../electron/authority/authority.ts';
import { tryRoute } from '../../../electron/lab/try-route.ts';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { encodeRequest } from '../../../shared/auth/request.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import type { TrailStep } from '../../../shared/journal/entry.ts';
import { lookupOfTest, runLookupTest } from '../../../shared/lab/tests-lookup.ts';
import { readMail } from '../../../shared/nginx/read.ts';
import { bookArbitrary, narrowArbitrary } from './random.ts';
import { headersOf, Loader } from './service.ts';

const loader = new Loader();
afterAll(() => loader.clean());

const text = 'mail { auth_http 127.0.0.1:8000; server { listen 127.0.0.1:25; protocol smtp; smtp_auth none; } }';
const { conf } = readMail(text, { file: 'nginx.conf', hostname: 'mx.test' });

/** What live traffic is told; at once, as no rule here waits. */
function live(book: RuleBook, lookup: Lookup): { readonly bytes: string; readonly rule: string | undefined } {
  const authority = createAuthority({
    own: () => ({ book, address: '127.0.0.1', port: 8000, transport: 'in-process' }),
  });
  const target = conf?.servers[0]?.authHttp;
  if (!target) throw new Error('no server');
  const request = encodeRequest(lookup, target);
  let told = { bytes: 'nothing', rule: undefined as string | undefined };
  authority.ask({ lookup, request, target, timeoutMs: 1000, passwordKnown: false }, ({ response, rule }) => {
    told = { bytes: response, rule };
  });
  return told;
}

const decided = (trail: readonly TrailStep[]) => trail.find(({ outcome }) => outcome === 'matched')?.name;

/** Rules that answer at once. */
const prompt = ({ rules, otherwise, ...book }: RuleBook): RuleBook => ({
  ...book,
  rules: rules.map((rule, i) => ({ ...rule, name: `${i}`, then: { ...rule.then, delay: 0 } })),
  otherwise: { ...otherwise, delay: 0 },
});

const address = fc
  .tuple(
    fc.constantFrom('alice', 'Bob', 'dev-ops', 'o\u00efo', 'list-a', 'x'),
    fc.constantFrom('eng.abc.com', 'HR.abc.com', 'x'),
  )
  .map((parts) => parts.join('@'));
const question = fc.record({
  rcpt: address,
  from: address,
  helo: fc.constantFrom('laptop', 'DEV', ''),
  client: fc.constantFrom('127.0.0.1', '10.1.2.3', '2001:db8::1'),
});

test('live, tried, tested and exported, a question has one answer and one reason', async () => {
  if (!conf) throw new Error('no configuration');
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(narrowArbitrary, bookArbitrary).map(prompt),
      fc.array(question, { minLength: 20, maxLength: 20 }),
      async (book, questions) => {
        const exported = await loader.load(book);
        for (const asked of questions) {
          const lookup = lookupOfTest(asked, book);
          const told = live(book, lookup);
          const tried = tryRoute({ ...asked, protocol: 'smtp' }, book, conf);
          const expected = told.rule === undefined ? {} : { rule: told.rule };
          const tested = runLookupTest(book, { kind: 'lookup', name: 'it', line: 1, lookup: asked, expect: expected });
          expect(tried.response).toBe(told.bytes);
          expect(exported(headersOf(lookup))).toEqual({ bytes: told.bytes, delayMs: 0 });
          expect([tried.rule, decided(tried.trail), tested.rule, decided(tested.trail)]).toEqual(
            Array(4).fill(told.rule),
          );
          expect(tested.differences).toEqual([]);
        }
      },
    ),
    { numRuns: 150 },
  );
});
