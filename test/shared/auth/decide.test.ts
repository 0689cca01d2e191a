import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAnswer, encodeAnswer } from '../../../shared/auth/answer.ts';
import { decide } from '../../../shared/auth/decide.ts';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { hmacMd5, md5 } from '../../../shared/auth/md5.ts';
import type { Rule, RuleBook, Then, When } from '../../../shared/auth/rule.ts';
import { trail as tutorialTrail } from '../../fakes/tutorial-session.ts';

const rcpt = (to: string, more: Partial<Lookup> = {}): Lookup => ({
  method: 'none',
  user: '',
  password: '',
  protocol: 'smtp',
  attempt: 1,
  clientIp: '127.0.0.1',
  clientHost: '[UNAVAILABLE]',
  helo: 'laptop',
  from: 'MAIL FROM:<dev@test.com>',
  to: `RCPT TO:<${to}>`,
  headers: [],
  ...more,
});

const login = (more: Partial<Lookup>): Lookup => ({
  method: 'plain',
  user: 'alice@eng.abc.com',
  password: 'secret',
  protocol: 'smtp',
  attempt: 1,
  clientIp: '127.0.0.1',
  headers: [],
  ...more,
});

const book = (more: Partial<RuleBook> = {}): RuleBook => ({
  rules: [
    { name: 'engineering', when: { rcpt: '*@eng.abc.com' }, then: { route: 'eng' } },
    { name: 'human resources', when: { rcpt: '*@hr.abc.com' }, then: { route: 'hr' } },
  ],
  otherwise: { reject: '550 5.1.1 no such recipient here' },
  accounts: [],
  upstreams: { eng: { smtp: '127.0.0.1:2525', imap: '127.0.0.1:1143' }, hr: { smtp: '[::1]:2526' } },
  ...more,
});

const one = (when: When, then: Then = { route: 'eng' }): RuleBook => book({ rules: [{ name: 'it', when, then }] });
const headersOf = (each: RuleBook, lookup: Lookup) => decide(each, lookup).answer.headers;
const matches = (when: When, lookup: Lookup, more: Partial<RuleBook> = {}) =>
  decide({ ...one(when), ...more }, lookup).trail.find(({ name }) => name === 'it');

describe('the tutorial', () => {
  test('engineering mail goes to eng, with the trail of every rule', () => {
    const decision = decide(book(), rcpt('user@eng.abc.com'));
    expect(decision).toMatchObject({ rule: 'engineering', upstream: 'eng', delayMs: 0 });
    expect(decision.answer).toEqual({
      status: 200,
      headers: [
        ['Auth-Status', 'OK'],
        ['Auth-Server', '127.0.0.1'],
        ['Auth-Port', '2525'],
      ],
    });
    const raw = 'RCPT TO:<user@eng.abc.com>';
    const expected = tutorialTrail.map((step) => ({ ...step, tests: step.tests.map((each) => ({ ...each, raw })) }));
    expect(decision.trail).toEqual(expected);
  });

  test('nobody else is known', () => {
    const decision = decide(book(), rcpt('user@elsewhere.test'));
    expect(decision).toMatchObject({ rule: 'otherwise', upstream: null });
    expect(decision.answer.headers).toEqual([
      ['Auth-Status', 'no such recipient here'],
      ['Auth-Error-Code', '550 5.1.1'],
    ]);
    expect(decision.trail.map(({ outcome }) => outcome)).toEqual(['not-matched', 'not-matched', 'matched']);
  });
});

