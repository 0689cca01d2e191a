import { expect, test } from 'vitest';
import { digestOf } from '../../../electron/journal/mail-digest.ts';
import { headerLength, mailText } from '../../../electron/journal/mail-text.ts';

const quoted = 'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n';

test('soft line breaks join words, and take no space that stands before them', () => {
  expect(mailText(Buffer.from(`${quoted}one =\r\ntwo three= \t\r\nfour=20five`)).body).toBe('one two threefour five');
});

/** What is read of a message at first; then eight times as much. */
const WINDOW = 65_536;

test.each([WINDOW, WINDOW * 8].flatMap((at) => [-4, -3, -2, -1, 0, 1].map((by) => at + by)))(
  'a header of %i bytes ends with its empty line, whatever its line ends',
  (length) => {
    const header = 'X: y\r\n'
      .repeat(length / 6 + 1)
      .slice(0, length)
      .replace(/[\r\n]+$/, 'z');
    const [body, unix] = ['\r\nbody\r\n\r\nmore', '\nbody\n\nmore'];
    expect(headerLength(Buffer.from(`${header}\r\n${body}`, 'latin1'))).toBe(header.length + 4);
    expect(headerLength(Buffer.from(`${header}\n${unix}`, 'latin1'))).toBe(header.length + 2);
    expect(headerLength(Buffer.from(`${header}\r\n${unix}`, 'latin1'))).toBe(
      `${header}\r\n${unix}`.indexOf('\n\n') + 2,
    );
    expect(headerLength(Buffer.from(header, 'latin1'))).toBe(header.length);
  },
);

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
