/** The upstream login, failed logins, and the reply tags after them. */
import { asked } from '../harness/asked.ts';
import { type Dialogue, ok, refuse, type Say, type TurnMore } from '../harness/dialogue.ts';
import { words } from './words.ts';

const loggedIn = 'a OK logged in up⏎';
const broken = '* BAD internal server error⏎';
const login = 'a LOGIN u p⏎';
const closes: TurnMore = { closes: true };
const passes = 'proxy_pass_error_message on;';
const untagged = '1.22.1 takes no untagged line before the answer to LOGIN; 1.27.3 and later take one.';

const replies = (name: string, key: string, reply: Say, hear: string, more: Partial<Dialogue> = {}): Dialogue => ({
  name,
  upstream: { replies: { [key]: reply } },
  turns: [[login, hear, closes]],
  ...more,
});
const works = (name: string, key: string, reply: Say, hear = loggedIn, more: Partial<Dialogue> = {}): Dialogue => ({
  name,
  upstream: { replies: { [key]: reply } },
  turns: [[login, hear]],
  ...more,
});

/** What nginx takes from an upstream. */
const upstream: readonly Dialogue[] = [
  replies('the upstream refuses the login', 'LOGIN', '$TAG NO bad⏎', broken, { row: 78 }),
  replies('a refused login is passed on when errors are', 'LOGIN', '$TAG NO bad⏎', 'a NO bad⏎', {
    row: 79,
    conf: passes,
  }),
  works('one untagged line before the answer', 'LOGIN', '* CAPABILITY X⏎$TAG OK done⏎', '* CAPABILITY X⏎a OK done⏎', {
    row: 80,
    nginx: { why: untagged, turns: [[login, broken, closes]] },
  }),
  works(
    'one untagged line, and the answer later',
    'LOGIN',
    { pieces: ['* CAPABILITY X⏎', '$TAG OK done⏎'], everyMs: 60 },
    '* CAPABILITY X⏎a OK done⏎',
    { nginx: { why: untagged, turns: [[login, broken, closes]] } },
  ),
  replies('two untagged lines before the answer', 'LOGIN', '* A⏎* B⏎$TAG OK done⏎', broken, { row: 81 }),
  replies('an untagged line, then a refusal', 'LOGIN', '* A⏎$TAG NO bad⏎', '* A⏎a NO bad⏎', { conf: passes }),
  works('an answer with more behind it', 'LOGIN', '$TAG OK done⏎* 1 EXISTS⏎', 'a OK done⏎* 1 EXISTS⏎'),
  works('an answer that begins with OK', 'LOGIN', '$TAG OKAY⏎', 'a OKAY⏎'),
  replies('an answer in small letters', 'LOGIN', '$TAG ok⏎', broken),
  replies('an answer under another tag', 'LOGIN', 'b OK⏎', broken),
  replies('an answer without a tag', 'LOGIN', 'OK done⏎', broken),
  replies('a continuation instead of an answer', 'LOGIN', '+ go⏎', broken),
  works('leave with a space alone', 'user', '+ ⏎'),
  replies('leave without a space never is complete', 'user', '+⏎', broken, { conf: 'timeout 700ms;' }),
  works('leave without a space but with words', 'user', '+go⏎'),
  replies('no leave for the user name', 'user', '$TAG BAD what⏎', broken),
  replies('no leave for the user name, passed on', 'user', '$TAG BAD what⏎', 'a BAD what⏎', { conf: passes }),
  replies('no leave for the password', 'password', '$TAG NO what⏎', broken),
  replies('the upstream closes after the user name', 'password', { pieces: [''], then: 'close' }, broken, {
    received: ['a LOGIN {1}⏎u {1}⏎'],
  }),
  works('leave in pieces', 'password', { pieces: [...'+ go⏎'], everyMs: 4 }),
  {
    name: 'a greeting of PREAUTH is not taken',
    upstream: { greeting: '* PREAUTH hi⏎' },
    turns: [[login, broken, closes]],
    received: [''],
  },
  {
    name: 'a greeting of ok in small letters is not taken',
    upstream: { greeting: '* ok hi⏎' },
    turns: [[login, broken, closes]],
  },
  {
    name: 'a greeting with capabilities',
    upstream: { greeting: '* OK [CAPABILITY IMAP4rev1] hi⏎* more⏎' },
    turns: [[login, loggedIn]],
  },
  {
    name: 'the whole upstream login has one timeout',
    conf: 'timeout 900ms;',
    upstream: {
      greeting: { pieces: ['* OK⏎'], delayMs: 400 },
      replies: { user: { pieces: ['+ ⏎'], delayMs: 400 }, password: { pieces: ['+ ⏎'], delayMs: 400 } },
    },
    turns: [[login, broken, { closes: true, within: [850, 2000] }]],
  },
];

