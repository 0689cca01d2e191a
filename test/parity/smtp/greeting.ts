/** Before the login: what nginx answers by itself. */
import type { Dialogue } from '../harness/dialogue.ts';

const invalid = '500 5.5.1 Invalid command⏎';
const argument = '501 5.5.4 Invalid argument⏎';
const sequence = '503 5.5.1 Bad sequence of commands⏎';
const fine = '250 2.0.0 OK⏎';

/** Greeting, HELO, EHLO, MAIL, RCPT, RSET, NOOP, QUIT and what is refused. */
export const greeting: readonly Dialogue[] = [
  {
    name: 'HELO and EHLO want exactly one argument',
    row: 1,
    turns: [
      ['EHLO⏎', argument],
      ['HELO a b⏎', argument],
      ['HELO me⏎', '250 mx.test⏎'],
      ['EHLO me⏎', '250-mx.test⏎250 AUTH PLAIN LOGIN⏎'],
    ],
  },
  {
    name: 'EHLO lists smtp_capabilities before AUTH',
    row: 2,
    conf: 'smtp_capabilities PIPELINING "SIZE 100";',
    turns: [['ehlo me⏎', '250-mx.test⏎250-PIPELINING⏎250-SIZE 100⏎250 AUTH PLAIN LOGIN⏎']],
  },
  {
    name: 'EHLO under smtp_auth none has one line',
    row: 3,
    conf: 'smtp_auth none;',
    turns: [['EHLO me⏎', '250 mx.test⏎']],
  },
  {
    name: 'EHLO under none ends with the last capability',
    row: 4,
    conf: 'smtp_auth none; smtp_capabilities PIPELINING 8BITMIME;',
    turns: [['EHLO me⏎', '250-mx.test⏎250-PIPELINING⏎250 8BITMIME⏎']],
  },
  {
    name: 'EHLO lists mechanisms in a fixed order',
    row: 5,
    conf: 'smtp_auth external cram-md5 login plain;',
    turns: [['EHLO me⏎', '250-mx.test⏎250 AUTH PLAIN LOGIN CRAM-MD5 EXTERNAL⏎']],
  },
  {
    name: 'EHLO lists only what smtp_auth names, none not among it',
    conf: 'smtp_auth none login;',
    turns: [['EHLO me⏎', '250-mx.test⏎250 AUTH LOGIN⏎']],
  },
  {
    name: 'capabilities are printed unchecked, line ends included',
    conf: 'smtp_auth none; smtp_capabilities "A\\r\\nB" C;',
    turns: [['EHLO me⏎', '250-mx.test⏎250-A⏎B⏎250 C⏎']],
  },
  {
    name: 'NOOP, RSET, and lines that are not commands',
    row: 6,
    turns: [
      ['NOOP x y⏎', fine],
      ['noop␊', fine],
      ['RSET⏎', fine],
      [' NOOP⏎', invalid],
      ['⏎', invalid],
      ['NO\tOP⏎', invalid],
    ],
  },
  {
    name: 'VRFY, EXPN, HELP, DATA and STARTTLS are refused',
    row: 7,
    turns: [
      ['VRFY a⏎', invalid],
      ['EXPN a⏎', invalid],
      ['HELP⏎', invalid],
      ['DATA⏎', invalid],
      ['STARTTLS⏎', invalid],
    ],
  },
  {
    name: 'the same are refused under smtp_auth none, with and without arguments',
    conf: 'smtp_auth none;',
    turns: [
      ['VRFY⏎', invalid],
      ['EXPN list more⏎', invalid],
      ['HELP MAIL⏎', invalid],
      ['STARTTLS now⏎', invalid],
      ['BDAT 3 LAST⏎', invalid],
      ['ETRN #q⏎', invalid],
      ['TURN⏎', invalid],
      ['DATA⏎', invalid],
    ],
  },
  {
    name: 'MAIL needs a login where none is not allowed',
    row: 8,
    turns: [
      ['MAIL FROM:<a@b>⏎', '530 5.7.1 Authentication required⏎'],
      ['RCPT TO:<a@b>⏎', sequence],
    ],
  },
  {
    name: 'MAIL without arguments needs a login too',
    turns: [
      ['MAIL⏎', '530 5.7.1 Authentication required⏎'],
      ['RCPT⏎', sequence],
    ],
  },
  { name: 'QUIT takes arguments and closes', row: 9, turns: [['QUIT now⏎', '221 2.0.0 Bye⏎', { closes: true }]] },
  {
    name: 'QUIT ends the session whatever was pipelined behind it',
    conf: 'smtp_auth none;',
    turns: [['NOOP⏎QUIT⏎NOOP⏎NOOP⏎', `${fine}221 2.0.0 Bye⏎`, { closes: true }]],
  },
  {
    name: 'RSET forgets MAIL',
    conf: 'smtp_auth none;',
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RSET now please⏎', fine],
      ['RCPT TO:<b>⏎', sequence],
      ['MAIL FROM:<c>⏎', fine],
      ['MAIL FROM:<d>⏎', sequence],
    ],
  },
  {
    name: 'EHLO forgets MAIL',
    row: 23,
    conf: 'smtp_auth none;',
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['EHLO me⏎', '250 mx.test⏎'],
      ['RCPT TO:<b>⏎', sequence],
    ],
  },
  {
    name: 'HELO forgets MAIL, a refused HELO does not',
    conf: 'smtp_auth none;',
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['HELO⏎', argument],
      ['MAIL FROM:<b>⏎', sequence],
      ['HELO me⏎', '250 mx.test⏎'],
      ['RCPT TO:<b>⏎', sequence],
    ],
  },
  {
    name: 'MAIL and RCPT in and out of order; after RCPT the upstream answers',
    row: 22,
    conf: 'smtp_auth none;',
    turns: [
      ['RCPT TO:<b>⏎', sequence],
      ['MAIL⏎', argument],
      ['MAIL FROM:<a>⏎', fine],
      ['MAIL FROM:<a>⏎', sequence],
      ['RCPT⏎', argument],
      ['RCPT TO:<b>⏎', '250 2.1.5 rcpt ok⏎'],
      ['DATA⏎', '354 go⏎'],
      ['.⏎', '250 2.0.0 queued⏎'],
    ],
    calls: 1,
  },
  {
    name: 'MAIL is not looked at: anything with an argument will do',
    conf: 'smtp_auth none; xclient off;',
    turns: [
      ['MAIL xyz⏎', fine],
      ['RCPT whoever  they are ⏎', '250 2.1.5 rcpt ok⏎'],
    ],
    received: ['HELO mx.test⏎MAIL xyz⏎RCPT whoever  they are⏎'],
  },
  {
    name: 'server_name is the name in the greeting and in HELO',
    conf: 'server_name MX2.Test; smtp_auth none; xclient off;',
    greeting: '220 MX2.Test ESMTP ready⏎',
    turns: [
      ['HELO me⏎', '250 MX2.Test⏎'],
      ['EHLO me⏎', '250 MX2.Test⏎'],
      ['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}250 2.1.5 rcpt ok⏎`],
    ],
    received: ['EHLO MX2.Test⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎'],
  },
  {
    name: 'a client that talks before the greeting is served after it',
    conf: 'smtp_auth none;',
    greeting: null,
    turns: [['EHLO me⏎MAIL FROM:<a>⏎', `220 mx.test ESMTP ready⏎250 mx.test⏎${fine}`]],
  },
  {
    name: 'smtp_greeting_delay: who talks too early is refused',
    row: 31,
    conf: 'smtp_greeting_delay 1s;',
    greeting: null,
    turns: [['EHLO me⏎', '503 5.5.0 Improper use of SMTP command pipelining⏎', { closes: true, within: [0, 900] }]],
  },
  {
    name: 'smtp_greeting_delay: half a line is too early too',
    conf: 'smtp_greeting_delay 1s;',
    greeting: null,
    turns: [['x', '503 5.5.0 Improper use of SMTP command pipelining⏎', { closes: true, within: [0, 900] }]],
  },
  {
    name: 'smtp_greeting_delay: who waits is greeted',
    conf: 'smtp_greeting_delay 300ms;',
    greeting: null,
    turns: [
      ['', '220 mx.test ESMTP ready⏎', { within: [250, 1500] }],
      ['HELO me⏎', '250 mx.test⏎'],
    ],
  },
  {
    name: 'smtp_greeting_delay: who leaves hears nothing',
    conf: 'smtp_greeting_delay 1s;',
    greeting: null,
    turns: [['', '', { finish: true, closes: true, within: [0, 900] }]],
  },
  {
    name: 'a client that closes without a word',
    conf: 'smtp_auth none;',
    turns: [['', '', { finish: true, closes: true }]],
    calls: 0,
  },
  {
    name: 'a client that closes in the middle of a line hears nothing',
    conf: 'smtp_auth none;',
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>', ''],
      // nginx overlooks a FIN that comes together with half a line, and waits for its timeout.
      ['', '', { finish: true, closes: true, after: 100 }],
    ],
    calls: 0,
  },
];
