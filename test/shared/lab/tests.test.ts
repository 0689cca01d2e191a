import { describe, expect, test } from 'vitest';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import { readLab } from '../../../shared/lab/read.ts';
import type { LookupExpected, LookupInput, LookupTest } from '../../../shared/lab/tests.ts';
import { coverageOf, filtered } from '../../../shared/lab/tests-coverage.ts';
import { lookupOfTest, runLookupTest } from '../../../shared/lab/tests-lookup.ts';
import { matchesText } from '../../../shared/lab/tests-match.ts';
import { reportOf, waiting } from '../../../shared/lab/tests-result.ts';

const head = `lab: 1
name: x
proxy: "mail {}"
auth:
  listen: 127.0.0.1:8000
  rules:
    - { name: engineering, when: { rcpt: "*@eng.abc.com" }, then: { route: eng } }
accounts: [{ user: alice, password: secret }]
upstreams: { eng: { smtp: 127.0.0.1:2525 } }
tests:
`;

function problems(...tests: string[]): readonly string[] {
  const text = head + tests.map((one) => `  - ${one}\n`).join('');
  return readLab(text, { file: 'lab' }).problems.map(
    ({ line, column, severity, message, id }) =>
      `${line - 10}:${column} ${severity} ${message}${id === undefined ? '' : ` (${id})`}`,
  );
}

describe('mistakes in a test', () => {
  test('all of them come at once, each at its place', () => {
    expect(
      problems(
        '{ name: a, lookup: { rcptt: x@y, attempt: 0, tls: yes }, expect: { rul: x } }',
        '{ name: a, send: { from: a@b, to: [] }, expect: { reply: 1000, outcome: lost } }',
        '{ name: b, lookup: { rcpt: a@b }, expect: { route: eng, reject: 550 } }',
        '{ name: c, lookup: { rcpt: a@b }, expect: {} }',
      ),
    ).toEqual([
      '1:24 error nothing to look up; expected rcpt, or user',
      '1:26 error unknown key "rcptt" in "lookup"; did you mean "rcpt"?',
      '1:47 error "attempt": expected a number from 1, found 0',
      '1:55 error "tls": expected true or false, found "yes"',
      '1:72 error unknown key "rul" in "expect"; did you mean "rule"?',
      '2:13 error there is a test "a" already; expected another name',
      '2:39 error "to": expected at least one recipient, found a list',
      '2:62 error "reply": expected a reply code from 200 to 599, found 1000',
      '2:77 error "outcome": expected relayed or rejected or failed or quit or closed, found "lost"',
      '3:69 error route and reject cannot both come true; expected one of them',
      '4:47 error nothing is expected; expected at least one of rule, route, reject, wait, user, password, status, delay, error',
    ]);
  });

  test.each([
    [
      '{ name: a, lookup: { rcpt: a@b }, expect: { reply: 250 } }',
      '"reply" cannot be judged in a lookup test: nothing is sent; expected one of rule, route, reject, wait, user, password, status, delay, error',
    ],
    [
      '{ name: a, send: { from: "<>", to: a@b }, expect: { route: eng } }',
      '"route" cannot be judged in a send test; expected one of rule, upstream, reply, authCalls, outcome, user, accepted, rejected, messages, contains',
    ],
    [
      '{ name: a, lookup: { user: alice, rcpt: a@b }, expect: { route: eng } }',
      'nginx does not send "rcpt" to the auth service when a user logs in; expected it without one',
    ],
    [
      '{ name: a, lookup: { protocol: imap, password: x }, expect: { route: eng } }',
      '"user" is missing: nginx asks about a login here',
    ],
    [
      '{ name: a, lookup: { user: alise }, expect: { route: eng } }',
      '"password" is missing: there is no account "alise" to take it from; did you mean "alice"?',
    ],
    ['{ name: a, lookup: { method: apop, user: alice }, expect: { route: eng } }', 'APOP is a login of POP3 only'],
    [
      '{ name: a, lookup: { protocol: pop3, method: none, rcpt: a@b }, expect: { route: eng } }',
      'nginx asks without a login (method none) in SMTP only',
    ],
    [
      '{ name: a, lookup: { method: external, user: alice, password: x }, expect: { route: eng } }',
      'a login by EXTERNAL has no password',
    ],
    [
      '{ name: a, lookup: { method: none, user: alice, rcpt: a@b }, expect: { route: eng } }',
      '"user" belongs to a login, and with method none there is none',
    ],
    [
      '{ name: a, lookup: { protocol: imap, user: alice, clientHost: x }, expect: { route: eng } }',
      "nginx tells the client's name in SMTP only",
    ],
    [
      '{ name: a, lookup: { rcpt: a@b, client: 10.0.0.0/8 }, expect: { route: eng } }',
      '"10.0.0.0/8" is no IP address; expected one such as 192.0.2.1',
    ],
    [
      '{ name: a, lookup: { rcpt: a@b }, expect: { reject: "/(/" } }',
      '"/(/" is no regular expression: missing closing ): `(`',
    ],
    ['{ name: a, send: { from: a@b, to: a@b, password: x }, expect: { reply: 250 } }', '"password" goes with user'],
    [
      '{ name: a, send: { from: "a@b\\r\\nDATA", to: a@b }, expect: { reply: 250 } }',
      '"from": expected one line: a line break would end the command, found "a@b\r\nDATA"',
    ],
  ])('%s', (text, message) => {
    expect(problems(text).map((one) => one.replace(/^\S+ error /, '').replace(/ \(C5\)$/, ''))).toEqual([message]);
  });

  test('a rule or upstream that is not there keeps nothing from running', () => {
    expect(problems('{ name: a, lookup: { rcpt: a@b }, expect: { rule: enginering, route: enk } }')).toEqual([
      '1:55 warning there is no rule "enginering"; did you mean "engineering"?',
      '1:74 warning there is no upstream "enk"; did you mean "eng"?',
    ]);
  });

  test('without an auth service of its own a lab has no rules to test', () => {
    const text =
      'lab: 1\nname: x\nproxy: "mail {}"\ntests:\n  - { name: a, lookup: { rcpt: a@b }, expect: { rule: x } }\n';
    expect(readLab(text, { file: 'lab' }).problems.map(({ message }) => message)).toEqual([
      'the lab has no auth service of its own, so no rules can be asked; expected send',
      'the lab has no auth service of its own, so no rule of its decides',
    ]);
  });
});

