import { expect, test } from 'vitest';
import { uncut } from '../../../renderer/messages/cut.ts';
import { scan } from '../../../shared/mime/scan.ts';

const limits = { depth: 100, parts: 1000, headers: 100_000, places: 20 };
const kinds = (raw: string) => {
  const shape = scan(raw, { limits, knowsCharset: () => true });
  return [shape.defects, uncut(shape, raw).defects].map((all) => all.map(({ kind, times }) => `${kind} ${times}`));
};
const whole = [
  ...['Subject: gr\xfcn', 'Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'text'],
  ...['--b', 'Content-Transfer-Encoding: base64', '', 'AAAA', 'BB!B', 'AAAAAAAA', '--b--', ''],
].join('\r\n');

test('wherever a mail is cut, only what was wrong before the cut is wrong', () => {
  expect(kinds(whole)[0]).toEqual(['header-8bit 1', 'base64 1']);
  const from = whole.indexOf('BB!B') + 'BB!B\r\n'.length;
  for (let to = from; to <= whole.indexOf('--b--'); to += 1)
    expect(kinds(whole.slice(0, to))[1], `${to}`).toEqual(['header-8bit 1', 'base64 1']);
  expect(kinds(whole.slice(0, from + 3))[0]).toEqual(['header-8bit 1', 'base64 2', 'boundary-open 1']);
});

test('a line of a million bytes that is cut keeps its place', () => {
  expect(kinds(`A: ${'x'.repeat(5000)}`)[1]).toEqual(['line-long 1']);
});
