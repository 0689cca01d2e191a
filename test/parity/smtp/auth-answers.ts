/** What becomes of the auth service's answers. */
import { type Dialogue, ok, refuse, type Say, type TurnMore } from '../harness/dialogue.ts';

const conf = 'smtp_auth none;';
const fine = '250 2.0.0 OK⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';
const broken = '451 4.3.2 Internal server error⏎';

/** One answer, one outcome: the reply to RCPT. */
function outcome(name: string, auth: Say | readonly Say[], hear: string, more?: TurnMore, row?: number): Dialogue {
  const send = row === undefined ? 'MAIL FROM:<a>⏎RCPT TO:<b>⏎' : 'AUTH PLAIN AHUAcA==⏎';
  const first = row === undefined ? fine : '';
  const turn = more === undefined ? ([send, `${first}${hear}`] as const) : ([send, `${first}${hear}`, more] as const);
  const it: Dialogue = { name, conf: row === undefined ? conf : '', auth, turns: [turn] };
  return row === undefined ? it : { ...it, row };
}

const closes: TurnMore = { closes: true };
const routed = (name: string, auth: Say) => outcome(name, auth, rcpt);
const fails = (name: string, auth: Say) => outcome(name, auth, broken, closes);
const headers = (text: string): string => `HTTP/1.0 200 OK⏎${text}⏎`;
const route = 'Auth-Server: 127.0.0.1⏎Auth-Port: $PORT⏎';

/** The five digits stand for `$PORT`, whose length is not always the same. */
function padded(total: number): Say {
  const head = `HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: $PORT⏎X: `;
  const bytes = head.replaceAll('⏎', '..').replace('$PORT', '12345').length + 4;
  return `${head}${'x'.repeat(total - bytes)}⏎⏎`;
}

/** The rows of the reference's outcome table, over AUTH as it has them. */
const rows: readonly Dialogue[] = [
  outcome('a refusal is passed on and closes', refuse('No'), '535 5.7.0 No⏎', closes, 32),
  outcome(
    'a refusal with Auth-Wait comes late and leaves the session open',
    refuse('No', 'Auth-Wait: 1⏎'),
    '535 5.7.0 No⏎',
    { within: [950, 2500] },
    33,
  ),
  outcome('Auth-Error-Code', refuse('Later', 'Auth-Error-Code: 451 4.3.0⏎'), '451 4.3.0 Later⏎', closes, 34),
  outcome('a route without Auth-Server', headers('Auth-Status: OK⏎Auth-Port: $PORT⏎'), broken, closes, 35),
  outcome(
    'Auth-Server must be an address',
    headers('Auth-Status: OK⏎Auth-Server: localhost⏎Auth-Port: $PORT⏎'),
    broken,
    closes,
    36,
  ),
  outcome(
    'Auth-Port must not be 0',
    headers('Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: 0⏎'),
    broken,
    closes,
    37,
  ),
  outcome('the auth service closes without a word', { pieces: [''], then: 'close' }, broken, closes, 38),
  outcome(
    'the auth service says nothing',
    { pieces: [''], then: 'hold' },
    broken,
    { closes: true, within: [950, 2500] },
    39,
  ),
  outcome(
    'the upstream of the route is not there',
    headers('Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: 1⏎'),
    broken,
    closes,
    40,
  ),
  outcome(
    'a 404 without headers is a route without address',
    'HTTP/1.0 404 Not Found⏎Content-Length: 0⏎⏎',
    broken,
    closes,
    41,
  ),
  outcome('an empty Auth-Status counts as OK', headers('Auth-Status: ⏎'), broken, closes, 42),
  outcome(
    'Auth-Status: ok in small letters is a refusal',
    headers(`Auth-Status: ok⏎${route}`),
    '535 5.7.0 ok⏎',
    closes,
    43,
  ),
  outcome('the status line is ignored', `HTTP/1.0 500 Oops⏎Auth-Status: OK⏎${route}⏎`, '235 2.0.0 OK⏎', undefined, 44),
];

