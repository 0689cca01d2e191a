import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeAnswer } from '../../../shared/auth/answer.ts';
import { blast, type RecordedLookup } from '../../../shared/auth/blast.ts';
import { decide } from '../../../shared/auth/decide.ts';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { decodeRequest, encodeRequest } from '../../../shared/auth/request.ts';
import type { Account, Rule, RuleBook, Then, When } from '../../../shared/auth/rule.ts';

const target = { text: 'localhost:8000', host: 'localhost', address: '127.0.0.1', port: 8000, uri: '/' };

const lookup = (to: string, more: Partial<Lookup> = {}): Lookup => ({
  method: 'none',
  user: '',
  password: '',
  protocol: 'smtp',
  attempt: 1,
  clientIp: '127.0.0.1',
  clientHost: '[UNAVAILABLE]',
  helo: 'laptop',
  from: 'MAIL FROM:<dev@test.com> SIZE=100',
  to: `RCPT TO:<${to}>`,
  headers: [],
  ...more,
});

const recorded = (session: number, one: Lookup, seq = 6): RecordedLookup => ({
  session,
  seq,
  request: encodeRequest(one, target),
});

const book = (more: Partial<RuleBook> = {}): RuleBook => ({
  rules: [
    { name: 'engineering', when: { rcpt: '*@eng.abc.com' }, then: { route: 'eng' } },
    { name: 'human resources', when: { rcpt: '*@hr.abc.com' }, then: { route: 'hr' } },
  ],
  otherwise: { reject: '550 5.1.1 no such recipient here' },
  accounts: [],
  upstreams: { eng: { smtp: '127.0.0.1:2525', imap: '127.0.0.1:1143' }, hr: { smtp: '127.0.0.1:2526' } },
  ...more,
});

const vip: Rule = { name: 'vip', when: { rcpt: 'ceo@eng.abc.com' }, then: { route: 'hr' } };

