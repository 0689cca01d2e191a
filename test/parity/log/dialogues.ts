/** Dialogues for what only the log tells: who broke off, when, and how much of a line fits. */
import { type Dialogue, ok, type TurnMore } from '../harness/dialogue.ts';
import { speaks } from '../tls/words.ts';

const closes: TurnMore = { closes: true };
const login = 'AUTH PLAIN AHUAcA==⏎';
const broken = '451 4.3.2 Internal server error⏎';
const nobody = 'HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: 1⏎⏎';
const plain = (user: string): string => `AUTH PLAIN ${btoa(`\0${user}\0p`)}⏎`;
const tls = { conf: speaks, listen: 'ssl', greeting: null, leaves: true } as const;

const clients: readonly Dialogue[] = [
  { name: 'a client resets before it says anything', turns: [['', '', { reset: true }]] },
  {
    name: 'a client resets after a failed login',
    auth: 'Auth-Status: no⏎Auth-Wait: 1⏎⏎',
    turns: [
      [login, '535 5.7.0 no⏎'],
      ['', '', { reset: true }],
    ],
  },
  {
    name: 'MAIL is refused between pipelined commands',
    turns: [['NOOP⏎MAIL FROM:<a>⏎', '250 2.0.0 OK⏎530 5.7.1 Authentication required⏎']],
  },
  {
    name: 'commands that fill the buffer are quoted from its start',
    conf: 'smtp_client_buffer 24;',
    turns: [[`NOOP⏎RSET⏎${'x'.repeat(40)}`, '250 2.0.0 OK⏎250 2.0.0 OK⏎500 5.5.1 Invalid command⏎', closes]],
  },
  {
    name: 'a command that is longer than a line of the log',
    turns: [[`NOOP ${'x'.repeat(5000)}`, '500 5.5.1 Invalid command⏎', closes]],
  },
  {
    name: 'a login that is longer than a line of the log',
    conf: 'xclient off;',
    turns: [[plain('u'.repeat(2500)), '235 2.0.0 OK⏎']],
  },
  {
    name: 'a login that nearly fills a line of the log',
    conf: 'xclient off;',
    turns: [[plain('u'.repeat(1860)), '235 2.0.0 OK⏎']],
  },
];

const handshakes: readonly Dialogue[] = [
  { ...tls, name: 'clear text where TLS is spoken', turns: [['EHLO me⏎', '', closes]] },
  { ...tls, name: 'a client leaves instead of shaking hands', turns: [['', '', { finish: true, closes: true }]] },
  {
    ...tls,
    name: 'a client leaves in the middle of the handshake',
    turns: [['\x16\x03\x01', '', { finish: true, closes: true }]],
  },
];

const upstreams: readonly Dialogue[] = [
  {
    name: 'nobody listens where a PROXY header should go',
    conf: 'proxy_protocol on;',
    auth: nobody,
    turns: [[login, broken, closes]],
  },
  {
    name: 'the upstream is silent behind a PROXY header',
    conf: 'proxy_protocol on; timeout 700ms;',
    upstream: { greeting: { pieces: [''], then: 'hold' } },
    turns: [[login, broken, closes]],
  },
  {
    name: 'a refusal of the upstream that is longer than a line of the log',
    conf: 'proxy_buffer 8k;',
    upstream: { greeting: `554 ${'x'.repeat(5000)}⏎` },
    turns: [[login, broken, closes]],
  },
];

const answers: readonly Dialogue[] = [
  {
    name: 'an answer of more than 1024 bytes whose end never comes',
    auth: { pieces: [`HTTP/1.0 200 OK⏎X: ${'x'.repeat(1100)}`], then: 'hold' },
    turns: [[login, broken, closes]],
  },
  {
    name: 'an answer that renames and is of no use',
    auth: 'Auth-Status: OK⏎Auth-User: bob⏎Auth-Server: here⏎Auth-Port: 25⏎⏎',
    turns: [[login, broken, closes]],
  },
  {
    name: 'an answer that renames, then breaks off in a bad header',
    auth: 'Auth-Status: OK⏎Auth-User: bob⏎X_Y: z⏎⏎',
    turns: [[login, broken, closes]],
  },
  {
    name: 'an answer that renames',
    conf: 'xclient off;',
    auth: ok('Auth-User: bob⏎'),
    turns: [[login, '235 2.0.0 OK⏎']],
  },
];

/** All of them. */
export const dialogues: readonly Dialogue[] = [...clients, ...handshakes, ...upstreams, ...answers];