describe('conditions', () => {
  const lookup = rcpt('Bob@Eng.abc.com', {
    helo: 'Laptop.Local',
    from: 'MAIL FROM:<> SIZE=1',
    attempt: 2,
    clientIp: '10.1.2.3',
  });

  const table: readonly (readonly [When, boolean])[] = [
    [{}, true],
    [{ rcpt: 'bob@eng.abc.com' }, true],
    [{ rcpt: 'BOB@*' }, true],
    [{ rcpt: 'RCPT TO:*' }, false],
    [{ rcpt: ['x', '/^bob@/'] }, true],
    [{ from: '<>' }, true],
    [{ from: '' }, true],
    [{ from: ['<>', 'x'] }, true],
    [{ from: '*@*' }, false],
    [{ helo: 'laptop.*' }, true],
    [{ protocol: 'SMTP' }, true],
    [{ protocol: 'imap' }, false],
    [{ method: ['plain', 'none'] }, true],
    [{ client: '10.0.0.0/8' }, true],
    [{ client: '127.0.0.1' }, false],
    [{ clientHost: '[unavailable]' }, true],
    [{ tls: false }, true],
    [{ tls: true }, false],
    [{ attempt: 2 }, true],
    [{ attempt: '3..' }, false],
    [{ attempt: '1..2' }, true],
    [{ user: '' }, true],
    [{ password: 'valid' }, false],
    [{ password: 'invalid' }, false],
    [{ not: { rcpt: '*@hr.abc.com' } }, true],
    [{ not: { rcpt: '*@eng.abc.com' } }, false],
    [{ not: { rcpt: '*@eng.abc.com', attempt: 1 } }, true],
    [{ rcpt: '*@eng.abc.com', not: { attempt: '2..' } }, false],
    [{ rcpt: '*@eng.abc.com', attempt: 1 }, false],
  ];

  test.each(table)('%j: %s', (when, held) => {
    expect(matches(when, lookup)?.outcome).toBe(held ? 'matched' : 'not-matched');
  });

  test('the trail shows what was compared, and what it came from', () => {
    expect(matches({ rcpt: '*@hr.abc.com' }, lookup)?.tests).toEqual([
      {
        field: 'rcpt',
        expected: '*@hr.abc.com',
        actual: 'bob@eng.abc.com',
        raw: 'RCPT TO:<Bob@Eng.abc.com>',
        held: false,
      },
    ]);
    expect(matches({ not: { attempt: '2..' } }, lookup)?.tests).toEqual([
      { field: 'attempt', expected: '2..', actual: '2', negated: true, held: false },
    ]);
    expect(matches({ helo: 'laptop.local', tls: false }, lookup)?.tests).toEqual([
      { field: 'helo', expected: 'laptop.local', actual: 'laptop.local', raw: 'Laptop.Local', held: true },
      { field: 'tls', expected: 'false', actual: 'false', held: true },
    ]);
  });

  test('a login has no recipient, which no pattern matches', () => {
    expect(matches({ rcpt: '*' }, login({}))?.outcome).toBe('not-matched');
    expect(matches({ not: { rcpt: '*' } }, login({}))?.outcome).toBe('matched');
    expect(matches({ user: 'alice@*' }, login({}))?.outcome).toBe('matched');
    expect(matches({ user: 'Alice@*' }, login({}))?.outcome).toBe('not-matched');
    expect(matches({ tls: true }, login({ tls: { protocol: 'TLSv1.3', cipher: 'x' } }))?.outcome).toBe('matched');
  });

  test('bytes beyond ASCII compare as UTF-8', () => {
    const utf8 = Buffer.from('bücher@eng.test').toString('latin1');
    expect(matches({ rcpt: 'BÜCHER@*' }, rcpt(utf8))?.outcome).toBe('matched');
  });

  test('a rule that is off is never tried', () => {
    const off: Rule = { name: 'it', when: {}, then: { route: 'eng' }, off: true };
    const decision = decide(book({ rules: [off] }), lookup);
    expect(decision.trail[0]).toEqual({ rule: 1, name: 'it', outcome: 'off', tests: [], then: 'route eng' });
    expect(decision.rule).toBe('otherwise');
  });

  test('rules after the one that decided say whether they would have matched too', () => {
    const rules: Rule[] = [
      { name: 'a', when: {}, then: { route: 'eng' } },
      { name: 'b', when: {}, then: { route: 'hr' } },
      { name: 'c', when: { attempt: 9 }, then: { route: 'hr' } },
    ];
    const { trail } = decide(book({ rules }), lookup);
    expect(trail.map(({ outcome, wouldMatch }) => [outcome, wouldMatch])).toEqual([
      ['matched', undefined],
      ['not-tried', true],
      ['not-tried', false],
      ['not-tried', undefined],
    ]);
  });
});

