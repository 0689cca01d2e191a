/** Tags, commands and arguments, as nginx reads them. */
import type { Dialogue } from '../harness/dialogue.ts';

const bad = 'a BAD invalid command⏎';
const star = '* BAD invalid command⏎';
const fine = 'a OK completed⏎';
const loggedIn = 'a OK logged in up⏎';
const x32 = 'x'.repeat(32);

/** Commands that nginx answers alone. */
export const lexing: readonly Dialogue[] = [
  {
    name: 'greeting, CAPABILITY, NOOP, LOGOUT',
    row: 56,
    turns: [
      ['a CAPABILITY⏎', '* CAPABILITY IMAP4 IMAP4rev1 UIDPLUS AUTH=PLAIN⏎a OK completed⏎'],
      ['b noop⏎', 'b OK completed⏎'],
      ['c LOGOUT⏎', '* BYE⏎c OK completed⏎', { closes: true }],
    ],
  },
  {
    name: 'CAPABILITY from the configuration, mechanisms in a fixed order',
    row: 57,
    conf: 'imap_capabilities IMAP4rev1 IDLE; imap_auth login cram-md5 external plain;',
    turns: [
      [
        'a CAPABILITY⏎',
        '* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=EXTERNAL⏎a OK completed⏎',
      ],
    ],
  },
  {
    name: 'imap_auth and imap_capabilities add up, words as they are written',
    conf: 'imap_auth login; imap_auth external; imap_capabilities "X Y" imap4; imap_capabilities Z;',
    turns: [['a capability⏎', '* CAPABILITY X Y imap4 Z AUTH=LOGIN AUTH=EXTERNAL⏎a OK completed⏎']],
  },
  {
    name: 'a server replaces the capabilities of the mail block as a whole',
    mail: 'imap_capabilities A B; imap_auth cram-md5;',
    conf: 'imap_capabilities C;',
    turns: [['a CAPABILITY⏎', '* CAPABILITY C AUTH=CRAM-MD5⏎a OK completed⏎']],
  },
  {
    name: 'what is no command, with a tag and without one',
    row: 58,
    turns: [
      ['a FOO⏎', bad],
      ['⏎', star],
      ['a⏎', star],
      [' NOOP⏎', ' OK completed⏎'],
      ['* NOOP⏎', star, { closes: true }],
    ],
    conf: 'max_errors 4;',
  },
  {
    name: 'a tag of 32 bytes is fine, one of 33 is none',
    row: 59,
    turns: [
      [`${x32} NOOP⏎`, `${x32} OK completed⏎`],
      [`${x32}x NOOP⏎`, star],
    ],
  },
  {
    name: 'what a tag may be made of',
    conf: 'max_errors 99;',
    turns: [
      ['A-z.0_9 NOOP⏎', 'A-z.0_9 OK completed⏎'],
      ['-- NOOP⏎', '-- OK completed⏎'],
      ['a+b NOOP⏎', star],
      ['a{ NOOP⏎', star],
      ['a\t NOOP⏎', star],
      ['\xe9 NOOP⏎', star],
      ['a\0 NOOP⏎', star],
      ['a"b NOOP⏎', star],
    ],
  },
  {
    name: 'spaces before and behind the command',
    turns: [
      ['a   NOOP⏎', fine],
      ['a NOOP   ⏎', fine],
      ['a ⏎', bad],
      ['a    ⏎', bad],
      ['  NOOP⏎', ' OK completed⏎'],
      [' ⏎', ' BAD invalid command⏎'],
    ],
  },
  {
    name: 'commands that come after the login are not known before it',
    conf: 'max_errors 99;',
    turns: [
      'ID NIL',
      'ENABLE UTF8=ACCEPT',
      'NAMESPACE',
      'SELECT INBOX',
      'IDLE',
      'UNAUTHENTICATE',
      'COMPRESS DEFLATE',
    ].map((command) => [`a ${command}⏎`, bad] as const),
  },
  {
    name: 'a command is letters only, in any case',
    conf: 'max_errors 99;',
    turns: [
      ['a nOoP⏎', fine],
      ['a NO0P⏎', bad],
      ['a NOOPX⏎', bad],
      ['a NOO⏎', bad],
      ['a NOOP\t⏎', bad],
      ['a "NOOP"⏎', bad],
      ['a {4}⏎', bad],
      ['a \0OOP⏎', bad],
    ],
  },
  {
    name: 'line ends: a lone LF is one, a lone CR is none',
    turns: [
      ['a NOOP␊', fine],
      ['a NOOP\rb NOOP⏎', bad],
      ['a NOOP\r\r\n', bad],
      ['a NOOP x\r y⏎', bad],
      ['b NOOP⏎', 'b OK completed⏎'],
    ],
  },
  {
    name: 'three arguments are ignored, four are an error',
    conf: 'max_errors 99;',
    turns: [
      ['a NOOP 1 2 3⏎', fine],
      ['a NOOP 1 2 3 ⏎', fine],
      ['a NOOP 1 2 3 4⏎', bad],
      ['a NOOP 1 2 3 "4"⏎', bad],
      ['a NOOP 1 2 3 {1}⏎', bad],
      ['a CAPABILITY x⏎', '* CAPABILITY IMAP4 IMAP4rev1 UIDPLUS AUTH=PLAIN⏎a OK completed⏎'],
      ['a LOGOUT 1 "2" 3⏎', '* BYE⏎a OK completed⏎', { closes: true }],
    ],
  },
  {
    name: 'STARTTLS is refused where it is not configured, and not counted',
    conf: 'max_errors 1;',
    turns: [
      ['a STARTTLS⏎', bad],
      ['a starttls x⏎', bad],
    ],
  },
  {
    name: 'commands in one write are answered one by one',
    turns: [
      [
        'a NOOP⏎b CAPABILITY⏎FOO⏎c NOOP⏎',
        `${fine}* CAPABILITY IMAP4 IMAP4rev1 UIDPLUS AUTH=PLAIN⏎b OK completed⏎${star}c OK completed⏎`,
      ],
    ],
  },
  {
    name: 'a command byte by byte',
    turns: [
      ['a', ''],
      [' ', '', { after: 30 }],
      ['NO', '', { after: 30 }],
      ['OP\r', '', { after: 30 }],
      ['\n', fine, { after: 30 }],
    ],
  },
  {
    name: 'LOGIN with atoms, then the relay',
    row: 60,
    turns: [
      ['a LOGIN u p⏎', loggedIn],
      ['b NOOP⏎', 'b OK up:b NOOP⏎'],
    ],
  },
  {
    name: 'LOGIN that is refused: too few or too many arguments, an empty name, a literal that is none',
    row: 64,
    turns: [
      ['a LOGIN u⏎', bad],
      ['a LOGIN "" p⏎', bad],
      ['a LOGIN u p x⏎', bad],
      ['a LOGIN {1}x⏎', bad],
      ['a FOO {3+}⏎', bad, { closes: true }],
    ],
    calls: 0,
  },
  {
    name: 'LOGIN that is refused by its arguments is not counted',
    conf: 'max_errors 1;',
    turns: [
      ['a LOGIN⏎a LOGIN u⏎a LOGIN u p x⏎a LOGIN "" ""⏎', bad.repeat(4)],
      ['a LOGIN u ""⏎', loggedIn],
    ],
    received: ['a LOGIN {1}⏎u {0}⏎⏎'],
  },
];
