/** Made-up rule books and questions that meet each other often. */
import fc from 'fast-check';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { hmacMd5, md5 } from '../../../shared/auth/md5.ts';
import type { Pattern, Rule, RuleBook, Then, When } from '../../../shared/auth/rule.ts';
import { encodeUtf8 } from '../../../shared/auth/text.ts';

const domains = ['eng.abc.com', 'hr.abc.com', 'büro.test', 'x'] as const;
const locals = [
  '\ufeffa',
  '\n\n',
  'alice',
  'Bob',
  'dev-ops',
  'o\u00efo',
  'a b',
  'k\u212a\u017f',
  '\u{1f600}',
  '"x@y"',
  '',
] as const;
const address = fc.tuple(fc.constantFrom(...locals), fc.constantFrom(...domains)).map(([a, b]) => `${a}@${b}`);

const regexes = [
  '/^dev/',
  '/abc\\.com$/i',
  '/^[a-z]+@(eng|hr)\\.abc\\.com$/',
  '/(a+)+@/',
  '/\\w\\W/',
  '/\\bx\\b/',
  '/^\\S+@\\S+$/',
  '/k/i',
  '/[^s]$/i',
  '/(?i:BOB)@/',
  '/\\pL{2}@x/',
  '/^.@/s',
  '/o$/m',
  '/[[:alpha:]]-/',
  '/b\u00fcro/',
  '/^$/',
  '/a/b/',
  '/[/\\]\\\\]/',
  '/x{2,3}|o.o/',
];
const globs = [
  '*',
  '*@eng.abc.com',
  '*@*.abc.com',
  '?ob@*',
  '?@x',
  '*B?ro*',
  'alice@eng.abc.com',
  'ALICE@HR.abc.com',
  'bob@*',
  '',
  '<>',
  "it's",
];
const part = fc.constantFrom(...globs, ...regexes);
const pattern: fc.Arbitrary<Pattern> = fc.oneof(part, fc.array(part, { minLength: 1, maxLength: 3 }));
const client = fc.constantFrom(
  '127.0.0.1',
  '10.0.0.0/8',
  '::ffff:10.1.2.3',
  '::ffff:10.0.0.0/104',
  '2001:db8::/33',
  '::1',
  'unix:',
  '0.0.0.0/0',
);

/** Each key there or not. */
const maybe = <T extends object>(arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(arbitraries, { requiredKeys: [] });

const fields = {
  protocol: fc.constantFrom<Pattern>('smtp', ['imap', 'pop3'], 'SMTP', '/^p/'),
  method: fc.constantFrom<Pattern>('none', 'plain', ['apop', 'cram-md5'], 'external', '*'),
  rcpt: pattern,
  from: fc.oneof(pattern, fc.constantFrom<Pattern>('<>', ['x', '<>'])),
  helo: fc.oneof(pattern, fc.constantFrom<Pattern>('dev', 'LAP*')),
  user: pattern,
  password: fc.constantFrom('valid' as const, 'invalid' as const),
  client: fc.oneof(client, fc.array(client, { minLength: 1, maxLength: 2 })),
  clientHost: fc.oneof(pattern, fc.constantFrom<Pattern>('mx.*', '/^mx/')),
  tls: fc.boolean(),
  attempt: fc.constantFrom<number | string>(1, 2, '2..', '..2', '2..3', '3..2'),
};
const few = maybe(fields).map((all) => Object.fromEntries(Object.entries(all).slice(0, 2)) as When);
const when: fc.Arbitrary<When> = fc.oneof(
  few,
  fc.tuple(few, few).map(([one, not]) => ({ ...one, not })),
);

const odd = fc.constantFrom(
  'plain words',
  'it\'s \\ "quoted" $\u007bx} `y`',
  '550 5.1.1 n\u00e9',
  '450 later',
  '550',
  'a // */ b',
  '\u2028\u202e',
);
const extra = { wait: fc.nat(5), user: odd, password: odd, delay: fc.nat(9) };
const route = fc.constantFrom(
  'eng',
  'hr',
  'odd "name"',
  '__proto__',
  'account',
  '192.0.2.1:25',
  '[2001:DB8::1]:25',
  'localhost:99',
  'nowhere',
);
const name = fc.constantFrom('X-A', '__proto__', '7', 'Auth-Server', "a'b");
const then: fc.Arbitrary<Then> = fc.oneof(
  fc.tuple(route, maybe(extra)).map(([to, more]) => ({ route: to, ...more })),
  fc.tuple(odd, maybe(extra)).map(([text, more]) => ({ reject: text, ...more })),
  fc
    .tuple(fc.constantFrom(200, 204, 503, 299), fc.array(fc.tuple(name, odd), { maxLength: 3 }), fc.nat(9))
    .map(([status, headers, delay]) => ({ raw: { status, headers: Object.fromEntries(headers) }, delay })),
);

const rule: fc.Arbitrary<Rule> = fc.tuple(odd, when, then, fc.boolean()).map(([text, conditions, action, off]) => ({
  name: text,
  when: conditions,
  then: action,
  ...(off ? { off: true } : {}),
}));

const users = ['alice@eng.abc.com', 'b\u00fcro', 'with space%+'];
const passwords = ['secret', 'p\u00e4ss %+', ''];
const accounts = fc
  .subarray(users)
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map((user) =>
        fc.record(
          { user: fc.constant(user), password: fc.constantFrom(...passwords), upstream: fc.constantFrom('eng', 'hr') },
          { requiredKeys: ['user', 'password'] },
        ),
      ),
    ),
  );

