/** max_errors, smtp_client_buffer, timeout and pipelining. */
import type { Dialogue } from '../harness/dialogue.ts';
import { stall } from './differences.ts';

const invalid = '500 5.5.1 Invalid command⏎';
const fine = '250 2.0.0 OK⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';
const required = '530 5.7.1 Authentication required⏎';
const line = (length: number): string => `NOOP ${'a'.repeat(length - 7)}⏎`;

/** How much nginx takes. */
export const limits: readonly Dialogue[] = [
  {
    name: 'max_errors counts what is not a command, not what is refused',
    row: 10,
    conf: 'max_errors 2;',
    turns: [
      ['FOO⏎', invalid],
      ['HELP⏎', invalid],
      ['BAR⏎', invalid, { closes: true }],
    ],
  },
  {
    name: 'max_errors is 5 unless told, and good commands do not reset it',
    conf: 'smtp_auth none;',
    turns: [
      ['FOO⏎NOOP⏎', `${invalid}${fine}`],
      ['FOO⏎RSET⏎', `${invalid}${fine}`],
      ['FOO⏎HELO me⏎', `${invalid}250 mx.test⏎`],
      ['FOO⏎MAIL FROM:<a>⏎', `${invalid}${fine}`],
      ['FOO⏎RSET⏎', invalid, { closes: true }],
    ],
  },
  { name: 'max_errors 0 is like 1', conf: 'max_errors 0;', turns: [['FOO⏎', invalid, { closes: true }]] },
  { name: 'max_errors 1', conf: 'max_errors 1;', turns: [['FOO⏎', invalid, { closes: true }]] },
  {
    name: 'refusals of known commands never close',
    conf: 'max_errors 1; smtp_auth none;',
    turns: [
      ['VRFY⏎EXPN⏎HELP⏎STARTTLS⏎', invalid.repeat(4)],
      ['HELO⏎MAIL⏎', '501 5.5.4 Invalid argument⏎'.repeat(2)],
      ['RCPT TO:<a>⏎', '503 5.5.1 Bad sequence of commands⏎'],
      ['AUTH⏎AUTH FOO⏎AUTH PLAIN !⏎', `501 5.5.4 Invalid argument⏎${invalid}${invalid}`],
    ],
  },
  {
    name: 'twelve arguments count as an error',
    conf: 'max_errors 1; smtp_auth none;',
    turns: [['NOOP 1 2 3 4 5 6 7 8 9 10 11 12⏎', invalid, { closes: true }]],
  },
  {
    name: 'a line that fills smtp_client_buffer is fine, one that has not ended by then is not',
    row: 11,
    conf: 'smtp_client_buffer 32;',
    turns: [
      [line(32), fine],
      [`NOOP ${'a'.repeat(27)}`, invalid, { closes: true }],
    ],
  },
  {
    name: 'a line without end is cut off when the buffer is full',
    conf: 'smtp_client_buffer 64; smtp_auth none;',
    turns: [
      ['NOOP', ''],
      [' '.repeat(59), '', { after: 60 }],
      ['x', invalid, { after: 60, closes: true }],
    ],
  },
  {
    name: 'a full buffer ends the session also in the middle of an envelope',
    conf: 'smtp_client_buffer 32; smtp_auth none;',
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      [`RCPT TO:<${'b'.repeat(23)}`, invalid, { closes: true }],
    ],
    calls: 0,
  },
  {
    name: 'garbage as long as the buffer ends the session too',
    conf: 'smtp_client_buffer 32; smtp_auth none;',
    turns: [
      [`1${'x'.repeat(29)}⏎`, invalid],
      ['NOOP⏎', fine],
      [`1${'x'.repeat(31)}`, invalid, { closes: true }],
    ],
  },
  {
    name: 'a burst longer than the buffer: the command across its end is too long',
    conf: 'smtp_client_buffer 64; smtp_auth none;',
    turns: [[`${'NOOP⏎'.repeat(10)}NOOP`, `${fine.repeat(10)}${invalid}`, { closes: true }]],
  },
  {
    name: 'a burst longer than the buffer, but commands end where the buffer ends',
    conf: 'smtp_client_buffer 60; smtp_auth none;',
    turns: [['NOOP⏎'.repeat(25), fine.repeat(25)]],
    nginx: {
      why: stall,
      turns: [
        ['NOOP⏎'.repeat(25), fine.repeat(10)],
        ['NOOP⏎', fine.repeat(10), { after: 60 }],
        ['NOOP⏎', fine.repeat(7), { after: 60 }],
      ],
    },
  },
  {
    name: 'a burst that leaves a part of a command in the buffer; the rest comes later',
    conf: 'smtp_client_buffer 64; smtp_auth none;',
    turns: [
      [`${'NOOP⏎'.repeat(8)}NO`, fine.repeat(8)],
      ['OP⏎', fine, { after: 60 }],
      ['NOOP⏎'.repeat(10), fine.repeat(10)],
    ],
  },
  {
    name: 'the buffer is not compacted: short commands behind a remainder are too long',
    conf: 'smtp_client_buffer 64; smtp_auth none;',
    turns: [
      [`${'NOOP⏎'.repeat(8)}NO`, fine.repeat(8)],
      [`OP ${'a'.repeat(11)}`, invalid, { after: 60, closes: true }],
    ],
  },
  {
    name: 'MAIL, RCPT and DATA pipelined',
    row: 24,
    conf: 'smtp_auth none;',
    turns: [
      ['MAIL FROM:<a>⏎RCPT TO:<b>⏎DATA⏎', `${fine}${rcpt}354 go⏎`],
      ['.⏎', '250 2.0.0 queued⏎'],
    ],
    calls: 1,
  },
  {
    name: 'the whole mail in one write',
    conf: 'smtp_auth none;',
    turns: [
      [
        'EHLO me⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎RCPT TO:<c>⏎DATA⏎Subject: x⏎⏎hello⏎..⏎.⏎QUIT⏎',
        `250 mx.test⏎${fine}${rcpt}${rcpt}354 go⏎250 2.0.0 queued⏎221 bye-up⏎`,
        { closes: true },
      ],
    ],
    calls: 1,
    received: [
      'EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]⏎EHLO me⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎' +
        'RCPT TO:<c>⏎DATA⏎Subject: x⏎⏎hello⏎..⏎.⏎QUIT⏎',
    ],
  },
  {
    name: 'what is pipelined behind RCPT may be longer than the buffer',
    conf: 'smtp_client_buffer 128; smtp_auth none;',
    turns: [
      [`MAIL FROM:<a>⏎RCPT TO:<b>⏎DATA⏎${'0123456789'.repeat(300)}⏎.⏎`, `${fine}${rcpt}354 go⏎250 2.0.0 queued⏎`],
    ],
    calls: 1,
  },
  {
    name: 'pipelined RCPTs that do not fit the buffer reach the upstream whole',
    conf: 'smtp_client_buffer 64; smtp_auth none; xclient off;',
    turns: [[`MAIL FROM:<a>⏎${'RCPT TO:<b>⏎'.repeat(20)}`, `${fine}${rcpt.repeat(20)}`]],
    received: [`HELO mx.test⏎MAIL FROM:<a>⏎${'RCPT TO:<b>⏎'.repeat(20)}`],
  },
  {
    name: 'RSET and a second MAIL in one write',
    conf: 'smtp_auth none; xclient off;',
    turns: [['MAIL FROM:<a>⏎RSET⏎MAIL FROM:<c>⏎RCPT TO:<b>⏎', `${fine.repeat(3)}${rcpt}`]],
    received: ['HELO mx.test⏎MAIL FROM:<c>⏎RCPT TO:<b>⏎'],
  },
  {
    name: 'at log level info a refused MAIL mangles what is pipelined behind it',
    row: 29,
    conf: 'error_log info.log info;',
    turns: [
      ['MAIL FROM:<a>⏎NOOP⏎', required],
      ['NOOP⏎', invalid],
    ],
  },
  {
    name: 'at log level info a refused MAIL alone is harmless',
    conf: 'error_log info.log info;',
    turns: [
      ['MAIL FROM:<a>⏎', required],
      ['NOOP⏎', fine],
    ],
  },
  {
    name: 'at log level error what is pipelined behind a refused MAIL is answered',
    row: 30,
    conf: 'error_log error2.log error;',
    turns: [['MAIL FROM:<a>⏎NOOP⏎', `${required}${fine}`]],
  },
  {
    name: 'timeout: a silent client is closed without a word',
    conf: 'timeout 600ms;',
    turns: [['', '', { closes: true, within: [550, 1600] }]],
  },
  {
    name: 'timeout is for the whole dialogue: commands do not extend it',
    conf: 'timeout 2s; smtp_auth none;',
    turns: [
      ['NOOP⏎', fine, { after: 700 }],
      ['NOOP⏎', fine, { after: 700 }],
      ['', '', { closes: true, within: [1950, 3200] }],
    ],
  },
  {
    name: 'timeout stops while the auth service is asked and does not run in the relay',
    conf: 'timeout 1s; auth_http_timeout 5s; smtp_auth none;',
    auth: { pieces: ['HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: $PORT⏎⏎'], delayMs: 1300 },
    turns: [
      ['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}${rcpt}`, { within: [1250, 4000] }],
      ['NOOP⏎', '250 noop-up⏎', { after: 1200 }],
    ],
  },
  {
    name: 'timeout starts anew after an Auth-Wait',
    conf: 'timeout 1200ms; smtp_auth none;',
    auth: 'HTTP/1.0 200 OK⏎Auth-Status: no⏎Auth-Wait: 1⏎⏎',
    turns: [
      ['MAIL FROM:<a>⏎', fine, { after: 500 }],
      ['RCPT TO:<b>⏎', '535 5.7.0 no⏎', { within: [1400, 2400] }],
      ['NOOP⏎', fine, { after: 600 }],
      ['', '', { closes: true, within: [2500, 4200] }],
    ],
  },
];
