/** How nginx greets an upstream, and what becomes of the client when that goes wrong. */
import type { Dialogue, Say, TurnMore, UpstreamScript } from '../harness/dialogue.ts';

const conf = 'smtp_auth none;';
const plain = 'smtp_auth none; xclient off;';
const tells = 'smtp_auth none; xclient off; proxy_pass_error_message on;';
const fine = '250 2.0.0 OK⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';
const broken = '451 4.3.2 Internal server error⏎';
const closes: TurnMore = { closes: true };
const send = 'MAIL FROM:<a>⏎RCPT TO:<b>⏎';

/** What the upstream receives when the client first said `hello`. */
function hello(name: string, config: string, says: string, received: string): Dialogue {
  const replies = says === '' ? [] : says.split('⏎').slice(0, -1);
  return {
    name,
    conf: config,
    turns: [...replies.map((one) => [`${one}⏎`, '250 mx.test⏎'] as const), [send, `${fine}${rcpt}`]],
    received: [`${received}MAIL FROM:<a>⏎RCPT TO:<b>⏎`],
  };
}

function fails(name: string, config: string, upstream: UpstreamScript, hear = broken, received?: string): Dialogue {
  const it: Dialogue = { name, conf: config, upstream, turns: [[send, `${fine}${hear}`, closes]] };
  return received === undefined ? it : { ...it, received: [received] };
}

function works(name: string, config: string, upstream: UpstreamScript, hear = rcpt): Dialogue {
  return { name, conf: config, upstream, turns: [[send, `${fine}${hear}`]] };
}

const xclient = 'XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]⏎';
const slow = (text: string): Say => ({ pieces: [...text], everyMs: 4 });

const greetings: readonly Dialogue[] = [
  hello('xclient on, no HELO', conf, '', `EHLO mx.test⏎${xclient}`),
  hello('xclient on, HELO', conf, 'HELO me⏎', `EHLO mx.test⏎${xclient}HELO me⏎`),
  hello('xclient on, EHLO', conf, 'EHLO me⏎', `EHLO mx.test⏎${xclient}EHLO me⏎`),
  hello('xclient on, EHLO then HELO: still EHLO', conf, 'EHLO one⏎HELO two⏎', `EHLO mx.test⏎${xclient}EHLO two⏎`),
  hello('xclient off, no HELO', plain, '', 'HELO mx.test⏎'),
  hello('xclient off, HELO', plain, 'HELO me⏎', 'HELO mx.test⏎'),
  hello('xclient off, EHLO', plain, 'EHLO me⏎', 'EHLO mx.test⏎'),
  hello('xclient off, EHLO then HELO: still EHLO', plain, 'EHLO one⏎HELO two⏎', 'EHLO mx.test⏎'),
  {
    name: 'xclient off and AUTH: the upstream hears nothing of the login',
    conf: 'xclient off;',
    turns: [['AUTH PLAIN AHUAcA==⏎', '235 2.0.0 OK⏎']],
    received: ['HELO mx.test⏎'],
  },
  {
    name: 'xclient off, EHLO then HELO, and AUTH',
    conf: 'xclient off;',
    turns: [
      ['EHLO one⏎', '250-mx.test⏎250 AUTH PLAIN LOGIN⏎'],
      ['HELO two⏎', '250 mx.test⏎'],
      ['AUTH PLAIN AHUAcA==⏎', '235 2.0.0 OK⏎'],
    ],
    received: ['EHLO mx.test⏎'],
  },
];

