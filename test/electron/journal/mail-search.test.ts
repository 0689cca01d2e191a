import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, mayHold } from '../../../electron/journal/mail-digest.ts';
import { mailText } from '../../../electron/journal/mail-text.ts';
import { parseSearch } from '../../../shared/journal/message-search.ts';
import { opened } from './recording.ts';

const mixed = `Content-Type: multipart/mixed; boundary="b 1"
Subject: report

preamble
--b 1
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe aus dem=
 Norden
--c
Content-Type: text/html; charset=utf-8

<p>HTML part</p>
--c--
--b 1
Content-Type: message/rfc822

Subject: inner

forwarded words
--b 1
Content-Type: application/pdf
Content-Transfer-Encoding: base64

c2VjcmV0
--b 1--
epilogue
`.replaceAll('\n', '\r\n');

describe('the text of a message', () => {
  const text = (raw: string) => mailText(Buffer.from(raw, 'latin1'));

  test('is that of its text parts, decoded; others are attachments', () => {
    expect(text(mixed)).toMatchObject({
      body: 'grüße aus dem norden <p>html part</p> forwarded words ',
      attachments: true,
    });
    expect(text('A: b\r\n\r\nplain')).toMatchObject({ body: 'plain', attachments: false });
    const marked = 'Content-Type: text/plain\r\nContent-Disposition: attachment; filename=x\r\n\r\nlog';
    expect(text(marked)).toMatchObject({ body: '', attachments: true });
  });

  test('of headers is unfolded and decoded', () => {
    const folded = 'From: =?utf-8?q?J=C3=B6?=\r\n <jo@x>\r\nTo: a@x,\r\n\tb@x\r\nCc: c@x\r\n\r\n';
    expect(text(folded)).toMatchObject({ from: 'jö <jo@x>', to: 'a@x, b@x c@x ' });
  });

  test.each([
    ['nested 1,000 deep', `${'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(1000)}x`],
    ['without its boundary', 'Content-Type: multipart/mixed\r\n\r\nx'],
    ['of ten thousand parts', `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(10_000)}`],
    ['in an unknown charset', 'Content-Type: text/plain; charset=klingon\r\n\r\nx'],
    ['with a megabyte of headers', `X: ${'y'.repeat(1_000_000)}\r\n\r\nx`],
    ['of one line', 'x'.repeat(1_000_000)],
  ])('of a message %s is read all the same, and soon', (_, raw) => {
    expect(text(raw)).toBeDefined();
  });

  test('is never an exception, whatever the bytes', () => {
    const pieces = [
      'Content-Type: multipart/mixed; boundary=b\r\n',
      '--b\r\n',
      '--b--',
      '\r\n\r\n',
      '=?x?b?',
      '\n',
      '\xff',
    ];
    const bytes = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary-ascii' })));
    fc.assert(
      fc.property(bytes, (parts) => {
        const raw = parts.join('');
        expect(text(raw).body.length).toBeLessThanOrEqual(raw.length * 3);
      }),
    );
  });
});

test('a signature never denies a text that is there', () => {
  const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(words, fc.nat(), fc.nat(), (some, from, length) => {
      const body = some.join(' ').padEnd(5000, 'lorem ipsum ');
      const { more } = digestOf({ head: '', body });
      const start = from % body.length;
      expect(more !== null && mayHold(more, body.slice(start, start + (length % 40)))).toBe(true);
    }),
  );
  const { more } = digestOf({ head: '', body: 'lorem ipsum '.repeat(1000) });
  expect(more !== null && mayHold(more, 'needle')).toBe(false);
});

describe('searching', () => {
  const mails = [
    { from: 'jo@a.example', to: ['x@b'], text: 'Subject: Plan A\r\n\r\nthe first plan' },
    { from: '', to: ['mary@b'], text: 'From: Daemon <d@a>\r\nSubject: =?utf-8?q?=C3=9Cber?=\r\n\r\n50% off' },
    { from: 'jo@c.example', to: ['y@b', 'z@b'], text: mixed },
    { from: 'x', to: ['q'], text: `To: List <l@b>\r\n\r\n${'many words '.repeat(2000)} at the very end` },
  ];

  async function found(search: string) {
    const { mail } = opened();
    for (const { text, ...envelope } of mails) {
      const raw = Buffer.from(text, 'latin1');
      await mail.keep({ ...envelope, upstream: 'eng', at: 1, raw, session: null, owners: [''] });
    }
    mail.pin([1], true);
    const page = mail.page({ search, limit: 10 });
    expect(page.matching).toBe(page.messages.length);
    expect(page.total).toBe(4);
    return page.problem ?? page.messages.map(({ id }) => id);
  }

  test.each([
    ['', [4, 3, 2, 1]],
    ['plan', [1]],
    ['PLAN', [1]],
    ['from:jo', [3, 1]],
    ['from:daemon', [2]],
    ['to:mary', [2]],
    ['to:list', [4]],
    ['to:z@b from:jo', [3]],
    ['subject:über', [2]],
    ['subject:"plan a"', [1]],
    ['text:"first plan"', [1]],
    ['text:50%', [2]],
    ['text:50_', []],
    ['text:subject', []],
    ['header:content-type', [3]],
    ['"the very end"', [4]],
    ['text:norden', [3]],
    ['has:attachment', [3]],
    ['is:pinned', [1]],
    ['from:jo -is:pinned', [3]],
    ['plan or norden', [3, 1]],
    ['not (from:jo or to:list)', [2]],
    ['secret', []],
    [
      'size:5',
      'size: is not a key: the keys are from, to, subject, text, header, has, is. Put text with a colon in quotes.',
    ],
    ['from:', 'from: needs a value right after the colon.'],
    ['is:blue', 'is:blue is not known: there are has:attachment and is:pinned.'],
    ['"open', 'A quote is not closed: put " at both ends of the text.'],
  ])('%s', async (search, ids) => {
    expect(await found(search)).toEqual(ids);
  });

  test('pages go on where the one before ended', async () => {
    const { mail } = opened();
    const raw = (n: number) => Buffer.from(`Subject: ${n % 2 === 0 ? 'even' : 'odd'}\r\n\r\n`);
    const given = { upstream: 'eng', at: 1, from: '', to: [], session: null, owners: [''] };
    await Promise.all(Array.from({ length: 50 }, (_, n) => mail.keep({ ...given, raw: raw(n) })));
    const first = mail.page({ search: 'subject:even', limit: 20 });
    expect([first.matching, first.messages.length, first.messages[0]?.id]).toEqual([25, 20, 49]);
    const next = mail.page({ search: 'subject:even', limit: 20, before: first.messages.at(-1)?.id ?? 0 });
    expect([next.matching, next.messages.map(({ id }) => id)]).toEqual([25, [9, 7, 5, 3, 1]]);
    expect(mail.page({ limit: 20, before: 5 }).messages.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
  });

  test('any text is a search or one sentence, never an exception', () => {
    const { mail } = opened();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (search) => {
        const parsed = parseSearch(search);
        const { problem } = mail.page({ search, limit: 1 });
        expect(problem).toBe('problem' in parsed ? parsed.problem : null);
      }),
    );
  });
});
