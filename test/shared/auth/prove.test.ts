import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../../shared/auth/decide.ts';
import { textMatcher } from '../../../shared/auth/match.ts';
import { proveRules, proving, type RuleProof } from '../../../shared/auth/prove.ts';
import { automatonOf } from '../../../shared/auth/prove-automaton.ts';
import { programOf } from '../../../shared/auth/prove-pattern.ts';
import type { Kind } from '../../../shared/auth/prove-space.ts';
import type { Account, RuleBook, When } from '../../../shared/auth/rule.ts';
import { book as books, drain, kinds, lookupOf, patternPart, world } from './prove-books.ts';

const proofsOf = (book: RuleBook, asked: readonly Kind[] = []): readonly RuleProof[] =>
  drain(proveRules(proving(book, asked, false)));

function bookOf(whens: readonly When[], accounts: readonly Account[] = []): RuleBook {
  const rules = whens.map((when, index) => ({ name: `${index + 1}`, when, then: { route: 'eng' } }));
  return { rules, otherwise: { reject: '550 no' }, accounts, upstreams: { eng: { smtp: '127.0.0.1:2525' } } };
}

/** `1 reached user@a.test`, `2 shadowed by 1: user@a.test`. */
const words = ({ rule, state, by, example }: RuleProof) =>
  `${rule ?? 'otherwise'} ${state}${by.length > 0 ? ` by ${by.join(' and ')}` : ''}: ${example?.rcpt ?? example?.user}`;

describe('what becomes of each rule', () => {
  test('one is shadowed by another, by two together, or by what it says itself', () => {
    const whens: readonly When[] = [
      { rcpt: '*@eng.abc.com' },
      { rcpt: '*@hr.abc.com' },
      { rcpt: 'Bob@Eng.abc.com' },
      { rcpt: ['x@hr.abc.com', '/^y+@eng\\.abc\\.com$/'] },
      { rcpt: '/@(?:eng|hr|it)\\.abc\\.com$/' },
      { rcpt: 'a@b', method: 'plain' },
    ];
    expect(proofsOf(bookOf(whens)).map(words)).toEqual([
      '1 reached: user@eng.abc.com',
      '2 reached: user@hr.abc.com',
      '3 shadowed by 1: bob@eng.abc.com',
      '4 shadowed by 1 and 2: y@eng.abc.com',
      '5 reached: a@it.abc.com',
      '6 impossible: undefined',
      'otherwise reached: user@example.com',
    ]);
  });

  test('networks, attempts, TLS and what is negated', () => {
    const whens: readonly When[] = [
      { client: '10.0.0.0/8', attempt: '2..' },
      { client: '10.1.0.0/16', attempt: 3 },
      { client: '10.1.0.0/16' },
      { not: { tls: true } },
      { tls: true, not: { client: '0.0.0.0/0' } },
      { client: '2000::/3', tls: true },
      {},
      { rcpt: '*' },
    ];
    const proofs = proofsOf(bookOf(whens));
    expect(proofs.map(({ state, by }) => [state, ...by])).toEqual([
      ['reached'],
      ['shadowed', 1],
      ['reached'],
      ['reached'],
      ['reached'],
      ['shadowed', 5],
      ['reached'],
      ['shadowed', 7],
      ['shadowed', 7],
    ]);
    expect(proofs[0]?.example).toMatchObject({ client: '10.0.0.1', attempt: 2 });
    expect(proofs[2]?.example).toMatchObject({ client: '10.1.0.1' });
  });

  test('with accounts rule 0 takes every login that is not proven', () => {
    const accounts = [{ user: 'bob', password: 'x' }];
    const whens: readonly When[] = [{ password: 'invalid' }, { user: '*@a' }, { user: 'b*' }, { password: 'valid' }];
    expect(proofsOf(bookOf(whens, accounts)).map(words)).toEqual([
      '1 shadowed by 0: user@example.com',
      '2 shadowed by 0: user@a',
      '3 reached: bob',
      '4 shadowed by 3: bob',
      'otherwise reached: user@example.com',
    ]);
  });

  test('what no server asks is told from what is impossible', () => {
    const asked: readonly Kind[] = [{ protocol: 'smtp', method: 'none', tls: false, named: false }];
    const whens: readonly When[] = [{ tls: true }, { protocol: 'imap', rcpt: 'a' }, { clientHost: '*.com' }];
    expect(proofsOf(bookOf(whens), asked).map(({ state }) => state)).toEqual([
      'unasked',
      'impossible',
      'unasked',
      'reached',
    ]);
  });

  test('an address with quotes, blanks or letters of any script still has a command line', () => {
    const whens: readonly When[] = [
      { rcpt: '"a b"@c' },
      { rcpt: 'a b@c' },
      { rcpt: '@a:b@c' },
      { rcpt: 'ф@пример.рф' },
      { rcpt: '?@à' },
      { rcpt: '😀?@c' },
      { rcpt: '/^ſ$/' },
      { rcpt: '/^K$/' },
      { rcpt: '/\\pL{4}$/' },
      { from: '<>' },
    ];
    expect(new Set(proofsOf(bookOf(whens)).map(({ state }) => state))).toEqual(new Set(['reached']));
  });

  test('what would take too long is left open', () => {
    const whens = [
      ...Array.from({ length: 40 }, (_, i) => ({ rcpt: `*${String.fromCodePoint(0x4e00 + i)}*@x` })),
      { rcpt: `/^(?:${Array.from({ length: 40 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('|')})+@x$/` },
    ];
    const last = proofsOf(bookOf(whens)).at(-2);
    expect(last?.state).toMatch(/^(?:shadowed|unproven)$/);
    const hard = '/^[ab]*a[ab]{24}b[ab]*$/';
    expect(proofsOf(bookOf([{ rcpt: '/^[ab]*$/' }, { rcpt: hard }]))[1]?.state).toBe('unproven');
  });
});

