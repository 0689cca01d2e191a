import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imapTap } from '../../../shared/imap/relay.ts';
import { CONTENT_KEPT_MAX, LINE_MAX } from '../../../shared/wire/relay.ts';
import { chunked } from '../run.ts';
import { counted, hashOf, hidden, type Said, short, watch } from '../tap.ts';

const told = (...said: readonly Said[]): string[] => short(watch(imapTap, said));

const session: readonly Said[] = [
  ['C', 'a SELECT INBOX\r\n'],
  ['U', '* 1 EXISTS\r\na OK done\r\n'],
  ['C', 'b FETCH 1 BODY[]\r\n'],
  ['U', '* 1 FETCH (BODY[] {6}\r\nhi\r\n\r\n FLAGS ())\r\nb OK {5}\r\n'],
  ['C', 'c APPEND x {4}\r\n'],
  ['U', '+ go\r\n'],
  ['C', 'ab\r\n {2+}\r\ncd\r\n'],
  ['U', 'c OK\r\n'],
];

describe('what crosses an IMAP relay', () => {
  test('commands, replies, and literals as one item with size and hash', () => {
    const items = watch(imapTap, session);
    expect(short(items)).toEqual([
      'C line a SELECT INBOX\r\n',
      'U line * 1 EXISTS\r\n',
      'U line a OK done\r\n',
      'C line b FETCH 1 BODY[]\r\n',
      'U line * 1 FETCH (BODY[] {6}\r\n',
      'U data hi\r\n\r\n',
      'U line  FLAGS ())\r\n',
      'U line b OK {5}\r\n',
      'C line c APPEND x {4}\r\n',
      'U line + go\r\n',
      'C data ab\r\n',
      'C line  {2+}\r\n',
      'C data cd',
      'C line \r\n',
      'U line c OK\r\n',
    ]);
    expect(items[5]).toMatchObject({ size: 6, hash: hashOf('hi\r\n\r\n') });
    expect(items.map(({ answers }) => answers ?? '').filter((answers) => answers !== '')).toEqual([
      'SELECT',
      'FETCH',
      'APPEND',
    ]);
  });

  test('any chunking of the same bytes gives the same items', () => {
    fc.assert(
      fc.property(
        fc.tuple(
          ...session.map(([who, bytes]) =>
            chunked(fc.constant(bytes)).map((parts) => parts.map((part): Said => [who, part])),
          ),
        ),
        (parts) => {
          expect(watch(imapTap, parts.flat())).toEqual(watch(imapTap, session));
        },
      ),
    );
  });

  test('a literal that comes before leave is one if leave is given, and commands if it is refused', () => {
    const early: Said = ['C', 'c APPEND x {4}\r\nab\r\n\r\nd NOOP\r\n'];
    expect(told(early, ['U', '+ go\r\n'])).toEqual([
      'C line c APPEND x {4}\r\n',
      'U line + go\r\n',
      'C data ab\r\n',
      'C line \r\n',
      'C line d NOOP\r\n',
    ]);
    expect(told(early, ['U', 'c NO\r\n'])).toEqual([
      'C line c APPEND x {4}\r\n',
      'U line c NO\r\n',
      'C line ab\r\n',
      'C line \r\n',
      'C line d NOOP\r\n',
    ]);
  });

  test('IDLE runs until DONE', () => {
    const items = watch(imapTap, [
      ['C', 'a IDLE\r\n'],
      ['U', '+ idling\r\n* 2 EXISTS\r\n'],
      ['C', 'DONE\r\nb LOGIN u secret\r\n'],
      ['U', 'a OK\r\nb OK\r\n'],
    ]);
    expect(items.map(({ answers }) => answers).filter((answers) => answers)).toEqual(['IDLE', 'LOGIN']);
    expect(hidden(items)).toEqual(['secret']);
  });

  test.each<[string, readonly Said[], readonly string[]]>([
    ['LOGIN', [['C', 'a LOGIN fred secret\r\n']], ['secret']],
    ['LOGIN with strings', [['C', 'a login "fred" "my secret"\r\n']], ['"my secret"']],
    ['LOGIN with literals', [['C', 'a LOGIN {4+}\r\nfred {6+}\r\nsecret\r\n']], ['fred', ' {6+}', 'secret']],
    [
      'a literal that waits',
      [
        ['C', 'a LOGIN fred {6}\r\n'],
        ['U', '+ \r\n'],
        ['C', 'secret\r\n'],
      ],
      ['{6}', 'secret'],
    ],
    ['a literal that nobody answers', [['C', 'a LOGIN fred {6}\r\nsecret\r\n']], ['{6}', 'secret']],
    ['an initial response', [['C', 'a AUTHENTICATE PLAIN AHUAcA==\r\nb NOOP\r\n']], ['AHUAcA==']],
    [
      'an exchange',
      [
        ['C', 'a AUTHENTICATE PLAIN\r\n'],
        ['U', '+ \r\n'],
        ['C', 'AHUAcA==\r\n'],
        ['U', 'a OK\r\n'],
        ['C', 'b NOOP\r\n'],
      ],
      ['AHUAcA=='],
    ],
    ['an exchange that is not waited for', [['C', 'a AUTHENTICATE PLAIN\r\nAHUAcA==\r\n']], ['AHUAcA==']],
  ])('proofs are secret: %s', (_, said, expected) => {
    expect(hidden(watch(imapTap, said))).toEqual(expected);
  });

  test.each(['STARTTLS', 'COMPRESS DEFLATE'])('after %s nothing is understood any more, only counted', (command) => {
    const items = watch(imapTap, [
      ['C', `a ${command}\r\n`],
      ['U', 'a OK\r\n'],
      ['C', '\x16\x03\x01'],
      ['U', '\x16\x03'],
    ]);
    expect(items.slice(2).map(({ kind, bytes, size }) => [kind, bytes, size])).toEqual([
      ['data', '', 3],
      ['data', '', 2],
    ]);
    expect(told(['C', `a ${command}\r\n`], ['U', 'a NO\r\n'], ['C', 'b NOOP\r\n']).at(-1)).toBe('C line b NOOP\r\n');
  });

  test('what looks like a literal in a status line is text', () => {
    expect(told(['U', '* OK see {5}\r\n* 1 EXISTS\r\n'])).toEqual(['U line * OK see {5}\r\n', 'U line * 1 EXISTS\r\n']);
  });

  test('a long line is cut, and its literal is still seen', () => {
    for (const length of [LINE_MAX - 6, LINE_MAX - 3, LINE_MAX - 1, LINE_MAX + 10]) {
      const items = watch(imapTap, [['U', `* X ${'x'.repeat(length - 4)} {3}\r\na\nb)\r\n`]]);
      expect(items.filter(({ kind }) => kind === 'data').map(({ bytes }) => bytes)).toEqual(['a\nb']);
    }
  });

  test('a large literal is kept only at its beginning', () => {
    const big = 'y'.repeat(CONTENT_KEPT_MAX * 3);
    const data = watch(imapTap, [['U', `* 1 FETCH (X {${big.length}}\r\n${big})\r\n`]])[1];
    expect(data).toMatchObject({ kind: 'data', size: big.length, hash: hashOf(big) });
    expect(data?.bytes.length).toBe(CONTENT_KEPT_MAX);
    const early = watch(imapTap, [['C', `a APPEND x {${big.length}}\r\n${big}\r\n`]])[1];
    expect(early).toMatchObject({ kind: 'data', size: big.length });
  });

  test('no bytes make it throw, and none are lost', () => {
    const bytes = fc.string({ unit: fc.constantFrom('\r', '\n', 'a', ' ', '{', '3', '+', '}', 'OK', '"', '\0', 'é') });
    const part = fc.oneof(
      bytes,
      fc.constantFrom(
        'a IDLE\r\n',
        'DONE\r\n',
        'a OK\r\n',
        '+ go\r\n',
        'a X {2}\r\n',
        'a X {2+}\r\n',
        '* X {2}\r\n',
        'a AUTHENTICATE X\r\n',
        'a STARTTLS\r\n',
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom<'C' | 'U'>('C', 'U'), part)), (all) => {
        for (const [sent, seen] of counted(all, watch(imapTap, all))) expect(seen).toBe(sent);
      }),
      { numRuns: 2000 },
    );
  });
});
