/** What the auth service is asked. */
import { type Dialogue, ok, refuse } from '../harness/dialogue.ts';
import { xtext } from './differences.ts';

const conf = 'smtp_auth none;';
const fine = '250 2.0.0 OK⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';
const refused = '535 5.7.0 no⏎';
const mail = ['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}${rcpt}`] as const;

interface Asked {
  readonly uri?: string;
  readonly host?: string;
  readonly user?: string;
  readonly attempt?: number;
  readonly ip?: string;
  readonly helo?: string;
  readonly from?: string;
  readonly to?: string;
  readonly more?: string;
}

function asked(one: Asked = {}): string {
  return (
    `GET ${one.uri ?? '/'} HTTP/1.0⏎Host: ${one.host ?? '127.0.0.1'}⏎Auth-Method: none⏎` +
    `Auth-User: ${one.user ?? ''}⏎Auth-Pass: ⏎Auth-Protocol: smtp⏎Auth-Login-Attempt: ${one.attempt ?? 1}⏎` +
    `Client-IP: ${one.ip ?? '127.0.0.1'}⏎Client-Host: [UNAVAILABLE]⏎Auth-SMTP-Helo: ${one.helo ?? ''}⏎` +
    `Auth-SMTP-From: ${one.from ?? 'MAIL FROM:<a>'}⏎Auth-SMTP-To: ${one.to ?? 'RCPT TO:<b>'}⏎${one.more ?? ''}⏎`
  );
}

function target(authHttp: string, uri: string, host = '127.0.0.1'): Dialogue {
  return { name: `auth_http ${authHttp}`, conf, authHttp, turns: [mail], requests: [asked({ uri, host })] };
}

/** Requests, byte by byte. */
export const authRequests: readonly Dialogue[] = [
  {
    name: 'the question at the first RCPT, and the dialogue with the upstream',
    conf,
    turns: [
      ['EHLO me⏎', '250 mx.test⏎'],
      ['MAIL FROM:<c>⏎', fine],
      ['rcpt to:<x y@z>  NOTIFY=NEVER ⏎', rcpt],
    ],
    requests: [asked({ helo: 'me', from: 'MAIL FROM:<c>', to: 'rcpt to:<x y@z>  NOTIFY=NEVER' })],
    received: [
      'EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]⏎EHLO me⏎MAIL FROM:<c>⏎' +
        'rcpt to:<x y@z>  NOTIFY=NEVER⏎',
    ],
  },
  { name: 'without HELO the header is empty', conf, turns: [mail], requests: [asked()] },
  {
    name: 'HELO, MAIL and RCPT are sent raw, bytes that HTTP does not allow included',
    conf,
    turns: [
      ['HELO m\xe9\t\0%41⏎', '250 mx.test⏎'],
      ['MAIL FROM:<\xc3\xbc%20+\t>⏎', fine],
      ['RCPT TO:<\0\x01\x7f\xff>⏎', rcpt],
    ],
    requests: [
      asked({ helo: 'm\xe9\\x09\\x00%41', from: 'MAIL FROM:<\xc3\xbc%20+\\x09>', to: 'RCPT TO:<\\x00\\x01\\x7f\xff>' }),
    ],
  },
  {
    name: 'the last HELO counts',
    conf,
    turns: [['EHLO one⏎HELO two⏎', '250 mx.test⏎250 mx.test⏎'], mail],
    requests: [asked({ helo: 'two' })],
  },
  {
    name: 'AUTH PLAIN with EHLO: the headers of a login',
    turns: [
      ['EHLO me⏎', '250-mx.test⏎250 AUTH PLAIN LOGIN⏎'],
      [`AUTH LOGIN ${btoa('user')}⏎`, '334 UGFzc3dvcmQ6⏎'],
      [`${btoa('pass')}⏎`, '235 2.0.0 OK⏎'],
    ],
    requests: [
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: user⏎Auth-Pass: pass⏎Auth-Protocol: smtp⏎' +
        'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎⏎',
    ],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=user NAME=[UNAVAILABLE]⏎EHLO me⏎'],
  },
  target('$AUTH', '/'),
  target('http://$AUTH', '/'),
  target('http://$AUTH/', '/'),
  target('$AUTH/a/b', '/a/b'),
  target('http://$AUTH/auth.php?x=1&y=%41#frag', '/auth.php?x=1&y=%41#frag'),
  target('$AUTH?x=1', '?x=1'),
  target('LocalHost:$PORT/x', '/x', 'LocalHost'),
  target('http://[::1]:$PORT/six', '/six', '[::1]'),
  target('$UNIX', '/', 'localhost'),
  target('http://$UNIX:/a/b', '/a/b', 'localhost'),
  {
    name: 'auth_http: the last one wins',
    conf: `${conf} auth_http 127.0.0.1:1;`,
    turns: [['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}451 4.3.2 Internal server error⏎`, { closes: true }]],
    calls: 0,
  },
  {
    name: 'auth_http_header: several, in order, also empty and with spaces',
    conf: `${conf} auth_http_header X-One 1; auth_http_header X-Auth-Key "s3cret key"; auth_http_header X-Empty ""; auth_http_header X-One again;`,
    turns: [mail],
    requests: [asked({ more: 'X-One: 1⏎X-Auth-Key: s3cret key⏎X-Empty: ⏎X-One: again⏎' })],
  },
  {
    name: 'auth_http_header of the mail block is inherited',
    mail: 'auth_http_header X-Level mail; timeout 30s;',
    conf,
    turns: [mail],
    requests: [asked({ more: 'X-Level: mail⏎' })],
  },
  {
    name: 'one auth_http_header in the server hides those of the mail block',
    mail: 'auth_http_header X-Level mail; timeout 30s;',
    conf: `${conf} auth_http_header X-Other server;`,
    turns: [mail],
    requests: [asked({ more: 'X-Other: server⏎' })],
  },
  {
    name: 'smtp_auth and smtp_capabilities of the mail block are replaced, not added to',
    mail: 'smtp_auth cram-md5; smtp_capabilities A B; xclient off;',
    conf: 'smtp_auth plain none; smtp_capabilities C;',
    turns: [['EHLO me⏎', '250-mx.test⏎250-C⏎250 AUTH PLAIN⏎'], mail],
    received: ['EHLO mx.test⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎'],
  },
  {
    name: 'smtp_auth and smtp_capabilities of the mail block are inherited',
    mail: 'smtp_auth cram-md5; smtp_capabilities A B; xclient off;',
    turns: [['EHLO me⏎', '250-mx.test⏎250-A⏎250-B⏎250 AUTH CRAM-MD5⏎']],
  },
  {
    name: 'an IPv6 client',
    host: '[::1]',
    conf,
    turns: [mail],
    requests: [asked({ ip: '::1' })],
    received: ['EHLO mx.test⏎XCLIENT ADDR=IPV6:::1 NAME=[UNAVAILABLE]⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎'],
  },
  {
    name: 'attempts are counted, and MAIL stays remembered over refusals that wait',
    conf,
    auth: [refuse('no', 'Auth-Wait: 1⏎'), refuse('no', 'Auth-Wait: 1⏎'), ok()],
    turns: [
      ['HELO me⏎', '250 mx.test⏎'],
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<one>⏎', refused, { within: [950, 2500] }],
      ['RCPT TO:<two>⏎', refused],
      ['RCPT TO:<three>⏎', rcpt],
    ],
    requests: ['one', 'two', 'three'].map((to, i) => asked({ helo: 'me', attempt: i + 1, to: `RCPT TO:<${to}>` })),
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 NAME=[UNAVAILABLE]⏎HELO me⏎MAIL FROM:<a>⏎RCPT TO:<three>⏎'],
  },
  {
    name: 'a question repeated after WAIT keeps its number',
    conf,
    auth: [refuse('WAIT', 'Auth-Wait: 1⏎'), refuse('WAIT', 'Auth-Wait: 1⏎'), ok()],
    turns: [['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}${rcpt}`, { within: [1900, 4000] }]],
    requests: [asked(), asked(), asked()],
  },
  {
    name: 'Auth-User of a refusal is the user of the next question',
    conf,
    auth: [refuse('no', 'Auth-Wait: 1⏎Auth-User: bob⏎'), ok()],
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', refused],
      ['RCPT TO:<b>⏎', rcpt],
    ],
    requests: [asked(), asked({ attempt: 2, user: 'bob' })],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=bob NAME=[UNAVAILABLE]⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎'],
  },
  {
    name: 'Auth-User in a WAIT changes the repeated question',
    conf,
    auth: [refuse('WAIT', 'Auth-Wait: 1⏎Auth-User: b%b⏎'), ok()],
    turns: [['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}${rcpt}`]],
    requests: [asked(), asked({ user: 'b%25b' })],
  },
  {
    name: 'Auth-User of a route is told to the upstream',
    conf,
    auth: ok('Auth-User: bob+x⏎'),
    turns: [mail],
    received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=bob+2Bx NAME=[UNAVAILABLE]⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎'],
    nginx: {
      why: xtext,
      received: ['EHLO mx.test⏎XCLIENT ADDR=127.0.0.1 LOGIN=bob+x NAME=[UNAVAILABLE]⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎'],
    },
  },
  {
    name: 'RSET between two attempts: the number goes on, MAIL is new',
    conf,
    auth: [refuse('no', 'Auth-Wait: 1⏎'), ok()],
    turns: [
      ['MAIL FROM:<old>⏎RCPT TO:<b>⏎', `${fine}${refused}`],
      ['RSET⏎', fine],
      ['RCPT TO:<b>⏎', '503 5.5.1 Bad sequence of commands⏎'],
      mail,
    ],
    requests: [asked({ from: 'MAIL FROM:<old>' }), asked({ attempt: 2 })],
  },
];
