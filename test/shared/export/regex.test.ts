import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { regexIn, textProblem } from '../../../shared/auth/match.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import { literalOf, readRegex } from '../../../shared/export/regex.ts';
import { Loader } from './service.ts';

const loader = new Loader();
afterAll(() => loader.clean());

/** The pattern as the lab runs it. */
function labRegex(pattern: string, folds: boolean) {
  const regex = regexIn(pattern, folds);
  if (typeof regex === 'string') throw new Error(`${pattern} ${regex}`);
  return regex;
}

/** The pattern as a RegExp; null where it has to be a table. */
function regExp(pattern: string, folds: boolean): RegExp | null {
  const written = readRegex(pattern);
  const literal = written && literalOf(written, folds);
  const parts = literal === null ? null : readRegex(literal);
  return parts && new RegExp(parts.source, parts.flags);
}

const atoms = [
  ...[
    'a',
    'k',
    'S',
    '@',
    '-',
    '_',
    ' ',
    '/',
    '.',
    '\\.',
    '\\d',
    '\\w',
    '\\s',
    '\\S',
    '\\W',
    '\\b',
    '\\@',
    '\\-',
    '\\/',
    '^',
    '$',
  ],
  ...[
    '[a-z]',
    '[^a-k]',
    '[\\d_.-]',
    '[-a]',
    '[\\]x]',
    '[A-Z@]',
    '[[:alpha:]]',
    '[a^]',
    '[\\w.]',
    '\\pL',
    '\\x41',
    '\u00e9',
    '}',
    ']',
    ':',
    '#',
    '~',
  ],
];
const repeat = fc.constantFrom('', '', '', '', '*', '+', '?', '{2}', '{1,2}', '{2,}', '*?', '+?');
const piece: fc.Arbitrary<string> = fc.letrec<{ piece: string; sequence: string }>((tie) => ({
  piece: fc
    .tuple(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        { weight: 5, arbitrary: fc.constantFrom(...atoms) },
        fc
          .tuple(fc.constantFrom('(', '(?:', '(?i:', '(?P<n>'), tie('sequence'), tie('sequence'))
          .map(([open, a, b]) => `${open}${a}|${b})`),
        fc.tuple(fc.constantFrom('(', '(?:'), tie('sequence')).map(([open, a]) => `${open}${a})`),
      ),
      repeat,
    )
    .map(([atom, more]) => atom + more),
  sequence: fc.array(tie('piece'), { minLength: 1, maxLength: 3 }).map((all) => all.join('')),
})).sequence;
const anyPattern = fc
  .tuple(
    fc.constantFrom('', '', '^'),
    piece,
    fc.constantFrom('', '', '$'),
    fc.constantFrom('', '', 'i', 's', 'm', 'is'),
  )
  .map(([begin, middle, end, flags]) => `/${begin}${middle}${end}/${flags}`)
  .filter((pattern) => textProblem(pattern) === null);

const chars = [
  'a',
  'b',
  'k',
  'K',
  'S',
  's',
  '\u017f',
  '\u212a',
  '@',
  '-',
  '_',
  ' ',
  '/',
  '.',
  '1',
  '\n',
  '\r',
  '\u2028',
  '\u00a0',
  '\u00e9',
  '\u00c9',
  'A',
  '\u{1f600}',
  ']',
  '^',
];
const value = fc.string({ unit: fc.constantFrom(...chars), maxLength: 6 });

describe('a regular expression as a RegExp literal', () => {
  test('matches what it matches in the lab, wherever it is not a table', () => {
    let literals = 0;
    fc.assert(
      fc.property(
        anyPattern,
        fc.boolean(),
        fc.array(value, { minLength: 20, maxLength: 20 }),
        (pattern, folds, values) => {
          const ours = regExp(pattern, folds);
          const labs = labRegex(pattern, folds);
          if (ours === null) return;
          literals += 1;
          for (const one of values) expect([one, ours.test(one)]).toEqual([one, labs.test(one)]);
        },
      ),
      { numRuns: 1500 },
    );
    expect(literals).toBeGreaterThan(300);
  });

  test.each([
    ['/^[a-z]+@(eng|hr)\\.abc\\.com$/', false, '/^[a-z]+@(?:eng|hr)\\.abc\\.com$/u'],
    ['/dev-\\d{1,3}/', true, '/dev-\\d{1,3}/iu'],
    ['/a.b/', false, '/a[^\\n]b/u'],
    ['/a.b/s', false, '/a.b/su'],
    ['/a\\sb/', false, '/a[\\t\\n\\f\\r ]b/u'],
  ])('%s stays readable', (pattern, folds, literal) => {
    const written = readRegex(pattern);
    expect(written && literalOf(written, folds)).toBe(literal);
  });

  test.each([
    ['/(a+)+b/', 'repeats in repeats'],
    ['/(a|a)*b/', 'a choice that repeats'],
    [`/${'a?'.repeat(25)}/`, 'many choices'],
    [`/${'(a|b)'.repeat(25)}/`, 'many choices'],
    ['/.*a.*b.*c/', 'three ways to go on'],
    ['/^[a-z]*[a-z]*[a-z]*x/', 'three ways to go on'],
    ['/a+b+/', 'two ways to go on, from every place'],
    ['/^.*|a.*b.*/', 'only one branch is anchored'],
  ])('%s is none: %s', (pattern) => {
    expect(regExp(pattern, false)).toBeNull();
  });

  test('the worst that is let through comes to an end', () => {
    for (const pattern of ['/^.*.*x/', '/[a-z]+x/', '/^[a-z]*[a-z]*(?:b|c)?x/']) {
      const regex = regExp(pattern, true);
      expect(regex === null || regex.test('a'.repeat(4096))).toBe(regex === null);
    }
  });
});

describe('a regular expression as a table', () => {
  test('matches what it matches in the lab', { timeout: 60_000 }, async () => {
    const hard = anyPattern.filter((pattern) => regExp(pattern, false) === null);
    const patterns = fc.sample(hard, { seed: 7, numRuns: 150 });
    // One rule for each pattern, tried by the question that names it.
    const rules = patterns.map((pattern, i) => ({
      name: `${i}`,
      when: { client: `10.0.${i >> 8}.${i & 255}`, user: pattern },
      then: { reject: 'matched' },
    }));
    const book: RuleBook = { rules, otherwise: { reject: 'not' }, accounts: [], upstreams: {} };
    const answer = await loader.load(book);
    const values = fc.sample(value, { seed: 8, numRuns: 60 });
    const differences: unknown[] = [];
    for (const [i, pattern] of patterns.entries()) {
      const labs = labRegex(pattern, false);
      for (const one of values) {
        const user = encodeURIComponent(one);
        const { bytes } = answer([
          ['Client-IP', `10.0.${i >> 8}.${i & 255}`],
          ['Auth-Method', 'none'],
          ['Auth-User', user],
        ]);
        const matched = bytes.includes('matched');
        if (matched !== labs.test(one)) differences.push({ pattern, one, matched });
      }
    }
    expect(differences).toEqual([]);
  });

  test('takes linear time', async () => {
    const rules = [{ name: 'slow', when: { user: '/^(a|a?)+$/' }, then: { reject: 'matched' } }];
    const answer = await loader.load({ rules, otherwise: { reject: 'not' }, accounts: [], upstreams: {} });
    const asked = (user: string) =>
      answer([
        ['Auth-Method', 'none'],
        ['Auth-User', user],
      ]).bytes;
    expect(asked('a'.repeat(4000))).toContain('matched');
    expect(asked(`${'a'.repeat(4000)}b`)).toContain('not');
  });
});
