/** Corners where two of the rules meet. */
import { type Dialogue, ok, refuse } from '../harness/dialogue.ts';

const none = 'smtp_auth none;';
const plain = 'smtp_auth none; xclient off;';
const invalid = '500 5.5.1 Invalid command⏎';
const fine = '250 2.0.0 OK⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';
const broken = '451 4.3.2 Internal server error⏎';
const refused = '535 5.7.0 no⏎';
const user = '334 VXNlcm5hbWU6⏎';
const password = '334 UGFzc3dvcmQ6⏎';
const loggedIn = '235 2.0.0 OK⏎';
const send = 'MAIL FROM:<a>⏎RCPT TO:<b>⏎';
const login = [send, `${fine}${rcpt}`] as const;
const before = 'HELO mx.test⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎';
const challenge = '334 BASE64(<NONCE1@mx.test>)⏎';
const route = 'Auth-Server: 127.0.0.1⏎Auth-Port: $PORT⏎';
const slow = (text: string, ms: number) => ({ pieces: [text], delayMs: ms });

function answered(name: string, text: string, hear: string): Dialogue {
  const turn = [send, `${fine}${hear}`] as const;
  return { name, conf: plain, auth: text, turns: [hear === rcpt ? turn : [...turn, { closes: true }]] };
}

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

/** Answers of the auth service. */
const answers: readonly Dialogue[] = [
  answered('a first header that begins like a status line', `HTTPX: 1⏎Auth-Status: OK⏎${route}⏎`, rcpt),
  answered('a colon without a name', `HTTP/1.0 200 OK⏎: x⏎Auth-Status: OK⏎${route}⏎`, broken),
  answered('a space before the colon', `HTTP/1.0 200 OK⏎Auth-Status : OK⏎${route}⏎`, broken),
  answered('an empty line right behind the status line', `HTTP/1.0 200 OK⏎⏎Auth-Status: OK⏎${route}⏎`, broken),
  answered('an empty Auth-Port behind a good one', `Auth-Status: OK⏎${route}Auth-Port: ⏎⏎`, broken),
  answered('an empty Auth-Server behind a good one', `Auth-Status: OK⏎${route}Auth-Server:⏎⏎`, broken),
  answered('a text with NUL and TAB in it', 'Auth-Status: a\0b\tc⏎⏎', '535 5.7.0 a\0b\tc⏎'),
  answered('the code taken back', 'Auth-Status: no⏎Auth-Error-Code: 550⏎Auth-Error-Code: ⏎⏎', refused),
  answered('Auth-Wait with a unit', 'Auth-Status: no⏎Auth-Wait: 1s⏎⏎', refused),
  answered('Auth-Wait below zero', 'Auth-Status: no⏎Auth-Wait: -1⏎⏎', refused),
  answered('a header name of letters and digits only', `4: 2⏎Auth-Status: OK⏎${route}⏎`, rcpt),
  answered('the blank line in LF only', `HTTP/1.0 200 OK⏎Auth-Status: OK⏎${route}␊`, rcpt),
  answered('a status line that ends in LF only', `HTTP/1.0 200 OK␊Auth-Status: OK⏎${route}⏎`, rcpt),
  {
    name: 'a bad Auth-Wait leaves the good one before it',
    conf: none,
    auth: refuse('no', 'Auth-Wait: 1⏎Auth-Wait: x⏎'),
    turns: [[send, `${fine}${refused}`, { within: [950, 2500] }]],
  },
  {
    name: 'a first header that comes in pieces like a status line',
    conf: plain,
    auth: { pieces: ['HT', 'ML: 1⏎', `Auth-Status: OK⏎${route}⏎`], everyMs: 50 },
    turns: [login],
  },
  {
    name: 'an empty Auth-User takes the login away',
    auth: ok('Auth-User: ⏎'),
    turns: [['AUTH PLAIN AHUAcA==⏎', loggedIn]],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]⏎'],
  },
  {
    name: 'an empty Auth-Pass is a password',
    conf: 'xclient off; proxy_smtp_auth on;',
    auth: ok('Auth-Pass: ⏎'),
    turns: [['AUTH EXTERNAL Ym9i⏎', loggedIn]],
    received: [`HELO mx.test⏎AUTH PLAIN ${btoa('\0bob\0')}⏎`],
  },
  {
    name: 'an upstream on IPv6',
    conf: plain,
    auth: 'Auth-Server: ::1⏎Auth-Port: $PORT⏎⏎',
    upstream: { host: '::1' },
    turns: [login],
    received: [before],
  },
];

