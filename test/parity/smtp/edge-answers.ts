/** Corners of the auth service's answers and of the upstream's replies. */
import { type Dialogue, ok, refuse } from '../harness/dialogue.ts';

const none = 'smtp_auth none;';
const plain = 'smtp_auth none; xclient off;';
const fine = '250 2.0.0 OK⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';
const broken = '451 4.3.2 Internal server error⏎';
const refused = '535 5.7.0 no⏎';
const loggedIn = '235 2.0.0 OK⏎';
const send = 'MAIL FROM:<a>⏎RCPT TO:<b>⏎';
const login = [send, `${fine}${rcpt}`] as const;
const before = 'HELO mx.test⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎';
const route = 'Auth-Server: 127.0.0.1⏎Auth-Port: $PORT⏎';

function answered(name: string, text: string, hear: string): Dialogue {
  const turn = [send, `${fine}${hear}`] as const;
  return { name, conf: plain, auth: text, turns: [hear === rcpt ? turn : [...turn, { closes: true }]] };
}

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

/** Both. */
export const edgeAnswers: readonly Dialogue[] = [...answers, ...replies];
