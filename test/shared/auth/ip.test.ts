import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contains, printEndpoint, readEndpoint, readIp, readNetwork, readServer } from '../../../shared/auth/ip.ts';
import { printAddress } from '../../../shared/wire/ip.ts';

describe('Auth-Server as nginx reads it', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['010.000.0.001', '10.0.0.1'],
    ['127..0.1', '127.0.0.1'],
    ['...', '0.0.0.0'],
    ['::1', '::1'],
    ['::', '::'],
    [':::', null],
    ['2001:DB8::1', '2001:db8::1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    [':1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1::2:', '1::2:0'],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1'],
    ['1:2:3:4:5:6:127.0.0.1', '1:2:3:4:5:6:7f00:1'],
    ['127.1', null],
    ['1.2.3.4.5', null],
    ['256.0.0.1', null],
    ['255.255.255.255', null],
    ['1.2.3.4 ', null],
    ['[::1]', null],
    ['::1%lo', null],
    ['1::2::3', null],
    ['1:2:3:4:5:6:7', null],
    ['1:2:3:4:5:6:7:8:9', null],
    ['1:2:3:4:5:6:7:1.2.3.4', null],
    ['12345::', null],
    ['g::', null],
    [':', null],
    ['', null],
    ['mail.internal', null],
    ['localhost', null],
    ['unix:/tmp/s', null],
    ['127.0.0.1:25', null],
  ])('%s', (text, server) => {
    expect(readServer(text)).toBe(server);
  });

  // `::` that stands for the last group alone is one that ngx_inet6_addr refuses.
  const refused = (text: string): boolean => text === '255.255.255.255' || /^(?:[^:]+:){7}:$/.test(text);

  test.each(['255.255.255.255', '0:0:0:0:0:0:0::'])('%s is refused', (text) => {
    expect(refused(text)).toBe(true);
    expect(readServer(text)).toBeNull();
  });

  test('takes every other address there is, in any usual spelling', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        if (refused(text)) return;
        const server = readServer(text);
        expect(server).not.toBeNull();
        expect(isIP(server ?? '')).toBe(isIP(text));
        expect(readServer(server ?? '')).toBe(server);
      }),
    );
  });

  test('no text breaks it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789abcdef:.%[]g') }), (text) => {
        const server = readServer(text);
        expect(server === null || isIP(server) > 0).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('what a lab file may say', () => {
  test('only well-formed literals', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0125:.af'), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(text, fc.ipV4(), fc.ipV6()), (each) => {
        // nginx has no room for a `::` that stands for one last word.
        const known = isIP(each) > 0 && !/^(\w+:){7}:$/.test(each);
        expect(readIp(each) !== null).toBe(known);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.128/25', '192.0.2.129', true],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/33', '2001:db8:ffff::1', false],
    ['127.0.0.0/8', '::ffff:127.0.0.1', true],
    ['::ffff:127.0.0.1', '127.0.0.1', true],
    ['::/0', '::1', true],
    ['10.0.0.0/8', 'unix:', false],
  ])('%s holds %s: %s', (network, address, held) => {
    const read = readNetwork(network);
    expect(read && contains(read, address)).toBe(held);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', '::/129', '10.0.0.0/08', 'x', ''])(
    '%s is no network',
    (text) => {
      expect(readNetwork(text)).toBeNull();
    },
  );

  test.each([
    ['127.0.0.1:25', '127.0.0.1:25'],
    ['localhost:8000', '127.0.0.1:8000'],
    ['[::1]:25', '[::1]:25'],
    ['[0:0::1]:25', '[::1]:25'],
    ['::1:25', null],
    ['[127.0.0.1]:25', null],
    ['127.0.0.1:0', null],
    ['127.0.0.1:65536', null],
    ['127.0.0.1', null],
    ['mail.test:25', null],
    [':25', null],
  ])('endpoint %s', (text, printed) => {
    const endpoint = readEndpoint(text);
    expect(endpoint && printEndpoint(endpoint)).toBe(printed);
  });

  test('the usual spelling, as nginx prints it', () => {
    const print = (text: string) => printAddress(readIp(text) ?? []);
    expect(print('0:0:0:1:0:0:0:0')).toBe('0:0:0:1::');
    expect(print('1:0:2:0:3:0:4:0')).toBe('1:0:2:0:3:0:4:0');
    expect(print('::1.2.3.4')).toBe('::1.2.3.4');
  });
});
