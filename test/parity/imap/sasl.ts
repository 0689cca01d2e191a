/** AUTHENTICATE. */
import { asked } from '../harness/asked.ts';
import { type Dialogue, ok, refuse } from '../harness/dialogue.ts';

const bad = 'a BAD invalid command⏎';
const loggedIn = 'a OK logged in up⏎';
const user = '+ VXNlcm5hbWU6⏎';
const password = '+ UGFzc3dvcmQ6⏎';
const challenge = '+ BASE64(<NONCE1@mx.test>)⏎';
const salt = '<NONCE1@mx.test>';
const digest = '0'.repeat(32);
const none = 'b OK completed⏎';

/** The mechanisms and what may go wrong in them. */
export const sasl: readonly Dialogue[] = [
  {
    name: 'AUTHENTICATE PLAIN',
    row: 66,
    turns: [
      ['a AUTHENTICATE PLAIN⏎', '+ ⏎'],
      ['AHUAcA==⏎', loggedIn],
    ],
    requests: [asked('imap')],
    received: ['a LOGIN {1}⏎u {1}⏎p⏎'],
  },
  {
    name: 'AUTHENTICATE PLAIN with an initial response',
    row: 67,
    turns: [['a AUTHENTICATE PLAIN AHUAcA==⏎', loggedIn]],
  },
  {
    name: 'a star does not cancel, it is just bad base64',
    row: 68,
    turns: [
      ['a AUTHENTICATE PLAIN⏎', '+ ⏎'],
      ['*⏎', bad],
      ['b NOOP⏎', none],
    ],
  },
  {
    name: 'a bad user name of AUTHENTICATE LOGIN is answered without tag and star',
    row: 69,
    turns: [
      ['a AUTHENTICATE LOGIN⏎', user],
      ['*⏎', 'BAD invalid command⏎'],
      ['b NOOP⏎', none],
    ],
  },
  {
    name: 'AUTHENTICATE LOGIN with the user name at once',
    row: 70,
    turns: [
      ['a AUTHENTICATE LOGIN dQ==⏎', password],
      ['cA==⏎', loggedIn],
    ],
    requests: [asked('imap')],
  },
  {
    name: 'AUTHENTICATE LOGIN in three steps',
    turns: [
      ['a authenticate login⏎', user],
      ['dQ==⏎', password],
      ['cA==⏎', loggedIn],
      ['b NOOP⏎', 'b OK up:b NOOP⏎'],
    ],
  },
  {
    name: 'AUTHENTICATE LOGIN: a bad user name in the command, a bad password',
    turns: [
      ['a AUTHENTICATE LOGIN *⏎', bad],
      ['a AUTHENTICATE LOGIN⏎', user],
      ['dQ==⏎', password],
      ['*⏎', bad],
    ],
    calls: 0,
  },
  {
    name: 'AUTHENTICATE without, with an unknown, and with a mechanism that is not enabled',
    row: 71,
    turns: [
      ['a AUTHENTICATE⏎', bad],
      ['a AUTHENTICATE FOO⏎', bad],
      ['a AUTHENTICATE CRAM-MD5⏎', bad],
      ['a AUTHENTICATE EXTERNAL⏎', bad],
    ],
  },
  {
    name: 'mechanisms that nginx does not have',
    conf: 'imap_auth plain login cram-md5 external; max_errors 1;',
    turns: [
      'XOAUTH2 abc',
      'OAUTHBEARER',
      'SCRAM-SHA-256',
      'GSSAPI',
      'ANONYMOUS',
      'PLAIN a b',
      'CRAM-MD5 x',
      'LOGIN a b',
    ].map((mechanism) => [`a AUTHENTICATE ${mechanism}⏎`, bad] as const),
  },
  {
    name: 'AUTHENTICATE CRAM-MD5',
    row: 72,
    conf: 'imap_auth cram-md5;',
    auth: ok('Auth-Pass: secret⏎'),
    turns: [
      ['a AUTHENTICATE CRAM-MD5⏎', challenge],
      [`${btoa(`u ${digest}`)}⏎`, loggedIn],
    ],
    requests: [asked('imap', { method: 'cram-md5', pass: digest, salt })],
    received: ['a LOGIN {1}⏎u {6}⏎secret⏎'],
  },
  {
    name: 'CRAM-MD5 without a password from the auth service cannot go on',
    conf: 'imap_auth cram-md5;',
    turns: [
      ['a AUTHENTICATE CRAM-MD5⏎', challenge],
      [`${btoa(`u ${digest}`)}⏎`, '* BAD internal server error⏎', { closes: true }],
    ],
    received: [],
  },
  {
    name: 'CRAM-MD5: the digest must be 32 bytes, and the challenge stays the same',
    conf: 'imap_auth cram-md5;',
    turns: [
      ['a AUTHENTICATE CRAM-MD5⏎', challenge],
      [`${btoa(`u ${digest}0`)}⏎`, bad],
      ['a AUTHENTICATE CRAM-MD5⏎', challenge],
      ['dQ==⏎', bad],
      ['a AUTHENTICATE CRAM-MD5⏎', challenge],
      ['⏎', bad],
    ],
    calls: 0,
  },
  {
    name: 'CRAM-MD5 asked to WAIT: the repeated question has lost the digest',
    conf: 'imap_auth cram-md5;',
    auth: [refuse('WAIT', 'Auth-Wait: 1⏎'), ok('Auth-Pass: s⏎')],
    turns: [
      ['a AUTHENTICATE CRAM-MD5⏎', challenge],
      [`${btoa(`u ${digest}`)}⏎`, loggedIn],
    ],
    requests: [digest, ''].map((pass) => asked('imap', { method: 'cram-md5', pass, salt })),
  },
  {
    name: 'EXTERNAL with a login is not gated, but there is no password for the upstream',
    row: 73,
    turns: [['a AUTHENTICATE EXTERNAL dQ==⏎', '* BAD internal server error⏎', { closes: true }]],
    requests: [asked('imap', { method: 'external', pass: '' })],
  },
  {
    name: 'EXTERNAL with a password from the auth service',
    conf: 'imap_auth external;',
    auth: ok('Auth-Pass: x⏎'),
    turns: [
      ['a AUTHENTICATE EXTERNAL⏎', user],
      ['dQ==⏎', loggedIn],
    ],
    received: ['a LOGIN {1}⏎u {1}⏎x⏎'],
  },
  {
    name: 'EXTERNAL after a failed LOGIN tells its password',
    conf: 'imap_auth external;',
    auth: [refuse('no', 'Auth-Wait: 1⏎'), ok()],
    turns: [
      ['a LOGIN u p⏎', 'a NO no⏎'],
      ['b AUTHENTICATE EXTERNAL eA==⏎', 'b OK logged in up⏎'],
    ],
    requests: [asked('imap'), asked('imap', { method: 'external', user: 'x', attempt: 2 })],
    received: ['b LOGIN {1}⏎x {1}⏎p⏎'],
  },
  {
    name: 'EXTERNAL after a CRAM-MD5 challenge carries the salt and loses the password',
    conf: 'imap_auth external cram-md5;',
    auth: ok('Auth-Pass: x⏎'),
    turns: [
      ['a AUTHENTICATE CRAM-MD5⏎', challenge],
      ['*⏎', bad],
      ['a AUTHENTICATE EXTERNAL dQ==⏎', loggedIn],
    ],
    requests: [asked('imap', { method: 'external', pass: '', salt })],
  },
  {
    name: 'LOGIN after a CRAM-MD5 challenge carries no salt',
    conf: 'imap_auth cram-md5;',
    turns: [
      ['a AUTHENTICATE CRAM-MD5⏎', challenge],
      ['*⏎', bad],
      ['a LOGIN u p⏎', loggedIn],
    ],
    requests: [asked('imap')],
  },
  {
    name: 'the mechanism as a quoted string or a literal',
    turns: [
      ['a AUTHENTICATE "PLAIN"⏎', '+ ⏎'],
      ['*⏎', bad],
      ['a AUTHENTICATE {5}⏎', '+ OK⏎'],
      ['plain⏎', '+ ⏎'],
      ['AHUAcA==⏎', loggedIn],
    ],
  },
  {
    name: 'a stuck quote in the mechanism reaches into the answer',
    turns: [
      ['a AUTHENTICATE "LOGIN⏎', user],
      ['dQ==" x⏎', password],
      ['cA==⏎', loggedIn],
    ],
    requests: [asked('imap')],
  },
  {
    name: 'an answer may be a literal behind a word, and only the word counts',
    turns: [
      ['a AUTHENTICATE LOGIN⏎', user],
      ['dQ== {3}⏎', '+ OK⏎'],
      ['abc⏎', password],
      ['cA== x y⏎', loggedIn],
    ],
    requests: [asked('imap')],
  },
  {
    name: 'an answer of four words is a syntax error, and counted',
    conf: 'max_errors 1;',
    turns: [
      ['a AUTHENTICATE PLAIN⏎', '+ ⏎'],
      ['AHUAcA== 2 3 4⏎', bad, { closes: true }],
    ],
  },
  {
    name: 'an answer with a CR inside, and the command that follows',
    turns: [
      ['a AUTHENTICATE PLAIN⏎', '+ ⏎'],
      ['AHUA\rcA==⏎', bad],
      ['b NOOP⏎', none],
    ],
  },
  {
    name: 'an empty answer, and one that begins with a space',
    conf: 'imap_auth plain external;',
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['a AUTHENTICATE PLAIN⏎', '+ ⏎'],
      ['⏎', bad],
      ['a AUTHENTICATE EXTERNAL⏎', user],
      [' dQ==⏎', 'a NO no⏎'],
    ],
    requests: [asked('imap', { method: 'external', user: '', pass: '' })],
  },
  {
    name: 'a good command in the middle of an exchange is an answer, and a bad one',
    turns: [
      ['a AUTHENTICATE PLAIN⏎', '+ ⏎'],
      ['b NOOP⏎', bad],
      ['b NOOP⏎', none],
    ],
  },
  {
    name: 'AUTHENTICATE and what follows in one write',
    turns: [['a AUTHENTICATE LOGIN⏎dQ==⏎cA==⏎b NOOP⏎', `${user}${password}${loggedIn}b OK up:b NOOP⏎`]],
  },
  {
    name: 'the empty tag goes through an exchange and upstream',
    turns: [
      [' AUTHENTICATE PLAIN⏎', '+ ⏎'],
      ['AHUAcA==⏎', ' OK logged in up⏎'],
    ],
    received: [' LOGIN {1}⏎u {1}⏎p⏎'],
  },
  {
    name: 'PLAIN: what is not NUL login NUL password, and a password with NUL',
    turns: [
      ['a AUTHENTICATE PLAIN dQ==⏎', bad],
      ['a AUTHENTICATE PLAIN AHU=⏎', bad],
      ['a AUTHENTICATE PLAIN =⏎', bad],
      [`a AUTHENTICATE PLAIN ${btoa('z\0\0p\0q ')}⏎`, loggedIn],
    ],
    requests: [asked('imap', { user: '', pass: 'p%00q%20' })],
    received: ['a LOGIN {0}⏎ {4}⏎p\\x00q ⏎'],
  },
];
