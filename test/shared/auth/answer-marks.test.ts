import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANSWER_MAX, decodeAnswer } from '../../../shared/auth/answer.ts';
import { type Asked, markAnswer, passwordKnown } from '../../../shared/auth/answer-marks.ts';

const rcpt: Asked = { protocol: 'smtp', method: 'none' };
const keysOf = (bytes: string, asked = rcpt) => markAnswer(bytes, asked).map(({ key }) => key);
const head = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const yes = ['Auth-Status: OK', 'Auth-Server: 127.0.0.1', 'Auth-Port: 25'];

describe('the marks of an answer', () => {
  test('none where there is nothing to mark', () => {
    expect(keysOf(head('HTTP/1.0 200 OK', ...yes))).toEqual([]);
    expect(keysOf(head('Auth-Status: no', 'Auth-Error-Code: 550 5.1.1', 'Auth-Wait: 2'))).toEqual([]);
    expect(keysOf('')).toEqual([]);
  });

  test('stand at the bytes that they are about', () => {
    const bytes = head('HTTP/1.0 200 OK', 'X_Trace: 1', ...yes);
    const [mark] = markAnswer(bytes, rcpt);
    expect(bytes.slice(mark?.from, mark?.to)).toBe('X_Trace: 1');
  });

  test('1,024 bytes are enough, and one more is too many', () => {
    const room = ANSWER_MAX - head('X: ', ...yes).length;
    expect(keysOf(head(`X: ${'x'.repeat(room)}`, ...yes))).toEqual(['B10.near']);
    expect(keysOf(head(`X: ${'x'.repeat(room + 1)}`, ...yes))).toContain('B10');
  });

  test('go by the question: a password for IMAP, a reply code for recipients only', () => {
    const imap: Asked = { protocol: 'imap', method: 'external' };
    expect(keysOf(head(...yes), imap)).toEqual(['B13']);
    expect(keysOf(head('Auth-Status: no', 'Auth-Wait: 1'), imap)).toEqual([]);
    expect(keysOf(head('Auth-Status: no', 'Auth-Wait: 1'))).toEqual(['B7']);
  });

  test('of any bytes: inside them, and an error of nginx is always marked as one', () => {
    const line = fc.constantFrom(
      'HTTP/1.1 200 OK',
      'HTTP/1.1 502 Bad\rGateway',
      'Auth-Status: OK',
      'Auth-Status: ok',
      'Auth-Status: WAIT',
      'auth-status:\tOK',
      'Auth-Status',
      'Auth-Server: 127.0.0.1',
      'Auth-Server: mail.internal',
      'Auth-Port: 25',
      'Auth-Port: smtp',
      'Auth-Wait: soon',
      'Auth-Error-Code: 250',
      'X_Y: 1',
      ' folded',
      `Cookie: ${'x'.repeat(900)}`,
      '',
      '\xff\0',
    );
    const end = fc.constantFrom('\r\n', '\n', '\r', '');
    const bytes = fc.array(fc.tuple(line, end).map((parts) => parts.join(''))).map((parts) => parts.join(''));
    const asked = fc.record<Asked>({
      protocol: fc.constantFrom('smtp', 'imap', 'pop3'),
      method: fc.constantFrom('plain', 'none', 'cram-md5', 'external'),
    });
    fc.assert(
      fc.property(fc.oneof(bytes, fc.string({ unit: 'binary-ascii' })), asked, (text, question) => {
        const found = markAnswer(text, question);
        const inside = found.every(
          ({ from, to }) => from >= 0 && from <= to && from <= Math.max(text.length, ANSWER_MAX),
        );
        expect(inside).toBe(true);
        const { protocol, method } = question;
        const { type } = decodeAnswer(text, { protocol, passwordKnown: passwordKnown(method) });
        if (type === 'error' && text !== '') expect(found.some(({ severity }) => severity === 'error')).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
