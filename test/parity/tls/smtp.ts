/** SMTP with STARTTLS, and over TLS from the start. */
import { type Dialogue, refuse } from '../harness/dialogue.ts';
import { asked, login, told } from '../net/words.ts';
import { encrypted, failing, handshake, on, only, shows, speaks, verifying } from './words.ts';

const start = '220 2.0.0 Start TLS⏎';
const invalid = '500 5.5.1 Invalid command⏎';
const fine = '250 2.0.0 OK⏎';
const greeting = '220 mx.test ESMTP ready⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';
const sequence = '503 5.5.1 Bad sequence of commands⏎';
const ehlo = ['EHLO me⏎', '250-mx.test⏎250 AUTH PLAIN LOGIN⏎'] as const;
const upgrade = ['STARTTLS⏎', start, { secure: true }] as const;
const question = (headers: string): string => asked('127.0.0.1', { proxied: headers });

/** A question of the first recipient. */
const recipient = (helo: string, headers: string): string =>
  'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: none⏎Auth-User: ⏎Auth-Pass: ⏎Auth-Protocol: smtp⏎' +
  'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎' +
  `Auth-SMTP-Helo: ${helo}⏎Auth-SMTP-From: MAIL FROM:<a>⏎Auth-SMTP-To: RCPT TO:<b>⏎${headers}⏎`;

