/** POP3 with STLS, and over TLS from the start. */
import { asked } from '../harness/asked.ts';
import type { Dialogue } from '../harness/dialogue.ts';
import { encrypted, failing, handshake, on, only, shows, speaks, verifying } from './words.ts';

const greeting = '+OK POP3 ready⏎';
const invalid = '-ERR invalid command⏎';
const list = '+OK Capability list follows⏎';
const sasl = `${list}TOP⏎USER⏎UIDL⏎SASL PLAIN LOGIN⏎`;
const user = ['USER u⏎', '+OK⏎'] as const;
const login = [user, ['PASS p⏎', '+OK pass up⏎']] as const;
const question = (more: string): string => asked('pop3', { more });

const stls: readonly Dialogue[] = [
  {
    name: 'POP3: starttls on',
    row: 106,
    conf: on,
    turns: [
      ['CAPA⏎', `${sasl}STLS⏎.⏎`],
      user,
      ['CAPA⏎', `${sasl}.⏎`],
      ['STLS⏎', invalid],
      ['STLS⏎', '+OK⏎', { secure: true }],
      ['STLS⏎', invalid],
    ],
  },
  {
    name: 'POP3: starttls only',
    row: 107,
    conf: only,
    turns: [
      ['CAPA⏎', `${list}TOP⏎UIDL⏎STLS⏎.⏎`],
      ['USER u⏎', invalid],
      ['AUTH⏎', invalid],
    ],
  },
  {
    name: 'POP3: starttls only refuses every login, counts none of it, and hides USER whatever its case',
    conf: `${only} pop3_auth plain apop; pop3_capabilities user Top USERS; max_errors 2;`,
    greeting: '+OK POP3 ready <NONCE1@mx.test>⏎',
    turns: [
      ['CAPA⏎', `${list}Top⏎USERS⏎STLS⏎.⏎`],
      ['USER⏎', invalid],
      ['APOP u d⏎', invalid],
      ['AUTH PLAIN⏎', invalid],
      ['PASS p⏎', invalid],
      ['FOO⏎', invalid],
      ['stls a b⏎', '+OK⏎', { secure: true }],
      ['CAPA⏎', `${list}user⏎Top⏎USERS⏎SASL PLAIN LOGIN⏎.⏎`],
      ['BAR⏎', invalid, { closes: true }],
    ],
  },
  {
    name: 'POP3: what is pipelined behind STLS is dropped',
    conf: on,
    turns: [
      ['STLS⏎NOOP⏎', '+OK⏎', { secure: { protocol: 'TLSv1.2' } }],
      ['NOOP⏎', '+OK⏎'],
    ],
  },
  {
    name: 'POP3: login after STLS',
    conf: only,
    turns: [['STLS⏎', '+OK⏎', { secure: true }], ['CAPA⏎', `${sasl}.⏎`], ...login],
    requests: [question(encrypted())],
  },
  {
    name: 'POP3: starttls off',
    conf: speaks,
    turns: [['CAPA⏎', `${sasl}.⏎`], ['STLS⏎', invalid], ...login],
    requests: [question('')],
  },
  {
    name: 'POP3: clear text after STLS',
    conf: on,
    turns: [
      ['STLS⏎', '+OK⏎'],
      ['NOOP⏎', '', { closes: true }],
    ],
  },
];

const listen = 'ssl';
const implicit: readonly Dialogue[] = [
  {
    name: 'POP3 over TLS: no STLS any more',
    conf: only,
    listen,
    greeting: null,
    turns: [handshake(), ['', greeting], ['CAPA⏎', `${sasl}.⏎`], ['STLS⏎', invalid], ...login],
    requests: [question(encrypted())],
  },
  {
    name: 'POP3 over TLS: ALPN',
    conf: speaks,
    listen,
    greeting: null,
    turns: [handshake({ alpn: ['h2', 'pop3'] }), ['', greeting]],
  },
  {
    name: 'POP3 over TLS: ALPN of another protocol',
    conf: speaks,
    listen,
    greeting: null,
    turns: [failing({ alpn: ['POP3'] })],
    leaves: true,
  },
  {
    name: 'POP3 over TLS: clear text is closed without a word',
    conf: speaks,
    listen,
    greeting: null,
    turns: [['NOOP⏎', '', { closes: true }]],
  },
  {
    name: 'POP3 over TLS: no certificate',
    row: 108,
    conf: verifying('on'),
    listen,
    greeting: null,
    turns: [handshake(), ['', '-ERR No required SSL certificate⏎', { closes: true }]],
  },
  {
    name: 'POP3 over TLS: a certificate of nobody we know',
    conf: verifying('optional'),
    listen,
    greeting: null,
    turns: [handshake({ holder: 'stranger' }), ['', '-ERR SSL certificate error⏎', { closes: true }]],
  },
  {
    name: 'POP3 over TLS: a certificate that is put up with',
    conf: verifying('optional_no_ca'),
    listen,
    greeting: null,
    turns: [handshake({ holder: 'stranger' }), ['', greeting], ...login],
    requests: [question(`${encrypted()}${shows('stranger', 'FAILED:self-signed certificate')}`)],
  },
  {
    name: 'POP3 after STLS: an expired certificate',
    conf: verifying('optional_no_ca', 'starttls on;'),
    turns: [
      ['STLS⏎', '+OK⏎', { secure: { holder: 'expired' } }],
      ['', '-ERR SSL certificate error⏎', { closes: true }],
    ],
  },
];

/** Every POP3 dialogue with TLS. */
export const pop3: readonly Dialogue[] = [...stls, ...implicit].map((one) => ({ ...one, protocol: 'pop3' }));
