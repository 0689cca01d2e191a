/** What the peers of random dialogues do: every row of auth_http's outcome table, and upstreams with every bad habit. */
import type { Protocol } from '../../../shared/machine/machine.ts';
import type { Chance } from './chance.ts';
import { ok, refuse, type Said, type Say, type UpstreamScript } from './dialogue.ts';

const wait = 'Auth-Wait: 1⏎';

/** Answers that are whole and well-formed. */
const plain = [
  ok(),
  ok('Auth-User: ren%61med⏎Auth-Pass: x⏎'),
  ok('Auth-Pass: x⏎'),
  ok('Auth-Pass:⏎'),
  ok('Auth-User: ⏎'),
  refuse('no'),
  refuse('no', wait),
] as const;

const refusals = [
  refuse(''),
  refuse('', wait),
  refuse('ok'),
  refuse('OK;'),
  refuse('no', 'Auth-Error-Code: 550⏎'),
  refuse('no', 'Auth-Error-Code: ⏎'),
  refuse('no', `Auth-Error-Code: 451 4.3.0⏎Auth-User: other⏎Auth-Pass: z⏎${wait}`),
  refuse('no', 'Auth-Wait: 0⏎'),
  refuse('no', 'Auth-Wait: 1s⏎'),
  refuse('a  b\xe9\t%20'),
] as const;

/** Several answers in a row. */
const stories = [
  [refuse('WAIT', wait), ok()],
  [refuse('WAIT', `${wait}Auth-User: w⏎Auth-Pass: q⏎`), ok()],
  [refuse('WAIT'), ok(), refuse('no')],
  [refuse('WAIT', wait), refuse('no')],
  [refuse('no', wait), ok()],
  [refuse('no', `${wait}Auth-User: n⏎`), refuse('no', wait), ok()],
  [refuse('WAIT'), refuse('no', wait), ok('Auth-Pass: x⏎')],
] as const;

const silences: readonly [Said, ...Said[]] = [
  { pieces: [''], then: 'close' },
  { pieces: [''], then: 'reset' },
  { pieces: [''], then: 'hold' },
  { pieces: [ok()], delayMs: 90 },
  { pieces: [refuse('no', wait)], delayMs: 90 },
];

const servers = [
  '127.0.0.1',
  '127.0.0.01',
  '127.1',
  '127...1',
  'localhost',
  '',
  '[::1]',
  '::1',
  '::ffff:127.0.0.1',
] as const;
const moreServers = ['127.0.0.256', 'unix:/x', '127.0.0.1 ', '127.0.0.1\t', '127.0.0.1:25', '::1%lo'] as const;
const ports = ['$PORT', '0$PORT', '1', '0', '65536', 'abc', '', '$PORT ', '$PORTx', '-1'] as const;
const oddLines = [
  'X-Trace: 1⏎',
  'X_Trace: 1⏎',
  'Auth-Status: OK⏎',
  'Auth-Status: WAIT⏎',
  'Auth-Status: no⏎',
  'auth-status: OK␊',
  'AUTH-STATUS:OK⏎',
  'Auth-Status:\tOK⏎',
  'Auth-Status⏎',
  'Auth-Status : OK⏎',
  ': x⏎',
  '-X: 1⏎',
  'Auth-Wait: 1⏎',
  ' folded⏎',
  'Auth-Status: OK \r\r\n',
  'A\xe9: 1⏎',
] as const;

/** Header lines that are not quite right, in an answer that would route. */
function crooked(draw: Chance): Said {
  const { one, often, whole } = draw;
  const status = one([
    'HTTP/1.0 200 OK⏎',
    'HTTP/1.1 500 Oh␊',
    'HTTP/1.0⏎',
    '',
    'http/1.0 200 OK⏎',
    'HTTP/1.0 200\rOK⏎',
  ]);
  const lines = [
    one(['Auth-Status: OK⏎', 'Auth-Status: OK⏎', '', one(oddLines)]),
    `Auth-Server: ${often(0.5) ? '127.0.0.1' : one([...servers, ...moreServers])}⏎`,
    `Auth-Port: ${often(0.5) ? '$PORT' : one(ports)}⏎`,
    ...(often(0.4) ? [one(oddLines)] : []),
    ...(often(0.15) ? [`X-Filler: ${'x'.repeat(whole(880, 960))}⏎`] : []),
  ];
  const dropped = often(0.15) ? lines.toSpliced(whole(0, lines.length - 1), 1) : lines;
  const all = status + dropped.join('') + one(['⏎', '⏎', '␊', '', '⏎<html>⏎']);
  if (often(0.7)) return { pieces: [all], then: 'close' };
  const at = whole(1, all.length - 1);
  const inside = all.lastIndexOf('$', at);
  // A placeholder is not cut in two.
  const cut = inside >= 0 && at - inside < '$PORT'.length ? inside : at;
  return { pieces: [all.slice(0, cut), all.slice(cut)], everyMs: 10, then: 'close' };
}