const rows: readonly Dialogue[] = [
  {
    name: 'the upstream greets 554',
    row: 45,
    upstream: { greeting: '554 go away⏎' },
    turns: [['AUTH PLAIN AHUAcA==⏎', broken, closes]],
    received: [''],
  },
  {
    name: 'the upstream greets 554, proxy_pass_error_message on',
    row: 46,
    conf: 'proxy_pass_error_message on;',
    upstream: { greeting: '554 go away⏎' },
    turns: [['AUTH PLAIN AHUAcA==⏎', '554 go away⏎', closes]],
  },
  {
    name: 'XCLIENT is refused, proxy_pass_error_message on',
    row: 47,
    conf: 'proxy_pass_error_message on;',
    upstream: { replies: { XCLIENT: '550 no xclient⏎' } },
    turns: [['AUTH PLAIN AHUAcA==⏎', '550 no xclient⏎', closes]],
  },
  {
    name: 'proxy_smtp_auth: the upstream refuses the login',
    row: 48,
    conf: 'xclient off; proxy_smtp_auth on;',
    upstream: { replies: { AUTH: '535 5.7.8 no⏎' } },
    turns: [['AUTH PLAIN AHUAcA==⏎', broken, closes]],
    received: ['HELO mx.test⏎AUTH PLAIN AHUAcA==⏎'],
  },
  {
    name: 'a refused first RCPT is a login all the same',
    row: 25,
    conf,
    upstream: { replies: { RCPT: '550-5.1.1 a⏎550 5.1.1 b⏎' } },
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', '550-5.1.1 a⏎550 5.1.1 b⏎'],
      ['RSET⏎', '250 rset-up⏎'],
    ],
  },
  {
    name: 'the upstream refuses MAIL',
    row: 26,
    conf,
    upstream: { replies: { MAIL: '550 5.7.1 no⏎' } },
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', broken, closes],
    ],
  },
  {
    name: 'the upstream refuses MAIL, proxy_pass_error_message on',
    row: 27,
    conf: 'smtp_auth none; proxy_pass_error_message on;',
    upstream: { replies: { MAIL: '550 5.7.1 no⏎' } },
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', '550 5.7.1 no⏎', closes],
    ],
  },
];

const failures: readonly Dialogue[] = [
  fails('the upstream closes before it greets', plain, { greeting: { pieces: [''], then: 'close' } }),
  fails('the upstream resets before it greets', plain, { greeting: { pieces: [''], then: 'reset' } }),
  fails('the upstream closes after its greeting', plain, { greeting: { pieces: ['220 up⏎'], then: 'close' } }),
  fails(
    'the upstream closes at HELO',
    plain,
    { replies: { HELO: { pieces: [''], then: 'close' } } },
    broken,
    'HELO mx.test⏎',
  ),
  fails(
    'the upstream closes at MAIL',
    plain,
    { replies: { MAIL: { pieces: [''], then: 'close' } } },
    broken,
    'HELO mx.test⏎MAIL FROM:<a>⏎',
  ),
  fails('the upstream closes at RCPT', plain, { replies: { RCPT: { pieces: [''], then: 'close' } } }),
  fails('the upstream resets at RCPT', plain, { replies: { RCPT: { pieces: [''], then: 'reset' } } }),
  fails('the upstream closes in the middle of its greeting', plain, { greeting: { pieces: ['220 u'], then: 'close' } }),
  fails('the upstream greets 421', plain, { greeting: '421 4.3.2 busy⏎' }),
  fails(
    'the upstream greets 421, told',
    tells,
    { greeting: { pieces: ['421 4.3.2 busy⏎'], then: 'close' } },
    '421 4.3.2 busy⏎',
  ),
  fails('the upstream greets 250', plain, { greeting: '250 hello⏎' }),
  fails('the upstream greets in small talk', tells, { greeting: 'OK⏎' }, 'OK⏎'),
  fails('the upstream greets with another protocol', tells, { greeting: '+OK POP3 ready⏎' }, '+OK POP3 ready⏎'),
  fails(
    'a refusal of several lines is passed on whole',
    tells,
    { greeting: '554-go⏎554-far⏎554 away⏎' },
    '554-go⏎554-far⏎554 away⏎',
  ),
  fails('HELO is refused', plain, { replies: { HELO: '502 no⏎' } }, broken, 'HELO mx.test⏎'),
  fails('HELO is refused, told', tells, { replies: { HELO: '502 no⏎' } }, '502 no⏎'),
  fails('EHLO is refused: no HELO is tried', conf, { replies: { EHLO: '502 no⏎' } }, broken, 'EHLO mx.test⏎'),
  fails('XCLIENT is refused', conf, { replies: { XCLIENT: '502 no⏎' } }, broken, `EHLO mx.test⏎${xclient}`),
  fails('MAIL is put off', plain, { replies: { MAIL: '451 later⏎' } }),
  fails('MAIL is put off, told', tells, { replies: { MAIL: '451-later⏎451 much⏎' } }, '451-later⏎451 much⏎'),
  fails('MAIL answered 251 is not 250', tells, { replies: { MAIL: '251 well⏎' } }, '251 well⏎'),
  {
    name: "the client's own EHLO is refused after XCLIENT",
    conf,
    upstream: { replies: { EHLO: ['250 up⏎', '550 no⏎'] } },
    turns: [
      ['EHLO me⏎', '250 mx.test⏎'],
      [send, `${fine}${broken}`, closes],
    ],
    received: [`EHLO mx.test⏎${xclient}EHLO me⏎`],
  },
  {
    name: 'proxy_smtp_auth: the refusal of the login, told',
    conf: 'xclient off; proxy_smtp_auth on; proxy_pass_error_message on;',
    upstream: { replies: { AUTH: '535 5.7.8 no⏎' } },
    turns: [['AUTH PLAIN AHUAcA==⏎', '535 5.7.8 no⏎', closes]],
  },
  {
    name: 'the upstream refuses the connection, told or not',
    conf: tells,
    auth: 'Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: 1⏎⏎',
    turns: [[send, `${fine}${broken}`, closes]],
  },
];

