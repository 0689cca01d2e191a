import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { choices, type Draft, problemOf, requestOf } from '../../../renderer/send/draft.ts';
import { faultOf, headline, staysOpen } from '../../../renderer/send/tell-result.ts';
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

const draft: Draft = {
  ...{ listener: 'smtp 127.0.0.1:3333', helo: 'x', from: '', to: ['a@b.c'], cc: [], bcc: [], subject: '', body: '' },
  ...{ html: '', files: [], headers: '', isRaw: false, raw: '', logsIn: false, user: '', password: '' },
  ...{ mechanism: 'auto', starttls: false },
};
const key = (change: Partial<Draft>) => problemOf({ ...draft, ...change })?.key ?? null;

test('a bounce can be sent, a mail to nobody cannot', () => {
  expect(key({})).toBeNull();
  expect(key({ to: [] })).toBe('problem.nobody');
  expect(key({ to: [], bcc: ['a@b.c'] })).toBeNull();
  expect(key({ listener: '' })).toBe('problem.listener');
});

test('what no command line can carry is refused with the sentence that says so', () => {
  expect(key({ to: ['a@b.c', 'a>b'] })).toBe('problem.address');
  expect(key({ from: 'a\nb' })).toBe('problem.address');
  expect(key({ to: ['<>'] })).toBe('problem.address');
  expect(key({ to: ['odd', 'Name <a@b.c>'] })).toBeNull();
  expect(key({ headers: 'X-A: one\n\nno header' })).toBe('problem.header');
  expect(key({ headers: 'no header', isRaw: true })).toBeNull();
  const file = { name: 'a', type: '', content: '', size: 13_000_000 };
  expect(key({ files: [file] })).toBeNull();
  expect(key({ files: [file, file] })).toBe('problem.size');
  expect(key({ files: Array.from({ length: 51 }, () => ({ ...file, size: 1 })) })).toBe('problem.files');
  const sentences = ['listener', 'nobody', 'address', 'header', 'files', 'size'];
  for (const one of sentences) expect(texts).toHaveProperty([`problem.${one}`]);
});

test('only what is meant is sent', () => {
  expect(requestOf({ ...draft, password: 'secret', user: 'ann', raw: 'x', html: ' ' })).toEqual({
    ...{ listener: draft.listener, helo: 'x', from: '', to: ['a@b.c'], subject: '', body: '' },
  });
  expect(requestOf({ ...draft, isRaw: true, raw: 'S: x', html: '<p>', headers: 'A: b' })).not.toHaveProperty('html');
  const file = { name: 'a', type: 't/p', content: 'eA==', size: 1 };
  const full = { cc: ['c@d'], bcc: ['e@f'], html: '<p>', headers: 'A: b', files: [file], logsIn: true, starttls: true };
  expect(requestOf({ ...draft, ...full })).toMatchObject({
    ...{ cc: ['c@d'], bcc: ['e@f'], html: '<p>', headers: 'A: b', starttls: true },
    attachments: [{ name: 'a', type: 't/p', content: 'eA==' }],
    login: { user: '', password: '', mechanism: 'auto' },
  });
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
  expect(headline(result({ ...broken, session: null })).key).toBe('result.failed');
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ETLS', 'EPROTOCOL', 'EAUTH', 'EENVELOPE', 'ABORTED'])
    expect(texts[`fault.${faultOf(code)}`]).not.toBe(texts[`fault.${faultOf('EWHATEVER')}`]);
  expect(texts).toHaveProperty([`fault.${faultOf('EWHATEVER')}`]);
});

test('the dialog stays where one line cannot tell it all', () => {
  const fate = (address: string, ok: boolean) => ({ address, ok, reply: ok ? '' : '550 no' });
  const base: SendResult = { ok: false, session: 1, accepted: [], rejected: ['a'], response: '550 no', error: null };
  expect(staysOpen({ ...base, fates: [fate('a', false)] })).toBe(false);
  expect(staysOpen({ ...base, fates: [fate('a', false), fate('b', true)] })).toBe(true);
  expect(staysOpen({ ...base, response: '', error: 'ETLS' })).toBe(true);
  expect(staysOpen({ ...base, session: null })).toBe(true);
  expect(staysOpen({ ...base, ok: true, fates: [fate('a', true), fate('b', true)] })).toBe(false);
});