test('an automaton matches what the engine does', () => {
  const chars = fc.constantFrom('a', 'b', '@', '.', '\n', ' ', 'ä', '😀');
  const text = fc.array(chars, { maxLength: 8 }).map((list) => list.join(''));
  fc.assert(
    fc.property(patternPart, fc.constantFrom('', 'm'), text, fc.boolean(), (pattern, flag, value, ignoreCase) => {
      const written = pattern.startsWith('/') ? pattern + flag : pattern;
      const automaton = automatonOf(programOf(written, ignoreCase));
      let state = automaton.start;
      for (const char of value) {
        const point = char.codePointAt(0) ?? 0;
        const at = automaton.bounds.findLastIndex((bound) => bound <= point);
        state = automaton.step(state, automaton.classes[at] ?? 0);
      }
      expect(automaton.accepts(state)).toBe(textMatcher(written, ignoreCase).matches(value));
    }),
    { numRuns: 2000 },
  );
});

const nameOf = ({ rule }: RuleProof) => (rule === null ? 'otherwise' : `rule ${rule}`);

/** The example is decided by the rule, or by one of those that take everything from it. */
function checkExample(book: RuleBook, { rule, state, example, by }: RuleProof): void {
  if (example === null || (state !== 'reached' && state !== 'shadowed') || by.includes(0)) return;
  const decision = decide(book, lookupOf(example, book.accounts));
  const deciders = state === 'reached' ? [rule] : by;
  expect(deciders.map((one) => nameOf({ rule: one, state, example, by }))).toContain(decision.rule);
  if (state === 'shadowed' && rule !== null) {
    expect(decision.trail.find((step) => step.rule === rule)?.wouldMatch).toBe(true);
  }
}

describe('random rule books', () => {
  test('every claim agrees with every lookup of a small world', () => {
    fc.assert(
      fc.property(books, (book) => {
        const proofs = proofsOf(book, kinds);
        const lookups = world(book.accounts, 3);
        const hit = new Set(lookups.map((lookup) => decide(book, lookup).rule));
        for (const proof of proofs) {
          const name = nameOf(proof);
          expect(proof.state).not.toBe('unproven');
          if (hit.has(name)) expect([name, proof.state]).toEqual([name, 'reached']);
          checkExample(book, proof);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('without its shadowed rules a book decides everything as before', () => {
    fc.assert(
      fc.property(books, (book) => {
        const shadowed = proofsOf(book, kinds).filter(({ state }) => state === 'shadowed' || state === 'impossible');
        const rules = book.rules.filter((_, index) => !shadowed.some(({ rule }) => rule === index + 1));
        const less = { ...book, rules };
        for (const lookup of world(book.accounts, 3)) expect(decide(less, lookup).rule).toBe(decide(book, lookup).rule);
      }),
      { numRuns: 50 },
    );
  });
});
