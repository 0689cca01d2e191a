import { describe, expect, test } from 'vitest';
import type { SessionSummary } from '../../../shared/journal/entry.ts';
import { type Filter, filterKeys, matches, parseFilter } from '../../../shared/journal/filter.ts';
import { summary } from '../../fakes/tutorial-session.ts';

function filter(text: string): Filter {
  const parsed = parseFilter(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.filter;
}

function problem(text: string): string {
  const parsed = parseFilter(text);
  return 'problem' in parsed ? parsed.problem : '';
}

function passes(text: string, changes: Partial<SessionSummary> = {}): boolean {
  return matches(filter(text), { ...summary, ...changes });
}

describe('a filter passes the tutorial session', () => {
  test.each([
    '',
    '   ',
    'to:*@eng.abc.com',
    'TO:USER@ENG.ABC.COM',
    'to:us?r@eng.abc.com',
    'from:dev@test.com rule:engineering upstream:eng',
    'rule:eng* and proto:smtp',
    'proto:SMTP outcome:relayed',
    'code:250',
    'code:2xx',
    'code:25X',
    'client:127.0.0.1',
    'client:127.0.0.1:51514',
    'client:127.*',
    'id:1',
    'id:#1',
    'place:ended',
    'engineer',
    'text:engineer',
    'text:"user@eng"',
    '"dev@test.com"',
    'eng*com',
    'not to:*@hr.abc.com',
    '-to:*@hr.abc.com',
    'not not eng',
    'to:*@hr.abc.com or upstream:eng',
    '(upstream:hr or upstream:eng) code:250',
    'not (upstream:hr or code:5xx)',
    'user:x or user:y or eng',
    'after:2025-12-31 before:2026-01-03',
    'after:2026-01-01T12:00Z before:2026-01-01T12:00:01Z',
    'before:"2026-01-03 10:00"',
  ])('%s', (text) => expect(passes(text)).toBe(true));
});

describe('a filter holds the tutorial session back', () => {
  test.each([
    'to:eng',
    'to:*@eng.abc.co',
    'user:*',
    'error:*',
    'code:5xx',
    'code:251',
    'outcome:open',
    'outcome:rejected',
    'id:2',
    'hr',
    'relayed',
    'com*dev@',
    'eng hr',
    'eng and hr',
    'not eng',
    '-eng',
    'proto:imap',
    'client:127.0.0.2',
    'before:2026-01-01T12:00:00Z',
    'after:2026-01-03',
  ])('%s', (text) => expect(passes(text)).toBe(false));
});

test('one recipient of several is enough, and no pattern runs from one into the next', () => {
  const to = ['a@one.test', 'b@two.test'];
  expect(passes('to:b@*', { to })).toBe(true);
  expect(passes('to:a@*two.test', { to })).toBe(false);
  expect(passes('a@*two.test', { to })).toBe(false);
});

test('a session that has not ended is open, whatever it came to so far', () => {
  expect(passes('outcome:open', { ms: null })).toBe(true);
  expect(passes('outcome:relayed', { ms: null })).toBe(false);
  expect(passes('code:4xx', { reply: null })).toBe(false);
});

test('an IPv6 client is found with and without brackets', () => {
  const client = '[::1]:40000';
  for (const text of ['client:::1', 'client:[::1]', 'client:[::1]:40000']) expect(passes(text, { client })).toBe(true);
});

test('words that are keywords can be looked for in quotes', () => {
  expect(passes('"or"', { user: 'orange' })).toBe(true);
  expect(passes('rule:"not tried"', { rule: 'Not tried' })).toBe(true);
  expect(passes('"10:20"', { user: 'at 10:20' })).toBe(true);
});

describe('the keys that say how a session went', () => {
  test.each<[string, Partial<SessionSummary>, boolean]>([
    ['ip:127.0.0.1', { client: '127.0.0.1:40000' }, true],
    ['ip:127.0.0.1:40000', { client: '127.0.0.1:40000' }, false],
    ['ip:[::1]', { client: '[::1]:40000' }, true],
    ['stage:rcpt', { stage: 'rcpt' }, true],
    ['stage:data', { stage: 'rcpt' }, false],
    ['stage:connect', {}, true],
    ['tls:yes', { tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384' }, true],
    ['tls:tlsv1.3', { tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384' }, true],
    ['tls:TLSv1.2', { tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384' }, false],
    ['tls:no', { tls: 'TLSv1.3 X' }, false],
    ['tls:no', {}, true],
    ['tls:yes', {}, false],
    ['held:yes', { held: ['U>P'] }, true],
    ['held:u>p', { held: ['U>P'] }, true],
    ['held:C>P', { held: ['U>P'] }, false],
    ['held:no', { held: ['U>P'] }, false],
    ['held:yes', {}, false],
    ['not held:yes', {}, true],
    ['fault:*', { faults: ['reply', 'rcpt', 'eng'] }, true],
    ['fault:rcpt', { faults: ['reply', 'rcpt', 'eng'] }, true],
    ['fault:greylisting', { faults: ['reply', 'rcpt', 'eng'] }, false],
    ['not fault:*', {}, true],
  ])('%s of %j: %s', (text, session, expected) => expect(passes(text, session)).toBe(expected));

  test.each([
    ['stage:lunch', /^stage:lunch is not known: it is one of connect, ehlo, /],
    ['held:maybe', /^held:maybe is not known: it is yes, no, or a gate: C>P, P>A, /],
    ['tls:', /^tls: needs a value/],
  ])('%s is told in one sentence', (text, words) => {
    const parsed = parseFilter(text);
    expect('problem' in parsed ? parsed.problem : '').toMatch(words);
  });

  test('the language has every key of its description', () => {
    const wanted = 'to from user upstream rule code stage proto tls ip held fault diag id text before after'.split(' ');
    expect(wanted.filter((key) => !filterKeys.includes(key))).toEqual([]);
  });
});

describe('what was found in a session', () => {
  const found: SessionSummary = { ...summary, findings: { count: 2, worst: 'error', keys: ['C1', 'G2.mixed', 'B8'] } };
  const passes = (text: string, session: SessionSummary) => {
    const parsed = parseFilter(text);
    return 'filter' in parsed && matches(parsed.filter, session);
  };

  test.each([
    'diag:C1',
    'diag:c1',
    'diag:G2',
    'diag:g2.MIXED',
    'diag:*',
    'severity:error',
    'severity:chat',
    '-diag:D8',
  ])('%s has it', (text) => expect(passes(text, found)).toBe(true));

  test.each(['diag:C', 'diag:mixed', 'diag:D8', 'severity:note', 'severity:warn'])('%s does not', (text) =>
    expect(passes(text, found)).toBe(false),
  );

  test('nobody has looked yet', () => {
    expect(passes('diag:*', summary)).toBe(false);
    expect(passes('not diag:*', summary)).toBe(true);
  });
});

describe('what is wrong is said in one sentence', () => {
  test('a key for a function that does not exist names the keys there are', () => {
    for (const key of ['rcpt', 'port', 'command']) {
      expect(problem(`${key}:x`)).toContain(`${key}: is not a key`);
      for (const known of filterKeys) expect(problem(`${key}:x`)).toContain(known);
    }
  });

  test.each([
    ['to:', 'needs a value'],
    ['code:9xx', 'three digits'],
    ['code:4x1', 'three digits'],
    ['code:45', 'three digits'],
    ['proto:http', 'smtp, imap, pop3'],
    ['outcome:lost', 'relayed'],
    ['id:x', 'session number'],
    ['before:yesterday', '2026-01-31'],
    ['after:2026-13-01', '2026-01-31'],
    ['"abc', 'quote'],
    ['a"b', 'quote'],
    ['(a', 'without its )'],
    ['a)', 'without its ('],
    ['()', 'nothing to look for'],
    ['not', 'nothing to look for'],
    ['a or', 'nothing to look for'],
    ['or a', 'nothing to look for'],
    ['a and or b', 'nothing to look for'],
    [`${'('.repeat(100)}a${')'.repeat(100)}`, 'too many parentheses'],
    [`${'not '.repeat(100)}a`, 'too many parentheses'],
    ['a '.repeat(100), 'more than 40 conditions'],
  ])('%s', (text, said) => expect(problem(text)).toContain(said));
});

test('a lone minus is text, and a minus inside a word stays', () => {
  expect(passes('-', { user: 'a-b' })).toBe(true);
  expect(passes('a-b', { user: 'a-b' })).toBe(true);
});
