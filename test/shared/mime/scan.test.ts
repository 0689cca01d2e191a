import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DefectKind, Limits } from '../../../shared/mime/part.ts';
import { scan } from '../../../shared/mime/scan.ts';

const limits: Limits = { depth: 100, parts: 1000, headers: 100_000, places: 20 };
const knowsCharset = (name: string) => /^(utf-8|us-ascii|iso-8859-1)$/i.test(name);
const read = (raw: string, change: Partial<Limits> = {}) =>
  scan(raw, { limits: { ...limits, ...change }, knowsCharset });
const kinds = (raw: string) => read(raw).defects.map(({ kind }) => kind);
const crlf = (...lines: string[]) => lines.join('\r\n');

const mixed = crlf(
  'Content-Type: multipart/mixed; boundary="a b"',
  '',
  'preamble',
  '--a b',
  'Content-Type: Text/HTML; charset=utf-8',
  'Content-Transfer-Encoding: Quoted-Printable',
  '',
  '<p>=C3=A4</p>',
  '--a b',
  'Content-Type: message/rfc822',
  '',
  'Content-Type: multipart/alternative; boundary=in',
  '',
  '--in',
  '',
  'one',
  '--in--',
  '--a b',
  'Content-Disposition: attachment; filename="x \\"y\\".bin"',
  'Content-Transfer-Encoding: base64',
  '',
  'AAAA',
  '--a b--',
  'epilogue',
  '',
);

describe('shape', () => {
  test('parts carry their numbers, types and the places of their bytes', () => {
    const { parts, defects } = read(mixed);
    expect(defects).toEqual([]);
    expect(parts.map((one) => [one.path, one.depth, one.type, one.encoding, mixed.slice(one.body, one.end)])).toEqual([
      ['', 0, 'multipart/mixed', '7bit', mixed.slice(mixed.indexOf('preamble'))],
      ['1', 1, 'text/html', 'quoted-printable', '<p>=C3=A4</p>'],
      [
        '2',
        1,
        'message/rfc822',
        '7bit',
        mixed.slice(mixed.indexOf('Content-Type: multipart/alt'), mixed.indexOf('\r\n--a b\r\nContent-Disp')),
      ],
      ['2.TEXT', 2, 'multipart/alternative', '7bit', '--in\r\n\r\none\r\n--in--'],
      ['2.1', 3, 'text/plain', '7bit', 'one'],
      ['3', 1, 'text/plain', 'base64', 'AAAA'],
    ]);
    expect(parts.at(-1)).toMatchObject({ disposition: 'attachment', name: 'x "y".bin' });
    expect(parts[1]).toMatchObject({ charset: 'utf-8' });
  });

  test('a message of one part is part 1, a message in a message counts below it', () => {
    expect(read('A: 1\r\n\r\nhi').parts.map((one) => [one.path, one.body])).toEqual([['1', 8]]);
    const inner = 'Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nhi';
    expect(read(inner).parts.map((one) => [one.path, inner.slice(one.body)])).toEqual([
      ['1', 'Subject: in\r\n\r\nhi'],
      ['1.1', 'hi'],
    ]);
  });

  test('a part inside that repeats an outer boundary does not end the outer one', () => {
    const raw = crlf(
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x',
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x',
      '',
      'b',
      '--x--',
      '',
    );
    expect(read(raw).parts.map(({ path }) => path)).toEqual(['', '1', '2']);
  });
});

