import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smtpReply } from '../../../shared/upstream/smtp-reply.ts';

test.each([
  ['450 4.2.0 Greylisted', '450 4.2.0 Greylisted\r\n'],
  ['550 no\nreally', '550-no\r\n550 really\r\n'],
  ['550 5.1.1 no\r\nreally not', '550-5.1.1 no\r\n550 5.1.1 really not\r\n'],
  ['250-eng\n250-SIZE 1\n250 AUTH PLAIN', '250-eng\r\n250-SIZE 1\r\n250 AUTH PLAIN\r\n'],
  ['250 eng\n250 SIZE 1', '250-eng\r\n250 SIZE 1\r\n'],
  ['220', '220 \r\n'],
  ['550 one\n451 two', '550-one\r\n550 451 two\r\n'],
  ['WHAT?', 'WHAT?\r\n'],
  ['what\n250 ok', 'what\r\n250 ok\r\n'],
  ['25 x', '25 x\r\n'],
  ['', '\r\n'],
])('%j', (text, bytes) => expect(smtpReply(text)).toBe(bytes));

test('one code is one whole reply, whatever its words', () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), fc.array(fc.string(), { minLength: 1 }), (code, words) => {
      const lines = smtpReply(`${code} ${words.join('\n')}`).split('\r\n');
      expect(lines.pop()).toBe('');
      expect(lines.pop()).toMatch(new RegExp(`^${code} `));
      for (const line of lines) expect(line).toMatch(new RegExp(`^${code}-`));
    }),
  );
});