describe('the blast radius of an edit', () => {
  test('groups what changes by the old way and the new one, with the sessions it is about', () => {
    const before = book();
    const after = book({ rules: [vip, ...before.rules.slice(0, 1)] });
    const found = blast(before, after, [
      recorded(1, lookup('a@eng.abc.com')),
      recorded(2, lookup('CEO@eng.abc.com')),
      recorded(2, lookup('ceo@ENG.abc.com'), 20),
      recorded(3, lookup('b@hr.abc.com')),
      recorded(4, lookup('ceo@eng.abc.com')),
      recorded(5, lookup('nobody@else.test')),
    ]);
    expect(found).toMatchObject({ lookups: 6, changed: 4, sessions: 3 });
    const [first, second, ...more] = found.groups;
    expect(more).toEqual([]);
    expect(first).toEqual({
      from: { rule: 'engineering', upstream: 'eng', verdict: 'route 127.0.0.1:2525', delayMs: 0 },
      to: { rule: 'vip', upstream: 'hr', verdict: 'route 127.0.0.1:2526', delayMs: 0 },
      lookups: 3,
      sessions: 2,
      examples: [
        { session: 4, seq: 6, who: 'ceo@eng.abc.com' },
        { session: 2, seq: 20, who: 'ceo@eng.abc.com' },
        { session: 2, seq: 6, who: 'ceo@eng.abc.com' },
      ],
    });
    expect(second).toMatchObject({
      from: { rule: 'human resources', upstream: 'hr' },
      to: { rule: 'otherwise', upstream: null, verdict: 'reject 550 5.1.1 no such recipient here' },
      examples: [{ session: 3, who: 'b@hr.abc.com' }],
    });
    expect(found.rules).toEqual([
      { rule: 'engineering', before: 4, after: 1 },
      { rule: 'vip', before: 0, after: 3 },
      { rule: 'human resources', before: 1, after: 0 },
      { rule: 'otherwise', before: 1, after: 2 },
    ]);
  });

  test('another rule with the same answer changes no route, but the hits', () => {
    const after = book({ rules: [{ ...vip, then: { route: 'eng' } }, ...book().rules] });
    const found = blast(book(), after, [recorded(1, lookup('ceo@eng.abc.com'))]);
    expect(found).toMatchObject({ changed: 0, sessions: 0, groups: [] });
    expect(found.rules).toEqual([
      { rule: 'engineering', before: 1, after: 0 },
      { rule: 'vip', before: 0, after: 1 },
    ]);
  });

  test('names the newest twenty of a large group', () => {
    const after = book({ otherwise: { reject: '451 4.3.0 later' } });
    const many = Array.from({ length: 1000 }, (_, id) => recorded(id + 1, lookup(`u${id}@else.test`)));
    const [group] = blast(book(), after, many).groups;
    expect(group).toMatchObject({ lookups: 1000, sessions: 1000 });
    expect(group?.examples.map(({ session }) => session)).toEqual(Array.from({ length: 20 }, (_, i) => 1000 - i));
  });

  test('a login is decided by its password, a delay is a change, and a broken request breaks nothing', () => {
    const alice: Account = { user: 'alice', password: 'secret', upstream: 'eng' };
    const withAccounts = book({ accounts: [alice], rules: [{ name: 'own', when: {}, then: { route: 'account' } }] });
    const login = (password: string) => lookup('', { method: 'plain', protocol: 'imap', user: 'alice', password });
    const after = { ...withAccounts, accounts: [{ ...alice, password: 'other' }] };
    const found = blast(withAccounts, after, [recorded(1, login('secret')), recorded(2, login('wrong'))]);
    expect(found.groups).toMatchObject([{ to: { rule: 'accounts' }, examples: [{ session: 1, who: 'alice' }] }]);
    const slow = book({ otherwise: { reject: '550 5.1.1 no such recipient here', delay: 2000 } });
    const broken = { session: 3, seq: 0, request: '\x00\r\n: \xff' };
    expect(blast(book(), slow, [broken, broken]).groups).toMatchObject([{ to: { delayMs: 2000 }, lookups: 2 }]);
  });
});