const starttls: readonly Dialogue[] = [
  {
    name: 'starttls on: offered last, granted once, and AUTH after it',
    row: 50,
    conf: on,
    turns: [
      ['EHLO me⏎', '250-mx.test⏎250-AUTH PLAIN LOGIN⏎250 STARTTLS⏎'],
      upgrade,
      ehlo,
      ['STARTTLS⏎', invalid],
      login,
    ],
    requests: [question(encrypted())],
    received: [`${told('127.0.0.1')}EHLO me⏎`],
  },
  {
    name: 'starttls on: what is pipelined behind STARTTLS is dropped',
    row: 51,
    conf: on,
    turns: [
      ['STARTTLS⏎NOOP⏎', start, { secure: true }],
      ['NOOP⏎', fine],
    ],
  },
  {
    name: 'starttls only: no AUTH in clear text',
    row: 52,
    conf: only,
    turns: [
      ['EHLO me⏎', '250-mx.test⏎250 STARTTLS⏎'],
      ['AUTH PLAIN AHUAcA==⏎', invalid],
      ['MAIL FROM:<a>⏎', '530 5.7.1 Authentication required⏎'],
    ],
  },
  {
    name: 'starttls only: none is not protected',
    row: 53,
    conf: `smtp_auth none; ${only}`,
    turns: [
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', rcpt],
    ],
    requests: [recipient('', '')],
  },
  {
    name: 'starttls only: AUTH without arguments is refused in the same words, and none of it counts as an error',
    conf: `${only} max_errors 2;`,
    turns: [
      ['AUTH⏎', invalid],
      ['AUTH LOGIN⏎', invalid],
      ['AUTH CRAM-MD5⏎', invalid],
      ['FOO⏎', invalid],
      upgrade,
      ehlo,
      ['BAR⏎', invalid, { closes: true }],
    ],
  },
  {
    name: 'starttls only: after TLS everything is as ever',
    conf: only,
    turns: [['starttls now please⏎', start, { secure: true }], ehlo, login],
    requests: [question(encrypted())],
  },
  {
    name: 'starttls on: without AUTH the list ends with STARTTLS, behind the capabilities',
    conf: `smtp_auth none; smtp_capabilities PIPELINING "SIZE 10"; ${on}`,
    turns: [
      ['EHLO me⏎', '250-mx.test⏎250-PIPELINING⏎250-SIZE 10⏎250 STARTTLS⏎'],
      ['HELO me⏎', '250 mx.test⏎'],
      upgrade,
      ['EHLO me⏎', '250-mx.test⏎250-PIPELINING⏎250 SIZE 10⏎'],
    ],
  },
  {
    name: 'starttls on: login in clear text works, and tells nothing of TLS',
    conf: on,
    turns: [login],
    requests: [question('')],
  },
  {
    name: 'starttls off: neither offered nor taken',
    conf: speaks,
    turns: [ehlo, ['STARTTLS⏎', invalid], login],
    requests: [question('')],
  },
  {
    name: 'STARTTLS forgets HELO, MAIL and RCPT',
    conf: `smtp_auth none; ${on}`,
    turns: [
      ['HELO me⏎', '250 mx.test⏎'],
      ['MAIL FROM:<x>⏎', fine],
      upgrade,
      ['RCPT TO:<b>⏎', sequence],
      ['MAIL FROM:<a>⏎', fine],
      ['RCPT TO:<b>⏎', rcpt],
    ],
    requests: [recipient('', encrypted())],
  },
  {
    name: 'STARTTLS keeps that the client said EHLO',
    conf: `xclient off; ${on}`,
    turns: [['EHLO me⏎', '250-mx.test⏎250-AUTH PLAIN LOGIN⏎250 STARTTLS⏎'], upgrade, login],
    received: ['EHLO mx.test⏎'],
  },
  {
    name: 'STARTTLS keeps login and password of an earlier attempt',
    conf: `smtp_auth plain external; ${on}`,
    auth: [refuse('no', 'Auth-Wait: 1⏎'), refuse('never')],
    turns: [
      ['AUTH PLAIN AHUAcA==⏎', '535 5.7.0 no⏎'],
      upgrade,
      ['AUTH EXTERNAL Ym9i⏎', '535 5.7.0 never⏎', { closes: true }],
    ],
    requests: [
      question(''),
      question(encrypted())
        .replace('Auth-Method: plain⏎Auth-User: u', 'Auth-Method: external⏎Auth-User: bob')
        .replace('Attempt: 1', 'Attempt: 2'),
    ],
  },
  {
    name: 'STARTTLS keeps the challenge',
    conf: `smtp_auth cram-md5; ${on}`,
    turns: [
      ['AUTH CRAM-MD5⏎', '334 BASE64(<NONCE1@mx.test>)⏎'],
      ['*⏎', invalid],
      upgrade,
      ['AUTH CRAM-MD5⏎', '334 BASE64(<NONCE1@mx.test>)⏎'],
      ['*⏎', invalid],
    ],
  },
  {
    name: 'a client that goes on in clear text after STARTTLS',
    conf: on,
    turns: [
      ['STARTTLS⏎', start],
      ['EHLO me⏎', '', { closes: true }],
    ],
  },
  {
    name: 'a client that leaves after STARTTLS',
    conf: on,
    turns: [
      ['STARTTLS⏎', start],
      ['', '', { closes: true, finish: true }],
    ],
  },
  {
    name: 'after STARTTLS the client says nothing: twice timeout',
    conf: `${on} timeout 600ms;`,
    turns: [
      ['STARTTLS⏎', start],
      ['', '', { closes: true, within: [1000, 1600] }],
    ],
  },
  {
    name: 'after STARTTLS the client begins and goes no further: the rest of the first timeout',
    conf: `${on} timeout 700ms;`,
    turns: [
      ['STARTTLS⏎', start, { after: 200 }],
      ['\x16', '', { after: 100, closes: true, within: [600, 1100] }],
    ],
  },
  {
    name: 'after STARTTLS the client is silent until timeout is over: its handshake comes too late',
    conf: `${on} timeout 600ms;`,
    turns: [
      ['STARTTLS⏎', start],
      ['', '', { after: 850, secure: true, unsecured: true }],
    ],
    leaves: true,
  },
  {
    name: 'the handshake does not prolong the time for the dialogue',
    conf: `${on} timeout 700ms;`,
    turns: [
      ['STARTTLS⏎', start, { secure: true }],
      ['NOOP⏎', fine],
      ['', '', { closes: true, within: [500, 1000] }],
    ],
  },
];

