import { expect, test } from 'vitest';
import { digestOf } from '../../../electron/journal/mail-digest.ts';
import { mailText } from '../../../electron/journal/mail-text.ts';

const quoted = 'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n';

test('soft line breaks join words, and take no space that stands before them', () => {
  expect(mailText(Buffer.from(`${quoted}one =\r\ntwo three= \t\r\nfour=20five`)).body).toBe('one two threefour five');
});

const many = 500_000;

// Where one of these took time by the square of its length, all sockets of the lab would wait for minutes.
test.each<[string, string]>([
  ['spaces that no line break follows', `${quoted}${' '.repeat(many)}x`],
  ['tabs before what is no soft line break', `${quoted}${' \t'.repeat(many / 2)}=x`],
  ['soft line breaks that never come', `${quoted}${'= '.repeat(many / 2)}`],
  ['spaces in a header', `Subject${' '.repeat(many)}x: y\r\nContent-Type:${' \t'.repeat(many / 2)}\r\n\r\nx`],
  ['parameters', `Content-Type: multipart/mixed${';  boundary'.repeat(many / 10)}="\r\n\r\nx`],
  ['encoded words', `Subject: ${'=?utf-8?q?a?= '.repeat(many / 14)}\r\n\r\nx`],
  ['encoded words that are none', `Subject: ${'=?utf-8?q?'.repeat(many / 10)}\r\n\r\nx`],
  ['folded lines', `Subject: x${'\r\n '.repeat(many / 3)}\r\n\r\nx`],
  ['delimiters', `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(many / 10)}`],
  ['messages in messages', 'Content-Type: message/rfc822\r\n\r\n'.repeat(many / 32)],
])('%s are read in time', (_, text) => {
  expect(digestOf(mailText(Buffer.from(text, 'latin1'))).head.length).toBeLessThanOrEqual(65_536);
});
