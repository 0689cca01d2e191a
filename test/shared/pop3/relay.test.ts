import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pop3Tap } from '../../../shared/pop3/relay.ts';
import { CONTENT_KEPT_MAX } from '../../../shared/wire/relay.ts';
import { chunked } from '../run.ts';
import { counted, hashOf, hidden, type Said, short, watch } from '../tap.ts';

const told = (...said: readonly Said[]): string[] => short(watch(pop3Tap, said));

const session: readonly Said[] = [
  ['C', 'STAT\r\nLIST\r\nLIST 1\r\nRETR 1\r\n'],
  ['U', '+OK 1 10\r\n+OK\r\n1 10\r\n.\r\n+OK 1 10\r\n+OK 10 octets\r\nSubject: x\r\n\r\n..hi\r\n.\r\n'],
  ['C', 'TOP 9 1\r\nCAPA\r\nQUIT\r\n'],
  ['U', '-ERR no such\r\n+OK\r\n.\r\n+OK bye\r\n'],
];

describe('what crosses a POP3 relay', () => {
  test('commands, status lines, and what follows them as one item with size and hash', () => {
    const items = watch(pop3Tap, session);
    expect(short(items).filter((item) => item.startsWith('U'))).toEqual([
      'U line +OK 1 10\r\n',
      'U line +OK\r\n',
      'U data 1 10\r\n.\r\n',
      'U line +OK 1 10\r\n',
      'U line +OK 10 octets\r\n',
      'U data Subject: x\r\n\r\n..hi\r\n.\r\n',
      'U line -ERR no such\r\n',
      'U line +OK\r\n',
      'U data .\r\n',
      'U line +OK bye\r\n',
    ]);
    const content = 'Subject: x\r\n\r\n..hi\r\n.\r\n';
    expect(items.find(({ size }) => size === content.length)).toMatchObject({ kind: 'data', hash: hashOf(content) });
    expect(items.flatMap(({ answers }) => (answers === undefined ? [] : [answers]))).toEqual([
      'STAT',
      'LIST',
      'LIST',
      'RETR',
      'TOP',
      'CAPA',
      'QUIT',
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
          expect(watch(pop3Tap, parts.flat())).toEqual(watch(pop3Tap, session));
        },
      ),
    );
  });

  test.each<[string, readonly Said[], readonly string[]]>([
    ['PASS', [['C', 'PASS  my secret \r\n']], [' my secret ']],
    ['APOP', [['C', 'APOP  d d\r\n']], ['d']],
    ['an initial response', [['C', 'AUTH PLAIN AHUAcA==\r\n']], ['AHUAcA==']],
    [
      'an exchange',
      [
        ['C', 'AUTH LOGIN\r\n'],
        ['U', '+ VXNlcm5hbWU6\r\n'],
        ['C', 'dQ==\r\n'],
        ['U', '+ UGFzc3dvcmQ6\r\n'],
        ['C', 'cA==\r\n'],
        ['U', '+OK\r\n'],
        ['C', 'NOOP\r\n'],
      ],
      ['dQ==', 'cA=='],
    ],
    ['no proof', [['C', 'USER fred\r\nPASS\r\nAPOP u\r\nAUTH\r\n']], []],
  ])('proofs are secret: %s', (_, said, expected) => {
    expect(hidden(watch(pop3Tap, said))).toEqual(expected);
  });

  test('after STLS nothing is understood any more, only counted', () => {
    expect(told(['C', 'STLS\r\n'], ['U', '+OK\r\n'], ['C', '\x16\x03'], ['U', '\x16'])).toEqual([
      'C line STLS\r\n',
      'U line +OK\r\n',
      'C data ',
      'U data ',
    ]);
    expect(told(['C', 'STLS\r\n'], ['U', '-ERR\r\n'], ['C', 'NOOP\r\n']).at(-1)).toBe('C line NOOP\r\n');
  });

  test('a large message is kept only at its beginning', () => {
    const big = `${'y'.repeat(CONTENT_KEPT_MAX * 3)}\r\n.\r\n`;
    const data = watch(pop3Tap, [
      ['C', 'RETR 1\r\n'],
      ['U', `+OK\r\n${big}`],
    ])[2];
    expect(data).toMatchObject({ kind: 'data', size: big.length, hash: hashOf(big) });
    expect(data?.bytes.length).toBe(CONTENT_KEPT_MAX);
  });

  test('no bytes make it throw, and none are lost', () => {
    const bytes = fc.string({ unit: fc.constantFrom('\r', '\n', '.', ' ', '+OK', '-ERR', 'A', '\0', 'é') });
    const part = fc.oneof(
      bytes,
      fc.constantFrom('RETR 1\r\n', 'LIST\r\n', 'AUTH X\r\n', '+OK\r\n', '+ \r\n', 'STLS\r\n'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom<'C' | 'U'>('C', 'U'), part)), (all) => {
        for (const [sent, seen] of counted(all, watch(pop3Tap, all))) expect(seen).toBe(sent);
      }),
      { numRuns: 2000 },
    );
  });
});
