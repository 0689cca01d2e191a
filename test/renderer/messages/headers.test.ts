import { expect, test } from 'vitest';
import { envelopeOnly, splitMessage } from '../../../renderer/messages/headers.ts';

test('fields are unfolded, the body stays as it is', () => {
  const { fields, body } = splitMessage('From: a@b.c\r\nSubject: one\r\n\t two\r\n\r\nHi\r\n\r\nthere\r\n');
  expect(fields).toEqual([
    { name: 'From', value: 'a@b.c' },
    { name: 'Subject', value: 'one two' },
  ]);
  expect(body).toBe('Hi\r\n\r\nthere\r\n');
});

test('what is no header field begins the body', () => {
  expect(splitMessage('just text\nmore')).toEqual({ fields: [], body: 'just text\nmore' });
  expect(splitMessage('A: 1\nnot a field\n')).toEqual({
    fields: [{ name: 'A', value: '1' }],
    body: 'not a field\n',
  });
  expect(splitMessage('')).toEqual({ fields: [], body: '' });
  expect(splitMessage('A: 1')).toEqual({ fields: [{ name: 'A', value: '1' }], body: '' });
});

test('a recipient that no header names is in the envelope only', () => {
  const { fields } = splitMessage('To: Joe <Joe@One.test>,\r\n ann@two.test\r\nSubject: bcc@three.test\r\n\r\n');
  expect([...envelopeOnly(['joe@one.test', 'ann@two.test', 'bcc@three.test'], fields)]).toEqual(['bcc@three.test']);
});