const address = fc.constantFrom('a@eng.test', 'B@hr.test', 'a@hr.test', '', 'x', 'é@eng.test');
const pattern = fc.constantFrom('a@*', '*@hr.test', '*', '/^b/', 'x', '<>', '*@eng.test');
const when: fc.Arbitrary<When> = fc.record(
  {
    rcpt: pattern,
    from: pattern,
    helo: fc.constantFrom('one', 'TWO'),
    user: fc.constantFrom('alice', 'bob', '*'),
    client: fc.constantFrom('10.0.0.0/8', '127.0.0.1'),
    clientHost: fc.constantFrom('*.test', '[UNAVAILABLE]'),
    protocol: fc.constantFrom('smtp', 'imap'),
    method: fc.constantFrom('none', 'plain', 'cram-md5'),
    password: fc.constantFrom('valid', 'invalid'),
    tls: fc.boolean(),
    attempt: fc.constantFrom(1, '2..'),
  },
  { requiredKeys: [] },
);
const then: fc.Arbitrary<Then> = fc.oneof(
  fc.record({ route: fc.constantFrom('one', 'two', 'account', '10.0.0.1:25') }),
  fc.record({ reject: fc.constantFrom('550 5.1.1 no', 'no') }),
  fc.record({ route: fc.constant('one'), user: fc.constantFrom('u', 'v'), password: fc.constantFrom('p', 'q') }),
  fc.record({ route: fc.constant('one'), delay: fc.constantFrom(0, 10) }),
);
const rule = fc.record({
  name: fc.constantFrom('r1', 'r2', 'r3'),
  when: fc.oneof({ weight: 3, arbitrary: when }, fc.record({ not: when })),
  then,
  off: fc.boolean(),
});
const books: fc.Arbitrary<RuleBook> = fc.record({
  rules: fc.array(rule, { maxLength: 4 }),
  otherwise: then,
  accounts: fc.array(
    fc.record({
      user: fc.constantFrom('alice', 'bob'),
      password: fc.constantFrom('p', 'q'),
      upstream: fc.constantFrom('one', 'two'),
    }),
    { maxLength: 2 },
  ),
  upstreams: fc.constant({
    one: { smtp: '127.0.0.1:1', imap: '127.0.0.1:2' },
    two: { smtp: '127.0.0.1:3', pop3: '[::1]:4' },
  }),
});
const question: fc.Arbitrary<Lookup> = fc
  .record({
    method: fc.constantFrom('none', 'plain', 'cram-md5', 'external'),
    protocol: fc.constantFrom('smtp', 'imap', 'pop3'),
    user: fc.constantFrom('alice', 'bob', 'eve\n3:x'),
    password: fc.constantFrom('p', 'q', ''),
    attempt: fc.constantFrom(1, 2, 3),
    clientIp: fc.constantFrom('127.0.0.1', '10.1.2.3'),
    clientHost: fc.constantFrom('[UNAVAILABLE]', 'a.test'),
    helo: fc.constantFrom('one', 'two', 'Two'),
    rcpt: address,
    sender: address,
    secure: fc.boolean(),
    salt: fc.constantFrom('<1@x>', '<2@x>'),
  })
  .map(({ rcpt, sender, secure, salt, ...rest }): Lookup => {
    const { method } = rest;
    const envelope = { from: `MAIL FROM:<${sender}> SIZE=${rcpt.length}`, to: `RCPT TO:<${rcpt}>` };
    return {
      ...rest,
      ...(method === 'none' ? { ...envelope, user: '', password: '' } : {}),
      ...(method === 'cram-md5' ? { salt } : {}),
      ...(secure ? { tls: { protocol: 'TLSv1.3', cipher: 'X' } } : {}),
      headers: [],
    };
  });

const differ = (a: RuleBook, b: RuleBook, { request }: RecordedLookup): boolean => {
  const [old, fresh] = [decide(a, decodeRequest(request)), decide(b, decodeRequest(request))];
  return old.delayMs !== fresh.delayMs || encodeAnswer(old.answer) !== encodeAnswer(fresh.answer);
};

describe('whatever the rules and the lookups', () => {
  const lookups = fc
    .array(question, { maxLength: 20 })
    .map((all) => all.map((one, index) => recorded(Math.floor(index / 2), one, index)));

  test('equal rules change nothing', () => {
    fc.assert(
      fc.property(books, lookups, (one, all) => {
        const copy = structuredClone(one);
        expect(blast(one, copy, all)).toEqual({ lookups: all.length, changed: 0, sessions: 0, groups: [], rules: [] });
      }),
    );
  });

  test('every change that is listed is one, and none is missed', () => {
    fc.assert(
      fc.property(books, books, lookups, (before, after, all) => {
        const changed = all.filter((one) => differ(before, after, one));
        const found = blast(before, after, all);
        const listed = found.groups.flatMap(({ examples }) => examples.map(({ seq }) => seq));
        expect(listed.toSorted((a, b) => a - b)).toEqual(changed.map(({ seq }) => seq));
        expect(found.changed).toBe(changed.length);
        expect(found.sessions).toBe(new Set(changed.map(({ session }) => session)).size);
      }),
      { numRuns: 500 },
    );
  });

  test('the hits of every rule are those of deciding one by one', () => {
    fc.assert(
      fc.property(books, books, lookups, (before, after, all) => {
        const hits = (rules: RuleBook, name: string) =>
          all.filter(({ request }) => decide(rules, decodeRequest(request)).rule === name).length;
        for (const shift of blast(before, after, all).rules) {
          expect(shift).toEqual({
            rule: shift.rule,
            before: hits(before, shift.rule),
            after: hits(after, shift.rule),
          });
        }
      }),
    );
  });
});
