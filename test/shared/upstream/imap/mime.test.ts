import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyList, envelope } from '../../../../shared/upstream/imap/envelope.ts';
import { MIME_DEPTH_MAX, MIME_PARTS_MAX } from '../../../../shared/upstream/imap/limits.ts';
import { type Part, scanMessage } from '../../../../shared/upstream/imap/mime.ts';
import { structure } from '../../../../shared/upstream/imap/structure.ts';
import { FakeMailbox } from '../../../fakes/mailbox.ts';
import { parseResponse } from '../../../peers/imap-grammar.ts';
import { select } from './talk.ts';

const crlf = (text: string): string => text.replace(/\n/g, '\r\n');

/** The message of RFC 3501 6.4.5, part numbers in its texts. */
const example = crlf(`Subject: whole
Content-Type: multipart/mixed; boundary=a

--a

one
--a
Content-Type: application/octet-stream

two
--a
Content-Type: message/rfc822
Content-Description: third

Subject: three
Content-Type: multipart/mixed; boundary="b b"

--b b

three one
--b b
Content-Type: application/octet-stream

three two
--b b--
--a
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: image/gif

four one
--c
Content-Type: message/rfc822

Subject: four two
Content-Type: multipart/alternative; boundary=d

--d

four two one
--d
Content-Type: text/richtext

four two two
--d--
--c--
--a--
`);

const fetched = (raw: string, items: string): readonly string[] => {
  const { talk } = select(new FakeMailbox([raw]));
  const said = talk.send(`f FETCH 1 (${items})\r\n`);
  const end = said.indexOf(')\r\nf OK');
  parseResponse(said.slice(0, end + 3));
  return said.slice('* 1 FETCH ('.length, end).split(/ (?=BODY\[)/);
};

const section = (raw: string, spec: string): string => {
  const [answer = ''] = fetched(raw, `BODY.PEEK[${spec}]`);
  return answer.replace(/^BODY\[[^\]]*\](?:<\d+>)? (?:\{\d+\}\r\n)?/, '');
};

describe('sections', () => {
  test.each([
    ['1', 'one'],
    ['2', 'two'],
    ['2.MIME', 'Content-Type: application/octet-stream\r\n\r\n'],
    ['1.MIME', '\r\n'],
    ['3.HEADER', 'Subject: three\r\nContent-Type: multipart/mixed; boundary="b b"\r\n\r\n'],
    ['3.HEADER.FIELDS (subject)', 'Subject: three\r\n\r\n'],
    ['3.HEADER.FIELDS.NOT (subject)', 'Content-Type: multipart/mixed; boundary="b b"\r\n\r\n'],
    ['3.1', 'three one'],
    ['3.2', 'three two'],
    ['4.1', 'four one'],
    ['4.1.MIME', 'Content-Type: image/gif\r\n\r\n'],
    ['4.2.HEADER', 'Subject: four two\r\nContent-Type: multipart/alternative; boundary=d\r\n\r\n'],
    ['4.2.1', 'four two one'],
    ['4.2.2', 'four two two'],
    ['4.2.2.MIME', 'Content-Type: text/richtext\r\n\r\n'],
    ['HEADER', 'Subject: whole\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n'],
    ['HEADER.FIELDS (SUBJECT X)', 'Subject: whole\r\n\r\n'],
    ['HEADER.FIELDS.NOT (SUBJECT)', 'Content-Type: multipart/mixed; boundary=a\r\n\r\n'],
    ['', example],
    ['TEXT', example.slice(example.indexOf('\r\n\r\n') + 4)],
    ['5', 'NIL'],
    ['1.1', 'NIL'],
    ['2.TEXT', 'NIL'],
    ['4.2.3', 'NIL'],
  ])('BODY[%s]', (spec, bytes) => {
    expect(section(example, spec)).toBe(bytes);
  });

  test('a message without parts has part 1', () => {
    const raw = 'Subject: x\r\n\r\nhello\r\n';
    expect(section(raw, '1')).toBe('hello\r\n');
    expect(section(raw, '1.MIME')).toBe('Subject: x\r\n\r\n');
    expect(section(raw, '2')).toBe('NIL');
  });

  test('partials, up to the end and behind it', () => {
    const raw = 'Subject: x\r\n\r\nhello\r\n';
    const { talk } = select(new FakeMailbox([raw]));
    expect(talk.send('f FETCH 1 BODY.PEEK[TEXT]<1.3>\r\n')).toContain('BODY[TEXT]<1> {3}\r\nell)');
    expect(talk.send('f FETCH 1 BODY.PEEK[TEXT]<5.99>\r\n')).toContain('BODY[TEXT]<5> {2}\r\n\r\n)');
    expect(talk.send('f FETCH 1 BODY.PEEK[]<999.99>\r\n')).toContain('BODY[]<999> {0}\r\n)');
  });
});