/** Failed logins, as in the reference's rows. */
const failures: readonly Dialogue[] = [
  { name: 'a refusal closes', row: 74, auth: refuse('No'), turns: [[login, 'a NO No⏎', closes]] },
  {
    name: 'after a late refusal a line without a tag is answered with its own first bytes',
    row: 75,
    auth: refuse('No', 'Auth-Wait: 1⏎'),
    turns: [
      [login, 'a NO No⏎'],
      ['!xyz⏎', '!xBAD invalid command⏎'],
      ['b NOOP⏎', 'b OK completed⏎'],
      ['!xyz⏎', '* BAD invalid command⏎'],
    ],
  },
  {
    name: 'after a late refusal: an empty line, of which the tag has more bytes',
    auth: refuse('No', 'Auth-Wait: 1⏎'),
    turns: [
      ['abcd LOGIN u p⏎', 'abcd NO No⏎'],
      ['⏎', '⏎cd BAD invalid command⏎'],
    ],
  },
  {
    name: 'after a late refusal: what is pipelined behind the line shows through',
    auth: refuse('No', 'Auth-Wait: 1⏎'),
    turns: [
      ['abcd LOGIN u p⏎', 'abcd NO No⏎'],
      ['␊b NOOP⏎', '␊b NOBAD invalid command⏎b OK completed⏎'],
    ],
  },
  {
    name: 'after a late refusal a line with a tag is answered with it',
    auth: refuse('No', 'Auth-Wait: 1⏎'),
    turns: [
      [login, 'a NO No⏎'],
      ['b FOO⏎', 'b BAD invalid command⏎'],
      ['⏎', '* BAD invalid command⏎'],
    ],
  },
  {
    name: 'after a late refusal: the tag stood further back in the buffer',
    auth: refuse('No', 'Auth-Wait: 1⏎'),
    turns: [
      ['x NOOP⏎a LOGIN u p⏎', 'x OK completed⏎a NO No⏎'],
      ['!!!⏎', 'a BAD invalid command⏎'],
    ],
  },
  {
    name: 'after a late refusal of AUTHENTICATE',
    auth: refuse('No', 'Auth-Wait: 1⏎'),
    turns: [
      ['abc AUTHENTICATE PLAIN⏎', '+ ⏎'],
      ['AHUAcA==⏎', 'abc NO No⏎'],
      ['*⏎', '*⏎ BAD invalid command⏎'],
    ],
  },
  {
    name: 'an empty Auth-Status',
    row: 76,
    auth: refuse(''),
    turns: [[login, 'a NO ⏎', closes]],
  },
  {
    name: 'the upstream is not there',
    row: 77,
    auth: 'HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: 1⏎⏎',
    turns: [[login, broken, closes]],
  },
  {
    name: 'an internal error has no tag, whatever the tag was',
    auth: ok().replace('Auth-Port: $PORT⏎', ''),
    turns: [['tag-1 LOGIN u p⏎', broken, closes]],
  },
  {
    name: 'a tag of 32 bytes goes upstream',
    turns: [[`${'t'.repeat(32)} LOGIN u p⏎`, `${'t'.repeat(32)} OK logged in up⏎`]],
    received: [`${'t'.repeat(32)} LOGIN {1}⏎u {1}⏎p⏎`],
  },
  {
    name: 'bytes of a login go to auth service and upstream',
    turns: [['a LOGIN "u%r s+\xe9\x7f" {3+}⏎\0⏎⏎', loggedIn]],
    requests: [asked('imap', { user: 'u%25r%20s+\xe9\\x7f', pass: '%00%0D%0A' })],
    received: ['a LOGIN {8}⏎u%r s+\xe9\\x7f {3}⏎\\x00⏎⏎'],
  },
  {
    name: 'the auth service behind a unix socket',
    authHttp: '$UNIX',
    turns: [[login, loggedIn]],
    requests: [asked('imap').replace('127.0.0.1', 'localhost')],
  },
  {
    name: 'a client over IPv6 has no Client-Host either',
    host: '[::1]',
    turns: [[words.login, words.loggedIn]],
    requests: [asked('imap').replace('Client-IP: 127.0.0.1', 'Client-IP: ::1')],
  },
];

/** Both. */
export const logins: readonly Dialogue[] = [...upstream, ...failures];
