import { describe, expect, test } from 'vitest';
import { proxyHeaderIn } from '../../../shared/upstream/proxy-header.ts';

const text = 'PROXY TCP4 192.0.2.7 192.0.2.1 51514 25\r\n';
const signature = '\r\n\r\n\0\r\nQUIT\n';
const binary = `${signature}\x21\x11\0\x0c\xc0\0\x02\x07\xc0\0\x02\x01\xc9\x3a\0\x19`;
const source = { address: '192.0.2.7', port: 51514 };

describe.each([
  ['version 1', text],
  ['version 2', binary],
])('%s', (_, header) => {
  test('is waited for to its last byte, and what follows is not its', () => {
    for (let length = 0; length < header.length; length += 1) expect(proxyHeaderIn(header.slice(0, length))).toBe(null);
    expect(proxyHeaderIn(`${header}EHLO x\r\n`)).toMatchObject({ length: header.length, proxied: { source } });
  });
});

test('a header that names nobody', () => {
  expect(proxyHeaderIn('PROXY UNKNOWN\r\n')).toEqual({ length: 15, proxied: null });
  expect(proxyHeaderIn(`${signature}\x20\0\0\0`)).toEqual({ length: 16, proxied: null });
});

test.each([
  ['a command', 'E'],
  ['a word that only begins like it', 'PROXI'],
  ['a line that is none', 'PROXY NONSENSE\r\n'],
  ['a line without an end', `PROXY TCP4 ${'1'.repeat(100)}`],
  ['a port that is none', 'PROXY TCP4 1.2.3.4 1.2.3.4 99999 25\r\n'],
  ['another version', `${signature}\x31\x11\0\0`],
  ['addresses that are cut', `${signature}\x21\x11\0\x04abcd`],
  ['an empty line', '\r\nEHLO'],
])('%s is refused at once', (_, bytes) => expect(proxyHeaderIn(bytes)).toHaveProperty('error'));