/** Replies of the upstream. */
const replies: readonly Dialogue[] = [
  {
    name: 'a greeting with more behind it is one reply',
    conf: plain,
    upstream: { greeting: '220 up⏎250 more⏎' },
    turns: [login],
  },
  {
    name: 'a reply of three bytes is none',
    conf: `${plain} timeout 500ms;`,
    upstream: { greeting: '2⏎' },
    turns: [[send, `${fine}${broken}`, { closes: true, within: [450, 1500] }]],
  },
  {
    name: 'a reply of four bytes is one, but not 220',
    conf: plain,
    upstream: { greeting: '22⏎' },
    turns: [[send, `${fine}${broken}`, { closes: true, within: [0, 900] }]],
  },
  {
    name: 'a reply that never has a last line',
    conf: `${plain} timeout 500ms;`,
    upstream: { greeting: '220-up⏎' },
    turns: [[send, `${fine}${broken}`, { closes: true, within: [450, 1500] }]],
  },
  {
    name: 'an empty line does not end a reply of several lines',
    conf: `${plain} timeout 500ms;`,
    upstream: { greeting: '220-up⏎⏎' },
    turns: [[send, `${fine}${broken}`, { closes: true, within: [450, 1500] }]],
    received: [''],
  },
  {
    name: 'an empty line behind an unfinished line does not end the reply',
    conf: `${plain} timeout 500ms;`,
    upstream: { greeting: '220-up⏎220-still⏎⏎' },
    turns: [[send, `${fine}${broken}`, { closes: true, within: [450, 1500] }]],
    received: [''],
  },
  {
    name: 'an empty line behind the last line belongs to the reply',
    conf: plain,
    upstream: { greeting: '220-up⏎220 up⏎⏎' },
    turns: [login],
  },
  {
    name: 'a short line does not end a reply of several lines',
    conf: `${plain} timeout 500ms;`,
    upstream: { greeting: '220-up⏎22⏎' },
    turns: [[send, `${fine}${broken}`, { closes: true, within: [450, 1500] }]],
    received: [''],
  },
  {
    name: 'a last line of nothing but the code',
    conf: plain,
    upstream: { greeting: '220-up⏎220⏎' },
    turns: [login],
  },
  {
    name: 'a reply that fills proxy_buffer and is not complete',
    conf: `${plain} proxy_buffer 32; timeout 500ms;`,
    upstream: { greeting: `220-${'x'.repeat(26)}⏎220 up⏎` },
    turns: [[send, `${fine}${broken}`, { closes: true }]],
  },
  {
    name: 'a proxy_buffer smaller than the reply to RCPT',
    conf: `${plain} proxy_buffer 32;`,
    upstream: { replies: { RCPT: `250 ${'x'.repeat(40)}⏎` } },
    turns: [[send, `${fine}${broken}`, { closes: true }]],
  },
  {
    name: 'what the upstream pushes right behind its reply to RCPT',
    conf: plain,
    upstream: { replies: { RCPT: { pieces: [rcpt, '250 and more⏎'], everyMs: 80 } } },
    turns: [login, ['', '250 and more⏎']],
  },
  {
    name: 'an upstream that greets, is asked, and greets again',
    conf: plain,
    upstream: { replies: { HELO: '220 up⏎' } },
    turns: [[send, `${fine}${broken}`, { closes: true }]],
    received: ['HELO mx.test⏎'],
  },
];

/** All of them. */
export const edges: readonly Dialogue[] = [...leaving, ...lines, ...answers, ...replies];
