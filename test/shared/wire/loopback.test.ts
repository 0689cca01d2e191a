import { expect, test } from 'vitest';
import { isLoopback } from '../../../shared/wire/loopback.ts';

test.each([
  '127.0.0.1',
  '127.255.255.255',
  '127.000.0.01',
  '::1',
  '0:0:0:0:0:0:0:1',
  '0000::0001',
  '::ffff:127.0.0.1',
  '::FFFF:7f00:1',
  'localhost',
])('%s is loopback', (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each([
  '128.0.0.1',
  '127.0.0.1.example',
  '127.0.0.256',
  '1.127.0.0',
  '::2',
  '::',
  '0.0.0.0',
  '2001:db8::1',
  '1',
  '1:1',
  '::1:1',
  '::ffff:192.0.2.1',
  'fe80::1',
  '',
])('%s is not', (host) => {
  expect(isLoopback(host)).toBe(false);
});
