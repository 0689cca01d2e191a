/** What becomes of the auth service's answers: the same rows for IMAP and POP3, each in its own words. */
import { type Asked, asked } from './asked.ts';
import { type Dialogue, ok, refuse, type Say, type TurnMore } from './dialogue.ts';

/** A protocol's words for a login as `u` with password `p`. */
export interface LoginWords {
  readonly protocol: 'imap' | 'pop3';
  readonly login: string;
  readonly loggedIn: string;
  readonly no: (text: string) => string;
  readonly broken: string;
  /** Something that is answered before the login, and its answer. */
  readonly alive: readonly [string, string];
  /** What the upstream receives for a login. */
  readonly upstream: (user: string, password: string) => string;
}

const closes: TurnMore = { closes: true };
const headers = (text: string): string => `HTTP/1.0 200 OK⏎${text}⏎`;

/** The rows of the reference's outcome table. */
export function outcomes(words: LoginWords): readonly Dialogue[] {
  const { protocol, login, loggedIn, no, broken, alive, upstream } = words;
  const one = (name: string, auth: Say | readonly Say[], hear: string, more?: TurnMore): Dialogue => ({
    name,
    auth,
    turns: [more === undefined ? [login, hear] : [login, hear, more]],
  });
  const fails = (name: string, auth: Say): Dialogue => ({ ...one(name, auth, broken, closes), received: [] });
  const question = (more: Asked = {}): string => asked(protocol, more);
  return [
    one('an empty Auth-Status is a refusal without words', refuse(''), no(''), closes),
    one('Auth-Status in small letters is a refusal', refuse('ok'), no('ok'), closes),
    one('Auth-Error-Code is for SMTP only', refuse('x', 'Auth-Error-Code: 550⏎'), no('x'), closes),
    one('a refusal keeps its spaces and bytes', refuse('a  b\xe9\t%20'), no('a  b\xe9\t%20'), closes),
    one('a refusal, then OK: a refusal', headers('Auth-Status: no⏎Auth-Status: OK⏎'), no('no'), closes),
    one('Auth-Wait 0 is no wait', refuse('No', 'Auth-Wait: 0⏎'), no('No'), closes),
    one('Auth-Wait that is no number is no wait', refuse('No', 'Auth-Wait: 1s⏎'), no('No'), closes),
    one('Auth-Wait delays the refusal', refuse('No', 'Auth-Wait: 1⏎'), no('No'), { within: [950, 2500] }),
    fails('the answer has no Auth-Server', headers('Auth-Status: OK⏎Auth-Port: $PORT⏎')),
    fails('the answer has no Auth-Port', headers('Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎')),
    fails('Auth-Server is a name', headers('Auth-Status: OK⏎Auth-Server: localhost⏎Auth-Port: $PORT⏎')),
    fails('Auth-Port is 0', headers('Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: 0⏎')),
    fails('the answer has no headers', 'HTTP/1.0 404 Not Found⏎⏎'),
    fails('the auth service closes without a word', { pieces: [''], then: 'close' }),
    fails('the auth service resets', { pieces: [''], then: 'reset' }),
    fails('the auth service is silent', { pieces: [''], then: 'hold' }),
    fails('a header with an underscore', headers('Auth_Status: OK⏎')),
    one('a status of 500 does not matter', ok().replace('200 OK', '500 Oh'), loggedIn),
    one('no status line at all', ok().replace('HTTP/1.0 200 OK⏎', ''), loggedIn),
    {
      ...one('Auth-User and Auth-Pass are what the upstream hears', ok('Auth-User: bob b⏎Auth-Pass: s%20t⏎'), loggedIn),
      requests: [question()],
      received: [upstream('bob b', 's%20t')],
    },
    {
      ...one('an empty Auth-Pass is a password', ok('Auth-Pass:⏎'), loggedIn),
      received: [upstream('u', '')],
    },
    {
      ...one(
        'WAIT with Auth-Wait asks again, under the same number',
        [refuse('WAIT', 'Auth-Wait: 1⏎'), ok()],
        loggedIn,
      ),
      requests: [question(), question()],
    },
    {
      ...one('WAIT may rename', [refuse('WAIT', 'Auth-Wait: 1⏎Auth-User: x⏎Auth-Pass: y⏎'), ok()], loggedIn),
      requests: [question(), question({ user: 'x', pass: 'y' })],
      received: [upstream('x', 'y')],
    },
    {
      ...one(
        'WAIT without Auth-Wait asks again at once, and then OK is ignored',
        [refuse('WAIT'), ok(), refuse('no')],
        no('no'),
        closes,
      ),
      calls: 3,
    },
    {
      ...one(
        'WAIT without Auth-Wait, then a refusal with it: nobody hears the refusal',
        [refuse('WAIT'), refuse('no', 'Auth-Wait: 1⏎'), ok()],
        loggedIn,
        { within: [950, 2500] },
      ),
      requests: [question(), question(), question()],
    },
    {
      ...one(
        'WAIT without Auth-Wait, then OK with it: the next OK counts',
        [refuse('WAIT'), ok('Auth-Wait: 1⏎'), ok()],
        loggedIn,
        { within: [950, 2500] },
      ),
      calls: 3,
    },
    {
      ...one(
        'WAIT without Auth-Wait, then an answer without a server: asks again',
        [refuse('WAIT'), headers('Auth-Status: OK⏎Auth-User: x⏎'), refuse('no')],
        no('no'),
        closes,
      ),
      requests: [question(), question(), question({ user: 'x' })],
    },
    {
      name: 'after a refusal with Auth-Wait the session goes on, and attempts are counted',
      auth: refuse('No', 'Auth-Wait: 1⏎'),
      turns: [[login, no('No')], [...alive], [login, no('No')]],
      requests: [question(), question({ attempt: 2 })],
    },
    {
      name: 'what is said during Auth-Wait is answered after it',
      auth: refuse('No', 'Auth-Wait: 1⏎'),
      turns: [
        [login, ''],
        [alive[0], `${no('No')}${alive[1]}`, { after: 200, within: [950, 2500] }],
      ],
    },
    {
      name: 'who leaves during Auth-Wait is gone when it is over',
      auth: refuse('No', 'Auth-Wait: 1⏎'),
      turns: [
        [login, ''],
        ['', '', { finish: true }],
        ['', no('No'), { closes: true }],
      ],
    },
    {
      name: 'auth_http_header and the URI',
      conf: 'auth_http_header X-Key "a b"; auth_http_header Y "";',
      authHttp: '$AUTH/x?y',
      turns: [[login, loggedIn]],
      requests: [question({ more: 'X-Key: a b⏎Y: ⏎' }).replace('GET /', 'GET /x?y')],
    },
    {
      name: 'nobody listens at the upstream',
      auth: headers('Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: 1⏎'),
      turns: [[login, broken, closes]],
      received: [],
    },
  ];
}