const implicit: readonly Dialogue[] = [
  {
    name: 'listen ssl: the greeting comes encrypted, and STARTTLS is nothing any more',
    conf: on,
    listen: 'ssl',
    greeting: null,
    turns: [handshake(), ['', greeting], ehlo, ['STARTTLS⏎', invalid], login],
    requests: [question(encrypted())],
  },
  {
    name: 'listen ssl: TLS 1.2 with a cipher that is forced',
    conf: `${speaks} ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384;`,
    listen: 'ssl',
    greeting: null,
    turns: [handshake({ protocol: 'TLSv1.2' }), ['', greeting], login],
    requests: [question(encrypted('TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384'))],
  },
  {
    name: "listen ssl: the server's order of ciphers",
    conf: `${speaks} ssl_ciphers AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256; ssl_prefer_server_ciphers on;`,
    listen: 'ssl',
    greeting: null,
    turns: [handshake({ protocol: 'TLSv1.2' }), ['', greeting], login],
    requests: [question(encrypted('TLSv1.2', 'AES256-GCM-SHA384'))],
  },
  {
    name: "listen ssl: the client's order of ciphers",
    conf: `${speaks} ssl_ciphers AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256;`,
    listen: 'ssl',
    greeting: null,
    turns: [handshake({ protocol: 'TLSv1.2' }), ['', greeting], login],
    requests: [question(encrypted('TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256'))],
  },
  {
    name: 'listen ssl: a suite of TLS 1.3 by ssl_conf_command',
    conf: `${speaks} ssl_conf_command Ciphersuites TLS_CHACHA20_POLY1305_SHA256;`,
    listen: 'ssl',
    greeting: null,
    turns: [handshake(), ['', greeting], login],
    requests: [question(encrypted('TLSv1.3', 'TLS_CHACHA20_POLY1305_SHA256'))],
  },
  {
    name: 'listen ssl: versions with a gap',
    conf: `${speaks.replace('TLSv1.2 ', '')} ssl_conf_command Protocol ALL,-TLSv1.3;`,
    listen: 'ssl',
    greeting: null,
    turns: [handshake(), ['', greeting], login],
    calls: 1,
  },
  {
    name: 'listen ssl: a version that the server does not speak',
    conf: speaks.replace('TLSv1.2 ', ''),
    listen: 'ssl',
    greeting: null,
    turns: [failing({ protocol: 'TLSv1.2' })],
    leaves: true,
  },
  {
    name: 'listen ssl: ssl_protocols that nobody set hold TLS 1.3',
    conf: speaks.replace('ssl_protocols TLSv1.2 TLSv1.3;', ''),
    listen: 'ssl',
    greeting: null,
    turns: [handshake({ protocol: 'TLSv1.3' }), ['', greeting]],
    leaves: true,
    nginx: {
      why: '1.22.1 leaves TLS 1.3 out where ssl_protocols is not set; 1.23.4 and later have it.',
      turns: [failing({ protocol: 'TLSv1.3' })],
    },
  },
  {
    name: 'listen ssl: ALPN names the protocol',
    conf: speaks,
    listen: 'ssl',
    greeting: null,
    turns: [handshake({ alpn: ['imap', 'smtp'] }), ['', greeting]],
  },
  {
    name: 'listen ssl: ALPN names only others',
    conf: speaks,
    listen: 'ssl',
    greeting: null,
    turns: [failing({ alpn: ['imap', 'h2'] })],
    leaves: true,
  },
  {
    name: 'listen ssl: any SNI is taken',
    conf: speaks,
    listen: 'ssl',
    greeting: null,
    turns: [handshake({ serverName: 'somewhere.else' }), ['', greeting]],
  },
  {
    name: 'listen ssl: clear text is closed without a word',
    conf: speaks,
    listen: 'ssl',
    greeting: null,
    turns: [['EHLO me⏎', '', { closes: true }]],
  },
  {
    name: 'listen ssl: no handshake within timeout',
    conf: `${speaks} timeout 500ms;`,
    listen: 'ssl',
    greeting: null,
    turns: [['', '', { closes: true, within: [400, 900] }]],
  },
  {
    name: 'listen ssl proxy_protocol: waiting for the header counts for the handshake',
    conf: `${speaks} timeout 700ms;`,
    listen: 'ssl proxy_protocol',
    greeting: null,
    turns: [['PROXY UNKNOWN⏎', '', { after: 400, closes: true, within: [600, 1050] }]],
  },
  {
    name: 'listen ssl proxy_protocol: the header first, then the handshake',
    conf: `${speaks} set_real_ip_from 127.0.0.0/8;`,
    listen: 'ssl proxy_protocol',
    greeting: null,
    turns: [['PROXY TCP4 192.0.2.1 198.51.100.2 1234 25⏎', '', { secure: true }], ['', greeting], login],
    requests: [
      asked('192.0.2.1', {
        proxied:
          'Proxy-Protocol-Addr: 192.0.2.1⏎Proxy-Protocol-Port: 1234⏎Proxy-Protocol-Server-Addr: 198.51.100.2⏎' +
          `Proxy-Protocol-Server-Port: 25⏎${encrypted()}`,
      }),
    ],
  },
  {
    // Bytes that come together with the end of the handshake nginx would overlook: hence the pause.
    name: 'listen ssl with smtp_greeting_delay: talking too early is noticed after the handshake too',
    conf: `${speaks} smtp_greeting_delay 1s;`,
    listen: 'ssl',
    greeting: null,
    turns: [
      handshake(),
      ['EHLO me⏎', '503 5.5.0 Improper use of SMTP command pipelining⏎', { closes: true, after: 150 }],
    ],
  },
];

