/** max_errors, imap_client_buffer, timeout, and the relay. */
import type { Dialogue } from '../harness/dialogue.ts';

const bad = 'a BAD invalid command⏎';
const fine = 'a OK completed⏎';
const loggedIn = 'a OK logged in up⏎';
const line = (length: number): string => `a NOOP ${'x'.repeat(length - 9)}⏎`;

/** How much nginx takes. */
export const limits: readonly Dialogue[] = [
  {
    name: 'max_errors counts syntax errors, also those in an exchange',
    conf: 'max_errors 3;',
    turns: [
      ['a FOO⏎', bad],
      ['a AUTHENTICATE FOO⏎', bad],
      ['⏎', '* BAD invalid command⏎'],
      ['a NOOP⏎', fine],
      ['a NOOP 1 2 3 4⏎', bad, { closes: true }],
    ],
  },
  { name: 'max_errors is 5', turns: [['x⏎x⏎x⏎x⏎x⏎', '* BAD invalid command⏎'.repeat(5), { closes: true }]] },
  { name: 'max_errors 0 is like 1', conf: 'max_errors 0;', turns: [['a X⏎', bad, { closes: true }]] },
  {
    name: 'a quoted string that fills the buffer',
    row: 85,
    conf: 'imap_client_buffer 32;',
    turns: [[`a LOGIN u "${'p'.repeat(40)}`, bad, { closes: true }]],
  },
  {
    name: 'a line that just fits the buffer',
    conf: 'imap_client_buffer 32;',
    turns: [
      [line(32), fine],
      [line(32), fine],
      [`a NOOP ${'x'.repeat(25)}`, bad, { closes: true }],
    ],
  },
  {
    name: 'a tag that fills the buffer is none',
    conf: 'imap_client_buffer 16;',
    turns: [['x'.repeat(16), '* BAD invalid command⏎', { closes: true }]],
  },
  {
    name: 'garbage that fills the buffer',
    conf: 'imap_client_buffer 32;',
    turns: [
      [`a !${'x'.repeat(27)}⏎`, bad],
      [`a !${'x'.repeat(29)}`, bad, { closes: true }],
    ],
  },
  {
    name: 'a literal must fit the buffer with its command',
    conf: 'imap_client_buffer 64;',
    turns: [
      ['a LOGIN u {60}⏎', '+ OK⏎'],
      ['p'.repeat(49), bad, { closes: true }],
    ],
  },
  {
    name: 'a literal that fits the buffer with its command',
    conf: 'imap_client_buffer 64;',
    turns: [
      ['a LOGIN u {46}⏎', '+ OK⏎'],
      [`${'p'.repeat(46)}⏎`, loggedIn],
    ],
  },
  {
    name: 'the buffer is not rewound for literals, but for the next command',
    conf: 'imap_client_buffer 64;',
    turns: [
      ['a NOOP {10}⏎', '+ OK⏎'],
      [`${'x'.repeat(10)} {20}⏎`, '+ OK⏎'],
      [`${'x'.repeat(20)}⏎`, fine],
      ['a NOOP {10}⏎', '+ OK⏎'],
      [`${'x'.repeat(10)} {24}⏎`, '+ OK⏎'],
      ['x'.repeat(35), bad, { closes: true }],
    ],
  },
  {
    name: 'the buffer is not rewound in an exchange',
    conf: 'imap_client_buffer 64;',
    turns: [
      ['a AUTHENTICATE LOGIN⏎', '+ VXNlcm5hbWU6⏎'],
      ['dXNlcm5hbWU=⏎', '+ UGFzc3dvcmQ6⏎'],
      [`${'c'.repeat(28)}`, bad, { closes: true }],
    ],
  },
  {
    name: 'the buffer is rewound when an exchange fails',
    conf: 'imap_client_buffer 64;',
    turns: [
      ['a AUTHENTICATE LOGIN⏎', '+ VXNlcm5hbWU6⏎'],
      ['*⏎', 'BAD invalid command⏎'],
      ['a AUTHENTICATE PLAIN⏎', '+ ⏎'],
      [`${'='.repeat(38)}⏎`, bad],
      [line(64), fine],
    ],
  },
  {
    name: 'an answer that exactly fills the buffer, and one byte more',
    conf: 'imap_client_buffer 36;',
    turns: [
      ['a AUTHENTICATE LOGIN⏎', '+ VXNlcm5hbWU6⏎'],
      [`dQ==${' '.repeat(8)}⏎`, '+ UGFzc3dvcmQ6⏎'],
      ['c', bad, { after: 60, closes: true }],
    ],
  },
  {
    name: 'an answer that exactly fills the buffer, and the end',
    conf: 'imap_client_buffer 36;',
    turns: [
      ['a AUTHENTICATE LOGIN⏎', '+ VXNlcm5hbWU6⏎'],
      [`dQ==${' '.repeat(8)}⏎`, '+ UGFzc3dvcmQ6⏎'],
      ['', bad, { after: 60, finish: true, closes: true }],
    ],
  },
  {
    name: 'a burst longer than the buffer: the command across its end is too long',
    conf: 'imap_client_buffer 64;',
    turns: [[`${'a NOOP x⏎'.repeat(6)}a NO`, `${fine.repeat(6)}${bad}`, { closes: true }]],
  },
  {
    name: 'timeout closes without a word',
    conf: 'timeout 600ms;',
    turns: [['', '', { closes: true, within: [550, 1600] }]],
  },
  {
    name: 'timeout is for the whole dialogue, literals and exchanges too',
    conf: 'timeout 1500ms;',
    turns: [
      ['a NOOP⏎', fine, { after: 500 }],
      ['a LOGIN {3}⏎', '+ OK⏎', { after: 500 }],
      ['', '', { closes: true, within: [1450, 2600] }],
    ],
  },
  {
    name: 'timeout starts anew after an Auth-Wait',
    conf: 'timeout 1200ms;',
    auth: 'HTTP/1.0 200 OK⏎Auth-Status: no⏎Auth-Wait: 1⏎⏎',
    turns: [
      ['a LOGIN u p⏎', 'a NO no⏎', { after: 500 }],
      ['a NOOP⏎', fine, { after: 700 }],
      ['', '', { closes: true, within: [2500, 4200] }],
    ],
  },
  {
    name: 'who leaves in the middle of a literal is gone',
    turns: [
      ['a LOGIN {5}⏎us', '+ OK⏎'],
      ['', '', { finish: true, closes: true }],
    ],
  },
  {
    name: 'LOGIN and what follows it in one write',
    turns: [['a LOGIN u p⏎b SELECT INBOX⏎c NOOP⏎', `${loggedIn}b OK up:b SELECT INBOX⏎c OK up:c NOOP⏎`]],
    received: ['a LOGIN {1}⏎u {1}⏎p⏎b SELECT INBOX⏎c NOOP⏎'],
  },
  {
    name: "after the login all commands are the upstream's",
    upstream: { replies: { CAPABILITY: '* CAPABILITY UP⏎$TAG OK⏎', STARTTLS: '$TAG NO⏎', IDLE: '+ idling⏎' } },
    turns: [
      ['a LOGIN u p⏎', loggedIn],
      ['b CAPABILITY⏎', '* CAPABILITY UP⏎b OK⏎'],
      ['c STARTTLS⏎', 'c NO⏎'],
      ['d LOGIN x {1}⏎', '+ go⏎'],
      ['y⏎', 'd OK logged in up⏎'],
      ['e IDLE⏎', '+ idling⏎'],
      ['DONE⏎', 'DONE OK up:DONE⏎'],
    ],
    calls: 1,
  },
  {
    name: 'bytes of the relay are not touched',
    upstream: { replies: { FETCH: '* 1 FETCH ({5}⏎a\0\r\xff␊)⏎$TAG OK⏎' } },
    turns: [
      ['a LOGIN u p⏎', loggedIn],
      ['b FETCH 1 \xe9⏎', '* 1 FETCH ({5}⏎a\\x00\\x0d\xff␊)⏎b OK⏎'.replace('\\x00', '\0').replace('\\x0d', '\r')],
      ['c APPEND x {4}⏎', '+ go⏎'],
      ['⏎\0\xff⏎', 'c OK up:c APPEND x {4}⏎\0\xff⏎'],
    ],
    received: ['a LOGIN {1}⏎u {1}⏎p⏎b FETCH 1 \xe9⏎c APPEND x {4}⏎⏎\\x00\xff⏎'],
  },
  {
    name: 'the client leaves the relay',
    turns: [
      ['a LOGIN u p⏎', loggedIn],
      ['', '', { finish: true, closes: true }],
    ],
  },
  {
    name: 'the upstream leaves the relay',
    upstream: { replies: { BYE: { pieces: ['* BYE⏎'], then: 'close' } } },
    turns: [
      ['a LOGIN u p⏎', loggedIn],
      ['b BYE⏎', '* BYE⏎', { closes: true }],
    ],
  },
  {
    name: 'proxy_timeout closes both without a word',
    conf: 'proxy_timeout 700ms;',
    turns: [
      ['a LOGIN u p⏎', loggedIn],
      ['', '', { closes: true, within: [650, 1900] }],
    ],
  },
  {
    name: 'a message of 300 kB through small buffers',
    conf: 'imap_client_buffer 256; proxy_buffer 256;',
    turns: [
      ['a LOGIN u p⏎', loggedIn],
      [
        `b APPEND x {300000+}⏎${'0123456789'.repeat(30_000)}⏎`,
        `b OK up:b APPEND x {300000+}${'0123456789'.repeat(30_000)}⏎`,
      ],
    ],
  },
];
