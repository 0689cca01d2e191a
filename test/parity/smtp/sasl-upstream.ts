/** Logins that fail and go on, and logins that nginx repeats to the upstream. */
import { type Dialogue, ok, refuse } from '../harness/dialogue.ts';
import { forgets } from './differences.ts';

const invalid = '500 5.5.1 Invalid command⏎';
const fine = '250 2.0.0 OK⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';
const loggedIn = '235 2.0.0 OK⏎';
const user = '334 VXNlcm5hbWU6⏎';
const password = '334 UGFzc3dvcmQ6⏎';
const broken = '451 4.3.2 Internal server error⏎';

/** What a login leaves behind, and proxy_smtp_auth. */
export const saslUpstream: readonly Dialogue[] = [
  {
    name: 'EXTERNAL after a failed LOGIN carries the old password',
    conf: 'smtp_auth login external;',
    auth: [refuse('no', 'Auth-Wait: 1⏎'), ok()],
    turns: [
      ['AUTH LOGIN dQ==⏎', password],
      ['cA==⏎', '535 5.7.0 no⏎'],
      ['AUTH EXTERNAL Ym9i⏎', loggedIn],
    ],
    requests: ['plain⏎Auth-User: u', 'external⏎Auth-User: bob'].map(
      (who, i) =>
        `GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: ${who}⏎Auth-Pass: p⏎Auth-Protocol: smtp⏎` +
        `Auth-Login-Attempt: ${i + 1}⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎`,
    ),
  },
  {
    name: 'RCPT after a failed AUTH: MAIL has forgotten the login',
    conf: 'smtp_auth plain none;',
    auth: [refuse('no', 'Auth-Wait: 1⏎'), ok()],
    turns: [
      ['AUTH PLAIN AHUAcA==⏎', '535 5.7.0 no⏎'],
      ['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}${rcpt}`],
    ],
    requests: [
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: u⏎Auth-Pass: p⏎Auth-Protocol: smtp⏎' +
        'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎',
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: none⏎Auth-User: ⏎Auth-Pass: ⏎Auth-Protocol: smtp⏎' +
        'Auth-Login-Attempt: 2⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎Auth-SMTP-Helo: ⏎' +
        'Auth-SMTP-From: MAIL FROM:<a>⏎Auth-SMTP-To: RCPT TO:<b>⏎⏎',
    ],
    nginx: {
      why: forgets,
      requests: [
        'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: u⏎Auth-Pass: p⏎Auth-Protocol: smtp⏎' +
          'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎',
        'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: none⏎Auth-User: u⏎Auth-Pass: p⏎Auth-Protocol: smtp⏎' +
          'Auth-Login-Attempt: 2⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎Auth-SMTP-Helo: ⏎' +
          'Auth-SMTP-From: MAIL FROM:<a>⏎Auth-SMTP-To: RCPT TO:<b>⏎⏎',
      ],
    },
  },
  {
    name: 'a SASL line with a tab or a CR that is not a line end',
    conf: 'smtp_auth none;',
    turns: [
      ['AUTH LOGIN⏎', user],
      ['dQ\t==⏎', invalid],
      ['AUTH LOGIN⏎', user],
      ['dQ\r=⏎', invalid],
      ['NOOP⏎', fine],
    ],
  },
  {
    name: 'proxy_smtp_auth: EXTERNAL has no password to log in with',
    row: 49,
    conf: 'proxy_smtp_auth on;',
    turns: [['AUTH EXTERNAL Ym9i⏎', broken, { closes: true }]],
  },
  {
    name: 'proxy_smtp_auth: the proxy logs in upstream, XCLIENT has no LOGIN',
    conf: 'proxy_smtp_auth on;',
    turns: [
      ['EHLO me⏎', '250-mx.test⏎250 AUTH PLAIN LOGIN⏎'],
      ['AUTH PLAIN AHUAcA==⏎', loggedIn],
    ],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]⏎EHLO me⏎AUTH PLAIN AHUAcA==⏎'],
  },
  {
    name: 'proxy_smtp_auth with the login and password of the answer',
    conf: 'proxy_smtp_auth on; xclient off;',
    auth: ok('Auth-User: other%20one⏎Auth-Pass: s%3D⏎'),
    turns: [['AUTH EXTERNAL Ym9i⏎', loggedIn]],
    received: [`HELO mx.test⏎AUTH PLAIN ${btoa('\0other%20one\0s%3D')}⏎`],
  },
  {
    name: 'proxy_smtp_auth means nothing under method none',
    conf: 'proxy_smtp_auth on; smtp_auth none;',
    auth: ok('Auth-User: bob⏎Auth-Pass: secret⏎'),
    turns: [['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}${rcpt}`]],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎'],
  },
];