describe('structure', () => {
  const of = (raw: string): string => structure(raw, scanMessage(raw), true);

  test('of a message in a message', () => {
    const [, , third] = scanMessage(example).parts;
    const inner = third && example.slice(third.body, third.to);
    expect(inner).toMatch(/^Subject: three.*--b b--$/s);
    expect(of(example)).toContain(
      `("message" "rfc822" NIL NIL "third" "7bit" ${inner?.length} (NIL "three" NIL NIL NIL NIL NIL NIL NIL NIL) ` +
        '(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 9 1 NIL NIL NIL NIL)' +
        '("application" "octet-stream" NIL NIL NIL "7bit" 9 NIL NIL NIL NIL) "mixed" ("boundary" "b b") NIL NIL NIL) 11 ',
    );
  });

  test('fields of a part: encoding, id, disposition, language, location, MD5', () => {
    const raw = crlf(`Content-Type: image/PNG; name="a \\"b\\".png"; x (comment) = y
Content-Transfer-Encoding: Base64 (really)
Content-ID: <1@x>
Content-MD5: Q2hlY2s=
Content-Disposition: attachment; filename*0=a; filename*1=b
Content-Language: en, de
Content-Location: http://x.test/

AAAA
`);
    expect(of(raw)).toBe(
      '("image" "png" ("name" "a \\"b\\".png") "<1@x>" NIL "Base64" 6 "Q2hlY2s=" ' +
        '("attachment" ("filename*0" "a" "filename*1" "b")) ("en" "de") "http://x.test/")',
    );
  });

  test('boundaries that are missing, never met, not closed, or met in the header are no end of the world', () => {
    expect(of('Content-Type: multipart/mixed\r\n\r\nx')).toMatch(/^\("text" "plain" /);
    expect(of('Content-Type: multipart/mixed; boundary=b\r\n\r\nx')).toMatch(/^\("text" "plain" /);
    expect(of('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx')).toMatch(/^\(\("text".* 1 1 .*"mixed"/);
    const cut =
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n--b--';
    expect(of(cut)).toMatch(/^\(\("text" "plain"/);
    expect(of('')).toBe('("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL)');
  });

  test('a boundary that begins like another is not the other', () => {
    const raw = crlf(`Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/mixed; boundary=bb

--bb

in
--bb--

--b
Content-Type: image/gif

out
--b--
`);
    const [one, two] = scanMessage(raw).parts;
    expect(one?.parts.map(({ body, to }) => raw.slice(body, to))).toEqual(['in']);
    expect(two && raw.slice(two.body, two.to)).toBe('out');
  });

  const depthOf = (part: Part): number =>
    1 + Math.max(0, ...part.parts.map(depthOf), part.message === null ? 0 : depthOf(part.message));

  test('parts nested a thousand deep are told to the limit, the rest as octets', () => {
    const nested = Array.from(
      { length: 1000 },
      (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
    );
    const raw = `${nested.join('')}\r\nx`;
    const message = scanMessage(raw);
    expect(depthOf(message)).toBe(MIME_DEPTH_MAX + 1);
    expect(structure(raw, message, true)).toContain('"application" "octet-stream"');
    const mails = `${'Content-Type: message/rfc822\r\n\r\n'.repeat(1000)}x`;
    expect(depthOf(scanMessage(mails))).toBe(MIME_DEPTH_MAX + 1);
  });

  test('so many parts are told apart, and the last one holds the rest', () => {
    const raw = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(MIME_PARTS_MAX * 2)}`;
    const { parts } = scanMessage(raw);
    expect(parts.length).toBe(MIME_PARTS_MAX - 1);
    expect(parts.at(-1)?.to).toBe(raw.length);
    const headers = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nx: y\r\n'.repeat(MIME_PARTS_MAX * 2)}`;
    expect(scanMessage(headers).parts.length).toBe(MIME_PARTS_MAX - 1);
  });

  test.each([
    [
      'headers without an end',
      (n: number) => `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nx: y\r\n'.repeat(n)}`,
    ],
    ['lines without a colon', (n: number) => `${'a\r\n'.repeat(n)}x: y`],
    ['delimiters of nobody', (n: number) => `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--c\r\n'.repeat(n)}`],
    [
      'comments that never end',
      (n: number) => `Content-Type: text/plain; ${'('.repeat(n)}\r\nTo: ${'('.repeat(n)}\r\n\r\n`,
    ],
    ['addresses', (n: number) => `To: ${'a@b,'.repeat(n)}"\r\n\r\n`],
  ])('time rises as the length does: %s', (_name, make) => {
    const time = (raw: string): number => {
      const from = performance.now();
      structure(raw, scanMessage(raw), true);
      envelope(raw);
      return performance.now() - from;
    };
    time(make(20_000));
    // A scan that takes squared time needs minutes for this.
    expect(time(make(400_000))).toBeLessThan(5000);
  });
});

describe('envelope', () => {
  const to = (field: string): string =>
    / NIL NIL NIL (NIL|\(.*\)) NIL NIL NIL NIL\)$/.exec(envelope(`To: ${field}\r\n\r\n`))?.[1] ?? '';

  test.each([
    ['a@b', '((NIL NIL "a" "b"))'],
    ['Ann <a@b>', '(("Ann" NIL "a" "b"))'],
    ['"Ann \\"A\\" B" <a@b>, c@d', '(("Ann \\"A\\" B" NIL "a" "b")(NIL NIL "c" "d"))'],
    ['a@b (Ann (A) B)', '(("Ann (A) B" NIL "a" "b"))'],
    [
      'Friends: a@b, C <c@d>;, e@f',
      '((NIL NIL "Friends" NIL)(NIL NIL "a" "b")("C" NIL "c" "d")(NIL NIL NIL NIL)(NIL NIL "e" "f"))',
    ],
    ['nobody:;', '((NIL NIL "nobody" NIL)(NIL NIL NIL NIL))'],
    ['<@one,@two:a@b>', '((NIL "@one,@two" "a" "b"))'],
    ['"a b"@c', '((NIL NIL "a b" "c"))'],
    ['local', '((NIL NIL "local" ""))'],
    ['J. R. Ewing <j@r>', '(("J. R. Ewing" NIL "j" "r"))'],
    ['a@[127.0.0.1]', '((NIL NIL "a" "[127.0.0.1]"))'],
    ['', 'NIL'],
    [', ,', 'NIL'],
  ])('To: %s', (field, list) => {
    expect(to(field)).toBe(list);
  });

  test('a folded field is one line, 8-bit text a literal, sender and reply-to are the author where they are not given', () => {
    const told = envelope('From: a@b\r\nSubject: one\r\n two\r\nIn-Reply-To: \xe4\r\nsender: \r\n\r\n');
    expect(told).toBe(
      '(NIL "one two" ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) NIL NIL NIL {1}\r\n\xe4 NIL)',
    );
  });

  test('the short way through simple addresses comes to what the long way does', () => {
    const word = fc.stringMatching(/^[a-z0-9.-]{1,8}$/);
    const name = fc.stringMatching(/^[A-Z][a-z]{0,6}( [A-Z][a-z]{0,6}){0,2}$/);
    const address = fc.oneof(
      fc.tuple(word, word).map(([local, host]) => `${local}@${host}`),
      fc.tuple(name, word, word).map(([who, local, host]) => `${who} <${local}@${host}>`),
      fc.tuple(name, word, word).map(([who, local, host]) => `"${who}" <${local}@${host}>`),
    );
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 5 }), (all) => {
        const field = all.join(', ');
        expect(to(field)).toBe(anyList(field));
      }),
    );
  });
});

describe('any bytes', () => {
  const line = fc.oneof(
    fc.constantFrom('', '--a', '--a--', '--b', '--b--', '--', 'Content-Type: multipart/mixed; boundary=a', ' x'),
    fc.constantFrom(
      'Content-Type: multipart/digest; boundary="b',
      'Content-Type: message/rfc822',
      'To: (',
      'From: <a@b',
    ),
    fc.constantFrom('Content-Disposition: ;=;a=(', 'content-type:text', 'Subject: \0\xff', 'no field'),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 20 }),
  );
  const message = fc
    .array(fc.tuple(line, fc.constantFrom('\r\n', '\n', '\r\n')), { maxLength: 40 })
    .map((lines) => lines.map(([text, end]) => text + end).join(''));

  test('are answered in the grammar, and parts lie within their whole', () => {
    fc.assert(
      fc.property(message, (raw) => {
        const { read } = select(new FakeMailbox([raw === '' ? 'x' : raw]));
        const items =
          'UID ENVELOPE BODY BODYSTRUCTURE BODY[] BODY[1] BODY[2.MIME] BODY[HEADER.FIELDS (TO)] BODY[TEXT]<3.9>';
        expect(read(`f FETCH 1 (${items})`).at(-1)).toMatchObject({ type: 'tagged', status: 'OK' });
        const within = (part: Part): void => {
          expect(part.from <= part.body && part.body <= part.to && part.to <= raw.length).toBe(true);
          for (const one of part.parts) {
            expect(one.from >= part.body && one.to <= part.to).toBe(true);
            within(one);
          }
          if (part.message) within(part.message);
        };
        within(scanMessage(raw));
      }),
      { numRuns: 500 },
    );
  });
});
