import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientMatcher, clientProblem, readAttempts, textMatcher, textProblem } from '../../../shared/auth/match.ts';

describe('text patterns', () => {
  test.each([
    ['a@b', 'a@b', true],
    ['a@b', 'a@bc', false],
    ['A@B', 'a@b', true],
    ['*@eng.abc.com', 'user@eng.abc.com', true],
    ['*@eng.abc.com', 'user@eng.abc.com.evil', false],
    ['*@eng.abc.com', '@eng.abc.com', true],
    ['?@b', 'a@b', true],
    ['?@b', '@b', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['/^(sales|info)@/', 'sales@b', true],
    ['/^(sales|info)@/', 'x-sales@b', false],
    ['/^SALES@/', 'sales@b', true],
    ['/a\\/b/', 'a/b', true],
    ['/.b/s', '\nb', true],
  ])('%s and %s: %s', (pattern, value, held) => {
    expect(textMatcher(pattern, true).matches(value)).toBe(held);
  });

  test('case counts where it is meant to, unless the flag i says otherwise', () => {
    expect(textMatcher('Bob', false).matches('bob')).toBe(false);
    expect(textMatcher('/^Bob$/', false).matches('bob')).toBe(false);
    expect(textMatcher('/^Bob$/i', false).matches('bob')).toBe(true);
  });

  test('a list means any of them, and says so', () => {
    const matcher = textMatcher(['*@a', 'x@b'], true);
    expect(matcher.written).toBe('*@a, x@b');
    expect([matcher.matches('y@a'), matcher.matches('x@b'), matcher.matches('y@b')]).toEqual([true, true, false]);
    expect(textMatcher([], true).matches('')).toBe(false);
  });

  test.each([
    ['/(/', 'is no regular expression: missing closing ): `(`'],
    [
      '/(?=a)/',
      "is no regular expression: invalid or unsupported Perl syntax: `(?=` (looking ahead or behind is not in RE2's language)",
    ],
    ['/(a)\\1/', 'is no regular expression: invalid escape sequence: `\\1`'],
    ['/a', 'begins like a regular expression but has no closing "/"'],
    ['/a/g', 'has a flag other than i, m, s and u'],
    ['/a/ii', 'has the same flag twice'],
    ['x'.repeat(1001), 'is longer than 1000 characters'],
    ['/a/i', null],
    ['*@b', null],
    ['a/b', null],
  ])('what is wrong with %s', (pattern, problem) => {
    expect(textProblem(pattern)).toBe(problem);
    if (problem !== null) expect(textMatcher(pattern, true).matches(pattern)).toBe(false);
  });

  test('a value longer than a line of nginx is not given to a regular expression', () => {
    expect(textMatcher('/^a+$/', true).matches('a'.repeat(4096))).toBe(true);
    expect(textMatcher('/^a+$/', true).matches('a'.repeat(4097))).toBe(false);
  });

  test.each(['^(a+)+$', '^(a|aa)+$', '^(a|a)*b$', '(.*)(.*)(.*)(.*)(.*)(.*)x$', '((a?){30}){30}b'])(
    'no pattern can hang the lab: %s',
    (source) => {
      const matcher = textMatcher(`/${source}/`, true);
      const began = performance.now();
      for (let length = 4000; length <= 4096; length += 4) matcher.matches(`${'a'.repeat(length - 1)}!`);
      // A backtracking engine would need longer than the sun will burn.
      expect(performance.now() - began).toBeLessThan(10_000);
    },
  );

  test('globs mean what the regular expression of the same meaning means', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '@', '😀'), maxLength: 10 });
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '.', '@', '*', '?', '*', '😀'), maxLength: 8 });
    fc.assert(
      fc.property(glob, letters, (pattern, value) => {
        const source = pattern.replace(/[.]/g, '\\.').replace(/\*/g, '[^]*').replace(/\?/g, '[^]');
        expect(textMatcher(pattern, true).matches(value)).toBe(new RegExp(`^${source}$`, 'u').test(value));
      }),
      { numRuns: 3000 },
    );
  });

  test('a hostile glob takes no more than pattern times value steps', () => {
    const matcher = textMatcher(`${'*a'.repeat(400)}b`, true);
    expect(matcher.matches('a'.repeat(4000))).toBe(false);
  });
});

describe('clients', () => {
  test('addresses, networks, lists and unix sockets', () => {
    const matcher = clientMatcher(['10.0.0.0/8', '::1', 'unix:']);
    expect(['10.1.2.3', '::1', 'unix:', '11.0.0.1', '', 'x'].map((client) => matcher.matches(client))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test('what is wrong with one', () => {
    expect(clientProblem('10.0.0.0/8')).toBeNull();
    expect(clientProblem('10.*')).toContain('is no address or network; expected one such as');
  });
});

describe('attempts', () => {
  test.each([
    [3, { from: 3, to: 3 }],
    ['3', { from: 3, to: 3 }],
    ['2..', { from: 2, to: Number.POSITIVE_INFINITY }],
    ['..3', { from: 1, to: 3 }],
    ['2..4', { from: 2, to: 4 }],
    ['4..2', null],
    ['..', null],
    ['', null],
    ['x', null],
    [0, null],
    [1.5, null],
    [-1, null],
  ])('%s', (written, range) => {
    expect(readAttempts(written)).toEqual(range);
  });
});
