/** Quoted strings and literals, with nginx's own defects. */
import { asked } from '../harness/asked.ts';
import type { Dialogue } from '../harness/dialogue.ts';

const bad = 'a BAD invalid command⏎';
const loggedIn = 'a OK logged in up⏎';
const go = '+ OK⏎';

/** A LOGIN in one turn, and what is asked for it. */
const login = (name: string, args: string, user: string, pass: string): Dialogue => ({
  name,
  turns: [[`a LOGIN ${args}⏎`, loggedIn]],
  requests: [asked('imap', { user, pass })],
});

/** How arguments are spelled. */
export const strings: readonly Dialogue[] = [
  {
    name: 'LOGIN with quoted strings',
    row: 61,
    turns: [['a LOGIN "u\\"x" "p p"⏎', loggedIn]],
    requests: [asked('imap', { user: 'u"x', pass: 'p%20p' })],
    received: ['a LOGIN {3}⏎u"x {3}⏎p p⏎'],
  },
  login('a backslash quotes any byte', '"us\\"er \\\\x" "\\p\\a\\ \\s"', 'us"er%20\\x', 'pa%20s'),
  login('quoted strings need no space between them', '"a""b"', 'a', 'b'),
  login('an atom may begin where a quoted string ends', '"a"b', 'a', 'b'),
  login('in an atom quotes and backslashes are ordinary', 'a"b\\"c d\\', 'a"b\\"c', 'd\\'),
  login('atoms of bytes that are no atoms', '\xe9\0( %*]', '\xe9%00(', '%25*]'),
  login('braces inside an atom', 'a{1} }{', 'a{1}', '}{'),
  login('an empty password', 'u ""', 'u', ''),
  {
    name: 'a quoted string may not end in a backslash',
    conf: 'max_errors 99;',
    turns: [
      ['a LOGIN u "p\\⏎', bad],
      ['a LOGIN u "p\\␊', bad],
      ['a LOGIN "u\\⏎" p⏎', `${bad}* BAD invalid command⏎`],
    ],
    calls: 0,
  },
  {
    name: 'a quoted string that is never closed sticks: spaces belong to every later argument',
    row: 65,
    turns: [
      ['a LOGIN "u p⏎', bad],
      ['b LOGIN u p⏎', 'b BAD invalid command⏎'],
      ['c LOGIN "u" "p"⏎', 'c OK logged in up⏎'],
    ],
    requests: [asked('imap')],
  },
  login('the end of the line closes a quoted string too', 'u "pass', 'u', 'pass'),
  {
    name: 'a stuck quote is closed by a quote in the middle of a word',
    turns: [['a LOGIN u "x y z⏎', 'a OK logged in up⏎']],
    requests: [asked('imap', { pass: 'x%20y%20z' })],
  },
  {
    name: 'a stuck quote outlives a refused login',
    auth: ['HTTP/1.0 200 OK⏎Auth-Status: no⏎Auth-Wait: 1⏎⏎'],
    turns: [
      ['a LOGIN u "p⏎', 'a NO no⏎'],
      ['b LOGIN u p⏎', 'b BAD invalid command⏎'],
      ['c LOGIN u" p"⏎', 'c NO no⏎'],
    ],
    requests: [asked('imap'), asked('imap', { pass: 'p"', attempt: 2 })],
  },
  {
    name: 'a stuck quote is forgotten with the next syntax error',
    turns: [
      ['a LOGIN "u p⏎', bad],
      ['FOO⏎', '* BAD invalid command⏎'],
      ['a LOGIN u p⏎', loggedIn],
    ],
  },
  {
    name: 'a stuck quote makes backslashes quote in atoms',
    turns: [
      ['a LOGIN "u p⏎', bad],
      ['a LOGIN x\\"y" z⏎', loggedIn],
    ],
    requests: [asked('imap', { user: 'x"y', pass: 'z' })],
  },
  {
    name: 'a stuck quote and a first byte that is a backslash',
    turns: [
      ['a LOGIN "u p⏎', bad],
      ['a LOGIN \\x\\"y" \\z⏎', loggedIn],
    ],
    requests: [asked('imap', { user: 'x"y', pass: '\\z' })],
  },
  {
    name: 'LOGIN with literals',
    row: 62,
    turns: [
      ['a LOGIN {1}⏎', go],
      ['u {1}⏎', go],
      ['p⏎', loggedIn],
    ],
    requests: [asked('imap')],
  },
  {
    name: 'LOGIN with literals that need no leave',
    row: 63,
    turns: [['a LOGIN {1+}⏎u {1+}⏎p⏎', loggedIn]],
    requests: [asked('imap')],
  },
  {
    name: 'the go-ahead is sent although the literal is there already',
    turns: [['a LOGIN {1}⏎u {1}⏎p⏎', `${go}${go}${loggedIn}`]],
  },
  {
    name: 'one literal with leave, one without',
    turns: [
      ['a LOGIN {4}⏎', go],
      ['user {2+}⏎pw⏎', loggedIn],
    ],
    requests: [asked('imap', { user: 'user', pass: 'pw' })],
  },
  {
    name: 'a literal may hold anything',
    turns: [['a LOGIN {6+}⏎a⏎"\0{ {4+}⏎\\⏎b⏎', loggedIn]],
    requests: [asked('imap', { user: 'a%0D%0A"%00{', pass: '\\%0D%0Ab' })],
    received: ['a LOGIN {6}⏎a⏎"\\x00{ {4}⏎\\⏎b⏎'],
  },
  {
    name: 'a literal that comes in pieces',
    turns: [
      ['a LOGIN {5}⏎', go],
      ['us', '', { after: 30 }],
      ['e', '', { after: 30 }],
      ['r1 {', '', { after: 30 }],
      ['3}\r', '', { after: 30 }],
      ['\n', go, { after: 30 }],
      ['pas', '', { after: 30 }],
      ['\r', '', { after: 30 }],
      ['\n', loggedIn, { after: 30 }],
    ],
    requests: [asked('imap', { user: 'user1', pass: 'pas' })],
  },
  {
    name: 'a literal of no bytes takes one all the same',
    turns: [
      ['a LOGIN u {0}⏎', go],
      ['⏎', loggedIn],
    ],
    requests: [asked('imap', { pass: '%0D' })],
  },
  {
    name: 'a literal without a size takes one byte',
    turns: [['a LOGIN {}⏎u {+}⏎p⏎', `${go}${loggedIn}`]],
    requests: [asked('imap')],
  },
  {
    name: 'leading zeros in the size of a literal',
    turns: [['a LOGIN {0001+}⏎u {01+}⏎p⏎', loggedIn]],
  },
  {
    name: 'a literal right behind a literal',
    turns: [['a LOGIN {1+}⏎u{1+}⏎p⏎', loggedIn]],
    requests: [asked('imap')],
  },
  {
    name: 'one byte behind a literal is skipped',
    turns: [['a LOGIN {1+}⏎uxp⏎', loggedIn]],
    requests: [asked('imap')],
  },
  {
    name: 'a literal, then a quoted string, then an atom',
    turns: [['a LOGIN {1+}⏎u "p" x⏎', bad]],
    calls: 0,
  },
  {
    name: 'CR may stand several times before the LF of a literal',
    turns: [['a LOGIN {1+}\r\r\nu {1+}␊p⏎', loggedIn]],
    requests: [asked('imap')],
  },
  {
    name: 'what is no literal',
    conf: 'max_errors 99;',
    turns: [
      ['a LOGIN {1}x⏎', bad],
      ['a LOGIN {x}⏎', bad],
      ['a LOGIN {1 }⏎', bad],
      ['a LOGIN {-1}⏎', bad],
      ['a LOGIN {1+x}⏎', bad],
      ['a LOGIN {1++}⏎', bad, { closes: true }],
    ],
    calls: 0,
  },
  {
    name: 'arguments of NOOP may be literals too',
    turns: [
      ['a NOOP {3}⏎', go],
      ['a⏎⏎', 'a OK completed⏎'],
    ],
  },
  {
    name: 'a line that is no command but ends like a literal that comes unasked closes the session',
    turns: [['FOO {3+}⏎abc⏎', 'FOO BAD invalid command⏎', { closes: true }]],
  },
  {
    name: 'any end of +} closes, with a lone LF too',
    turns: [['a FOO +}␊', bad, { closes: true }]],
  },
  {
    name: 'an end of +} in a line too short to announce a literal does not close',
    turns: [
      ['{+}⏎', '* BAD invalid command⏎'],
      ['+}␊', '* BAD invalid command⏎'],
    ],
  },
  {
    name: 'an end of +} in a good command does not close',
    turns: [['a NOOP +}⏎b NOOP x+}⏎', 'a OK completed⏎b OK completed⏎']],
  },
  {
    name: 'an end of +} in a refused LOGIN does not close',
    turns: [
      ['a LOGIN +}⏎', bad],
      ['b NOOP⏎', 'b OK completed⏎'],
    ],
  },
];