const bad = '421 4.7.1 SSL certificate error⏎';
const missing = '421 4.7.1 No required SSL certificate⏎';
type Holder = 'client' | 'stranger' | 'expired' | 'far' | 'server';

/** The last line, at once after the handshake. */
const turnedAway = (name: string, conf: string, line: string, holder?: Holder): Dialogue => ({
  name: `client certificates: ${name}`,
  conf,
  listen: 'ssl',
  greeting: null,
  turns: [handshake(holder ? { holder } : true), ['', line, { closes: true }]],
});

/** The session goes on, and the auth service is told. */
const welcome = (name: string, conf: string, headers: string, holder?: Holder): Dialogue => ({
  name: `client certificates: ${name}`,
  conf,
  listen: 'ssl',
  greeting: null,
  turns: [handshake(holder ? { holder } : true), ['', greeting], login],
  requests: [question(`${encrypted()}${headers}`)],
});

const local = 'FAILED:unable to get local issuer certificate';
const chain = 'FAILED:self-signed certificate in certificate chain';
const selfSigned = 'FAILED:self-signed certificate';
const passing = 'auth_http_pass_client_cert on;';
const withoutCa = `${speaks} ssl_verify_client optional_no_ca;`;

const certificates: readonly Dialogue[] = [
  { ...turnedAway('on, none shown', verifying('on'), missing), row: 54 },
  { ...turnedAway('on, self-signed', verifying('on'), bad, 'stranger'), row: 55 },
  turnedAway('on, expired', verifying('on'), bad, 'expired'),
  welcome('on, good', verifying('on'), shows('client', 'SUCCESS'), 'client'),
  welcome('on, good, passed on whole', verifying('on', passing), shows('client', 'SUCCESS', true), 'client'),
  welcome('on, below an inner CA', verifying('on'), shows('far', 'SUCCESS'), 'far'),
  turnedAway('on, below an inner CA and ssl_verify_depth 0', verifying('on', 'ssl_verify_depth 0;'), bad, 'far'),
  turnedAway('revoked', verifying('optional_no_ca', 'ssl_crl $CERTS/crl.pem;'), bad, 'client'),
  welcome('ssl_crl, and none shown', verifying('optional', 'ssl_crl $CERTS/crl.pem;'), 'Auth-SSL-Verify: NONE⏎'),
  welcome('optional, none shown', verifying('optional', passing), 'Auth-SSL-Verify: NONE⏎'),
  welcome('optional, good', verifying('optional'), shows('client', 'SUCCESS'), 'client'),
  turnedAway('optional, self-signed', verifying('optional'), bad, 'stranger'),
  turnedAway('optional, expired', verifying('optional'), bad, 'expired'),
  welcome('optional_no_ca, none shown', verifying('optional_no_ca'), 'Auth-SSL-Verify: NONE⏎'),
  welcome('optional_no_ca, good', verifying('optional_no_ca'), shows('client', 'SUCCESS'), 'client'),
  welcome('optional_no_ca, self-signed', verifying('optional_no_ca'), shows('stranger', selfSigned), 'stranger'),
  turnedAway('optional_no_ca, expired', verifying('optional_no_ca'), bad, 'expired'),
  welcome('optional_no_ca without a CA', withoutCa, shows('client', chain), 'client'),
  welcome('optional_no_ca without a CA, below an inner one', withoutCa, shows('far', local), 'far'),
  welcome(
    'trusted, but not announced',
    `${withoutCa} ssl_trusted_certificate $CERTS/ca.crt;`,
    shows('client', 'SUCCESS'),
    'client',
  ),
  welcome('off: not even asked for', speaks, '', 'client'),
  {
    ...turnedAway('before smtp_greeting_delay', verifying('on', 'smtp_greeting_delay 5s;'), missing),
  },
  {
    name: 'client certificates: after STARTTLS the last line comes before the next command',
    conf: verifying('on', 'starttls on;'),
    turns: [
      ['STARTTLS⏎', start, { secure: true }],
      ['', missing, { closes: true }],
    ],
  },
  {
    name: 'client certificates: after STARTTLS, good',
    conf: verifying('on', 'starttls only;'),
    turns: [['STARTTLS⏎', start, { secure: { holder: 'client' } }], login],
    requests: [question(`${encrypted()}${shows('client', 'SUCCESS')}`)],
  },
];

/** Every SMTP dialogue with TLS. */
export const smtp: readonly Dialogue[] = [...starttls, ...implicit, ...certificates];