const times: readonly Dialogue[] = [
  {
    ...fails('an upstream that never greets', `${plain} timeout 700ms;`, { greeting: { pieces: [''] } }),
    turns: [[send, `${fine}${broken}`, { closes: true, within: [650, 2000] }]],
  },
  {
    ...fails('an upstream that ends its lines with LF', `${plain} timeout 700ms;`, { greeting: '220 up␊' }),
    turns: [[send, `${fine}${broken}`, { closes: true, within: [650, 2000] }]],
  },
  {
    ...fails('timeout is for the whole upstream login, not for each reply', `${plain} timeout 2s;`, {
      greeting: { pieces: ['220 up⏎'], delayMs: 600 },
      replies: { HELO: { pieces: ['250 up⏎'], delayMs: 600 }, MAIL: { pieces: ['250 up⏎'], delayMs: 1200 } },
    }),
    turns: [[send, `${fine}${broken}`, { closes: true, within: [1950, 3400] }]],
    received: ['HELO mx.test⏎MAIL FROM:<a>⏎'],
  },
];

const written: readonly Dialogue[] = [
  works('a greeting of several lines', plain, { greeting: '220-up⏎220-still⏎220 up⏎' }),
  works('a greeting of several lines, one at a time', plain, {
    greeting: { pieces: ['220-up⏎', '220-still⏎', '220 up⏎'], everyMs: 40 },
  }),
  works('replies that arrive byte by byte', plain, {
    greeting: slow('220 up⏎'),
    replies: { HELO: slow('250-a⏎250 b⏎'), RCPT: slow(rcpt) },
  }),
  works('the shortest replies', plain, { greeting: '220⏎', replies: { HELO: '250⏎', MAIL: '250⏎' } }),
  works('only the first code of several lines is looked at', plain, { replies: { HELO: '250-a⏎550 b⏎' } }),
  works('XCLIENT may be answered 250', conf, { replies: { XCLIENT: '250 ok⏎' } }),
  works('RCPT answered 251', plain, { replies: { RCPT: '251 elsewhere⏎' } }, '251 elsewhere⏎'),
  works('RCPT put off is a login all the same', plain, { replies: { RCPT: '450 4.2.1 later⏎' } }, '450 4.2.1 later⏎'),
  works(
    'RCPT answered in two pieces',
    plain,
    { replies: { RCPT: { pieces: ['250-a⏎', '250 b⏎'], everyMs: 60 } } },
    '250-a⏎250 b⏎',
  ),
  works('RCPT answered with something that is no reply', plain, { replies: { RCPT: 'well then⏎' } }, 'well then⏎'),
  works(
    'two replies at once: the second one belongs to the first',
    plain,
    { replies: { RCPT: '250 a⏎250 b⏎' } },
    '250 a⏎250 b⏎',
  ),
  works('proxy_buffer holds a reply of several lines', `${plain} proxy_buffer 64;`, {
    greeting: `220-${'x'.repeat(40)}⏎220 y⏎`,
  }),
  fails('a reply longer than proxy_buffer', `${plain} proxy_buffer 64;`, {
    greeting: `220-${'x'.repeat(40)}⏎220 ${'y'.repeat(30)}⏎`,
  }),
  fails('a reply longer than proxy_buffer, told or not', `${tells} proxy_buffer 64;`, {
    greeting: `554 ${'x'.repeat(100)}⏎`,
  }),
  fails('a reply that just does not fit', `${plain} proxy_buffer 64;`, { greeting: `220 ${'x'.repeat(59)}⏎` }),
  works('a reply that just fits', `${plain} proxy_buffer 64;`, { greeting: `220 ${'x'.repeat(58)}⏎` }),
  {
    name: 'the reply to RCPT is passed on byte by byte as it is',
    conf: plain,
    upstream: { replies: { RCPT: '250 2.1.5 \xe9\t\0"  ok ⏎' } },
    turns: [[send, `${fine}250 2.1.5 \xe9\t\0"  ok ⏎`]],
  },
];

/** The upstream login. */
export const upstreamLogin: readonly Dialogue[] = [...greetings, ...rows, ...failures, ...times, ...written];
