import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { choices, isSendable } from '../../../renderer/send/draft.ts';
import { headline } from '../../../renderer/send/tell-result.ts';
import type { SendResult } from '../../../shared/contract/clients.ts';

const file = new URL('../../../renderer/i18n/en/send.json', import.meta.url);
const texts: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));
const examples = [
  { rule: 'engineering', address: 'user@eng.abc.com' },
  { rule: 'human resources', address: 'user@hr.abc.com' },
];

test('one choice per rule, then both at once, then a stranger', () => {
  expect(choices(examples).map((one) => [one.kind, one.to.length])).toEqual([
    ['rule', 1],
    ['rule', 1],
    ['several', 2],
    ['stranger', 1],
  ]);
  expect(choices([]).map((one) => one.kind)).toEqual(['stranger']);
  expect(choices(Array.from({ length: 30 }, (_, n) => ({ rule: `r${n}`, address: `u@${n}.test` }))).length).toBe(6);
  for (const { kind } of choices(examples)) expect(texts).toHaveProperty([`example.${kind}`]);
});

test('a bounce can be sent, a mail to nobody cannot', () => {
  const mail = { listener: 'smtp 127.0.0.1:3333', helo: 'x', from: '', to: ['a@b.c'], subject: '', body: '' };
  expect(isSendable(mail)).toBe(true);
  expect(isSendable({ ...mail, to: [] })).toBe(false);
  expect(isSendable({ ...mail, listener: '' })).toBe(false);
});

test('the headline says who was taken and who was not', () => {
  const result = (change: Partial<SendResult>): SendResult => ({
    ...{ ok: true, session: 1, accepted: ['a@b.c'], rejected: [], response: '250 ok', error: null },
    ...change,
  });
  expect(headline(result({}))).toEqual({ key: 'result.accepted', count: 1, to: 'a@b.c' });
  expect(headline(result({ rejected: ['x@y.z'] }))).toEqual({ key: 'result.partly', count: 1, to: 'x@y.z' });
  expect(headline(result({ ok: false, accepted: [], rejected: ['x@y.z'] }))).toEqual({
    key: 'result.rejected',
    count: 1,
    to: 'x@y.z',
  });
  expect(headline(result({ ok: false, accepted: [] }))).toMatchObject({ key: 'result.rejected', count: 0 });
  const broken = { ok: false, accepted: [], rejected: ['x@y.z'], response: '', error: 'ECONNECTION' };
  expect(headline(result(broken)).key).toBe('result.broken');
  expect(headline(result({ ...broken, session: null })).key).toBe('result.rejected');
});
