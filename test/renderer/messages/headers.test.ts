import { expect, test } from 'vitest';
import { differences, fieldsOf } from '../../../renderer/messages/headers.ts';
import { readFields } from '../../../renderer/messages/read-mail.ts';

test('fields are unfolded; a line that is no field stays, without a name', () => {
  expect(fieldsOf('From: a@b.c\r\nSubject : one\r\n\t two\r\nno field\nX:\n\r\n')).toEqual({
    more: 0,
    fields: [
      { name: 'From', value: 'a@b.c' },
      { name: 'Subject', value: 'one two' },
      { name: '', value: 'no field' },
      { name: 'X', value: '' },
    ],
  });
});

test('a header block of a megabyte is read as far as anybody reads', () => {
  const { fields, more } = fieldsOf(`A: ${'x'.repeat(500_000)}\r\n${'B: 1\r\n'.repeat(100_000)}`);
  expect([fields.length, more, fields[0]?.value.length]).toEqual([400, 99_601, 3997]);
});

test('encoded words and bare UTF-8 are read, and what turns the writing around is spelled out', () => {
  const { fields } = readFields('Subject: =?utf-8?Q?gr=C3=BCn?=\r\nX: gr\xc3\xbcn\r\nY: =?utf-8?B?4oCuYWJj?=\r\n');
  expect(fields.map(({ value }) => value)).toEqual(['grün', 'grün', '‹U+202E›abc']);
});

test('who is in the envelope only, and who in the headers only', () => {
  const { fields } = readFields(
    'From: Me <me@one.test>\r\nTo: Joe <Joe@One.test>,\r\n team: ann@two.test, "x, y" <z@three.test>;\r\nSubject: bcc@four.test\r\n',
  );
  const { envelopeOnly, headersOnly } = differences('bounce@one.test', ['joe@one.test', 'BCC@four.test'], fields);
  expect([...envelopeOnly]).toEqual(['bcc@four.test', 'bounce@one.test']);
  expect([...headersOnly]).toEqual(['ann@two.test', 'z@three.test']);
  expect([...differences('', ['joe@one.test'], fields).envelopeOnly]).toEqual([]);
  expect([...differences('ME@one.test', [], fields).envelopeOnly]).toEqual([]);
});
