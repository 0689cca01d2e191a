/** How nginx cuts input into commands and arguments. */
import type { Dialogue } from '../harness/dialogue.ts';

const conf = 'smtp_auth none;';
const invalid = '500 5.5.1 Invalid command⏎';
const argument = '501 5.5.4 Invalid argument⏎';
const fine = '250 2.0.0 OK⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';

/** Odd bytes in odd places. */
export const lexing: readonly Dialogue[] = [
  {
    name: 'a verb ends with space, CR or LF only',
    conf: `${conf} max_errors 20;`,
    turns: [
      ['NOOP\tx⏎', invalid],
      ['NOOP\0⏎', invalid],
      ['NOOP:⏎', invalid],
      ['NOOP1⏎', invalid],
      ['NOOPS⏎', invalid],
      ['NOO⏎', invalid],
      ['N\xf6OP⏎', invalid],
      ['MAIL:<a>⏎', invalid],
      ['-⏎', invalid],
      ['NOOP ⏎', fine],
      ['NOOP    ⏎', fine],
      ['nOoP⏎', fine],
    ],
  },
  {
    name: 'leading space, tab and NUL make no command',
    conf: `${conf} max_errors 20;`,
    turns: [
      [' NOOP⏎', invalid],
      ['\tNOOP⏎', invalid],
      ['\0⏎', invalid],
      ['␊', invalid],
      [' ⏎', invalid],
    ],
  },
  {
    name: 'lines may end with a lone LF',
    conf,
    turns: [
      ['HELO me␊', '250 mx.test⏎'],
      ['MAIL FROM:<a>␊RCPT TO:<b>␊', `${fine}${rcpt}`],
      ['QUIT␊', '221 bye-up⏎', { closes: true }],
    ],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]⏎HELO me⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎QUIT␊'],
  },
  {
    name: 'CR must be followed by LF',
    conf: `${conf} max_errors 20;`,
    turns: [
      ['NOOP\rX⏎', invalid],
      ['NOOP\r⏎', invalid],
      ['NOOP a\rb⏎', invalid],
      ['NOOP a \rb⏎', invalid],
      ['\r⏎', invalid],
      ['NOOP⏎', fine],
    ],
  },
  {
    name: 'CR at the end of a segment, LF in the next one',
    conf,
    turns: [
      ['NOOP\r', ''],
      ['␊', fine, { after: 60 }],
      ['HELO me\r', ''],
      ['␊', '250 mx.test⏎', { after: 60 }],
    ],
  },
  {
    name: 'a refused line is dropped up to its LF, not further',
    conf,
    turns: [
      ['FOO bar \r\tbaz⏎NOOP⏎', `${invalid}${fine}`],
      ['FOO MAIL FROM:<a>␊NOOP⏎', `${invalid}${fine}`],
    ],
  },
  {
    name: 'a refused line is answered at its LF, wherever the segments end',
    conf,
    turns: [
      ['1NOOP', ''],
      ['NOOP⏎NOOP⏎', `${invalid}${fine}`, { after: 60 }],
    ],
  },
  {
    name: 'eleven arguments are fine, twelve are not',
    conf,
    turns: [
      ['NOOP 1 2 3 4 5 6 7 8 9 10 11⏎', fine],
      ['NOOP 1 2 3 4 5 6 7 8 9 10 11 ⏎', fine],
      ['NOOP 1 2 3 4 5 6 7 8 9 10 11 12⏎', invalid],
      ['NOOP   1   2   3⏎', fine],
    ],
  },
  {
    name: 'HELO arguments are kept as they are',
    conf,
    turns: [
      ['HELO  a\tb\xe9\0c ⏎', '250 mx.test⏎'],
      ['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}${rcpt}`],
    ],
    received: [
      'EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]⏎HELO a\\x09b\xe9\\x00c⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎',
    ],
  },
  {
    name: 'HELO wants one argument, however it is spaced',
    conf,
    turns: [
      ['HELO ⏎', argument],
      ['HELO   me   ⏎', '250 mx.test⏎'],
      ['EHLO me you⏎', argument],
      ['EHLO [127.0.0.1]⏎', '250 mx.test⏎'],
    ],
  },
  {
    name: 'MAIL and RCPT are remembered as typed, without what trails',
    conf: `${conf} xclient off;`,
    turns: [
      ['mail  from:<a@b>   SIZE=1  ⏎', fine],
      ['rCPT tO:<x y@z>  NOTIFY=NEVER ⏎', rcpt],
    ],
    received: ['HELO mx.test⏎mail  from:<a@b>   SIZE=1⏎rCPT tO:<x y@z>  NOTIFY=NEVER⏎'],
  },
  {
    name: 'tab, NUL and 8-bit bytes in MAIL and RCPT stay',
    conf: `${conf} xclient off;`,
    turns: [
      ['MAIL FROM:<\ta\xe9\xff>⏎', fine],
      ['RCPT TO:<b\0\x7f\x01> \t⏎', rcpt],
    ],
    received: ['HELO mx.test⏎MAIL FROM:<\\x09a\xe9\xff>⏎RCPT TO:<b\\x00\\x7f\\x01> \\x09⏎'],
  },
  {
    name: 'a command that arrives byte by byte',
    conf,
    turns: [...[...'MAIL FROM:<a>\r'].map((c) => [c, '', { after: 3 }] as const), ['␊', fine]],
  },
  {
    name: 'half a command, then the rest and one more',
    conf,
    turns: [
      ['MAIL FR', ''],
      ['OM:<a>⏎RCPT TO:', fine, { after: 60 }],
      ['<b>⏎', rcpt, { after: 60 }],
    ],
  },
  {
    name: 'HTTP spoken to the mail port',
    conf,
    turns: [
      [
        'GET / HTTP/1.1⏎Host: mx.test⏎Accept: */*⏎User-Agent: curl⏎Connection: close⏎X-More: y⏎⏎',
        invalid.repeat(5),
        { closes: true },
      ],
    ],
  },
  {
    name: 'a TLS hello spoken to the mail port is one endless line',
    conf,
    turns: [
      ['\x16\x03\x01\x00\x08\x01\x00\x00\x04\x03\x03\x00\x01', ''],
      ['␊QUIT⏎', `${invalid}221 2.0.0 Bye⏎`, { closes: true, after: 60 }],
    ],
  },
  {
    name: 'verbs longer than any command',
    conf,
    turns: [
      [`${'A'.repeat(500)}⏎`, invalid],
      ['STARTTLSX⏎', invalid],
      ['A⏎', invalid],
    ],
  },
  {
    name: 'QUIT with the line end of another system is no command',
    conf,
    turns: [
      ['QUIT\r\0␊', invalid],
      ['QUIT⏎', '221 2.0.0 Bye⏎', { closes: true }],
    ],
  },
];