/** How the upstream login fails, whatever the protocol: each greeting or reply that breaks it. */
export function broken(words: LoginWords): readonly Dialogue[] {
  const { login, broken: error, loggedIn } = words;
  const fails = (name: string, greeting: Say, more: Partial<Dialogue> = {}): Dialogue => ({
    name,
    upstream: { greeting },
    turns: [[login, error, closes]],
    received: [''],
    ...more,
  });
  const greeting = words.protocol === 'imap' ? '* OK hi' : '+OK hi';
  const passes = 'proxy_pass_error_message on;';
  return [
    fails('the upstream greets like nothing known', 'hello⏎'),
    fails('the upstream closes without a greeting', { pieces: [''], then: 'close' }),
    fails('the upstream resets instead of greeting', { pieces: [''], then: 'reset' }),
    fails('the upstream closes in the middle of its greeting', { pieces: [greeting], then: 'close' }),
    fails('a greeting that ends in LF alone is never complete', `${greeting}␊`, { conf: 'timeout 700ms;' }),
    fails('a greeting that never comes', { pieces: [''], then: 'hold' }, { conf: 'timeout 700ms;' }),
    fails('a greeting that does not fit proxy_buffer', `${greeting}${'x'.repeat(80)}⏎`, { conf: 'proxy_buffer 64;' }),
    {
      name: 'a greeting that just fits proxy_buffer',
      conf: 'proxy_buffer 64;',
      upstream: { greeting: `${greeting.padEnd(62, 'x')}⏎` },
      turns: [[login, loggedIn]],
    },
    {
      name: 'a greeting in pieces',
      upstream: { greeting: { pieces: [...`${greeting}⏎`], everyMs: 4 } },
      turns: [[login, loggedIn]],
    },
    fails('a bad greeting is passed on when errors are', '-no⏎two⏎', {
      conf: passes,
      turns: [[login, '-no⏎two⏎', closes]],
    }),
    fails('a lost connection cannot be passed on', { pieces: [''], then: 'close' }, { conf: passes }),
    fails('a greeting that is too long is not passed on', `${greeting}${'x'.repeat(80)}⏎`, {
      conf: `${passes} proxy_buffer 64;`,
    }),
  ];
}