/** The same at RCPT, with every way an answer can be written. */
const written: readonly Dialogue[] = [
  routed('no Auth-Status at all counts as OK', headers(route)),
  routed('an empty Auth-Status with an address counts as OK', headers(`Auth-Status:⏎${route}`)),
  routed('no status line', `Auth-Status: OK⏎${route}⏎`),
  routed('a status line of another version', `HTTP/2 404⏎Auth-Status: OK⏎${route}⏎`),
  routed('lines that end with a lone LF', 'HTTP/1.0 200 OK␊Auth-Status: OK␊Auth-Server: 127.0.0.1␊Auth-Port: $PORT␊␊'),
  routed(
    'names in any case, values with any number of spaces around',
    headers('AUTH-STATUS:OK⏎auth-server:   127.0.0.1  ⏎Auth-port: $PORT ⏎'),
  ),
  routed('a header without a colon and an unknown one', headers(`Auth-Status: OK⏎Nothing⏎X-Other: a_b "c"⏎${route}`)),
  routed('a body is never read', `${headers(`Auth-Status: OK⏎${route}`)}Auth-Port: 1⏎<html>`),
  routed('in two halves', { pieces: ['HTTP/1.0 200 OK⏎Auth-Sta', `tus: OK⏎${route}⏎`], everyMs: 60 }),
  routed('byte by byte', {
    pieces: [...'HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: ', '$PORT', '⏎', '⏎'],
    everyMs: 2,
  }),
  routed('a service that keeps the connection open', { pieces: [ok()], then: 'hold' }),
  routed('Auth-Wait beside OK means nothing', ok('Auth-Wait: 3⏎')),
  routed('Auth-Error-Code beside OK means nothing', ok('Auth-Error-Code: 550⏎')),
  routed(
    'of repeated headers the last one counts',
    headers('Auth-Status: OK⏎Auth-Server: 10.255.255.1⏎Auth-Port: 1⏎Auth-Server: 127.0.0.1⏎Auth-Port: $PORT⏎'),
  ),
  routed(
    'leading zeros in address and port',
    headers('Auth-Status: OK⏎Auth-Server: 127.000.00.001⏎Auth-Port: 00$PORT⏎'),
  ),
  routed('an empty octet', headers('Auth-Status: OK⏎Auth-Server: 127.0..1⏎Auth-Port: $PORT⏎')),
  routed(
    'an IPv4 address mapped into IPv6',
    headers('Auth-Status: OK⏎Auth-Server: ::ffff:127.0.0.1⏎Auth-Port: $PORT⏎'),
  ),
  routed('an answer of 1024 bytes', padded(1024)),
  // Its end comes later: together with the bytes nginx would miss it, and wait until its timeout.
  fails('an answer of 1025 bytes', { pieces: [padded(1025), ''].map(String), everyMs: 50, then: 'close' }),
  outcome(
    'an answer of 1025 bytes from a service that holds on',
    { pieces: [padded(1025)].map(String), then: 'hold' },
    broken,
    { closes: true, within: [950, 2500] },
  ),
  fails('an underscore in a name', headers(`Auth-Status: OK⏎X_Trace: 1⏎${route}`)),
  fails('a name that begins with a dash', headers(`Auth-Status: OK⏎-X: 1⏎${route}`)),
  fails('a header continued on the next line', headers(`Auth-Status: OK⏎X: 1⏎ 2⏎${route}`)),
  fails('CR without LF in the status line', `HTTP/1.0 200\rOK⏎Auth-Status: OK⏎${route}⏎`),
  fails('CR without LF in a header', headers(`Auth-Status: OK⏎X: a\rb⏎${route}`)),
  fails('no HTTP at all', '220 this is not the web⏎⏎'),
  fails('closed in the middle of a header', 'HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Ser'),
  fails('closed before the empty line', `HTTP/1.0 200 OK⏎Auth-Status: OK⏎${route}`),
  fails('reset instead of an answer', { pieces: [''], then: 'reset' }),
  fails(
    'TAB after the colon is part of the value',
    headers(`Auth-Status: OK⏎Auth-Server:\t127.0.0.1⏎Auth-Port: $PORT⏎`),
  ),
  fails('no Auth-Port', headers('Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎')),
  ...['127.1', '256.0.0.1', '[::1]', '127.0.0.1:25', 'unix:/x', '255.255.255.255', '127.0.0.1.', '::1%lo', 'x'].map(
    (server) => fails(`Auth-Server: ${server}`, headers(`Auth-Status: OK⏎Auth-Server: ${server}⏎Auth-Port: $PORT⏎`)),
  ),
  ...['65536', 'smtp', '-1', '25x', '1 2'].map((port) =>
    fails(`Auth-Port: ${port}`, headers(`Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: ${port}⏎`)),
  ),
  outcome(
    'a text with spaces, quotes and 8-bit bytes',
    refuse('  no  such "user" \xe9\x7f%20  '),
    '535 5.7.0 no  such "user" \xe9\x7f%20⏎',
    closes,
  ),
  outcome('OK with something after it is a refusal', headers(`Auth-Status: OK;⏎${route}`), '535 5.7.0 OK;⏎', closes),
  outcome('wait in small letters is a refusal', refuse('wait', 'Auth-Wait: 1⏎'), '535 5.7.0 wait⏎', {
    within: [950, 2500],
  }),
  outcome('an empty Auth-Error-Code means the usual code', refuse('no', 'Auth-Error-Code: ⏎'), '535 5.7.0 no⏎', closes),
  outcome('Auth-Error-Code is any text', refuse('no', 'Auth-Error-Code: 550 5.1.1⏎'), '550 5.1.1 no⏎', closes),
  outcome(
    'of two Auth-Error-Codes the last one counts',
    refuse('no', 'Auth-Error-Code: 550⏎Auth-Error-Code: 551⏎'),
    '551 no⏎',
    closes,
  ),
  outcome(
    'a refusal stays one, whatever OK follows',
    headers(`Auth-Status: first no⏎Auth-Status: OK⏎${route}`),
    '535 5.7.0 first no⏎',
    closes,
  ),
  outcome(
    'a refusal after OK is one',
    headers(`Auth-Status: OK⏎Auth-Status: second no⏎${route}`),
    '535 5.7.0 second no⏎',
    closes,
  ),
  outcome(
    'of two refusals the last one counts',
    headers('Auth-Status: one⏎Auth-Status: two⏎'),
    '535 5.7.0 two⏎',
    closes,
  ),
  outcome(
    'a refusal and WAIT: the refusal wins',
    headers('Auth-Status: WAIT⏎Auth-Status: no⏎'),
    '535 5.7.0 no⏎',
    closes,
  ),
  outcome('Auth-Wait that is no number means none', refuse('no', 'Auth-Wait: soon⏎'), '535 5.7.0 no⏎', closes),
  outcome('Auth-Wait: 0 closes', refuse('no', 'Auth-Wait: 0⏎'), '535 5.7.0 no⏎', closes),
  outcome('a refusal with good headers under status 500', `HTTP/1.1 500 X⏎Auth-Status: no⏎⏎`, '535 5.7.0 no⏎', closes),
];