describe('mistakes, each with its place', () => {
  const place = (raw: string, kind: DefectKind) => {
    const first = read(raw).defects.find((one) => one.kind === kind)?.places[0];
    return first === undefined ? null : raw.slice(first.at, first.at + first.length);
  };

  test.each<[DefectKind, string, string]>([
    ['no-colon', 'A: 1\r\nno field\r\nB: 2\r\n\r\n', 'no field'],
    ['header-8bit', 'Subject: gr\xfcn\r\n\r\n', '\xfc'],
    ['line-long', `A: 1\r\n\r\n${'x'.repeat(998)}yz\r\n`, 'yz'],
    ['bare-lf', 'A: 1\r\n\r\nx\ny\r\n', '\n'],
    ['bare-cr', 'A: 1\r\n\r\nx\ry\r\n', '\r'],
    ['nul', 'A: 1\r\n\r\nx\0y\r\n', '\0'],
    ['boundary-none', 'Content-Type: multipart/mixed\r\n\r\nx', 'Content-Type: multipart/mixed\r\n\r\n'],
    ['base64', 'Content-Transfer-Encoding: base64\r\n\r\nAA!A\r\n', '!'],
    ['qp', 'Content-Transfer-Encoding: quoted-printable\r\n\r\na=\r\nb=XYc\r\n', '='],
    ['encoding', 'Content-Transfer-Encoding: x-uue\r\n\r\n', 'Content-Transfer-Encoding: x-uue\r\n\r\n'],
    ['charset', 'Content-Type: text/plain; charset=nope\r\n\r\n', 'Content-Type: text/plain; charset=nope\r\n\r\n'],
    ['body-8bit', 'A: 1\r\n\r\ngr\xfcn', '\xfc'],
  ])('%s', (kind, raw, bytes) => {
    expect(kinds(raw)).toEqual([kind]);
    expect(place(raw, kind)).toBe(bytes);
  });

  test('a boundary that never comes and one that is never closed', () => {
    const head = 'Content-Type: multipart/mixed; boundary=x\r\n\r\n';
    expect(read(`${head}text\r\n`).defects).toEqual([
      { kind: 'boundary-never', detail: 'x', times: 1, places: [{ at: head.length + 6, length: 0 }] },
    ]);
    const open = `${head}--x\r\n\r\ntext\r\n`;
    expect(read(open).defects).toEqual([
      { kind: 'boundary-open', detail: 'x', times: 1, places: [{ at: open.length, length: 0 }] },
    ]);
  });

  test.each([
    'Subject: =?utf-8?B?w6=?=',
    'Subject: =?utf-8?B?w6?=',
    'Subject: ok =?utf-8?Q?ok?= =?utf-8?Q?=ZZ?=',
    'Subject: =?bogus?Q?x?=',
    'Subject: =?utf-8?X?abc?=',
    'Subject: =?utf-8?Q?two words?=',
    'Subject: =?utf-8?Q?unfinished',
    'X: y\r\n =?utf-8?Q?folded',
  ])('an encoded word that cannot be read: %s', (line) => {
    const [defect] = read(`${line}\r\n\r\n`).defects;
    expect(defect).toMatchObject({
      kind: 'word',
      times: 1,
      places: [{ at: line.lastIndexOf('=?utf-8?Q?=ZZ') >= 0 ? line.lastIndexOf('=?utf') : line.indexOf('=?') }],
    });
  });

  test('encoded words that can be read, and what only looks like the beginning of one', () => {
    const words = '=?utf-8?B?w6k=?= =?UTF-8?q?a_=C3=A9?= =?us-ascii*en?Q?x?= =?utf-8?B??=';
    expect(kinds(`Subject: ${words}\r\nList-Help: <https://a.test/?a=?b&c=?&d>\r\n\r\n=?utf-8?Q?text`)).toEqual([]);
  });

  test('a field that may stand once and stands twice, in the message and in a part', () => {
    const raw = crlf(
      'From: a@b.c',
      'Received: x',
      'Received: y',
      'FROM: d@e.f',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      'From: of the part',
      'Content-Type: text/html',
      '',
      '--b--',
    );
    expect(read(raw).defects).toEqual([
      {
        ...{ kind: 'twice', detail: 'FROM', times: 2 },
        places: [
          { at: raw.indexOf('FROM'), length: 'FROM: d@e.f'.length },
          { at: raw.indexOf('Content-Type: text/html'), length: 'Content-Type: text/html'.length },
        ],
      },
    ]);
  });

  test('base64 that stops in the middle of a group', () => {
    const raw = 'Content-Transfer-Encoding: base64\r\n\r\nAAAAA';
    expect(read(raw).defects).toEqual([
      { kind: 'base64', detail: '', times: 1, places: [{ at: raw.length, length: 0 }] },
    ]);
  });

  test('8 bits are no mistake where they are declared', () => {
    expect(kinds('Content-Transfer-Encoding: 8bit\r\n\r\ngr\xfcn')).toEqual([]);
  });

  test('a header block over the limit, and one mistake made often keeps its first places', () => {
    expect(read(`A: ${'x'.repeat(900)}\r\n`.repeat(3), { headers: 1000 }).defects).toMatchObject([
      { kind: 'headers-large', times: 1, places: [{ at: 905 }] },
    ]);
    const [lf] = read(`A: 1\r\n\r\n${'\n'.repeat(50)}`).defects;
    expect([lf?.times, lf?.places.length]).toEqual([50, 20]);
  });
});

describe('hostile shapes', () => {
  const nested = (deep: number) =>
    Array.from({ length: deep }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`).join('');

  test('1,000 parts within parts are followed to the limit', () => {
    const { parts, defects } = read(nested(1000));
    expect(parts.length).toBe(101);
    expect(defects.map(({ kind }) => kind)).toEqual(['deep', 'boundary-open']);
  });

  test('a million parts are followed to the limit, in time', () => {
    const raw = `Content-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\n'.repeat(1_000_000)}--x--`;
    const { parts, defects } = read(raw);
    expect(parts.length).toBe(1000);
    expect(defects).toMatchObject([{ kind: 'parts', times: 999_001 }]);
  });

  test('any bytes have a shape whose parts lie within them', () => {
    const pieces = [
      '\r\n',
      '\n',
      '\r',
      '--x',
      '--x--',
      'Content-Type: multipart/mixed; boundary=x',
      'Content-Type: message/rfc822',
      ' ',
      'a',
      '=',
      '\xff',
      '\0',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (some) => {
        const raw = some.join('');
        for (const one of read(raw).parts) {
          expect(one.from).toBeLessThanOrEqual(one.body);
          expect(one.body).toBeLessThanOrEqual(one.end);
          expect(one.end).toBeLessThanOrEqual(raw.length);
        }
        for (const { at, length } of read(raw).defects.flatMap(({ places }) => places)) {
          expect(at + length).toBeLessThanOrEqual(raw.length);
        }
      }),
    );
  });
});