describe('answers', () => {
  const table: readonly (readonly [string, Then, Lookup, unknown, string | null])[] = [
    [
      'an IPv6 upstream without brackets',
      { route: 'hr' },
      rcpt('a'),
      [
        ['Auth-Status', 'OK'],
        ['Auth-Server', '::1'],
        ['Auth-Port', '2526'],
      ],
      'hr',
    ],
    [
      'the address of the protocol asked for',
      { route: 'eng' },
      login({ protocol: 'imap' }),
      [
        ['Auth-Status', 'OK'],
        ['Auth-Server', '127.0.0.1'],
        ['Auth-Port', '1143'],
      ],
      'eng',
    ],
    [
      'an upstream that has none',
      { route: 'hr' },
      login({ protocol: 'pop3' }),
      [
        ['Auth-Status', 'upstream hr has no pop3 address'],
        ['Auth-Error-Code', '451 4.3.5'],
      ],
      null,
    ],
    [
      'an upstream that is none',
      { route: 'nowhere' },
      rcpt('a'),
      [
        ['Auth-Status', 'there is no upstream nowhere'],
        ['Auth-Error-Code', '451 4.3.5'],
      ],
      null,
    ],
    [
      'a name that every object has',
      { route: 'constructor' },
      rcpt('a'),
      [
        ['Auth-Status', 'there is no upstream constructor'],
        ['Auth-Error-Code', '451 4.3.5'],
      ],
      null,
    ],
    [
      'an address of its own',
      { route: '10.0.0.1:25' },
      rcpt('a'),
      [
        ['Auth-Status', 'OK'],
        ['Auth-Server', '10.0.0.1'],
        ['Auth-Port', '25'],
      ],
      null,
    ],
    [
      'the address of a known one',
      { route: '127.0.0.1:2525' },
      rcpt('a'),
      [
        ['Auth-Status', 'OK'],
        ['Auth-Server', '127.0.0.1'],
        ['Auth-Port', '2525'],
      ],
      'eng',
    ],
    ['a rejection without code', { reject: 'go away' }, rcpt('a'), [['Auth-Status', 'go away']], null],
    [
      'a code without enhanced code',
      { reject: '450 later' },
      rcpt('a'),
      [
        ['Auth-Status', 'later'],
        ['Auth-Error-Code', '450'],
      ],
      null,
    ],
    ['no reply code', { reject: '250 fine' }, rcpt('a'), [['Auth-Status', '250 fine']], null],
    ['in UTF-8', { reject: 'né' }, rcpt('a'), [['Auth-Status', 'n\xc3\xa9']], null],
    [
      'refuse and stay',
      { reject: '550 no', wait: 3, user: 'x' },
      rcpt('a'),
      [
        ['Auth-Status', 'no'],
        ['Auth-Error-Code', '550'],
        ['Auth-Wait', '3'],
        ['Auth-User', 'x'],
      ],
      null,
    ],
    [
      'renamed',
      { route: '10.0.0.1:25', user: 'u', password: 'p' },
      rcpt('a'),
      [
        ['Auth-Status', 'OK'],
        ['Auth-Server', '10.0.0.1'],
        ['Auth-Port', '25'],
        ['Auth-User', 'u'],
        ['Auth-Pass', 'p'],
      ],
      null,
    ],
    [
      'raw',
      { raw: { status: 500, headers: { 'Auth-Server': '::1', 'Auth-Port': '2526', X_Y: '' } } },
      rcpt('a'),
      [
        ['Auth-Server', '::1'],
        ['Auth-Port', '2526'],
        ['X_Y', ''],
      ],
      'hr',
    ],
    [
      'by account without one',
      { route: 'account' },
      rcpt('a'),
      [
        ['Auth-Status', 'the rule routes by account, and there is none for this lookup'],
        ['Auth-Error-Code', '451 4.3.5'],
      ],
      null,
    ],
  ];

  test.each(table)('%s', (_, then, lookup, headers, upstream) => {
    const decision = decide(one({}, then), lookup);
    expect(decision.answer.headers).toEqual(headers);
    expect(decision.upstream).toBe(upstream);
  });

  test('delay and status are passed on, and what the rule says is short', () => {
    const slow = decide(one({}, { raw: { status: 503, headers: {} }, delay: 250 }), rcpt('a'));
    expect(slow).toMatchObject({ delayMs: 250, answer: { status: 503 } });
    expect(slow.trail.map(({ then }) => then)).toEqual(['raw 503', 'reject 550 5.1.1 no such recipient here']);
    expect(decide(book({ rules: [], otherwise: { reject: 'no', delay: 9 } }), rcpt('a')).delayMs).toBe(9);
  });

  test('a rule gives the same answer object every time, so that its bytes are made once', () => {
    const rules = book();
    expect(decide(rules, rcpt('a@eng.abc.com')).answer).toBe(decide(rules, rcpt('b@eng.abc.com')).answer);
  });
});

