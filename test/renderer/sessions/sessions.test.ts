import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { anchored } from '../../../renderer/sessions/anchor.ts';
import { authCommand, firstCommands, readCommand, tlsCommand } from '../../../renderer/sessions/commands.ts';
import { addressFor, examplesOf } from '../../../renderer/sessions/examples.ts';
import { complete, suggestions } from '../../../renderer/sessions/filter-help.ts';
import { sessionTarget, target } from '../../../renderer/sessions/move.ts';
import { verdictOf, whoOf } from '../../../renderer/sessions/outcome.ts';
import { decide } from '../../../shared/auth/decide.ts';
import type { Lookup } from '../../../shared/auth/lookup.ts';
import { filterKeys, parseFilter } from '../../../shared/journal/filter.ts';

const file = new URL('../../../renderer/i18n/en/sessions.json', import.meta.url);
const texts: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));

describe('whoOf', () => {
  test('a name that is not ASCII is shown as it was meant, and cannot turn the row around', () => {
    expect(whoOf({ to: [], user: 'jos\xc3\xa9' })).toEqual({ first: 'josé', more: 0 });
    expect(whoOf({ to: ['a\u202eb@x', 'c@d'], user: null })).toEqual({ first: 'a‹U+202E›b@x', more: 1 });
  });
});

describe('verdictOf', () => {
  const cases = [
    [{ outcome: null, reply: null, ms: null }, '◌', 'open'],
    [{ outcome: 'relayed', reply: 250, ms: 21 }, '✓', 'good'],
    [{ outcome: 'relayed', reply: 550, ms: 21 }, '✗', 'bad'],
    [{ outcome: 'rejected', reply: 550, ms: 4 }, '✗', 'bad'],
    [{ outcome: 'failed', reply: 451, ms: 2 }, '✗', 'bad'],
    [{ outcome: 'failed', reply: null, ms: 2 }, '✗', 'bad'],
    [{ outcome: 'closed', reply: 421, ms: 2 }, '–', 'quiet'],
    [{ outcome: 'quit', reply: 221, ms: 2 }, '–', 'quiet'],
    [{ outcome: null, reply: null, ms: 5 }, '–', 'quiet'],
  ] as const;
  test.each(cases)('%o', (session, sign, tone) => {
    const verdict = verdictOf(session);
    expect(verdict).toMatchObject({ sign, tone });
    expect(texts).toHaveProperty([verdict.key]);
    expect(texts[verdict.key]?.includes('{{code}}') ?? false).toBe(verdict.key.endsWith('.code'));
  });
});

test('a row is named after its first recipient, else the user', () => {
  expect(whoOf({ to: ['a@one.test', 'b@two.test', 'c@three.test'], user: 'joe' })).toEqual({
    first: 'a@one.test',
    more: 2,
  });
  expect(whoOf({ to: [], user: 'joe' })).toEqual({ first: 'joe', more: 0 });
  expect(whoOf({ to: [], user: null })).toBeNull();
});

describe('examples', () => {
  const nobody: Lookup = {
    method: 'none',
    user: '',
    password: '',
    protocol: 'smtp',
    attempt: 1,
    clientIp: '127.0.0.1',
    from: 'MAIL FROM:<>',
    headers: [],
  };

  test('an example meets the rule it was made from', () => {
    const rules = [
      { name: 'eng', when: { rcpt: '*@eng.abc.com' }, then: { route: 'eng' } },
      { name: 'below', when: { rcpt: '*@*.hr.abc.com' }, then: { route: 'hr' } },
      { name: 'one', when: { rcpt: ['c?o@abc.com', '/x/'] }, then: { route: 'hr' } },
    ];
    const book = { rules, otherwise: { reject: '550 no' }, accounts: [], upstreams: { eng: {}, hr: {} } };
    const examples = examplesOf(rules);
    expect(examples.map((one) => one.rule)).toEqual(['eng', 'below', 'one']);
    for (const { rule, address } of examples) {
      const to = `RCPT TO:<${address}>`;
      expect(decide(book, { ...nobody, to }).rule, address).toBe(rule);
    }
  });

  test('nothing is made up where the pattern does not say', () => {
    expect(addressFor('/.*@x/')).toBeNull();
    expect(addressFor('*')).toBeNull();
    expect(addressFor('*@*')).toBeNull();
    expect(addressFor('a@x*y.com')).toBeNull();
    expect(addressFor(undefined)).toBeNull();
    expect(examplesOf([{ name: 'n', when: { rcpt: 'a@b.c', from: 'x@y.z' }, then: {} }])).toEqual([]);
    expect(examplesOf([{ name: 'n', when: { rcpt: 'a@b.c' }, then: {}, off: true }])).toEqual([]);
  });
});

