import { encode } from 'dns-packet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canBeAsked, decodeReply, encodeQuestion } from '../../../electron/names/messages.ts';

const question = { name: 'client.test', type: 'A' } as const;

test('a question', () => {
  // RFC 1035 4.1: id, recursion desired, one question; the name; A, IN.
  const hex = '1234 0100 0001 0000 0000 0000 06636c69656e74 0474657374 00 0001 0001'.replaceAll(' ', '');
  expect(encodeQuestion(0x1234, question).toString('hex')).toBe(hex);
});

test.each([
  ['client.test', true],
  [`${'a'.repeat(63)}.test`, true],
  [`${'a'.repeat(64)}.test`, false],
  [`${'a.'.repeat(126)}a`, true],
  [`${'a.'.repeat(127)}a`, false],
  ['', false],
  ['.', false],
  ['.test', false],
  ['client..test', false],
])('%s can be asked about: %s', (name, expected) => {
  expect(canBeAsked(name)).toBe(expected);
});

const reply = encode({
  type: 'response',
  id: 7,
  questions: [{ ...question, class: 'IN' }],
  answers: [{ type: 'A', name: question.name, ttl: 0x8000_0000, data: '127.0.0.1' }],
});

test('a TTL of more than 2^31 - 1 seconds is none', () => {
  const answers = [{ type: 'A', ttl: 0, data: '127.0.0.1' }];
  expect(decodeReply(reply, 7, question)).toEqual({ code: 0, truncated: false, answers });
});

test('any bytes are a reply, or none', () => {
  const any = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
  const spoiled = fc.tuple(fc.nat(reply.length - 1), fc.nat(255), fc.nat(reply.length)).map(([at, value, length]) => {
    const bytes = Buffer.from(reply);
    bytes[at] = value;
    return bytes.subarray(0, length);
  });
  fc.assert(
    fc.property(fc.oneof(any, spoiled), (bytes) => {
      const read = decodeReply(bytes, 7, question);
      if (read) expect([0, 2, 3, 4, 5]).toContain(read.code);
      // Only whole answers count.
      if (bytes.length < reply.length) expect(read?.answers ?? []).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
