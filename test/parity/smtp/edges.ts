/** Corners where two of the rules meet. */
import { type Dialogue, ok, refuse } from '../harness/dialogue.ts';

const none = 'smtp_auth none;';
const plain = 'smtp_auth none; xclient off;';
const invalid = '500 5.5.1 Invalid command⏎';
const fine = '250 2.0.0 OK⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';
const refused = '535 5.7.0 no⏎';
const user = '334 VXNlcm5hbWU6⏎';
const password = '334 UGFzc3dvcmQ6⏎';
const send = 'MAIL FROM:<a>⏎RCPT TO:<b>⏎';
const login = [send, `${fine}${rcpt}`] as const;
const before = 'HELO mx.test⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎';
const salt = 'Auth-Salt: <NONCE1@mx.test>⏎';
const challenge = '334 BASE64(<NONCE1@mx.test>)⏎';
const slow = (text: string, ms: number) => ({ pieces: [text], delayMs: ms });

/** Clients that leave while nginx is busy. */
const leaving: readonly Dialogue[] = [
  {
    name: 'a client that half-closes during Auth-Wait still hears the refusal',
    conf: none,
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', refused, { finish: true, closes: true, within: [950, 2500] }],
    ],
    calls: 1,
  },
  {
    name: 'a client that half-closes during WAIT does not stop the questions',
    conf: plain,
    auth: [refuse('WAIT', 'Auth-Wait: 1⏎'), ok()],
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', rcpt, { finish: true, closes: true }],
    ],
    calls: 2,
    received: [before],
  },
  {
    name: 'a client that resets during the question: the upstream login takes place',
    conf: plain,
    auth: slow(ok(), 300),
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', '', { reset: true }],
    ],
    calls: 1,
    received: [before],
  },
  {
    name: 'a client that half-closes during the upstream login',
    conf: plain,
    upstream: { greeting: slow('220 up⏎', 300) },
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', rcpt, { finish: true, closes: true }],
    ],
    received: [before],
  },
  {
    name: 'commands pipelined behind RCPT by a client that then leaves reach the upstream',
    conf: plain,
    auth: slow(ok(), 200),
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎RSET⏎', rcpt, { finish: true, closes: true }],
    ],
    received: [`${before}RSET⏎`],
  },
  {
    name: 'what a client sends before it leaves reaches the upstream whole',
    conf: plain,
    turns: [
      login,
      ['DATA⏎', '354 go⏎'],
      [`${`${'0123456789'.repeat(7)}⏎`.repeat(2500)}`, '', { finish: true, closes: true }],
    ],
    received: [`${before}DATA⏎${`${'0123456789'.repeat(7)}⏎`.repeat(2500)}`],
  },
];