test('commands bracket an IPv6 address where the program wants it', () => {
  const where = { host: '::1', port: 3333, from: 'dev@test.com', to: 'user@eng.abc.com' };
  expect(firstCommands(where).map((one) => one.text.includes('[::1]:3333'))).toEqual([false, false, true]);
  expect(authCommand('127.0.0.1', 8000, 'a@b.c').text).toBe(
    "curl -I -H 'Auth-SMTP-To: RCPT TO:<a@b.c>' http://127.0.0.1:8000",
  );
});

test('commands speak TLS where the listener expects it', () => {
  const where = { host: '127.0.0.1', port: 465, from: 'dev@test.com', to: 'user@eng.abc.com', ssl: true };
  const texts = firstCommands(where).map(({ text }) => text);
  expect(texts[0]).toBe('openssl s_client -quiet -connect 127.0.0.1:465');
  expect(texts[1]).toContain(' --tls-on-connect ');
  expect(texts[2]).toContain('| curl -k smtps://127.0.0.1:465 ');
  expect(tlsCommand('imap', '::1', 143).text).toBe('openssl s_client -quiet -starttls imap -connect [::1]:143');
  expect(readCommand('imap', '127.0.0.1', 143, false).text).toBe('curl imap://127.0.0.1:143/INBOX -u USER:PASSWORD');
  expect(readCommand('pop3', '::1', 995, true).text).toBe('curl -k pop3s://[::1]:995/ -u USER:PASSWORD');
});

describe('filter help', () => {
  test('offers the keys that fit the word being typed, else all', () => {
    expect(suggestions('to:x up', filterKeys)).toEqual(['upstream']);
    expect(suggestions('', filterKeys)).toEqual(filterKeys);
    expect(suggestions('to:', filterKeys)).toEqual(filterKeys);
    expect(suggestions('zzz', filterKeys)).toEqual(filterKeys);
  });

  test('completes the word, or adds one', () => {
    expect(complete('to:x up', 'upstream:')).toBe('to:x upstream:');
    expect(complete('-ou', 'outcome:')).toBe('-outcome:');
    expect(complete('', 'to:')).toBe('to:');
    expect(complete('eng', 'to:')).toBe('eng to:');
    expect(complete('eng ', 'to:')).toBe('eng to:');
  });

  test('every key is explained, and the example is good', () => {
    for (const key of filterKeys) expect(texts).toHaveProperty([`filter.key.${key}`]);
    expect(parseFilter('to:*@hr.abc.com code:5xx not upstream:eng')).toHaveProperty('filter');
  });
});

describe('the list', () => {
  const key = (name: string) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false });

  test('keys stay inside it', () => {
    expect(target(key('ArrowDown'), -1, 3, 10)).toBe(0);
    expect(target(key('ArrowDown'), 2, 3, 10)).toBe(2);
    expect(target(key('ArrowUp'), 0, 3, 10)).toBe(0);
    expect(target(key('PageDown'), 5, 100, 10)).toBe(15);
    expect(target(key('End'), 5, 100, 10)).toBe(99);
    expect(target(key('Home'), 5, 100, 10)).toBe(0);
    expect(target(key('ArrowDown'), -1, 0, 10)).toBeNull();
    expect(target(key('j'), 0, 3, 10)).toBeNull();
    expect(target({ ...key('ArrowDown'), ctrlKey: true }, 0, 3, 10)).toBeNull();
  });

  test('Home and End are left to the steps of the chosen session; with Ctrl they go to the ends of the list', () => {
    expect(sessionTarget(key('End'), 5, 100, 10)).toBeNull();
    expect(sessionTarget(key('Home'), 5, 100, 10)).toBeNull();
    expect(sessionTarget({ ...key('End'), ctrlKey: true }, 5, 100, 10)).toBe(99);
    expect(sessionTarget({ ...key('Home'), metaKey: true }, 5, 100, 10)).toBe(0);
    expect(sessionTarget({ ...key('End'), ctrlKey: true, shiftKey: true }, 5, 100, 10)).toBeNull();
    expect(sessionTarget(key('PageDown'), 5, 100, 10)).toBe(15);
  });

  test('new rows above do not move what is looked at', () => {
    const order = [9, 8, 7, 6, 5];
    expect(anchored({ id: 7, offset: 12 }, order, 50)).toBe(112);
    expect(anchored({ id: 7, offset: 12 }, [11, 10, ...order], 50)).toBe(212);
    expect(anchored(null, order, 50)).toBeNull();
    expect(anchored({ id: 1, offset: 0 }, order, 50)).toBeNull();
  });
});
