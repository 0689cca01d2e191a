import { expect, test } from 'vitest';
import { subjectOf } from '../../../electron/journal/subject.ts';

test.each([
  ['Subject: hello\r\n\r\nbody', 'hello'],
  ['To: x\nSUBJECT:hello\n\nbody', 'hello'],
  ['Subject: a\r\n long\r\n\tone\r\n\r\n', 'a long\tone'],
  ['Subject: =?UTF-8?B?aMOpbGxv?= =?utf-8?q?_w=C3=B6rld?=\r\n\r\n', 'héllo wörld'],
  ['Subject: =?iso-8859-1*de?Q?gr=FC=DFe?= an alle\r\n\r\n', 'grüße an alle'],
  ['Subject: =?no-such-charset?Q?a=E9?=\r\n\r\n', 'aé'],
  ['Subject: =?utf-8?q?broken\r\n\r\n', '=?utf-8?q?broken'],
  ['Subject: gr\xc3\xbc\xc3\x9fe\r\n\r\n', 'grüße'],
  ['Subject: gr\xfc\xdfe\r\n\r\n', 'grüße'],
  ['To: x\r\n\r\nSubject: in the body', ''],
  ['Subject:\r\nTo: x\r\n\r\n', ''],
  ['', ''],
])('%j', (raw, subject) => {
  expect(subjectOf(Buffer.from(raw, 'latin1'))).toBe(subject);
});

test('a long subject is cut', () => {
  expect(subjectOf(Buffer.from(`Subject: ${'x'.repeat(50_000)}\r\n\r\n`))).toHaveLength(998);
});
