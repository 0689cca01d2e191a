import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Answers } from '../../../shared/client/answers.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';

type Talk = readonly (readonly [said: string | null, heard: string, answers: readonly string[]])[];

const talks: readonly (readonly [Protocol, Talk])[] = [
  [
    'smtp',
    [
      [null, '220-first\r\n220 second\r\n', ['220 second']],
      ['EHLO me\r\n', '250-a\r\n250-250 x\r\n250 b\r\n', ['250 b']],
      ['DATA\r\n', '354\r\n', ['354']],
      ['QUIT\r\n', '221 bye\r\n', ['221 bye']],
    ],
  ],
  [
    'imap',
    [
      [null, '* OK hello\r\n', ['* OK hello']],
      ['a LOGIN {1}\r\n', '+ go on\r\n', ['+ go on']],
      ['b {1}\r\n', '+\r\n', ['+']],
      ['c FETCH\r\n', '* 1 FETCH (BODY[] {16}\r\na OK trap\r\n+ x\r\n)\r\nc OK done\r\n', ['c OK done']],
      ['d NOOP\r\ne NOOP\r\n', '* 2 EXISTS\r\nd OK\r\ne BAD no\r\n', ['d OK', 'e BAD no']],
    ],
  ],
  [
    'pop3',
    [
      [null, '+OK <1.2@x>\r\n', ['+OK <1.2@x>']],
      ['CAPA\r\n', '+OK list\r\nUSER\r\n..x\r\n.\r\n', ['.']],
      ['LIST 1\r\n', '+OK 1 20\r\n', ['+OK 1 20']],
      ['LIST\r\n', '+OK 1 messages\r\n1 20\r\n.\r\n', ['.']],
      ['RETR 9\r\n', '-ERR none\r\n', ['-ERR none']],
      ['RETR 1\r\n', '+OK\r\n+OK trap\r\n-ERR trap\r\n.\r\n', ['.']],
      ['AUTH PLAIN\r\n', '+ \r\n', ['+ ']],
    ],
  ],
];

test.each(talks)('%s is cut into answers, in whatever pieces it comes', (protocol, talk) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
      const answers = new Answers(protocol);
      for (const [said, heard, expected] of talk) {
        if (said !== null) answers.sent(said);
        const found: string[] = [];
        for (let at = 0, nth = 0; at < heard.length; nth += 1) {
          const size = sizes[nth % sizes.length] ?? 1;
          found.push(...answers.take(heard.slice(at, at + size)));
          at += size;
        }
        expect(found).toEqual(expected);
      }
    }),
  );
});