/** The answers of an auth service, in order. */
export function authAnswers(draw: Chance): Say | readonly Say[] {
  const { one, often, whole } = draw;
  if (often(0.45)) return ok();
  const kinds = [
    () => one(plain),
    () => one(plain),
    () => one(refusals),
    () => one(stories),
    () => crooked(draw),
  ] as const;
  if (often(0.06)) return one(silences);
  if (often(0.1)) return Array.from({ length: whole(2, 3) }, () => (often(0.5) ? one(plain) : crooked(draw)));
  return one(kinds)();
}

/** A reply with a bad habit: `good` is what it would be, `bad` a refusal, both whole lines. */
function habit(good: string, bad: string, { one, often, whole }: Chance): Say {
  if (often(0.3)) return bad;
  const text = often(0.7) ? good : bad;
  const bare = text.slice(0, -1);
  const at = whole(1, Math.max(1, text.length - 1));
  const kinds: readonly [Say, ...Say[]] = [
    `${bare}␊`,
    `${bare}${'x'.repeat(90)}⏎`,
    `${bare}\0\xff⏎`,
    { pieces: [text], then: 'close' },
    { pieces: [bare], then: 'close' },
    { pieces: [''], then: 'close' },
    { pieces: [text], then: 'reset' },
    { pieces: [text.slice(0, at), text.slice(at)], everyMs: 10 },
    { pieces: [text], delayMs: 20 },
    text + bad,
    text.slice(0, 3),
    `${text.slice(0, 3)}⏎`,
    '⏎',
    ` ${text}`,
  ];
  return one(kinds);
}

/** What each protocol's upstream says when all is well, and what when not. */
export type Lines = Readonly<Record<string, readonly [good: string, bad: string]>>;

const lines: Readonly<Record<Protocol, Lines>> = {
  smtp: {
    greeting: ['220 up⏎', '554-go⏎554 away⏎'],
    HELO: ['250 up⏎', '501 no helo⏎'],
    EHLO: ['250-up⏎250 X⏎', '550-no⏎550 ehlo⏎'],
    XCLIENT: ['220 up again⏎', '550 no xclient⏎'],
    AUTH: ['235 in⏎', '535 bad⏎'],
    MAIL: ['250 m⏎', '451 m⏎'],
    RCPT: ['250 r⏎', '550-no⏎550 no⏎'],
  },
  imap: {
    greeting: ['* OK up⏎', '* BYE up⏎'],
    user: ['+ go⏎', '$TAG NO user⏎'],
    password: ['+ go⏎', '$TAG BAD password⏎'],
    LOGIN: ['$TAG OK in⏎', '$TAG NO bad⏎'],
  },
  pop3: {
    greeting: ['+OK up⏎', '-ERR go away⏎'],
    USER: ['+OK user⏎', '-ERR no user⏎'],
    PASS: ['+OK in⏎', '-ERR bad⏎'],
  },
};

/** The script of an upstream: mostly well-behaved, else with one or two bad replies. */
export function upstreamScript(protocol: Protocol, draw: Chance): UpstreamScript {
  const { one, often } = draw;
  if (often(0.6)) return {};
  const own = Object.entries(lines[protocol]);
  const [first = own[0], ...rest] = own;
  if (first === undefined) return {};
  const bad = new Map<string, Say>();
  for (let left = one([1, 1, 2]); left > 0; left -= 1) {
    const [key, [good, refusal]] = one([first, ...rest]);
    bad.set(key, habit(good, refusal, draw));
  }
  const greeting = bad.get('greeting');
  bad.delete('greeting');
  return { ...(greeting === undefined ? {} : { greeting }), replies: Object.fromEntries(bad) };
}