describe('accounts', () => {
  const alice = { user: 'alice@eng.abc.com', password: 'sécret', upstream: 'eng' };
  const withAccounts = (then: Then): RuleBook => ({ ...one({}, then), accounts: [alice] });
  const account = withAccounts({ route: 'account' });
  const secret = 's\xc3\xa9cret';
  const salt = '<1.2@mail.test>';
  const ok = [
    ['Auth-Status', 'OK'],
    ['Auth-Server', '127.0.0.1'],
    ['Auth-Port', '2525'],
  ];
  const refused = [['Auth-Status', 'Invalid login or password']];

  const table: readonly (readonly [string, Lookup, unknown, string])[] = [
    ['plain', login({ password: secret }), ok, 'not-matched'],
    ['plain, wrong', login({ password: 'x' }), refused, 'matched'],
    ['unknown', login({ user: 'bob', password: secret }), refused, 'matched'],
    [
      'CRAM-MD5',
      login({ method: 'cram-md5', salt, password: hmacMd5(secret, salt) }),
      [...ok, ['Auth-Pass', secret]],
      'not-matched',
    ],
    ['CRAM-MD5, wrong', login({ method: 'cram-md5', salt, password: hmacMd5('x', salt) }), refused, 'matched'],
    [
      'APOP',
      login({ method: 'apop', salt, password: md5(salt + secret) }),
      [...ok, ['Auth-Pass', secret]],
      'not-matched',
    ],
    ['APOP, wrong', login({ method: 'apop', salt, password: '' }), refused, 'matched'],
    ['external', login({ method: 'external', password: '' }), ok, 'not-matched'],
    ['external, unknown', login({ method: 'external', user: 'x' }), refused, 'matched'],
  ];

  test.each(table)('%s', (_, lookup, headers, outcome) => {
    const decision = decide(account, lookup);
    expect(decision.answer.headers).toEqual(headers);
    expect(decision.trail[0]).toMatchObject({ rule: 0, name: 'accounts', outcome });
    expect(JSON.stringify(decision.trail)).not.toContain(secret);
    expect(decision.rule).toBe(outcome === 'matched' ? 'accounts' : 'it');
  });

  test('a lookup by recipient is no login', () => {
    const decision = decide(withAccounts({ route: 'eng' }), rcpt('a'));
    expect(decision.trail[0]).toMatchObject({
      rule: 0,
      outcome: 'not-matched',
      tests: [{ field: 'method', actual: 'none' }],
    });
    expect(decision.rule).toBe('it');
  });

  test("the rule's own password goes before the account's", () => {
    const digest = login({ method: 'cram-md5', salt, password: hmacMd5(secret, salt) });
    expect(headersOf(withAccounts({ route: 'eng', password: 'other' }), digest)).toEqual([
      ...ok,
      ['Auth-Pass', 'other'],
    ]);
  });

  test('without accounts there is no rule 0', () => {
    expect(decide(book(), login({})).trail[0]?.rule).toBe(1);
  });

  test('password: valid and invalid', () => {
    const both = (when: When) => matches(when, login({ password: secret }), { accounts: [alice] })?.outcome;
    expect([both({ password: 'valid' }), both({ password: 'invalid' })]).toEqual(['matched', 'not-matched']);
    expect(matches({ password: 'invalid' }, login({}))?.outcome).toBe('matched');
  });
});

