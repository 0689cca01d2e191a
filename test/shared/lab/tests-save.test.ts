/** Tests made from what was tried or recorded hold for it: what they say is what came. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeAnswer } from '../../../shared/auth/answer.ts';
import { decide } from '../../../shared/auth/decide.ts';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { encodeRequest } from '../../../shared/auth/request.ts';
import type { RuleBook, Then } from '../../../shared/auth/rule.ts';
import type { Entry, SessionSummary } from '../../../shared/journal/entry.ts';
import { setAt } from '../../../shared/lab/edit.ts';
import { readLab } from '../../../shared/lab/read.ts';
import type { LookupTest } from '../../../shared/lab/tests.ts';
import { runLookupTest } from '../../../shared/lab/tests-lookup.ts';
import { completed, freeName, type NewTest, testOfLookup, testsOfSession } from '../../../shared/lab/tests-save.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';

const target = { text: 'x', host: 'x', address: '127.0.0.1', port: 80, uri: '/' };
const upstreams = { eng: { smtp: '127.0.0.1:2525', imap: '127.0.0.1:1143' }, hr: { smtp: '127.0.0.1:2526' } };
const accounts = [{ user: 'alice', password: 'secret', upstream: 'eng' }];

const thens: readonly Then[] = [
  { route: 'eng' },
  { route: 'hr', user: 'x' },
  { route: 'account' },
  { route: '10.0.0.1:25', wait: 2 },
  { reject: '550 5.1.1 no such user' },
  { reject: 'go away', wait: 3 },
  { raw: { status: 200, headers: { 'Auth-Status': 'WAIT', 'Auth-Wait': '5' } } },
  { raw: { status: 500, headers: { 'Auth-Status': 'OK' } } },
  { raw: { status: 200, headers: { 'Auth-Status': 'OK', 'Auth-Server': 'mx.test', 'Auth-Port': '25' } } },
];

const book = fc.record({
  rules: fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      when: fc.constantFrom(
        { rcpt: '*@a' },
        { user: 'alice' },
        { from: '<>' },
        { helo: 'me' },
        { protocol: 'imap' },
        { tls: true },
        { attempt: '2..' },
        { client: '192.0.2.0/24' },
      ),
      then: fc.constantFrom(...thens),
    }),
    { maxLength: 4 },
  ),
  otherwise: fc.constantFrom(...thens),
  accounts: fc.constantFrom([], accounts),
  upstreams: fc.constant(upstreams),
}) satisfies fc.Arbitrary<RuleBook>;

const common = {
  attempt: fc.constantFrom(1, 2),
  clientIp: fc.constantFrom('127.0.0.1', '192.0.2.7', '2001:db8::1'),
  headers: fc.constant([]),
};
const tls = fc.constantFrom({}, { tls: { protocol: 'TLSv1.2', cipher: 'X' } });
const mail: fc.Arbitrary<Lookup> = fc
  .record({
    ...common,
    method: fc.constant('none' as const),
    protocol: fc.constant('smtp' as const),
    user: fc.constant(''),
    password: fc.constant(''),
    clientHost: fc.constantFrom('[UNAVAILABLE]', 'client.test'),
    helo: fc.constantFrom('', 'me', 'caf\xc3\xa9'),
    from: fc.constantFrom('MAIL FROM:<>', 'MAIL FROM:<x@y> SIZE=1', 'mail from: <X@y>', ''),
    to: fc.constantFrom(
      'RCPT TO:<u@a>',
      'rcpt to:<U@A> NOTIFY=NEVER',
      'RCPT TO:u@b',
      'RCPT TO:<@r:u@a>',
      'RCPT TO:<"a b"@a>',
      'RCPT TO:<é@a>',
    ),
  })
  .chain((one) => tls.map((secure) => ({ ...one, ...secure })));
const login: fc.Arbitrary<Lookup> = fc.record({
  ...common,
  method: fc.constant('plain' as const),
  protocol: fc.constantFrom('imap' as const, 'pop3' as const),
  user: fc.constantFrom('alice', 'bob'),
  password: fc.constantFrom('secret', 'guess'),
});

const asTest = (made: NewTest): LookupTest => {
  if (!('lookup' in made)) throw new Error('no lookup');
  return { ...made, kind: 'lookup', line: 1 };
};

test('whatever was asked and answered, the test made of it passes', () => {
  fc.assert(
    fc.property(book, fc.oneof(mail, login), (rules, lookup) => {
      const { answer, rule, upstream } = decide(rules, lookup);
      const wire = { request: encodeRequest(lookup, target), response: encodeAnswer(answer) };
      const users = rules.accounts.map(({ user }) => user);
      const isKnown = rule !== 'accounts' && users.includes(lookup.user);
      const made = completed(testOfLookup(wire, { rule, upstream }, isKnown), users);
      // Nobody's password is written down.
      expect(JSON.stringify(made)).not.toMatch(/secret|guess/);
      const result = runLookupTest(rules, asTest(made));
      expect(result.differences).toEqual([]);
      expect(result.rule).toBe(rule);
    }),
    { numRuns: 2000 },
  );
});

test('what is added to a file can be read, passes its check, and leaves the rest as it was', () => {
  fc.assert(
    fc.property(mail, (lookup) => {
      const { lab } = readLab(tutorialText, { file: 'lab' });
      const rules: RuleBook = {
        rules: lab?.auth?.rules ?? [],
        otherwise: lab?.auth?.otherwise ?? {},
        accounts: [],
        upstreams,
      };
      const { answer, rule, upstream } = decide(rules, lookup);
      const wire = { request: encodeRequest(lookup, target), response: encodeAnswer(answer) };
      const made = testOfLookup(wire, { rule, upstream }, false);
      const text = setAt(tutorialText, ['tests', 2], made);
      expect(text.startsWith(tutorialText)).toBe(true);
      const read = readLab(text, { file: 'lab' });
      expect(read.problems).toEqual([]);
      expect(read.lab?.tests.at(-1)).toMatchObject(made);
    }),
    { numRuns: 200 },
  );
});

const summary: SessionSummary = {
  ...{ id: 1, protocol: 'smtp', listener: '127.0.0.1:3333', client: '127.0.0.1:5', startedAt: 0, ms: 1, place: '' },
  ...{ user: null, from: 'a@b', to: ['x@eng', 'y@hr'], rule: 'engineering', upstream: 'eng', outcome: 'relayed' },
  ...{ reply: 250, authCalls: 1, bytesIn: 0, bytesOut: 0, entries: 2, error: null },
};

function entries(lookup: Partial<Lookup>, response: string, rule: string): readonly Entry[] {
  const asked: Lookup = {
    method: 'none',
    user: '',
    password: '',
    protocol: 'smtp',
    attempt: 1,
    clientIp: '127.0.0.1',
    headers: [],
    ...lookup,
  };
  const http = { at: 0, leg: 'auth', kind: 'http', why: 'x' } as const;
  const trail = [{ rule: 1, name: rule, outcome: 'matched', tests: [], then: '' }] as const;
  return [
    { ...http, seq: 0, direction: 'out', bytes: encodeRequest(asked, target) },
    { ...http, seq: 1, direction: 'in', bytes: response, trail },
  ];
}

const routed = 'HTTP/1.0 200 OK\r\nAuth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: 2525\r\n\r\n';
const alone = { users: [], listeners: 1 };

describe('a session', () => {
  test('becomes its lookup, and the whole mail', () => {
    const asked = { helo: 'me', from: 'MAIL FROM:<a@b>', to: 'RCPT TO:<x@eng>', clientHost: '[UNAVAILABLE]' };
    expect(testsOfSession(summary, entries(asked, routed, 'engineering'), alone)).toEqual([
      {
        name: 'x@eng goes to eng',
        lookup: { protocol: 'smtp', rcpt: 'x@eng', from: 'a@b', helo: 'me' },
        expect: { rule: 'engineering', route: 'eng' },
      },
      {
        name: 'a mail to x@eng goes to eng',
        send: { from: 'a@b', to: ['x@eng', 'y@hr'], helo: 'me' },
        expect: { rule: 'engineering', upstream: 'eng', reply: 250, authCalls: 1, outcome: 'relayed' },
      },
    ]);
  });

  test('names the listener where there are several, and the null sender', () => {
    const [, send] = testsOfSession(
      { ...summary, from: '' },
      entries({ to: 'RCPT TO:<x@eng>' }, routed, 'engineering'),
      {
        users: [],
        listeners: 2,
      },
    );
    expect(send).toMatchObject({ send: { listener: 3333, from: '<>' } });
  });

  test('that was refused has no count of questions: another client may ask more often', () => {
    const refused = 'HTTP/1.0 200 OK\r\nAuth-Status: no\r\nAuth-Error-Code: 550 5.1.1\r\n\r\n';
    const row: SessionSummary = {
      ...summary,
      rule: 'otherwise',
      upstream: null,
      outcome: 'rejected',
      reply: 550,
      to: ['x@y'],
    };
    expect(testsOfSession(row, entries({ to: 'RCPT TO:<x@y>' }, refused, 'otherwise'), alone)).toEqual([
      {
        name: 'x@y is refused with 550',
        lookup: { protocol: 'smtp', rcpt: 'x@y' },
        expect: { rule: 'otherwise', reject: 550 },
      },
      {
        name: 'a mail to x@y ends as rejected',
        send: { from: 'a@b', to: ['x@y'] },
        expect: { rule: 'otherwise', reply: 550, outcome: 'rejected' },
      },
    ]);
  });

  test('of a login keeps no password, and can be sent again only by who has an account', () => {
    const asked = { method: 'plain', user: 'alice', password: 'secret' } as const;
    const row: SessionSummary = { ...summary, user: 'alice', rule: 'logins' };
    const known = testsOfSession(row, entries(asked, routed, 'logins'), { users: ['alice'], listeners: 1 });
    expect(known).toMatchObject([{ lookup: { user: 'alice' } }, { send: { user: 'alice' } }]);
    const unknown = testsOfSession(row, entries(asked, routed, 'logins'), alone);
    expect(unknown).toMatchObject([{ lookup: { user: 'alice', password: 'not the password' } }]);
    expect(unknown).toHaveLength(1);
    expect(JSON.stringify([known, unknown])).not.toContain('secret');
  });

  test('in which the own auth service was not asked becomes none', () => {
    const foreign = entries({ to: 'RCPT TO:<x@y>' }, routed, 'x').map(({ trail: _, ...entry }) => entry);
    expect(testsOfSession(summary, foreign, alone)).toEqual([]);
    expect(testsOfSession(summary, [], alone)).toEqual([]);
  });
});

test('a name that is taken gets a number', () => {
  expect(freeName('a', [])).toBe('a');
  expect(freeName('a', ['a', 'a (2)'])).toBe('a (3)');
});
