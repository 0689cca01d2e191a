/** AUTH. */
import { asked } from '../harness/asked.ts';
import { type Dialogue, ok, refuse } from '../harness/dialogue.ts';

const bad = '-ERR invalid command⏎';
const fine = '+OK⏎';
const loggedIn = '+OK pass up⏎';
const user = '+ VXNlcm5hbWU6⏎';
const password = '+ UGFzc3dvcmQ6⏎';
const greeting = '+OK POP3 ready <NONCE1@mx.test>⏎';
const challenge = '+ BASE64(<NONCE1@mx.test>)⏎';
const salt = '<NONCE1@mx.test>';
const digest = '0'.repeat(32);

/** The mechanisms and what may go wrong in them. */
export const sasl: readonly Dialogue[] = [
  {
    name: 'AUTH PLAIN',
    row: 93,
    turns: [
      ['AUTH PLAIN⏎', '+ ⏎'],
      ['AHUAcA==⏎', loggedIn],
    ],
    requests: [asked('pop3')],
    received: ['USER u⏎PASS p⏎'],
  },
  {
    name: 'AUTH LOGIN',
    row: 94,
    turns: [
      ['AUTH LOGIN⏎', user],
      ['dQ==⏎', password],
      ['cA==⏎', loggedIn],
    ],
  },
  {
    name: 'a star does not cancel, it is just bad base64',
    row: 95,
    turns: [
      ['AUTH LOGIN⏎', user],
      ['*⏎', bad],
      ['NOOP⏎', fine],
    ],
  },
  {
    name: 'mechanisms that are not enabled, and one that does not exist',
    row: 96,
    turns: [
      ['AUTH CRAM-MD5⏎', bad],
      ['AUTH EXTERNAL⏎', bad],
      ['AUTH FOO⏎', bad],
    ],
  },
  {
    name: 'mechanisms that nginx does not have, and too many arguments',
    conf: 'pop3_auth plain apop cram-md5 external; max_errors 1;',
    greeting,
    turns: ['XOAUTH2 a', 'SCRAM-SHA-1', 'GSSAPI', 'APOP', 'PLAIN a b', 'LOGIN a b', 'CRAM-MD5 a', 'EXTERNAL a b'].map(
      (mechanism) => [`AUTH ${mechanism}⏎`, bad] as const,
    ),
  },
  {
    name: 'AUTH with an initial response',
    turns: [['auth  plain  AHUAcA== ⏎', loggedIn]],
    requests: [asked('pop3')],
  },
  {
    name: 'AUTH LOGIN with the user name at once',
    turns: [
      ['AUTH LOGIN *⏎', bad],
      ['AUTH LOGIN dQ==⏎', password],
      ['*⏎', bad],
      ['AUTH LOGIN dQ==⏎', password],
      ['cA==⏎', loggedIn],
    ],
    calls: 1,
  },
  {
    name: 'AUTH CRAM-MD5 with the challenge of the greeting',
    row: 97,
    conf: 'pop3_auth cram-md5;',
    greeting,
    auth: ok('Auth-Pass: x⏎'),
    turns: [
      ['AUTH CRAM-MD5⏎', challenge],
      [`${btoa(`u ${digest}`)}⏎`, loggedIn],
    ],
    requests: [asked('pop3', { method: 'cram-md5', pass: digest, salt })],
    received: ['USER u⏎PASS x⏎'],
  },
  {
    name: 'CRAM-MD5: the digest must be 32 bytes, and the challenge stays the same',
    conf: 'pop3_auth cram-md5;',
    greeting,
    turns: [
      ['AUTH CRAM-MD5⏎', challenge],
      [`${btoa(`u ${digest}0`)}⏎`, bad],
      ['AUTH CRAM-MD5⏎', challenge],
      ['dQ==⏎', bad],
    ],
    calls: 0,
  },
  {
    name: 'CRAM-MD5 without a password from the auth service cannot go on',
    conf: 'pop3_auth cram-md5;',
    greeting,
    turns: [
      ['AUTH CRAM-MD5⏎', challenge],
      [`${btoa(`u ${digest}`)}⏎`, '-ERR internal server error⏎', { closes: true }],
    ],
    received: [],
  },
  {
    name: 'AUTH CRAM-MD5 where only APOP is on',
    conf: 'pop3_auth apop;',
    greeting,
    turns: [['AUTH CRAM-MD5⏎', bad]],
  },
  {
    name: 'EXTERNAL with a login is not gated, but there is no password for the upstream',
    turns: [['AUTH EXTERNAL dQ==⏎', '-ERR internal server error⏎', { closes: true }]],
    requests: [asked('pop3', { method: 'external', pass: '' })],
  },
  {
    name: 'EXTERNAL carries the salt if the greeting had one, and then no password',
    conf: 'pop3_auth external apop;',
    greeting,
    auth: [refuse('no', 'Auth-Wait: 1⏎'), ok('Auth-Pass: x⏎')],
    turns: [
      ['USER u⏎', fine],
      ['PASS p⏎', '-ERR no⏎'],
      ['AUTH EXTERNAL⏎', user],
      ['dQ==⏎', loggedIn],
    ],
    requests: [asked('pop3'), asked('pop3', { method: 'external', attempt: 2, salt })],
    received: ['USER u⏎PASS x⏎'],
  },
  {
    name: 'EXTERNAL after a failed login tells its password, and uses it',
    conf: 'pop3_auth external;',
    auth: [refuse('no', 'Auth-Wait: 1⏎'), ok()],
    turns: [
      ['USER u⏎', fine],
      ['PASS p⏎', '-ERR no⏎'],
      ['AUTH EXTERNAL eA==⏎', loggedIn],
    ],
    requests: [asked('pop3'), asked('pop3', { method: 'external', user: 'x', attempt: 2 })],
    received: ['USER x⏎PASS p⏎'],
  },
  {
    name: 'a good command in the middle of an exchange is an answer, and a bad one',
    turns: [
      ['AUTH PLAIN⏎', '+ ⏎'],
      ['QUIT⏎', bad],
      ['NOOP⏎', fine],
    ],
  },
  {
    name: 'an answer: only the first word counts, a leading space makes it empty',
    conf: 'pop3_auth plain external;',
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['AUTH LOGIN⏎', user],
      ['dXNl cg== x⏎', password],
      ['⏎', '-ERR no⏎'],
      ['AUTH EXTERNAL⏎', user],
      [' dXNl⏎', '-ERR no⏎'],
    ],
    requests: [
      asked('pop3', { user: 'use', pass: '' }),
      asked('pop3', { method: 'external', user: '', pass: '', attempt: 2 }),
    ],
  },
  {
    name: 'an answer of four words is a syntax error, and counted',
    conf: 'max_errors 1;',
    turns: [
      ['AUTH PLAIN⏎', '+ ⏎'],
      ['AHUAcA== 2 3 4⏎', bad, { closes: true }],
    ],
  },
  {
    name: 'PLAIN: what is not NUL login NUL password',
    turns: [
      ['AUTH PLAIN dQ==⏎', bad],
      ['AUTH PLAIN AHU=⏎', bad],
      ['AUTH PLAIN =⏎', bad],
      ['AUTH PLAIN AHUAc⏎', bad],
      ['AUTH PLAIN AHUAcA==!!⏎', loggedIn],
    ],
  },
  {
    name: 'a login with a line end injects a command into the upstream',
    upstream: { replies: { DELE: { pieces: [''], then: 'hold' } } },
    turns: [[`AUTH PLAIN ${btoa('\0a\r\nDELE 1\0p')}⏎`, loggedIn]],
    received: ['USER a⏎DELE 1⏎PASS p⏎'],
  },
  {
    name: 'AUTH and what follows in one write',
    turns: [['AUTH LOGIN⏎dQ==⏎cA==⏎STAT⏎', `${user}${password}${loggedIn}+OK up:STAT⏎`]],
  },
];