const pattern = fc.constantFrom('*', '*@eng.abc.com', 'a@b', '/b$/', '/(/', '', ['x', '*@b']);
const anyWhen: fc.Arbitrary<When> = fc.record(
  {
    rcpt: pattern,
    from: pattern,
    helo: pattern,
    attempt: fc.constantFrom(1, '2..', 'x'),
    tls: fc.boolean(),
    client: fc.constantFrom('127.0.0.1', '::/0', 'x'),
  },
  { requiredKeys: [] },
);
const anyThen: fc.Arbitrary<Then> = fc.oneof(
  fc.constantFrom('eng', 'hr', 'account', '10.0.0.1:25', 'x').map((route) => ({ route })),
  fc.constantFrom('550 no', 'no').map((reject) => ({ reject })),
  fc.constant({ raw: { status: 200, headers: { 'Auth-Status': 'WAIT' } } }),
);
const anyBook = fc
  .array(fc.record({ when: anyWhen, then: anyThen, off: fc.boolean() }), { maxLength: 5 })
  .map((rules) =>
    book({
      rules: rules.map((rule, index) => ({ ...rule, name: `rule ${index}` })),
      otherwise: { reject: 'otherwise says no' },
    }),
  );
const anyLookup = fc
  .record({
    to: fc.oneof(fc.constantFrom('RCPT TO:<a@b>', ''), fc.string({ unit: 'binary' })),
    helo: fc.string({ unit: 'binary' }),
    attempt: fc.nat(5),
    clientIp: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()),
  })
  .map((parts) => rcpt('', parts));

describe('properties', () => {
  test('the trail names every rule in order, exactly one matched, and it is the one that decided', () => {
    fc.assert(
      fc.property(anyBook, anyLookup, (rules, lookup) => {
        const { trail, rule, answer } = decide(rules, lookup);
        expect(trail.map(({ name }) => name)).toEqual([...rules.rules.map(({ name }) => name), 'otherwise']);
        const matched = trail.filter(({ outcome }) => outcome === 'matched');
        expect(matched.map(({ name }) => name)).toEqual([rule]);
        const at = trail.findIndex(({ outcome }) => outcome === 'matched');
        expect(trail.slice(0, at).every(({ outcome }) => outcome === 'not-matched' || outcome === 'off')).toBe(true);
        expect(trail.slice(at + 1).every(({ outcome }) => outcome === 'not-tried' || outcome === 'off')).toBe(true);
        const [winner] = matched;
        const own = winner?.rule == null ? rules.otherwise : rules.rules[winner.rule - 1]?.then;
        // The rule alone, without the others, gives the same verdict.
        const alone = decide({ ...rules, rules: [], otherwise: own ?? {} }, lookup).answer;
        expect(encodeAnswer(alone)).toBe(encodeAnswer(answer));
        expect(decodeAnswer(encodeAnswer(answer), { protocol: 'smtp', passwordKnown: false }).type).toMatch(
          /^(route|reject|wait)$/,
        );
      }),
    );
  });

  test('a test that did not hold says so in a rule that did not match', () => {
    fc.assert(
      fc.property(anyBook, anyLookup, (rules, lookup) => {
        for (const step of decide(rules, lookup).trail) {
          if (step.outcome === 'matched') expect(step.tests.every(({ held }) => held)).toBe(true);
          if (step.outcome === 'not-matched') expect(step.tests.some(({ held }) => !held)).toBe(true);
          if (step.outcome === 'not-tried' && step.rule !== null)
            expect(step.tests.every(({ held }) => held)).toBe(step.wouldMatch);
        }
      }),
    );
  });
});
