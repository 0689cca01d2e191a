/** Small random rule books, and every lookup of a small world to hold them against. */
import fc from 'fast-check';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { hmacMd5, md5 } from '../../../shared/auth/md5.ts';
import type { Example } from '../../../shared/auth/prove-lookup.ts';
import type { Kind } from '../../../shared/auth/prove-space.ts';
import type { Account, Rule, RuleBook, When } from '../../../shared/auth/rule.ts';
import { encodeUtf8 } from '../../../shared/auth/text.ts';

/** What the servers of the small world ask. */
export const kinds: readonly Kind[] = [
  { protocol: 'smtp', method: 'none', tls: false, named: true },
  { protocol: 'smtp', method: 'plain', tls: false, named: false },
  { protocol: 'imap', method: 'plain', tls: true, named: false },
  { protocol: 'imap', method: 'cram-md5', tls: true, named: false },
];

const piece = fc.constantFrom('a', 'b', '@', '*', '?', 'ab', '@b');
const glob = fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
const atom = fc.constantFrom('a', 'b', '@', '.', '[ab]', '[^a]', '(?:a|b@)', 'a*', 'b+', '.*', '^', '$', '\\b', 'a?');
const regex = fc
  .tuple(fc.array(atom, { minLength: 1, maxLength: 4 }), fc.constantFrom('', 'i', 's'))
  .map(([parts, flags]) => `/${parts.join('')}/${flags}`);
export const patternPart = fc.oneof({ weight: 3, arbitrary: glob }, regex);
const pattern = fc.oneof({ weight: 3, arbitrary: patternPart }, fc.array(patternPart, { minLength: 1, maxLength: 2 }));

const some = (record: Record<string, fc.Arbitrary<unknown>>) => fc.record(record, { requiredKeys: [] });
const conditions = {
  rcpt: pattern,
  from: fc.oneof(pattern, fc.constant('<>')),
  user: pattern,
  helo: pattern,
  clientHost: fc.oneof(pattern, fc.constantFrom('[unavailable]', '[*]', '*')),
  protocol: fc.constantFrom('smtp', 'imap', '*p', ['smtp', 'imap']),
  method: fc.constantFrom('none', 'plain', '/^[cp]/'),
  client: fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '10.0.0.1', ['10.1.2.3', '::1'], '0.0.0.0/0'),
  attempt: fc.constantFrom(1, 2, '2..', '..2', '3..4'),
  tls: fc.boolean(),
  password: fc.constantFrom('valid', 'invalid'),
};
// Few fields at a time: books in which rules get into each other's way.
const few = fc.shuffledSubarray(Object.keys(conditions), { maxLength: 2 });
const part = few.chain((fields) =>
  some(Object.fromEntries(Object.entries(conditions).filter(([field]) => fields.includes(field)))),
) as fc.Arbitrary<When>;
const when: fc.Arbitrary<When> = fc.oneof(
  { weight: 3, arbitrary: part },
  fc.tuple(part, part).map(([plain, not]) => (Object.keys(not).length === 0 ? plain : { ...plain, not })),
);

export const whens = fc.array(when, { minLength: 1, maxLength: 6 });
const accounts: fc.Arbitrary<readonly Account[]> = fc.constantFrom<readonly Account[]>(
  [],
  [
    { user: 'a', password: 'x', upstream: 'one' },
    { user: 'b@a', password: 'y', upstream: 'two' },
  ],
);

const routes = ['one', 'two', '127.0.0.9:99', 'account'];

export const book: fc.Arbitrary<RuleBook> = fc
  .tuple(whens, accounts, fc.infiniteStream(fc.nat(3)), fc.infiniteStream(fc.nat(9)))
  .map(([list, known, thens, offs]) => ({
    rules: list.map(
      (one, index): Rule => ({
        name: `rule ${index + 1}`,
        when: one,
        then: { route: routes[thens.next().value ?? 0] ?? 'one' },
        ...(offs.next().value === 0 ? { off: true } : {}),
      }),
    ),
    otherwise: { reject: '550 5.1.1 nobody' },
    accounts: known,
    upstreams: { one: { smtp: '127.0.0.1:2501', imap: '127.0.0.1:2502' }, two: { smtp: '127.0.0.1:2503' } },
  }));

/** All texts of these characters, up to a length. */
function texts(chars: string, most: number): readonly string[] {
  let all = [''];
  for (let length = 0, last = ['']; length < most; length++) {
    last = last.flatMap((text) => Array.from(chars, (char) => text + char));
    all = [...all, ...last];
  }
  return all;
}

const envelopes: readonly Example[] = [
  { from: '', helo: 'ab' },
  { from: 'a', helo: '' },
  { from: 'b@a', clientHost: 'ab' },
];
const clients = ['127.0.0.1', '10.0.0.1', '10.0.0.2', '10.1.2.3', '10.1.0.9', '11.0.0.1', '::1', '::2'];
const attempts = [1, 2, 3, 5];

/** One lookup as nginx asks it; with accounts, a login that one of them proves. */
export function lookupOf(example: Example, known: readonly Account[]): Lookup {
  const text = (field: string, usual = '') => String(example[field] ?? usual);
  const method = text('method', 'rcpt' in example ? 'none' : 'plain') as Lookup['method'];
  const user = text('user');
  const password = encodeUtf8(known.find((one) => one.user === user)?.password ?? 'secret');
  const salt = '<2.2@test>';
  const proofs: Partial<Record<Lookup['method'], Pick<Lookup, 'password' | 'salt'>>> = {
    apop: { password: md5(salt + password), salt },
    'cram-md5': { password: hmacMd5(password, salt), salt },
    plain: { password },
  };
  return {
    protocol: text('protocol', 'smtp') as Lookup['protocol'],
    method,
    user: encodeUtf8(user),
    password: '',
    ...proofs[method],
    attempt: Number(example.attempt ?? 1),
    clientIp: text('client', '127.0.0.1'),
    ...(text('protocol', 'smtp') === 'smtp' ? { clientHost: text('clientHost', '[UNAVAILABLE]') } : {}),
    ...(example.tls === true ? { tls: { protocol: 'TLSv1.3', cipher: 'X' } } : {}),
    ...(method === 'none'
      ? {
          helo: text('helo', 'client.example.com'),
          from: `MAIL FROM:<${encodeUtf8(text('from', 'sender@example.com'))}>`,
          to: `RCPT TO:<${encodeUtf8(text('rcpt'))}>`,
        }
      : {}),
    headers: [],
  };
}

/** The lookups of the small world. */
export function world(known: readonly Account[], length: number): readonly Lookup[] {
  const words = texts('ab@', length).filter((text) => !text.startsWith('@'));
  const users = known.length > 0 ? known.map(({ user }) => user) : words;
  return kinds.flatMap(({ protocol, method, tls }) => {
    const subjects: readonly Example[] =
      method === 'none'
        ? words.flatMap((rcpt) => envelopes.map((rest) => ({ rcpt, ...rest })))
        : users.map((user) => ({ user }));
    return subjects.flatMap((subject, index) => {
      // Every client and attempt with some of the texts is enough to meet every rule about them.
      const some =
        index % 7 === 0 ? clients.flatMap((client) => attempts.map((attempt) => ({ client, attempt }))) : [{}];
      return some.map((rest) => lookupOf({ protocol, method, tls, ...subject, ...rest }, known));
    });
  });
}

/** Runs a proof to its end. */
export function drain<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
