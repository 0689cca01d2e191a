import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smtpTap } from '../../../shared/smtp/relay.ts';
import { CONTENT_KEPT_MAX, LINE_MAX, type RelayItem } from '../../../shared/wire/relay.ts';
import { counted, hashOf, hidden, type Said, short, watch as watchRelay } from '../tap.ts';

const watch = (said: readonly Said[]): RelayItem[] => watchRelay(smtpTap, said);

const mail: readonly Said[] = [
  ['C', 'RCPT TO:<b>\r\n'],
  ['U', '250-first\r\n250 ok\r\n'],
  ['C', 'DATA\r\n'],
  ['U', '354 go\r\n'],
  ['C', 'Subject: x\r\n\r\n..hi\r\n.\r\n'],
  ['U', '250 queued\r\n'],
  ['C', 'QUIT\r\n'],
  ['U', '221 bye\r\n'],
];

describe('what crosses an SMTP relay', () => {
  test('commands, whole replies, and the content as one item with size and hash', () => {
    const items = watch(mail);
    expect(short(items)).toEqual([
      'C line RCPT TO:<b>\r\n',
      'U line 250-first\r\n250 ok\r\n',
      'C line DATA\r\n',
      'U line 354 go\r\n',
      'C data Subject: x\r\n\r\n..hi\r\n.\r\n',
      'U line 250 queued\r\n',
      'C line QUIT\r\n',
      'U line 221 bye\r\n',
    ]);
    const content = 'Subject: x\r\n\r\n..hi\r\n.\r\n';
    expect(items[4]).toMatchObject({ size: content.length, hash: hashOf(content) });
    expect(items[5]?.answers).toBe('.');
  });

  test('content that is the dot alone', () => {
    expect(
      short(
        watch([
          ['C', 'DATA\r\n'],
          ['U', '354 go\r\n'],
          ['C', '.\r\nRSET\r\n'],
        ]),
      ),
    ).toEqual(['C line DATA\r\n', 'U line 354 go\r\n', 'C data .\r\n', 'C line RSET\r\n']);
  });

  test('content sent before the answer to DATA is content if DATA is taken, and lines if it is refused', () => {
    const script = 'RCPT TO:<c>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n';
    expect(
      short(
        watch([
          ['C', script],
          ['U', '250 ok\r\n354 go\r\n250 queued\r\n221 bye\r\n'],
        ]),
      ),
    ).toEqual([
      'C line RCPT TO:<c>\r\n',
      'C line DATA\r\n',
      'U line 250 ok\r\n',
      'U line 354 go\r\n',
      'C data hi\r\n.\r\n',
      'C line QUIT\r\n',
      'U line 250 queued\r\n',
      'U line 221 bye\r\n',
    ]);
    expect(
      short(
        watch([
          ['C', script],
          ['U', '250 ok\r\n554 no\r\n'],
        ]),
      ).filter((item) => item.startsWith('C')),
    ).toEqual(['C line RCPT TO:<c>\r\n', 'C line DATA\r\n', 'C line hi\r\n', 'C line .\r\n', 'C line QUIT\r\n']);
  });

  test('BDAT takes its bytes by count', () => {
    expect(short(watch([['C', 'BDAT 5 LAST\r\nab\r\ncNOOP\r\n']]))).toEqual([
      'C line BDAT 5 LAST\r\n',
      'C data ab\r\nc',
      'C line NOOP\r\n',
    ]);
  });

  test('credentials are marked: the initial response and the answers to prompts', () => {
    const items = watch([
      ['C', 'AUTH PLAIN AHUAcA==\r\n'],
      ['U', '535 no\r\n'],
      ['C', 'AUTH LOGIN\r\n'],
      ['U', '334 VXNlcm5hbWU6\r\n'],
      ['C', 'dQ==\r\n'],
      ['U', '334 UGFzc3dvcmQ6\r\n'],
      ['C', 'cA==\r\n'],
      ['U', '235 ok\r\n'],
      ['C', 'NOOP\r\n'],
    ]);
    expect(hidden(items)).toEqual(['AHUAcA==', 'dQ==', 'cA==']);
  });

  test('after STARTTLS nothing is understood any more, only counted', () => {
    const items = watch([
      ['C', 'STARTTLS\r\n'],
      ['U', '220 go\r\n'],
      ['C', '\x16\x03\x01'],
      ['U', '\x16\x03\x03\x02'],
    ]);
    expect(items.slice(2).map(({ from, kind, bytes, size }) => [from, kind, bytes, size])).toEqual([
      ['client', 'data', '', 3],
      ['upstream', 'data', '', 4],
    ]);
  });

  test('a line without end is cut, and a large content is kept only at its beginning', () => {
    const long = watch([['C', 'x'.repeat(LINE_MAX + 10)]]);
    expect(long.map((item) => item.size)).toEqual([LINE_MAX, 10]);
    const big = 'y'.repeat(CONTENT_KEPT_MAX * 3);
    const [, , data] = watch([
      ['C', 'DATA\r\n'],
      ['U', '354 go\r\n'],
      ['C', big],
      ['C', '\r\n.\r\n'],
    ]);
    expect(data).toMatchObject({ kind: 'data', size: big.length + 5 });
    expect(data?.bytes.length).toBe(CONTENT_KEPT_MAX);
  });

  test('any chunking of the same bytes gives the same items', () => {
    const cuts = fc.array(fc.nat(200), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (places) => {
        const chopped = mail.flatMap(([who, bytes]) => {
          const at = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort(
            (a, b) => a - b,
          );
          return at.slice(1).map((end, nth): Said => [who, bytes.slice(at[nth], end)]);
        });
        expect(watch(chopped)).toEqual(watch(mail));
      }),
    );
  });

  test('no bytes make it throw', () => {
    const bytes = fc.string({
      unit: fc.constantFrom('\r', '\n', '.', ' ', 'D', 'A', 'T', 'B', '3', '5', '4', '-', '\0', 'é'),
    });
    const said = fc.tuple(
      fc.constantFrom<'C' | 'U'>('C', 'U'),
      fc.oneof(bytes, fc.constantFrom('DATA\r\n', '354 x\r\n', 'BDAT 9\r\n')),
    );
    fc.assert(
      fc.property(fc.array(said), (all) => {
        for (const [sent, seen] of counted(all, watch(all))) expect(seen).toBe(sent);
      }),
      { numRuns: 2000 },
    );
  });
});