const upstreams = Object.fromEntries([
  ['eng', { smtp: '127.0.0.1:2525', imap: '[::1]:143' }],
  ['hr', { smtp: '127.0.0.1:2526', pop3: 'localhost:110' }],
  ['odd "name"', { smtp: '192.0.2.7:25' }],
  ['__proto__', { smtp: '192.0.2.8:25' }],
]);

/** One condition alone, so that what it says is seen. */
const single: fc.Arbitrary<When> = fc
  .constantFrom(...Object.keys(fields).filter((field): field is keyof typeof fields => field in fields))
  .chain((field) =>
    fc
      .tuple(fields[field], fc.boolean())
      .map(([value, not]) => (not ? { not: { [field]: value } } : { [field]: value })),
  );

/** A rule book with one rule of one condition. */
export const narrowArbitrary: fc.Arbitrary<RuleBook> = fc
  .tuple(single, then, accounts)
  .map(([conditions, otherwise, people]) => ({
    rules: [{ name: 'it', when: conditions, then: { reject: 'it matched' } }],
    otherwise,
    accounts: people,
    upstreams,
  }));

/** A rule book of anything that a lab file can say, and of some things that it cannot. */
export const bookArbitrary: fc.Arbitrary<RuleBook> = fc
  .tuple(fc.array(rule, { maxLength: 8 }), then, accounts)
  .map(([rules, otherwise, people]) => ({
    rules,
    otherwise,
    accounts: people,
    upstreams,
  }));

const clients = fc.constantFrom(
  '127.0.0.1',
  '10.1.2.3',
  '::ffff:10.1.2.3',
  '2001:db8:8000::1',
  '2001:db8::1',
  '::1',
  'unix:',
  '1.2.3',
  '::255.255.255.255',
  '',
);
const common = {
  protocol: fc.constantFrom('smtp' as const, 'imap' as const, 'pop3' as const),
  attempt: fc.integer({ min: 1, max: 4 }),
  clientIp: clients,
  clientHost: fc.constantFrom('[UNAVAILABLE]', 'MX.eng.abc.com', ''),
  headers: fc.constantFrom([], [['X-Site', 'one']] as const, [['Auth-User', 'mallory']] as const),
};
const tls = fc.constantFrom({}, { tls: { protocol: 'TLSv1.3', cipher: 'X' } });
const verbs = fc.constantFrom('RCPT TO:<', 'rcpt to: <', 'RCPT TO:', 'MAIL FROM:<', 'RCPT TO:<@a,@b:', '<', '');
const tails = fc.constantFrom('>', '> NOTIFY=NEVER', ' X=Y', '');
const line = fc.oneof(
  fc.tuple(verbs, fc.oneof(address, fc.constant('')), tails).map((all) => encodeUtf8(all.join(''))),
  fc.string({ unit: fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 30 }),
  fc.constant(`RCPT TO:<${'a'.repeat(5000)}@x>`),
  fc.constantFrom('MAIL FROM:<>', 'mail from: <> SIZE=1', '<>'),
);

const recipient: fc.Arbitrary<Lookup> = fc
  .record({ ...common, helo: fc.constantFrom('laptop', 'DEV', 'x', ''), from: line, to: line, more: tls })
  .map(({ more, ...rest }) => ({ ...rest, ...more, method: 'none', user: '', password: '' }));

const shown = (method: Lookup['method'], password: string, salt: string): string => {
  if (method === 'apop') return md5(salt + password);
  return method === 'cram-md5' ? hmacMd5(password, salt) : password;
};

const login: fc.Arbitrary<Lookup> = fc
  .record({
    ...common,
    method: fc.constantFrom('plain' as const, 'apop' as const, 'cram-md5' as const, 'external' as const),
    user: fc.constantFrom(...users, 'nobody'),
    password: fc.constantFrom(...passwords),
    salt: fc.constantFrom('<1.2@mail.test.com>', ''),
    more: tls,
  })
  .map(({ more, user, password, ...rest }) => ({
    ...rest,
    ...more,
    user: encodeUtf8(user),
    password: shown(rest.method, encodeUtf8(password), rest.salt),
  }));

/** A question as nginx would put it. */
export const lookupArbitrary: fc.Arbitrary<Lookup> = fc.oneof(
  { weight: 3, arbitrary: recipient },
  { weight: 2, arbitrary: login },
);

type Headers = readonly (readonly [string, string])[];

/** What a hand with curl, or another proxy, may do to the headers that nginx would send. */
export const handled = (headers: Headers): fc.Arbitrary<Headers> => {
  const index = fc.nat(Math.max(0, headers.length - 1));
  const extra = fc.constantFrom<readonly [string, string]>(
    ['Auth-SMTP-Helo', 'x'],
    ['AUTH-SMTP-TO', 'RCPT TO:<alice@eng.abc.com>'],
    ['auth-method', 'PLAIN'],
    ['Auth-Method', 'other'],
    ['Auth-Protocol', 'IMAP'],
    ['Auth-Login-Attempt', '0'],
    ['Auth-Login-Attempt', '0002'],
    ['Client-Host', 'MX.\xef\xbb\xbfEng.abc.com'],
    ['Auth-SSL', 'ON'],
    ['Auth-User', '%61lice%40eng.abc.com%zz+%'],
  );
  return fc.oneof(
    fc.constant(headers),
    index.map((at) => headers.filter((_, i) => i !== at)),
    fc.tuple(extra, index).map(([one, at]) => headers.toSpliced(at, 0, one)),
    extra.map((one) => [one]),
    fc.constant(
      headers.map(([name, value]) => [name.toUpperCase(), name === 'Auth-Pass' ? value.toUpperCase() : value] as const),
    ),
  );
};
