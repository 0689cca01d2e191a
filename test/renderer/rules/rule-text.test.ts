import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chips, deed } from '../../../renderer/rules/rule-text.ts';

const file = new URL('../../../renderer/i18n/en/rules.json', import.meta.url);
const texts: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));

test('every condition is a chip with a name, excluded ones marked', () => {
  const all = chips({
    ...{ protocol: 'smtp', method: 'none', rcpt: ['*@a.test', '*@b.test'], from: 'x', helo: 'y', user: 'z' },
    ...{ password: 'valid', client: '10.0.0.0/8', clientHost: 'h', tls: true, attempt: 2 },
    not: { rcpt: 'boss@a.test' },
  });
  expect(all).toHaveLength(12);
  expect(all.find((one) => one.field === 'rcpt')).toEqual({
    field: 'rcpt',
    negated: false,
    values: ['*@a.test', '*@b.test'],
  });
  expect(all.at(-1)).toEqual({ field: 'rcpt', negated: true, values: ['boss@a.test'] });
  for (const { field } of all) expect(texts).toHaveProperty([`field.${field}`]);
});

test('a deed says what it does and what comes with it, never the password', () => {
  const route = deed({ route: 'eng', wait: 2, user: 'u', password: 'secret', delay: 50 });
  expect(route).toMatchObject({ kind: 'route', value: 'eng' });
  expect(JSON.stringify(route)).not.toContain('secret');
  for (const { key } of route.extras) expect(texts).toHaveProperty([`then.${key}`]);
  expect(deed({ reject: '550 no' })).toMatchObject({ kind: 'reject', value: '550 no' });
  expect(deed({ raw: { status: 500, headers: {} } })).toMatchObject({ kind: 'raw', value: '500' });
  for (const then of [{ route: 'a' }, { reject: 'b' }, { raw: { status: 1, headers: {} } }, {}]) {
    expect(texts).toHaveProperty([`then.${deed(then).kind}`]);
  }
});
