import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLogin } from '../../../shared/auth/accounts.ts';
import { decodeAnswer, encodeAnswer } from '../../../shared/auth/answer.ts';
import { compileWhen, subjectOf } from '../../../shared/auth/conditions.ts';
import { decide } from '../../../shared/auth/decide.ts';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { proveRules, proving } from '../../../shared/auth/prove.ts';
import { findOverlaps, type Overlaps } from '../../../shared/auth/prove-overlaps.ts';
import { type PromiseProof, provePromises } from '../../../shared/auth/prove-promises.ts';
import type { Never, Rule, RuleBook, When } from '../../../shared/auth/rule.ts';
import { book as books, drain, kinds, lookupOf, whens, world } from './prove-books.ts';

function overlapsOf(book: RuleBook): Overlaps {
  const proof = proving(book, kinds, false);
  return drain(findOverlaps(proof, drain(proveRules(proof))));
}

const promisesOf = (book: RuleBook, never: readonly Never[], external: readonly string[] = []) =>
  drain(provePromises(proving(book, kinds, false), never, new Set(external)));

const rule = (name: string, when: When, route: string): Rule => ({ name, when, then: { route } });
const upstreams = { eng: { smtp: '127.0.0.1:2525' }, hr: { smtp: '127.0.0.1:2526' }, far: { smtp: '127.0.0.1:2599' } };
const bookOf = (rules: readonly Rule[], more: Partial<RuleBook> = {}): RuleBook => ({
  rules,
  otherwise: { reject: '550 no' },
  accounts: [],
  upstreams,
  ...more,
});

