/** The upstream login, max_errors, the buffer of 128 bytes, timeout, and the relay. */
import type { Dialogue, Say, TurnMore } from '../harness/dialogue.ts';
import { stall } from '../smtp/differences.ts';

const bad = '-ERR invalid command⏎';
const fine = '+OK⏎';
const loggedIn = '+OK pass up⏎';
const broken = '-ERR internal server error⏎';
const login = 'USER u⏎PASS p⏎';
const closes: TurnMore = { closes: true };
const passes = 'proxy_pass_error_message on;';
const noop = (length: number): string => `NOOP ${'a'.repeat(length - 7)}⏎`;

const replies = (name: string, key: string, reply: Say, hear: string, more: Partial<Dialogue> = {}): Dialogue => ({
  name,
  upstream: { replies: { [key]: reply } },
  turns: [[login, `${fine}${hear}`, closes]],
  ...more,
});

/** The upstream login. */
export const logins: readonly Dialogue[] = [
  replies('the upstream refuses the login', 'PASS', '-ERR [AUTH] bad⏎', broken, { row: 103 }),
  replies('a refused login is passed on when errors are', 'PASS', '-ERR [AUTH] bad⏎', '-ERR [AUTH] bad⏎', {
    row: 104,
    conf: passes,
  }),
  replies('the upstream refuses the user name', 'USER', '-ERR who⏎', broken, { received: ['USER u⏎'] }),
  replies('a refused user name is passed on when errors are', 'USER', '-ERR who⏎', '-ERR who⏎', { conf: passes }),
  replies('an answer in small letters', 'PASS', '+ok in⏎', broken),
  replies('the upstream closes after the user name', 'USER', { pieces: [''], then: 'close' }, broken),
  replies('an answer that ends in LF alone never is complete', 'PASS', '+OK in␊', broken, { conf: 'timeout 700ms;' }),
  {
    name: 'an answer of three letters',
    upstream: { replies: { USER: '+OK⏎', PASS: '+OK⏎' } },
    turns: [[login, `${fine}+OK⏎`]],
  },
  {
    name: 'answers that begin with +OK',
    upstream: { greeting: '+OKAY⏎', replies: { USER: '+OK\t⏎', PASS: '+OK\0 in⏎more⏎' } },
    turns: [[login, `${fine}+OK\0 in⏎more⏎`]],
  },
  {
    name: 'an answer in pieces',
    upstream: { replies: { PASS: { pieces: [...'+OK in⏎'], everyMs: 4 } } },
    turns: [[login, `${fine}+OK in⏎`]],
  },
];

