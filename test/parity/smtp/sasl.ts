/** AUTH, which PLAIN and LOGIN pass whatever smtp_auth says. */
import { type Dialogue, ok, refuse, shown } from '../harness/dialogue.ts';
import { xtext } from './differences.ts';

const invalid = '500 5.5.1 Invalid command⏎';
const argument = '501 5.5.4 Invalid argument⏎';
const fine = '250 2.0.0 OK⏎';
const loggedIn = '235 2.0.0 OK⏎';
const user = '334 VXNlcm5hbWU6⏎';
const password = '334 UGFzc3dvcmQ6⏎';
const everyByte = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
const hex = (c: string): string => c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
const escaped = shown([...everyByte].map((c) => (c <= ' ' || c === '%' ? `%${hex(c)}` : c)).join(''));
const plussed = [...everyByte]
  .map((c) => (c <= ' ' || c === '+' || c === '=' || c >= '\x7f' ? `+${hex(c)}` : c))
  .join('');
const challenge = '334 BASE64(<NONCE1@mx.test>)⏎';

/** The mechanisms and what may go wrong in them. */
export const sasl: readonly Dialogue[] = [
  {
    name: 'AUTH wants a known mechanism and not too many arguments',
    row: 12,
    turns: [
      ['AUTH⏎', argument],
      ['AUTH FOO⏎', invalid],
      ['AUTH XOAUTH2 abc⏎', invalid],
      ['AUTH PLAIN a b⏎', invalid],
    ],
  },
  {
    name: 'a star does not cancel AUTH PLAIN, it is just bad base64',
    row: 13,
    turns: [
      ['AUTH PLAIN⏎', '334 ⏎'],
      ['*⏎', invalid],
      ['NOOP⏎', fine],
    ],
  },
  {
    name: 'AUTH PLAIN in two steps, with an authzid',
    row: 14,
    turns: [
      ['AUTH PLAIN⏎', '334 ⏎'],
      ['egB1AHA=⏎', loggedIn],
    ],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=u NAME=[UNAVAILABLE]⏎'],
  },
  {
    name: 'AUTH PLAIN in one step, then the relay',
    row: 15,
    turns: [
      ['AUTH PLAIN AHUAcA==⏎', loggedIn],
      ['NOOP⏎', '250 noop-up⏎'],
    ],
  },
  {
    name: 'AUTH LOGIN',
    row: 16,
    turns: [
      ['AUTH LOGIN⏎', user],
      ['dQ==⏎', password],
      ['cA==⏎', loggedIn],
    ],
  },
  {
    name: 'AUTH LOGIN with the user name at once, then bad base64',
    row: 17,
    turns: [
      ['AUTH LOGIN dQ==⏎', password],
      ['!⏎', invalid],
      ['NOOP⏎', fine],
    ],
  },
  {
    name: 'CRAM-MD5 and EXTERNAL are gated, but not EXTERNAL with a login',
    row: 18,
    turns: [
      ['AUTH CRAM-MD5⏎', invalid],
      ['AUTH EXTERNAL⏎', invalid],
      ['AUTH EXTERNAL Ym9i⏎', loggedIn],
    ],
  },
  {
    name: 'AUTH CRAM-MD5 takes no argument and wants 32 bytes of digest',
    row: 19,
    conf: 'smtp_auth cram-md5;',
    turns: [
      ['AUTH CRAM-MD5 x⏎', invalid],
      ['AUTH CRAM-MD5⏎', challenge],
      ['dSAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw⏎', invalid],
    ],
  },
  {
    name: 'AUTH PLAIN under smtp_auth cram-md5',
    row: 20,
    conf: 'smtp_auth cram-md5;',
    turns: [['AUTH PLAIN AHUAcA==⏎', loggedIn]],
  },
  {
    name: 'AUTH EXTERNAL with an empty line',
    row: 21,
    conf: 'smtp_auth plain external;',
    turns: [
      ['AUTH EXTERNAL⏎', user],
      ['⏎', loggedIn],
    ],
  },
  {
    name: 'AUTH LOGIN and what follows in one write',
    row: 28,
    turns: [['AUTH LOGIN⏎dQ==⏎cA==⏎NOOP⏎', `${user}${password}${loggedIn}250 noop-up⏎`]],
  },
  {
    name: 'under smtp_auth none PLAIN and LOGIN work, CRAM-MD5 and EXTERNAL do not',
    conf: 'smtp_auth none;',
    turns: [
      ['AUTH CRAM-MD5⏎', invalid],
      ['AUTH EXTERNAL⏎', invalid],
      ['AUTH LOGIN⏎', user],
      ['*⏎', invalid],
      ['AUTH PLAIN⏎', '334 ⏎'],
      ['AHUAcA==⏎', loggedIn],
      ['NOOP⏎', '250 noop-up⏎'],
    ],
    calls: 1,
  },
  {
    name: 'under smtp_auth none EXTERNAL with a login works',
    conf: 'smtp_auth none;',
    turns: [['auth external Ym9i⏎', loggedIn]],
    requests: [
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: external⏎Auth-User: bob⏎Auth-Pass: ⏎Auth-Protocol: smtp⏎' +
        'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎',
    ],
  },
  {
    name: 'a MAIL before AUTH is lost, though it was answered 250',
    conf: 'smtp_auth plain none;',
    turns: [
      ['EHLO me⏎', '250-mx.test⏎250 AUTH PLAIN⏎'],
      ['MAIL FROM:<a>⏎', fine],
      ['AUTH PLAIN AHUAcA==⏎', loggedIn],
    ],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=u NAME=[UNAVAILABLE]⏎EHLO me⏎'],
  },
  {
    name: 'a SASL line: only the first word counts, a leading space makes it empty',
    conf: 'smtp_auth plain login external;',
    auth: refuse('no', 'Auth-Wait: 1⏎'),
    turns: [
      ['AUTH LOGIN⏎', user],
      ['dXNl cg==⏎', password],
      ['⏎', '535 5.7.0 no⏎'],
      ['AUTH EXTERNAL⏎', user],
      [' dXNl⏎', '535 5.7.0 no⏎'],
    ],
    requests: [
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: use⏎Auth-Pass: ⏎Auth-Protocol: smtp⏎' +
        'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎',
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: external⏎Auth-User: ⏎Auth-Pass: ⏎Auth-Protocol: smtp⏎' +
        'Auth-Login-Attempt: 2⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎',
    ],
  },
  {
    name: 'PLAIN: what is not NUL login NUL password, and what follows the first = of it',
    conf: 'smtp_auth none;',
    turns: [
      ['AUTH PLAIN dQ==⏎', invalid],
      ['AUTH PLAIN AHU=⏎', invalid],
      ['AUTH PLAIN dQA=⏎', invalid],
      ['AUTH PLAIN =⏎', invalid],
      ['AUTH PLAIN AHUAcA==!!!⏎', loggedIn],
    ],
  },
  {
    name: 'base64 of five characters is bad, empty base64 is not',
    conf: 'smtp_auth none;',
    turns: [
      ['AUTH PLAIN AHUAc⏎', invalid],
      ['AUTH LOGIN dQ-_⏎', invalid],
      ['AUTH LOGIN =⏎', password],
      ['=⏎', loggedIn],
    ],
  },
  {
    name: 'PLAIN with an empty login, and a password that contains NUL',
    conf: 'smtp_auth none;',
    turns: [[`AUTH PLAIN ${btoa('\0\0p\0q ')}⏎`, loggedIn]],
    requests: [
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: ⏎Auth-Pass: p%00q%20⏎Auth-Protocol: smtp⏎' +
        'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎',
    ],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]⏎'],
  },
  {
    name: 'escaping in the request and in XCLIENT are different',
    turns: [[`AUTH PLAIN ${btoa('\0u%r s+\xc3\xa9\x7f=\0p %+"\\\xe9')}⏎`, loggedIn]],
    requests: [
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: u%25r%20s+\xc3\xa9\\x7f=⏎' +
        'Auth-Pass: p%20%25+"\\\xe9⏎Auth-Protocol: smtp⏎Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎' +
        'Client-Host: [UNAVAILABLE]⏎⏎',
    ],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=u%r+20s+2B+C3+A9+7F+3D NAME=[UNAVAILABLE]⏎'],
    nginx: {
      why: xtext,
      received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=u%r s+\xc3\xa9\\x7f= NAME=[UNAVAILABLE]⏎'],
    },
  },
  {
    name: 'every byte of a login in the request',
    conf: 'xclient off;',
    turns: [
      ['AUTH LOGIN⏎', user],
      [`${btoa(everyByte)}⏎`, password],
      [`${btoa(everyByte)}⏎`, loggedIn],
    ],
    requests: [
      `GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: ${escaped}⏎Auth-Pass: ${escaped}⏎` +
        'Auth-Protocol: smtp⏎Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎',
    ],
    received: ['HELO mx.test⏎'],
  },
  {
    name: 'every byte of a login in XCLIENT, but line ends',
    turns: [
      ['AUTH LOGIN⏎', user],
      [`${btoa(everyByte.replace(/[\r\n]/g, ''))}⏎`, password],
      ['cA==⏎', loggedIn],
    ],
    received: [
      `EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=${plussed.replace('+0D', '').replace('+0A', '')} NAME=[UNAVAILABLE]⏎`,
    ],
    nginx: {
      why: xtext,
      received: [
        `EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=${shown(everyByte.replace(/[\r\n]/g, ''))} NAME=[UNAVAILABLE]⏎`,
      ],
    },
  },
  {
    name: 'CRAM-MD5: login, digest and challenge go to the auth service',
    conf: 'smtp_auth cram-md5;',
    turns: [
      ['AUTH CRAM-MD5⏎', challenge],
      [`${btoa(`user ${'a'.repeat(32)}`)}⏎`, loggedIn],
    ],
    requests: [
      `GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: cram-md5⏎Auth-User: user⏎Auth-Pass: ${'a'.repeat(32)}⏎` +
        'Auth-Salt: <NONCE1@mx.test>⏎Auth-Protocol: smtp⏎Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎' +
        'Client-Host: [UNAVAILABLE]⏎⏎',
    ],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=user NAME=[UNAVAILABLE]⏎'],
  },
  {
    name: 'CRAM-MD5 asked to WAIT: the repeated question has lost the digest',
    conf: 'smtp_auth cram-md5;',
    auth: [refuse('WAIT', 'Auth-Wait: 1⏎'), ok()],
    turns: [
      ['AUTH CRAM-MD5⏎', challenge],
      [`${btoa(`user ${'a'.repeat(32)}`)}⏎`, loggedIn],
    ],
    requests: [`${'a'.repeat(32)}`, ''].map(
      (digest) =>
        `GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: cram-md5⏎Auth-User: user⏎Auth-Pass: ${digest}⏎` +
        'Auth-Salt: <NONCE1@mx.test>⏎Auth-Protocol: smtp⏎Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎' +
        'Client-Host: [UNAVAILABLE]⏎⏎',
    ),
  },
  {
    name: 'CRAM-MD5: a star, an empty line, a login that contains no digest',
    conf: 'smtp_auth cram-md5;',
    turns: [
      ['AUTH CRAM-MD5⏎', challenge],
      ['*⏎', invalid],
      ['AUTH CRAM-MD5⏎', challenge],
      ['⏎', invalid],
      ['AUTH CRAM-MD5⏎', challenge],
      [`${btoa('justauser')}⏎`, invalid],
      ['NOOP⏎', fine],
    ],
    calls: 0,
  },
  {
    name: 'EXTERNAL: bad base64 and too many arguments',
    conf: 'smtp_auth external;',
    turns: [
      ['AUTH EXTERNAL !⏎', invalid],
      ['AUTH EXTERNAL Ym9i x⏎', invalid],
      ['AUTH EXTERNAL⏎', user],
      ['*⏎', invalid],
      ['AUTH LOGIN a b⏎', invalid],
      ['AUTH  EXTERNAL  Ym9i ⏎', loggedIn],
    ],
    calls: 1,
  },
];
