import { describe, expect, test } from 'vitest';
import {
  fieldFault,
  fields,
  firstValue,
  freeFields,
  freeName,
  nameFault,
  textOf,
  withCondition,
  withoutCondition,
} from '../../../renderer/rules/fields.ts';
import { formOf, type VerdictKind, verdictFault, verdictOf } from '../../../renderer/rules/verdict-form.ts';
import type { Then, When } from '../../../shared/auth/rule.ts';

describe('conditions', () => {
  test('what is wrong is said while it is typed', () => {
    expect(fieldFault('rcpt', '*@eng.abc.com')).toBeNull();
    expect(fieldFault('rcpt', 'a@b.c\n/^x+$/i')).toBeNull();
    expect(fieldFault('rcpt', ' \n ')).toMatchObject({ key: 'bad.empty' });
    expect(fieldFault('rcpt', 'a@b.c\n/(/')).toMatchObject({ key: 'bad.pattern', params: { part: '/(/' } });
    expect(fieldFault('from', '/x')?.params.problem).toContain('closing "/"');
    expect(fieldFault('client', '10.0.0.0/8\n::1')).toBeNull();
    expect(fieldFault('client', 'example.com')?.params.problem).toContain('no address or network');
    expect(fieldFault('attempt', '2..')).toBeNull();
    for (const wrong of ['0', 'two', '2\n3'])
      expect(fieldFault('attempt', wrong)).toMatchObject({ key: 'bad.attempt' });
  });

  test('a text becomes the value of the file, and back', () => {
    const cases: readonly (readonly [keyof Omit<When, 'not'>, string, unknown])[] = [
      ['rcpt', '*@a.test', '*@a.test'],
      ['rcpt', '*@a.test\n\n *@b.test ', ['*@a.test', '*@b.test']],
      ['tls', 'true', true],
      ['tls', 'false', false],
      ['attempt', '2', 2],
      ['attempt', '2..4', '2..4'],
      ['protocol', 'imap\npop3', ['imap', 'pop3']],
    ];
    for (const [field, text, value] of cases) {
      const when = withCondition({}, field, text, false);
      expect(when[field]).toEqual(value);
      expect(withCondition({}, field, textOf(when[field]), false)).toEqual(when);
    }
  });

  test('the others stay as they are, and an empty not is none', () => {
    const when: When = { rcpt: 'a', not: { user: 'joe', tls: true }, helo: 'x' };
    expect(withCondition(when, 'rcpt', 'b', false)).toEqual({ ...when, rcpt: 'b' });
    expect(Object.keys(withCondition(when, 'from', 'c', false))).toEqual(['rcpt', 'helo', 'from', 'not']);
    expect(withCondition(when, 'user', 'ann', true)).toEqual({ ...when, not: { user: 'ann', tls: true } });
    expect(withoutCondition(when, 'user', true)).toEqual({ rcpt: 'a', helo: 'x', not: { tls: true } });
    expect(withoutCondition({ not: { tls: true } }, 'tls', true)).toEqual({});
    expect(withoutCondition(when, 'tls', false)).toEqual(when);
  });

  test('only fields that the rule does not have are offered, each with something to begin with', () => {
    expect(freeFields({})).toEqual(fields);
    expect(freeFields({ rcpt: 'x', not: { from: 'y' } })).toEqual(fields.filter((one) => one !== 'rcpt'));
    for (const field of ['tls', 'password'] as const) expect(fieldFault(field, firstValue(field))).toBeNull();
  });
});

test('names are there, free, and not those of the trail', () => {
  expect(nameFault('a', ['b'])).toBeNull();
  expect(nameFault('  ', [])).toMatchObject({ key: 'bad.name' });
  expect(nameFault(' b ', ['b'])).toMatchObject({ key: 'bad.name.taken', params: { name: 'b' } });
  for (const name of ['otherwise', 'accounts']) expect(nameFault(name, [])).toMatchObject({ key: 'bad.name.reserved' });
  expect(freeName('a', ['a', 'a 2'])).toBe('a 3');
});

describe('what a rule does', () => {
  const change = (kind: VerdictKind, then: Then, typed: Partial<ReturnType<typeof formOf>>) => {
    const form = { ...formOf(then), ...typed };
    return verdictFault(kind, form) ?? verdictOf(kind, form, then);
  };

  test('a form that nobody touched changes nothing', () => {
    const thens: readonly (readonly [VerdictKind, Then])[] = [
      ['address', { route: '127.0.0.1:2525', wait: 3 }],
      ['reject', { reject: '550 5.1.1 no: such', user: 'x' }],
      ['reject', { reject: 'no code' }],
      ['raw', { raw: { status: 404, headers: { 'X-A': 'b: c', Empty: '' } }, delay: 5 }],
      ['more', { route: 'eng', wait: 0, user: 'u', password: 'p', delay: 7 }],
    ];
    for (const [kind, then] of thens) expect(change(kind, then, {})).toEqual(then);
  });

  test('another verdict keeps what goes with it, and a raw answer only the delay', () => {
    const then: Then = { route: 'eng', wait: 2, user: 'u', delay: 9 };
    expect(change('reject', then, { code: '', text: 'go away' })).toEqual({
      reject: 'go away',
      wait: 2,
      user: 'u',
      delay: 9,
    });
    expect(change('raw', then, { status: '200', headers: 'Auth-Status: OK\n\n' })).toEqual({
      raw: { status: 200, headers: { 'Auth-Status': 'OK' } },
      delay: 9,
    });
    expect(change('more', then, { wait: '', user: '', delay: '' })).toEqual({ route: 'eng' });
  });

  test('what nginx would take for something else is told at once', () => {
    const wrong: readonly (readonly [VerdictKind, Partial<ReturnType<typeof formOf>>, string])[] = [
      ['address', { address: 'mail.example.com:25' }, 'bad.address'],
      ['address', { address: '127.0.0.1' }, 'bad.address'],
      ['reject', { code: '250' }, 'bad.code'],
      ['reject', { code: '550 4.x' }, 'bad.code'],
      ['reject', { text: ' ' }, 'bad.text'],
      ['reject', { text: 'OK' }, 'bad.text.ok'],
      ['raw', { status: '99' }, 'bad.status'],
      ['raw', { headers: 'no colon' }, 'bad.header'],
      ['more', { wait: '-1' }, 'bad.count'],
      ['more', { delay: '9999999' }, 'bad.count'],
    ];
    for (const [kind, typed, key] of wrong) expect(change(kind, { route: 'eng' }, typed)).toMatchObject({ key });
  });
});