const book: RuleBook = {
  rules: [
    { name: 'engineering', when: { rcpt: '*@eng.abc.com' }, then: { route: 'eng' } },
    { name: 'slow', when: { rcpt: 'slow@*' }, then: { reject: '451 4.7.1 later', wait: 3, delay: 50 } },
    { name: 'six', when: { rcpt: 'six@*' }, then: { route: '[::1]:2525' } },
    {
      name: 'host name',
      when: { rcpt: 'host@*' },
      then: { raw: { status: 503, headers: { 'Auth-Status': 'OK', 'Auth-Server': 'mx.test', 'Auth-Port': '25' } } },
    },
    { name: 'off', when: {}, then: { route: 'hr' }, off: true },
    { name: 'logins', when: { user: '*', not: { user: '' } }, then: { route: 'account', user: 'someone' } },
  ],
  otherwise: { reject: '550 5.1.1 no such recipient here' },
  accounts: [{ user: 'alice', password: 'secret', upstream: 'eng' }],
  upstreams: { eng: { smtp: '127.0.0.1:2525', pop3: '127.0.0.1:1110' }, hr: { smtp: '127.0.0.1:2526' } },
};

const run = (lookup: LookupInput, expected: LookupExpected) => {
  const one: LookupTest = { name: 'a', line: 1, kind: 'lookup', lookup, expect: expected };
  const { differences } = runLookupTest(book, one);
  return differences.map(({ key, expected: wanted, actual }) => `${key}: ${wanted} / ${actual}`);
};

