import { expect, test } from 'vitest';
import { limits } from '../../../renderer/messages/mail.ts';
import {
  beyondLimits,
  bytesOf,
  contentOf,
  contentView,
  decodePart,
  knowsCharset,
  parseMail,
} from '../../../renderer/messages/read-mail.ts';
import { scan } from '../../../shared/mime/scan.ts';

const shapeOf = (raw: string) => scan(raw, { limits, knowsCharset });
const viewOf = async (raw: string) => contentView(await parseMail(bytesOf(raw)));
const crlf = (...lines: string[]) => lines.join('\r\n');

const mail = crlf(
  'Content-Type: multipart/related; boundary=x',
  '',
  '--x',
  'Content-Type: text/html; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<p>gr=FCn</p><img src=3D"cid:../../x">',
  '--x',
  'Content-Type: image/png',
  'Content-ID: <../../x>',
  'Content-Transfer-Encoding: base64',
  '',
  'AAAA',
  '--x',
  'Content-Type: image/svg+xml; name="C:\\\\x"',
  'Content-Disposition: attachment; filename="../../etc/passwd"',
  '',
  '<svg onload=x>',
  '--x--',
  '',
);

test('text, HTML with its own images, and attachments under the names of the mail', async () => {
  const { html, attachments } = await viewOf(mail);
  expect(html?.ok === true && html.neutral.html).toContain('<p>grün</p><img src="data:image/png;base64,AAAA">');
  expect(attachments.map(({ name, contentId, size }) => [name, contentId, size])).toEqual([
    [null, '<../../x>', 3],
    ['../../etc/passwd', null, 15],
  ]);
});

test('a part is decoded from its own bytes', async () => {
  const { parts } = shapeOf(mail);
  const text = async (index: number) => {
    const part = parts[index];
    return part === undefined ? null : [...(await decodePart(mail, part))];
  };
  expect(await text(2)).toEqual([0, 0, 0]);
  expect(await text(1)).toEqual([...bytesOf('<p>gr\xfcn</p><img src="cid:../../x">')]);
  expect(await text(3)).toEqual([...bytesOf('<svg onload=x>')]);
});

test('mail that nobody should follow is not given to the library', () => {
  const deep = Array.from(
    { length: 1000 },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  ).join('');
  expect(beyondLimits(shapeOf(deep))).toBe(true);
  expect(beyondLimits(shapeOf(mail))).toBe(false);
});

test('headers beyond the limit are refused by the library, in words', async () => {
  await expect(parseMail(bytesOf(`A: ${'x'.repeat(limits.headers + 10)}\r\n\r\n`))).rejects.toThrow(/header/i);
});

test.each(['utf-8', 'UTF-7', 'nope', 'x-user-defined', ''])('the charset %j', async (charset) => {
  const { text } = await viewOf(`Content-Type: text/plain; charset="${charset}"\r\n\r\nhi\r\n`);
  expect(text).toContain('hi');
});

test('an attachment that is text is bytes too', () => {
  const some = { filename: null, mimeType: 'text/plain', disposition: null, content: 'ä' };
  expect([...contentOf(some)]).toEqual([0xc3, 0xa4]);
});
