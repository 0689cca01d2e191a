/** Commands, states and arguments of POP3. */
import { asked } from '../harness/asked.ts';
import { type Dialogue, refuse } from '../harness/dialogue.ts';

const bad = '-ERR invalid command⏎';
const fine = '+OK⏎';
const loggedIn = '+OK pass up⏎';
const capa = '+OK Capability list follows⏎TOP⏎USER⏎UIDL⏎SASL PLAIN LOGIN⏎.⏎';
const salted = '+OK POP3 ready <NONCE1@mx.test>⏎';

const login = (name: string, user: string, pass: string, as: string, by: string): Dialogue => ({
  name,
  turns: [
    [`${user}⏎`, fine],
    [`${pass}⏎`, loggedIn],
  ],
  requests: [asked('pop3', { user: as, pass: by })],
});

/** What nginx answers alone. */
export const commands: readonly Dialogue[] = [
  {
    name: 'greeting, CAPA, AUTH, NOOP, QUIT',
    row: 86,
    turns: [
      ['CAPA⏎', capa],
      ['AUTH⏎', '+OK methods supported:⏎PLAIN⏎LOGIN⏎.⏎'],
      ['NOOP⏎', fine],
      ['QUIT⏎', fine, { closes: true }],
    ],
  },
  {
    name: 'pop3_auth apop: a challenge in the greeting, and no mechanism in the lists',
    row: 87,
    conf: 'pop3_auth apop;',
    greeting: salted,
    turns: [
      ['CAPA⏎', '+OK Capability list follows⏎TOP⏎USER⏎UIDL⏎SASL⏎.⏎'],
      ['AUTH⏎', '+OK methods supported:⏎.⏎'],
    ],
  },
  {
    name: 'pop3_auth and pop3_capabilities in the lists',
    row: 88,
    conf: 'pop3_auth plain cram-md5 external; pop3_capabilities UIDL;',
    greeting: salted,
    turns: [
      ['CAPA⏎', '+OK Capability list follows⏎UIDL⏎SASL PLAIN LOGIN CRAM-MD5 EXTERNAL⏎.⏎'],
      ['auth⏎', '+OK methods supported:⏎PLAIN⏎LOGIN⏎CRAM-MD5⏎EXTERNAL⏎.⏎'],
    ],
  },
  {
    name: 'pop3_auth external needs no challenge',
    conf: 'pop3_auth external; pop3_capabilities "A B" c;',
    turns: [['CAPA⏎', '+OK Capability list follows⏎A B⏎c⏎SASL EXTERNAL⏎.⏎']],
  },
  {
    name: 'a server replaces the capabilities of the mail block as a whole',
    mail: 'pop3_capabilities A B; pop3_auth external;',
    conf: 'pop3_capabilities C;',
    turns: [['CAPA⏎', '+OK Capability list follows⏎C⏎SASL EXTERNAL⏎.⏎']],
  },
  {
    name: 'what is not a command here',
    row: 89,
    conf: 'max_errors 99;',
    turns: ['STAT', 'LIST', 'PASS x', 'USER', 'APOP u x', 'FOO'].map((command) => [`${command}⏎`, bad] as const),
  },
  {
    name: 'commands that come after the login are not known before it',
    conf: 'max_errors 99;',
    turns: ['RETR 1', 'DELE 1', 'RSET', 'TOP 1 1', 'UIDL', 'LAST', 'UTF8', 'LANG'].map(
      (command) => [`${command}⏎`, bad] as const,
    ),
  },
  {
    name: 'a command is four letters, in any case',
    conf: 'max_errors 99;',
    turns: [
      ['nOoP⏎', fine],
      ['NOO⏎', bad],
      ['NOOPS⏎', bad],
      ['NO0P⏎', bad],
      [' NOOP⏎', bad],
      ['NOOP\t⏎', bad],
      ['\0OOP⏎', bad],
      ['⏎', bad],
      ['␊', bad],
    ],
  },
  {
    name: 'line ends: a lone LF is one, a lone CR is none',
    turns: [
      ['NOOP␊', fine],
      ['NOOP\rNOOP⏎', bad],
      ['NOOP\r\r\n', bad],
      ['NOOP x\ry⏎', bad],
      ['NOOP⏎', fine],
    ],
  },
  {
    name: 'three arguments are ignored, four are an error',
    conf: 'max_errors 99;',
    turns: [
      ['NOOP 1 2 3⏎', fine],
      ['NOOP  1  2  3  ⏎', fine],
      ['NOOP 1 2 3 4⏎', bad],
      ['CAPA x⏎', capa],
      ['QUIT 1 2 3⏎', fine, { closes: true }],
    ],
  },
  {
    name: 'STLS is refused where it is not configured, and not counted',
    conf: 'max_errors 1;',
    turns: [['STLS⏎stls x⏎', bad.repeat(2)]],
  },
  {
    name: 'USER and PASS, then the relay',
    row: 90,
    turns: [
      ['USER u⏎', fine],
      ['PASS p⏎', loggedIn],
      ['STAT⏎', '+OK up:STAT⏎'],
    ],
    requests: [asked('pop3')],
    received: ['USER u⏎PASS p⏎STAT⏎'],
  },
  {
    name: 'a second USER is an error, and forgets the first',
    row: 91,
    turns: [
      ['USER u⏎', fine],
      ['USER v⏎', bad],
      ['PASS p⏎', bad],
    ],
    calls: 0,
  },
  {
    name: 'USER, PASS and STAT in one write',
    row: 92,
    turns: [['USER u⏎PASS p⏎STAT⏎', '+OK⏎+OK pass up⏎+OK up:STAT⏎']],
  },
  {
    name: 'after USER: NOOP and CAPA keep the name',
    turns: [
      ['USER u⏎', fine],
      ['NOOP⏎', fine],
      ['CAPA⏎', capa],
      ['PASS p⏎', loggedIn],
    ],
  },
  {
    name: 'after USER: everything else forgets it',
    conf: 'max_errors 99; pop3_auth apop;',
    greeting: salted,
    turns: ['AUTH', 'AUTH PLAIN', 'APOP u d', 'STLS', 'PASS', 'FOO', 'USER'].flatMap((command) => [
      ['USER u⏎', fine] as const,
      [`${command}⏎`, bad] as const,
      ['PASS p⏎', bad] as const,
    ]),
    calls: 0,
  },
  {
    name: 'after USER: QUIT',
    turns: [
      ['USER u⏎', fine],
      ['QUIT⏎', fine, { closes: true }],
    ],
  },
  {
    name: 'spaces belong to user name and password',
    turns: [
      ['USER  b ob ⏎', fine],
      ['PASS  p q ⏎', loggedIn],
    ],
    requests: [asked('pop3', { user: 'b%20ob%20', pass: 'p%20q%20' })],
    received: ['USER b ob ⏎PASS p q ⏎'],
  },
  login(
    'bytes of user name and password',
    'user \xe9\0"\t%',
    'pass {1} +=\x7f',
    '\xe9%00"%09%25',
    '{1}%20+=\x7f'.replace('\x7f', '\\x7f'),
  ),
  login(
    'more than three words are one argument',
    'USER a b c d e',
    'PASS 1 2 3 4 5',
    'a%20b%20c%20d%20e',
    '1%202%203%204%205',
  ),
  {
    name: 'USER and PASS of spaces have no argument',
    turns: [
      ['USER   ⏎', bad],
      ['USER u⏎', fine],
      ['PASS  ⏎', bad],
      ['PASS p⏎', bad],
    ],
    calls: 0,
  },
  {
    name: 'USER and PASS work whatever pop3_auth says',
    conf: 'pop3_auth apop;',
    greeting: salted,
    turns: [
      ['USER u⏎', fine],
      ['PASS p⏎', loggedIn],
    ],
    requests: [asked('pop3')],
  },
  {
    name: 'APOP',
    row: 98,
    conf: 'pop3_auth apop;',
    greeting: salted,
    auth: 'HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: $PORT⏎Auth-Pass: x⏎⏎',
    turns: [['APOP u digest⏎', loggedIn]],
    requests: [asked('pop3', { method: 'apop', pass: 'digest', salt: '<NONCE1@mx.test>' })],
    received: ['USER u⏎PASS x⏎'],
  },
  {
    name: 'APOP without a password from the auth service cannot go on',
    row: 99,
    conf: 'pop3_auth apop;',
    greeting: salted,
    turns: [['APOP u digest⏎', '-ERR internal server error⏎', { closes: true }]],
    received: [],
  },
  {
    name: 'APOP needs exactly two arguments',
    conf: 'pop3_auth apop; max_errors 1;',
    greeting: salted,
    turns: [
      ['APOP⏎', bad],
      ['APOP u⏎', bad],
      ['APOP u d x⏎', bad],
    ],
    calls: 0,
  },
  {
    name: 'APOP where only CRAM-MD5 is on',
    conf: 'pop3_auth cram-md5;',
    greeting: salted,
    turns: [['APOP u digest⏎', bad]],
  },
  {
    name: 'APOP asked to WAIT: the repeated question has lost the digest',
    conf: 'pop3_auth apop;',
    greeting: salted,
    auth: [refuse('WAIT', 'Auth-Wait: 1⏎'), refuse('no')],
    turns: [['apop u d⏎', '-ERR no⏎', { closes: true }]],
    requests: ['d', ''].map((pass) => asked('pop3', { method: 'apop', pass, salt: '<NONCE1@mx.test>' })),
  },
  {
    name: 'after a refused APOP a plain login has no salt',
    conf: 'pop3_auth apop;',
    greeting: salted,
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['APOP u d⏎', '-ERR no⏎'],
      ['USER v⏎', fine],
      ['PASS q⏎', '-ERR no⏎'],
    ],
    requests: [
      asked('pop3', { method: 'apop', pass: 'd', salt: '<NONCE1@mx.test>' }),
      asked('pop3', { user: 'v', pass: 'q', attempt: 2 }),
    ],
  },
  {
    name: 'a refusal closes',
    row: 100,
    auth: refuse('No'),
    turns: [
      ['USER u⏎', fine],
      ['PASS p⏎', '-ERR No⏎', { closes: true }],
    ],
  },
  {
    name: 'after a late refusal USER is forgotten',
    row: 101,
    auth: refuse('No', 'Auth-Wait: 1⏎'),
    turns: [
      ['USER u⏎', fine],
      ['PASS p⏎', '-ERR No⏎'],
      ['PASS p⏎', bad],
      ['USER u⏎', fine],
    ],
  },
  {
    name: 'the auth service closes without an answer',
    row: 102,
    auth: { pieces: [''], then: 'close' },
    turns: [
      ['USER u⏎', fine],
      ['PASS p⏎', '-ERR internal server error⏎', { closes: true }],
    ],
  },
  {
    name: 'a command byte by byte',
    turns: [
      ['U', ''],
      ['SER', '', { after: 30 }],
      [' ', '', { after: 30 }],
      ['u \r', '', { after: 30 }],
      ['\n', fine, { after: 30 }],
      ['PASS', '', { after: 30 }],
      [' p', '', { after: 30 }],
      ['\n', loggedIn, { after: 30 }],
    ],
    requests: [asked('pop3', { user: 'u%20' })],
  },
];