describe('overlaps', () => {
  test('are told where neither rule takes all that the other matches, and they do different things', () => {
    const rules = [
      rule('sales', { rcpt: 'sales@*' }, 'hr'),
      rule('eng', { rcpt: '*@eng.abc.com' }, 'eng'),
      rule('more sales', { rcpt: '/^sales-/' }, 'hr'),
      rule('ops', { rcpt: ['*@ops.abc.com', 'sales@a.test'] }, 'hr'),
      rule('all', {}, 'far'),
    ];
    expect(overlapsOf(bookOf(rules))).toEqual({
      overlaps: [
        { first: 1, second: 2, example: { protocol: 'smtp', rcpt: 'sales@eng.abc.com' } },
        { first: 2, second: 3, example: { protocol: 'smtp', rcpt: 'sales-a@eng.abc.com' } },
      ],
      complete: true,
    });
  });

  test('of so many pairs that looking at all of them would take too long, some are left out', () => {
    const rules = Array.from({ length: 40 }, (_, i) => rule(`${i}`, { rcpt: `/^${i}x|y${i}$/` }, i % 2 ? 'hr' : 'eng'));
    expect(overlapsOf(bookOf(rules)).complete).toBe(false);
  });

  test('in random books each is one, and the first rule decides its example', () => {
    const matches = (book: RuleBook, index: number, lookup: Lookup) =>
      compileWhen(book.rules[index - 1]?.when ?? {})(subjectOf(lookup, checkLogin(book, lookup))).held;
    fc.assert(
      fc.property(books, (book) => {
        for (const { first, second, example } of overlapsOf(book).overlaps) {
          const lookup = lookupOf(example, book.accounts);
          expect(decide(book, lookup).rule).toBe(`rule ${first}`);
          expect(matches(book, second, lookup)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

const told = ({ state, example, goes, rule: by }: PromiseProof) =>
  state === 'broken' ? `${example?.rcpt ?? example?.user} goes to ${goes} by ${by}` : state;

describe('promises', () => {
  const rules = [
    rule('hr', { rcpt: '*@hr.abc.com', not: { rcpt: 'press@*' } }, 'hr'),
    rule('abc', { rcpt: '*abc.com' }, 'far'),
    rule('test', { rcpt: '*@a.test' }, '192.0.2.1:25'),
    { ...rule('off', { rcpt: '*' }, 'far'), off: true },
  ];

  test('are kept, broken by the first rule that does so, or about nothing', () => {
    const never: readonly Never[] = [
      { rcpt: '*@hr.abc.com', route: 'external' },
      { rcpt: '*@hr.abc.com', not: { rcpt: 'press@hr.abc.com' }, route: 'external' },
      { rcpt: '*@hr.abc.com', not: { rcpt: 'press@*' }, route: 'external' },
      { rcpt: '*@hr.abc.com', route: 'eng' },
      { rcpt: '*@a.test', route: 'external' },
      { rcpt: '*@b.test', route: 'far' },
      { route: '192.0.2.1:25' },
      { rcpt: 'x@hr.abc.com', route: '127.0.0.1:2526' },
      { rcpt: '*', method: 'plain', route: 'eng' },
    ];
    expect(promisesOf(bookOf(rules), never, ['far']).map(told)).toEqual([
      'press@hr.abc.com goes to 127.0.0.1:2599 by abc',
      // Odd, and yet what both patterns match and no name for press@hr.abc.com.
      'press@@hr.abc.com goes to 127.0.0.1:2599 by abc',
      'kept',
      'kept',
      'user@a.test goes to 192.0.2.1:25 by test',
      'kept',
      'user@a.test goes to 192.0.2.1:25 by test',
      'x@hr.abc.com goes to 127.0.0.1:2526 by hr',
      'empty',
    ]);
  });

  test('Otherwise, accounts and answers given word for word are looked at too', () => {
    const accounts = [
      { user: 'bob', password: 'x', upstream: 'eng' },
      { user: 'eve', password: 'y', upstream: 'far' },
    ];
    const raw = { status: 200, headers: { 'Auth-Status': 'OK', 'Auth-Server': '192.0.2.9', 'Auth-Port': '25' } };
    const book = bookOf([rule('login', { method: 'plain' }, 'account')], { accounts, otherwise: { raw } });
    const never: readonly Never[] = [
      { user: '*', route: 'far' },
      { user: 'bob', route: 'external' },
      { rcpt: '*', route: 'external' },
      { protocol: 'imap', route: 'eng' },
    ];
    const proofs = promisesOf(book, never, ['far']);
    expect(proofs.map(told)).toEqual([
      'eve goes to 127.0.0.1:2599 by login',
      'kept',
      'user@example.com goes to 192.0.2.9:25 by otherwise',
      'kept',
    ]);
    expect(proofs[0]?.trail.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'accounts not-matched',
      'login matched',
      'otherwise not-tried',
    ]);
  });

  test('what would take too long is not called kept', () => {
    const book = bookOf([rule('hard', { rcpt: '/^[ab]*a[ab]{24}b[ab]*$/' }, 'far')]);
    expect(promisesOf(book, [{ rcpt: '/^[ab]*b[ab]{24}a[ab]*$/', route: 'far' }]).map(told)).toEqual(['unproven']);
  });

  test('in random books agree with every lookup of a small world', () => {
    const routes = fc.constantFrom('one', 'two', '127.0.0.9:99', 'external');
    const goes = (book: RuleBook, lookup: Lookup): string | null => {
      const { answer, upstream } = decide(book, lookup);
      const about = { protocol: lookup.protocol, passwordKnown: lookup.method === 'plain' };
      const verdict = decodeAnswer(encodeAnswer(answer), about);
      return verdict.type === 'route' ? (upstream ?? verdict.name) : null;
    };
    const breaks = (place: string | null, route: string) =>
      route === 'external' ? place === 'two' || place === '127.0.0.9:99' : place === route;
    fc.assert(
      fc.property(books, whens, routes, (book, [when = {}], route) => {
        const [proof] = promisesOf(book, [{ ...when, route }], ['two']);
        const holds = compileWhen(when);
        const about = world(book.accounts, 3).filter((one) => holds(subjectOf(one, checkLogin(book, one))).held);
        expect(proof?.state).not.toBe('unproven');
        if (about.some((lookup) => breaks(goes(book, lookup), route))) expect(proof?.state).toBe('broken');
        if (about.length > 0) expect(proof?.state).not.toBe('empty');
        if (!proof?.example) return;
        const lookup = lookupOf(proof.example, book.accounts);
        expect(breaks(goes(book, lookup), route)).toBe(true);
        expect(holds(subjectOf(lookup, checkLogin(book, lookup))).held).toBe(true);
        expect(proof.rule).toBe(decide(book, lookup).rule);
      }),
      { numRuns: 100 },
    );
  });
});
