/** After the login: bytes, whatever they are. */
import type { Dialogue, Say } from '../harness/dialogue.ts';

const conf = 'smtp_auth none; xclient off;';
const fine = '250 2.0.0 OK⏎';
const rcpt = '250 2.1.5 rcpt ok⏎';
const login = ['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}${rcpt}`] as const;
const before = 'HELO mx.test⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎';
const later = (text: string, more: Omit<Extract<Say, object>, 'pieces'> = {}): Say => ({ pieces: [text], ...more });

/** Copying in both directions, and its end. */
export const relay: readonly Dialogue[] = [
  {
    name: 'later recipients go to the same upstream, and nobody is asked',
    conf,
    upstream: { replies: { RCPT: [rcpt, '550 5.1.1 not here⏎', rcpt] } },
    turns: [
      login,
      ['RCPT TO:<user@elsewhere>⏎', '550 5.1.1 not here⏎'],
      ['RCPT TO:<third@elsewhere>⏎', rcpt],
      ['DATA⏎', '354 go⏎'],
      ['Subject: x⏎⏎text⏎.⏎', '250 2.0.0 queued⏎'],
    ],
    calls: 1,
  },
  {
    name: 'a second mail on the same connection goes to the same upstream',
    conf,
    turns: [
      login,
      ['DATA⏎', '354 go⏎'],
      ['x⏎.⏎', '250 2.0.0 queued⏎'],
      ['MAIL FROM:<other>⏎', '250 2.1.0 mail ok⏎'],
      ['RCPT TO:<other>⏎', rcpt],
      ['RSET⏎', '250 rset-up⏎'],
    ],
    calls: 1,
    received: [`${before}DATA⏎x⏎.⏎MAIL FROM:<other>⏎RCPT TO:<other>⏎RSET⏎`],
  },
  {
    name: 'after a refused first RCPT another one may be accepted there',
    conf,
    upstream: { replies: { RCPT: ['550 5.1.1 not here⏎', rcpt] } },
    turns: [
      ['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}550 5.1.1 not here⏎`],
      ['RCPT TO:<c>⏎', rcpt],
    ],
    calls: 1,
  },
  {
    name: "commands that nginx knows are the upstream's now",
    conf,
    upstream: { replies: { EHLO: '250-up⏎250 SIZE⏎', STARTTLS: '454 no⏎', VRFY: '252 maybe⏎', FOO: '502 what⏎' } },
    turns: [
      login,
      ['EHLO again⏎', '250-up⏎250 SIZE⏎'],
      ['STARTTLS⏎', '454 no⏎'],
      ['VRFY a⏎', '252 maybe⏎'],
      ['FOO⏎', '502 what⏎'],
    ],
  },
  {
    name: 'bytes are not touched: NUL, lone CR and LF, 8-bit, no line end',
    conf,
    turns: [login, ['DATA⏎', '354 go⏎'], ['a\0b\rc␊\xff\xfe\x1a⏎..x⏎⏎.⏎', '250 2.0.0 queued⏎']],
    received: [`${before}DATA⏎a\\x00b\\x0dc␊\xff\xfe\\x1a⏎..x⏎⏎.⏎NOOP⏎QUIT⏎`],
  },
  {
    name: 'a mail of 300 kB through small buffers',
    conf: `${conf} smtp_client_buffer 256; proxy_buffer 256;`,
    turns: [login, ['DATA⏎', '354 go⏎'], [`${`${'0123456789'.repeat(7)}⏎`.repeat(4200)}.⏎`, '250 2.0.0 queued⏎']],
  },
  {
    name: 'an answer of 300 kB through small buffers',
    conf: `${conf} smtp_client_buffer 256; proxy_buffer 256;`,
    upstream: { replies: { HELP: `${`214-${'0123456789'.repeat(7)}⏎`.repeat(4000)}214 end⏎` } },
    turns: [login, ['HELP⏎', `${`214-${'0123456789'.repeat(7)}⏎`.repeat(4000)}214 end⏎`]],
  },
  {
    name: 'half a line is passed on at once',
    conf,
    upstream: { replies: { FOO: later('250 first half', { then: 'hold' }), BAR: ' and second⏎' } },
    turns: [login, ['FOO⏎BA', ''], ['R⏎', '250 first half and second⏎', { after: 60 }]],
  },
  {
    name: 'a client that closes ends both sides',
    conf,
    turns: [login, ['', '', { finish: true, closes: true }]],
    received: [before],
  },
  {
    name: 'a client that half-closes gets no more answers',
    conf,
    upstream: { replies: { FOO: later('250 too late⏎', { delayMs: 300 }) } },
    turns: [login, ['FOO⏎', '', { finish: true, closes: true }]],
    received: [`${before}FOO⏎`],
  },
  {
    name: 'a client that resets ends both sides',
    conf,
    turns: [login, ['', '', { reset: true }]],
    received: [before],
  },
  {
    name: 'what an upstream says before it closes is delivered',
    conf,
    upstream: { replies: { FOO: later(`${'250-x⏎'.repeat(2000)}250 bye⏎`, { then: 'close' }) } },
    turns: [login, ['FOO⏎', `${'250-x⏎'.repeat(2000)}250 bye⏎`, { closes: true }]],
  },
  {
    name: 'an upstream that closes by itself ends both sides',
    conf,
    upstream: { replies: { RCPT: { pieces: [rcpt, '421 4.4.2 idle⏎'], everyMs: 150, then: 'close' } } },
    turns: [login, ['', '421 4.4.2 idle⏎', { closes: true }]],
  },
  {
    name: 'an upstream that resets ends both sides',
    conf,
    upstream: { replies: { FOO: { pieces: [''], then: 'reset' } } },
    turns: [login, ['FOO⏎', '', { closes: true }]],
  },
  {
    name: 'an upstream that closes right after its reply to RCPT',
    conf,
    upstream: { replies: { RCPT: later('421 4.3.2 going down⏎', { then: 'close' }) } },
    turns: [['MAIL FROM:<a>⏎RCPT TO:<b>⏎', `${fine}421 4.3.2 going down⏎`, { closes: true }]],
  },
  {
    name: 'QUIT is passed on; the upstream closes',
    conf,
    turns: [login, ['QUIT⏎', '221 bye-up⏎', { closes: true }]],
    received: [`${before}QUIT⏎`],
  },
  {
    name: 'proxy_timeout closes an idle session without a word',
    conf: `${conf} proxy_timeout 700ms;`,
    turns: [login, ['', '', { closes: true, within: [650, 2200] }]],
  },
  {
    name: 'proxy_timeout starts anew whenever the client says something',
    conf: `${conf} proxy_timeout 1500ms;`,
    turns: [
      login,
      ['NOOP⏎', '250 noop-up⏎', { after: 1000 }],
      ['NOOP⏎', '250 noop-up⏎', { after: 1000 }],
      ['', '', { closes: true, within: [3450, 5500] }],
    ],
  },
  {
    name: 'proxy_timeout: what the upstream says does not keep the session',
    conf: `${conf} proxy_timeout 3s;`,
    upstream: { replies: { RCPT: { pieces: [rcpt, ...Array<string>(5).fill('250 push⏎')], everyMs: 1100 } } },
    turns: [login, ['', '250 push⏎'.repeat(2), { closes: true, within: [2900, 4300] }]],
  },
];