/** How much nginx takes. */
export const limits: readonly Dialogue[] = [
  {
    name: 'a line that just fits 128 bytes, and one that does not',
    row: 105,
    turns: [
      [noop(128), fine],
      [`NOOP ${'a'.repeat(123)}`, bad, closes],
    ],
  },
  {
    name: 'a long initial response does not fit',
    turns: [[`AUTH PLAIN ${'A'.repeat(117)}`, bad, closes]],
  },
  {
    name: 'a long answer in an exchange does not fit',
    turns: [
      ['AUTH PLAIN⏎', '+ ⏎'],
      ['A'.repeat(128), bad, closes],
    ],
  },
  {
    name: 'a long answer that just fits',
    turns: [
      ['AUTH PLAIN⏎', '+ ⏎'],
      [`${'='.repeat(126)}⏎`, bad],
      ['NOOP⏎', fine],
    ],
  },
  {
    name: 'a burst of short commands does not fit',
    turns: [[`${'NOOP⏎'.repeat(21)}NO`, `${fine.repeat(21)}${bad}`, closes]],
  },
  {
    name: 'a burst whose commands end where the buffer ends',
    turns: [[`${'NOOP x⏎'.repeat(16)}${'NOOP x⏎'.repeat(2)}`, fine.repeat(18)]],
    nginx: {
      why: stall,
      turns: [
        ['NOOP x⏎'.repeat(18), fine.repeat(16)],
        ['NOOP⏎', fine.repeat(3), { after: 60 }],
      ],
    },
  },
  {
    name: 'the buffer is not compacted',
    turns: [
      [`${'NOOP⏎'.repeat(15)}NO`, fine.repeat(15)],
      [`OP ${'a'.repeat(33)}`, bad, { after: 60, closes: true }],
    ],
  },
  {
    name: 'max_errors counts syntax errors, also those in an exchange',
    conf: 'max_errors 3;',
    turns: [
      ['FOO⏎', bad],
      ['STLS⏎', bad],
      ['PASS x⏎', bad],
      ['AUTH FOO⏎', bad],
      ['AUTH PLAIN⏎', '+ ⏎'],
      ['a b c d⏎', bad],
      ['NOOP⏎', fine],
      ['⏎', bad, closes],
    ],
  },
  { name: 'max_errors is 5', turns: [['x⏎'.repeat(5), bad.repeat(5), closes]] },
  { name: 'max_errors 0 is like 1', conf: 'max_errors 0;', turns: [['x⏎', bad, closes]] },
  {
    name: 'timeout closes without a word',
    conf: 'timeout 600ms;',
    turns: [['', '', { closes: true, within: [550, 1600] }]],
  },
  {
    name: 'timeout is for the whole dialogue',
    conf: 'timeout 1500ms;',
    turns: [
      ['NOOP⏎', fine, { after: 500 }],
      ['USER u⏎', fine, { after: 500 }],
      ['', '', { closes: true, within: [1450, 2600] }],
    ],
  },
  {
    name: 'timeout starts anew after an Auth-Wait',
    conf: 'timeout 1200ms;',
    auth: 'HTTP/1.0 200 OK⏎Auth-Status: no⏎Auth-Wait: 1⏎⏎',
    turns: [
      [login, `${fine}-ERR no⏎`, { after: 500 }],
      ['NOOP⏎', fine, { after: 700 }],
      ['', '', { closes: true, within: [2500, 4200] }],
    ],
  },
  {
    name: 'who leaves before the login is gone',
    // Bytes and the end in one packet are a race in nginx: it may not look for the end behind them.
    turns: [
      ['NOOP⏎USER u', '+OK⏎'],
      ['', '', { finish: true, closes: true }],
    ],
  },
  {
    name: "after the login all commands are the upstream's",
    upstream: { replies: { CAPA: '+OK⏎UP⏎.⏎', LIST: '+OK⏎1 10⏎.⏎', RETR: '+OK⏎..x⏎\xff\0⏎.⏎' } },
    turns: [
      [login, `${fine}${loggedIn}`],
      ['CAPA⏎', '+OK⏎UP⏎.⏎'],
      ['LIST⏎RETR 1⏎', '+OK⏎1 10⏎.⏎+OK⏎..x⏎\xff\0⏎.⏎'],
      ['STLS⏎', '+OK up:STLS⏎'],
      ['what ever\xe9⏎', '+OK up:what ever\xe9⏎'],
    ],
    calls: 1,
    received: ['USER u⏎PASS p⏎CAPA⏎LIST⏎RETR 1⏎STLS⏎what ever\xe9⏎'],
  },
  {
    name: 'a command longer than the buffer goes through the relay',
    turns: [
      [login, `${fine}${loggedIn}`],
      [`TOP ${'1'.repeat(4000)}⏎`, `+OK up:TOP ${'1'.repeat(4000)}⏎`],
    ],
  },
  {
    name: 'a message of 300 kB through a small buffer',
    conf: 'proxy_buffer 256;',
    upstream: { replies: { RETR: `+OK⏎${`${'0123456789'.repeat(7)}⏎`.repeat(4000)}.⏎` } },
    turns: [
      [login, `${fine}${loggedIn}`],
      ['RETR 1⏎', `+OK⏎${`${'0123456789'.repeat(7)}⏎`.repeat(4000)}.⏎`],
    ],
  },
  {
    name: 'the client leaves the relay',
    turns: [
      [login, `${fine}${loggedIn}`],
      ['', '', { finish: true, closes: true }],
    ],
  },
  {
    name: 'the upstream leaves the relay',
    upstream: { replies: { STAT: { pieces: ['-ERR bye⏎'], then: 'close' } } },
    turns: [
      [login, `${fine}${loggedIn}`],
      ['STAT⏎', '-ERR bye⏎', closes],
    ],
  },
  {
    name: 'proxy_timeout closes both without a word',
    conf: 'proxy_timeout 700ms;',
    turns: [
      [login, `${fine}${loggedIn}`],
      ['', '', { closes: true, within: [650, 1900] }],
    ],
  },
];