/** Lines, buffers and SASL. */
const lines: readonly Dialogue[] = [
  {
    name: 'commands are taken for SASL answers while one is awaited',
    conf: none,
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['AUTH LOGIN⏎NOOP⏎QUIT⏎', `${user}${password}${refused}`],
      ['AUTH PLAIN⏎HELO me⏎NOOP⏎', `334 ⏎${invalid}${fine}`],
    ],
    requests: [
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: 4\xe3\x8f⏎Auth-Pass: AB%13⏎Auth-Protocol: smtp⏎' +
        'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎',
    ],
  },
  {
    name: 'a syntax error in a SASL answer counts',
    conf: 'smtp_auth none; max_errors 1;',
    turns: [
      ['AUTH LOGIN⏎', user],
      ['dQ\r=⏎', invalid, { closes: true }],
    ],
  },
  {
    name: 'a SASL answer of many words',
    conf: none,
    turns: [
      ['AUTH LOGIN⏎', user],
      ['dQ== 2 3 4 5 6 7 8 9 10 11⏎', password],
      ['cA== 2 3 4 5 6 7 8 9 10 11 12⏎', invalid],
      ['NOOP⏎', fine],
    ],
    calls: 0,
  },
  {
    name: 'a SASL answer longer than the buffer',
    conf: 'smtp_auth none; smtp_client_buffer 32;',
    turns: [
      ['AUTH LOGIN⏎', user],
      ['d'.repeat(32), invalid, { closes: true }],
    ],
  },
  {
    name: 'a SASL answer that begins with spaces, and one of spaces only',
    conf: none,
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['AUTH LOGIN⏎', user],
      ['  dQ== ⏎', password],
      ['   ⏎', refused],
    ],
    requests: [
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: ⏎Auth-Pass: ⏎Auth-Protocol: smtp⏎' +
        'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎',
    ],
  },
  {
    name: 'one challenge per connection, issued again and again',
    conf: 'smtp_auth cram-md5;',
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['AUTH CRAM-MD5⏎', challenge],
      ['*⏎', invalid],
      ['AUTH CRAM-MD5⏎', challenge],
      [`${btoa(`user ${'a'.repeat(32)}`)}⏎`, refused],
      ['AUTH CRAM-MD5⏎', challenge],
      [`${btoa(`user ${'b'.repeat(32)}`)}⏎`, refused],
    ],
    calls: 2,
  },
  {
    name: 'once a challenge was issued, every question but a plain one carries it',
    conf: 'smtp_auth cram-md5 external none;',
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['AUTH EXTERNAL =⏎', refused],
      ['AUTH CRAM-MD5⏎', challenge],
      ['*⏎', invalid],
      ['RCPT TO:<b>⏎', refused],
      ['AUTH EXTERNAL Ym9i⏎', refused],
      ['AUTH PLAIN AHUAcA==⏎', refused],
    ],
    requests: [
      ['external', 'Auth-User: ⏎Auth-Pass: ⏎', ''],
      [
        'none',
        `Auth-User: ⏎Auth-Pass: ⏎${salt}`,
        'Auth-SMTP-Helo: ⏎Auth-SMTP-From: MAIL FROM:<a>⏎Auth-SMTP-To: RCPT TO:<b>⏎',
      ],
      ['external', `Auth-User: bob⏎Auth-Pass: ⏎${salt}`, ''],
      ['plain', 'Auth-User: u⏎Auth-Pass: p⏎', ''],
    ].map(
      ([method, who, smtp], i) =>
        `GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: ${method}⏎${who}Auth-Protocol: smtp⏎` +
        `Auth-Login-Attempt: ${i + 1}⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎${smtp}⏎`,
    ),
  },
  {
    name: 'MAIL and RCPT with eleven arguments are remembered, with twelve they are errors',
    conf: plain,
    turns: [
      ['MAIL 1 2 3 4 5 6 7 8 9 10 11 12⏎', invalid],
      ['MAIL 1 2 3 4 5 6 7 8 9 10  11 ⏎', fine],
      ['RCPT 1 2 3 4 5 6 7 8 9 10 11 12⏎', invalid],
      ['RCPT 1 2 3 4 5 6 7 8 9 10 11␊', rcpt],
    ],
    received: ['HELO mx.test⏎MAIL 1 2 3 4 5 6 7 8 9 10  11⏎RCPT 1 2 3 4 5 6 7 8 9 10 11⏎'],
  },
  {
    name: 'MAIL with nothing but spaces',
    conf: none,
    turns: [
      ['MAIL    ⏎', '501 5.5.4 Invalid argument⏎'],
      ['MAIL a  ␊', fine],
      ['RCPT ␊', '501 5.5.4 Invalid argument⏎'],
    ],
  },
  {
    name: 'a full buffer behind an Auth-Wait',
    conf: 'smtp_auth none; smtp_client_buffer 64;',
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['MAIL FROM:<a>⏎RCPT TO:<b>⏎NOOP⏎NOOP⏎NOOP⏎NOOP⏎N', fine],
      ['', `${refused}${fine.repeat(4)}`],
      ['OOP⏎', fine],
    ],
    calls: 1,
  },
  {
    name: 'an empty line and a line of one space count',
    conf: 'smtp_auth none; max_errors 3;',
    turns: [
      ['⏎', invalid],
      [' ⏎', invalid],
      ['␊', invalid, { closes: true }],
    ],
  },
];

/** Leaving clients, lines and buffers. */
export const edges: readonly Dialogue[] = [...leaving, ...lines];