describe('a lookup test', () => {
  test.each<readonly [LookupInput, LookupExpected]>([
    [{ rcpt: 'User@ENG.abc.com' }, { rule: 'engineering', route: 'eng' }],
    [{ rcpt: 'user@eng.abc.com' }, { route: '127.0.0.1:2525', status: 200, wait: 0, delay: 0 }],
    [{ rcpt: 'RCPT TO:<user@eng.abc.com> NOTIFY=NEVER' }, { rule: 'engineering' }],
    [{ rcpt: '<user@eng.abc.com>' }, { rule: 'engineering' }],
    [{ rcpt: 'x@y' }, { rule: 'otherwise', reject: 550 }],
    [{ rcpt: 'x@y' }, { reject: '550' }],
    [{ rcpt: 'x@y' }, { reject: 'NO such*' }],
    [{ rcpt: 'x@y' }, { reject: '550 5.1.1 no such recipient here' }],
    [{ rcpt: 'x@y' }, { reject: '/^550 5\\.1\\.\\d/' }],
    [{ rcpt: 'slow@y' }, { reject: 451, wait: 3, delay: 50 }],
    [{ rcpt: 'six@y' }, { route: '[0::1]:2525' }],
    [{ rcpt: 'host@y' }, { error: 'bad-address', status: 503 }],
    [{ user: 'alice' }, { rule: 'logins', route: 'eng', user: 'someone' }],
    [
      { user: 'alice', password: 'no' },
      { rule: 'accounts', reject: 'Invalid login or password' },
    ],
    [{ user: 'bob', password: 'no' }, { rule: 'accounts' }],
    [
      { user: 'alice', method: 'cram-md5' },
      { rule: 'logins', password: 'secret' },
    ],
    [
      { protocol: 'pop3', user: 'alice', method: 'apop' },
      { route: '127.0.0.1:1110', password: 'secret' },
    ],
    [{ protocol: 'pop3', user: 'alice', method: 'apop', password: 'wrong' }, { rule: 'accounts' }],
    [{ user: 'alice', method: 'external' }, { rule: 'logins' }],
  ])('%j comes as %j', (lookup, expected) => {
    expect(run(lookup, expected)).toEqual([]);
  });

  test('every difference is told, with what came', () => {
    expect(
      run(
        { rcpt: 'user@eng.abc.com' },
        { rule: 'slow', route: 'hr', wait: 1, user: 'x', password: 'y', status: 503, delay: 9 },
      ),
    ).toEqual([
      'rule: slow / engineering',
      'route: hr / route 127.0.0.1:2525 (eng)',
      'wait: 1 / 0 s',
      'user: x / none',
      'password: the one given / none',
      'status: 503 / 200',
      'delay: 9 / 0 ms',
    ]);
    expect(run({ rcpt: 'x@y' }, { route: 'eng' })).toEqual(['route: eng / reject 550 5.1.1 no such recipient here']);
    expect(run({ rcpt: 'x@y' }, { reject: 551 })).toEqual(['reject: 551 / reject 550 5.1.1 no such recipient here']);
    expect(run({ rcpt: 'host@y' }, { error: 'bad-port' })).toEqual(['error: bad-port / error bad-address']);
    // A password is never printed.
    expect(run({ user: 'alice', method: 'cram-md5' }, { password: 'guess' })).toEqual([
      'password: the one given / another one',
    ]);
  });

  test('asks what nginx would ask', () => {
    expect(
      lookupOfTest({ rcpt: 'a@b', from: '<>', helo: 'é', client: '192.0.2.1', tls: true, attempt: 2 }, book),
    ).toEqual({
      method: 'none',
      protocol: 'smtp',
      attempt: 2,
      clientIp: '192.0.2.1',
      clientHost: '[UNAVAILABLE]',
      tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
      headers: [],
      user: '',
      password: '',
      helo: 'Ã©',
      from: 'MAIL FROM:<>',
      to: 'RCPT TO:<a@b>',
    });
    expect(lookupOfTest({ protocol: 'imap', user: 'alice' }, book)).toEqual({
      method: 'plain',
      protocol: 'imap',
      attempt: 1,
      clientIp: '127.0.0.1',
      headers: [],
      user: 'alice',
      password: 'secret',
    });
  });
});

test('coverage counts accounts and Otherwise, and leaves out what is switched off', () => {
  const decided = [
    { test: 'a', rule: 'engineering' },
    { test: 'b', rule: 'engineering' },
    { test: 'c', rule: 'otherwise' },
    { test: 'd', rule: null },
  ];
  const coverage = coverageOf(book, decided);
  expect([coverage.hit, coverage.total]).toEqual([2, 7]);
  expect(coverage.rules.map(({ rule, name, tests }) => [rule, name, tests.length])).toEqual([
    [0, 'accounts', 0],
    [1, 'engineering', 2],
    [2, 'slow', 0],
    [3, 'six', 0],
    [4, 'host name', 0],
    [6, 'logins', 0],
    [null, 'otherwise', 1],
  ]);
});

test('a report holds tests that were not run, and no coverage where there are no rules', () => {
  const one = waiting({
    name: 'a',
    line: 3,
    kind: 'send',
    send: { from: 'a@b', to: ['c@d'], password: 'secret' },
    expect: { reply: 250 },
  });
  expect(one).toMatchObject({ state: 'waiting', input: 'from a@b · to c@d · password ••••', expected: 'reply 250' });
  expect(reportOf([one], null)).toEqual({ tests: [one], coverage: null });
});

test('a filter is a glob for the whole name, or a part of it', () => {
  const tests = [{ name: 'Engineering goes to eng' }, { name: 'hr' }];
  const names = (filter: string | null) => filtered(tests, filter).map(({ name }) => name);
  expect(names(null)).toHaveLength(2);
  expect(names('GOES')).toEqual(['Engineering goes to eng']);
  expect(names('h?')).toEqual(['hr']);
  expect(names('eng')).toEqual(['Engineering goes to eng']);
  expect(names('*eng')).toEqual(['Engineering goes to eng']);
  expect(names('e*g')).toEqual(['Engineering goes to eng']);
  expect(names('x')).toEqual([]);
});

test('a reply is matched by its code or by a pattern', () => {
  expect(matchesText(550, '550 5.1.1', ['550 5.1.1 no'])).toBe(true);
  expect(matchesText(250, '', ['250'])).toBe(false);
  expect(matchesText('550 *', '550', ['550 No such user'])).toBe(true);
  expect(matchesText('no', '550', ['550 no', 'no'])).toBe(true);
  expect(matchesText('n', '550', ['550 no', 'no'])).toBe(false);
});
