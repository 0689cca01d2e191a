/** IMAP with STARTTLS, and over TLS from the start. */
import { asked } from '../harness/asked.ts';
import type { Dialogue } from '../harness/dialogue.ts';
import { encrypted, failing, handshake, on, only, shows, speaks, verifying } from './words.ts';

const greeting = '* OK IMAP4 ready⏎';
const words = '* CAPABILITY IMAP4 IMAP4rev1 UIDPLUS';
const plain = `${words} AUTH=PLAIN⏎`;
const login = ['c LOGIN u p⏎', 'c OK logged in up⏎'] as const;
const question = (more: string): string => asked('imap', { more });

const starttls: readonly Dialogue[] = [
  {
    name: 'IMAP: starttls on',
    row: 82,
    conf: on,
    turns: [
      ['a CAPABILITY⏎', `${words} AUTH=PLAIN STARTTLS⏎a OK completed⏎`],
      ['b STARTTLS⏎', 'b OK completed⏎', { secure: true }],
      ['c CAPABILITY⏎', `${plain}c OK completed⏎`],
      ['d STARTTLS⏎', 'd BAD invalid command⏎'],
    ],
  },
  {
    name: 'IMAP: starttls only',
    row: 83,
    conf: only,
    turns: [
      ['a CAPABILITY⏎', `${words} STARTTLS LOGINDISABLED⏎a OK completed⏎`],
      ['b LOGIN u p⏎', 'b BAD invalid command⏎'],
      ['c AUTHENTICATE PLAIN⏎', 'c BAD invalid command⏎'],
    ],
  },
  {
    name: 'IMAP: starttls only refuses what is wrong in other ways too, and a literal is read first',
    conf: `${only} max_errors 2;`,
    turns: [
      ['a LOGIN⏎', 'a BAD invalid command⏎'],
      ['b LOGIN {1}⏎', '+ OK⏎'],
      ['u p⏎', 'b BAD invalid command⏎'],
      ['c AUTHENTICATE⏎', 'c BAD invalid command⏎'],
      ['d FOO⏎', 'd BAD invalid command⏎'],
      ['e STARTTLS now⏎', 'e OK completed⏎', { secure: true }],
      ['f CAPABILITY⏎', `${plain}f OK completed⏎`],
      ['g BAR⏎', 'g BAD invalid command⏎', { closes: true }],
    ],
  },
  {
    name: 'IMAP: every mechanism and every word, before TLS and after it',
    conf: `imap_auth login plain cram-md5 external; imap_capabilities IMAP4rev1 IDLE; ${on}`,
    turns: [
      [
        'a CAPABILITY⏎',
        '* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=EXTERNAL STARTTLS⏎a OK completed⏎',
      ],
      ['b STARTTLS⏎', 'b OK completed⏎', { secure: true }],
      [
        'c CAPABILITY⏎',
        '* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=EXTERNAL⏎c OK completed⏎',
      ],
    ],
  },
  {
    name: 'IMAP: what is pipelined behind STARTTLS is dropped, half a command too',
    conf: on,
    turns: [
      ['a STARTTLS⏎b NOOP⏎c NO', 'a OK completed⏎', { secure: { protocol: 'TLSv1.2' } }],
      ['d NOOP⏎', 'd OK completed⏎'],
    ],
  },
  {
    name: 'IMAP: login after STARTTLS',
    conf: `${only} ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384;`,
    turns: [['b STARTTLS⏎', 'b OK completed⏎', { secure: { protocol: 'TLSv1.2' } }], login],
    requests: [question(encrypted('TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384'))],
  },
  {
    name: 'IMAP: starttls off',
    conf: speaks,
    turns: [['a STARTTLS⏎', 'a BAD invalid command⏎'], ['b CAPABILITY⏎', `${plain}b OK completed⏎`], login],
    requests: [question('')],
  },
  {
    name: 'IMAP: clear text after STARTTLS',
    conf: on,
    turns: [
      ['a STARTTLS⏎', 'a OK completed⏎'],
      ['b NOOP⏎', '', { closes: true }],
    ],
  },
];

const listen = 'ssl';
const implicit: readonly Dialogue[] = [
  {
    name: 'IMAP over TLS: no STARTTLS any more',
    conf: only,
    listen,
    greeting: null,
    turns: [
      handshake(),
      ['', greeting],
      ['a CAPABILITY⏎', `${plain}a OK completed⏎`],
      ['b STARTTLS⏎', 'b BAD invalid command⏎'],
      login,
    ],
    requests: [question(encrypted())],
  },
  {
    name: 'IMAP over TLS: ALPN',
    conf: speaks,
    listen,
    greeting: null,
    turns: [handshake({ alpn: ['imap'] }), ['', greeting]],
  },
  {
    name: 'IMAP over TLS: ALPN of another protocol',
    conf: speaks,
    listen,
    greeting: null,
    turns: [failing({ alpn: ['smtp', 'pop3'] })],
    leaves: true,
  },
  {
    name: 'IMAP over TLS: clear text is closed without a word',
    conf: speaks,
    listen,
    greeting: null,
    turns: [['a NOOP⏎', '', { closes: true }]],
  },
  {
    name: 'IMAP over TLS: no certificate',
    row: 84,
    conf: verifying('on'),
    listen,
    greeting: null,
    turns: [handshake(), ['', '* BYE No required SSL certificate⏎', { closes: true }]],
  },
  {
    name: 'IMAP over TLS: a certificate of nobody we know',
    conf: verifying('optional'),
    listen,
    greeting: null,
    turns: [handshake({ holder: 'stranger' }), ['', '* BYE SSL certificate error⏎', { closes: true }]],
  },
  {
    name: 'IMAP over TLS: a good certificate',
    conf: verifying('on', 'auth_http_pass_client_cert on; auth_http_header X-Key secret;'),
    listen,
    greeting: null,
    turns: [handshake({ holder: 'client' }), ['', greeting], login],
    requests: [question(`${encrypted()}${shows('client', 'SUCCESS', true)}X-Key: secret⏎`)],
  },
  {
    name: 'IMAP after STARTTLS: no certificate',
    conf: verifying('on', 'starttls on;'),
    turns: [
      ['a STARTTLS⏎', 'a OK completed⏎', { secure: true }],
      ['', '* BYE No required SSL certificate⏎', { closes: true }],
    ],
  },
];

/** Every IMAP dialogue with TLS. */
export const imap: readonly Dialogue[] = [...starttls, ...implicit].map((one) => ({ ...one, protocol: 'imap' }));