/** Outcomes over time. */
const timed: readonly Dialogue[] = [
  {
    ...outcome(
      'WAIT without Auth-Wait asks again and again; OK does not end it, a refusal does',
      [refuse('WAIT'), ok(), ok(), refuse('no')],
      '535 5.7.0 no⏎',
      closes,
    ),
    calls: 4,
  },
  {
    ...outcome(
      'WAIT without Auth-Wait: an answer with Auth-Wait ends the hurry',
      [refuse('WAIT'), refuse('WAIT', 'Auth-Wait: 1⏎'), ok()],
      rcpt,
      { within: [950, 2500] },
    ),
    calls: 3,
  },
  {
    ...outcome(
      'WAIT without Auth-Wait, then a refusal with it: nobody hears the refusal',
      [refuse('WAIT'), refuse('no', 'Auth-Wait: 1⏎'), ok()],
      rcpt,
      { within: [950, 2500] },
    ),
    calls: 3,
  },
  {
    ...outcome(
      'WAIT without Auth-Wait, then answers without an address: asks again and again',
      [refuse('WAIT'), 'HTTP/1.0 200 OK⏎⏎', ok().replace('127.0.0.1', 'localhost'), refuse('no')],
      '535 5.7.0 no⏎',
      closes,
    ),
    calls: 4,
  },
  {
    ...outcome('WAIT, then a refusal', [refuse('WAIT', 'Auth-Wait: 1⏎'), refuse('no')], '535 5.7.0 no⏎', {
      closes: true,
      within: [950, 2500],
    }),
    calls: 2,
  },
  {
    ...outcome(
      'an answer that drips does not extend auth_http_timeout',
      { pieces: [...'HTTP/1.0 200 OK'], everyMs: 200, then: 'hold' },
      broken,
      { closes: true, within: [950, 2200] },
    ),
    calls: 1,
  },
  {
    name: 'during Auth-Wait the client sees nothing; what it says meanwhile is answered afterwards',
    conf,
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['MAIL FROM:<a>⏎RCPT TO:<b>⏎NOOP⏎', fine],
      ['HELO me⏎', '535 5.7.0 no⏎250 2.0.0 OK⏎250 mx.test⏎', { after: 300, within: [950, 2500] }],
    ],
    calls: 1,
  },
  {
    name: 'during the question the client is not read; what it says goes to the upstream',
    conf: `${conf} xclient off;`,
    auth: { pieces: [ok()], delayMs: 400 },
    turns: [
      ['MAIL FROM:<a>⏎RCPT TO:<b>⏎', fine],
      ['RCPT TO:<c>⏎NOOP⏎', `${rcpt}${rcpt}250 noop-up⏎`, { after: 100 }],
    ],
    received: ['HELO mx.test⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎RCPT TO:<c>⏎NOOP⏎'],
  },
  {
    name: 'a client that leaves during the question is not missed: the upstream gets the whole login',
    conf: `${conf} xclient off;`,
    auth: { pieces: [ok()], delayMs: 400 },
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', '250 2.1.5 rcpt ok⏎', { finish: true, closes: true }],
    ],
    calls: 1,
    received: ['HELO mx.test⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎'],
  },
  {
    name: 'the auth service cannot be reached',
    conf,
    authHttp: '127.0.0.1:1',
    turns: [['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}${broken}`, closes]],
    calls: 0,
  },
  {
    name: 'the unix socket of the auth service is not there',
    conf,
    authHttp: 'unix:/nonexistent/auth.sock:/x',
    turns: [['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}${broken}`, closes]],
    calls: 0,
  },
  {
    name: 'what is pipelined behind a refused RCPT is lost with the connection',
    conf,
    auth: refuse('no'),
    turns: [['MAIL FROM:<a>⏎RCPT TO:<b>⏎RCPT TO:<c>⏎DATA⏎', `${fine}535 5.7.0 no⏎`, closes]],
    calls: 1,
  },
];

/** Every outcome. */
export const authAnswers: readonly Dialogue[] = [...rows, ...written, ...timed];
