import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RealIpFrom } from '../../../shared/nginx/mail.ts';
import { realClient } from '../../../shared/nginx/real-ip.ts';

const network = (address: string, bits: number): RealIpFrom => ({ type: 'network', address, bits });
const source = { address: '192.0.2.1', port: 1234 };

describe('set_real_ip_from', () => {
  test.each([
    ['127.0.0.1', network('127.0.0.0', 8)],
    ['127.0.0.1', network('127.0.0.1', 32)],
    ['10.1.2.3', network('0.0.0.0', 0)],
    ['10.255.0.1', network('10.254.0.0', 15)],
    ['::ffff:127.0.0.1', network('127.0.0.0', 8)],
    ['::1', network('::1', 128)],
    ['2001:db8:ffff::1', network('2001:db8::', 32)],
    ['2001:db8::1', network('::', 0)],
    ['fe80::1%eth0', network('fe80::', 10)],
    ['unix:', { type: 'unix' }],
  ] as const)('%s is trusted', (address, from) => {
    expect(realClient({ address, port: 1 }, source, [from])).toEqual(source);
    expect(realClient({ address, port: 1 }, source, [network('203.0.113.9', 32), from])).toEqual(source);
  });

  test.each([
    ['127.0.0.1', network('127.0.0.2', 32)],
    ['128.0.0.1', network('127.0.0.0', 8)],
    ['127.0.0.1', network('::', 0)],
    ['::ffff:127.0.0.1', network('::', 0)],
    ['::ffff:127.0.0.1', network('::ffff:127.0.0.1', 128)],
    ['::1', network('0.0.0.0', 0)],
    ['2001:db9::1', network('2001:db8::', 32)],
    ['unix:', network('0.0.0.0', 0)],
    ['unix:', network('::', 0)],
    ['127.0.0.1', { type: 'unix' }],
  ] as const)('%s is not', (address, from) => {
    expect(realClient({ address, port: 1 }, source, [from])).toBeNull();
    expect(realClient({ address, port: 1 }, source, [])).toBeNull();
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.000.02.1', '192.0.2.1'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['::FFFF:1.2.3.4', '::ffff:1.2.3.4'],
    ['...', '0.0.0.0'],
    ['', null],
    ['abc', null],
    ['192.0.2', null],
    ['1.2.3.4.5', null],
    ['255.255.255.255', null],
  ])('the header says %j', (address, seen) => {
    const expected = seen === null ? null : { address: seen, port: 0 };
    expect(realClient({ address: '127.0.0.1', port: 1 }, { address, port: 0 }, [network('127.0.0.0', 8)])).toEqual(
      expected,
    );
  });

  test('a network holds exactly the addresses that share its bits', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, other, bits) => {
        const binary = (text: string): string =>
          text
            .split('.')
            .map((octet) => Number(octet).toString(2).padStart(8, '0'))
            .join('')
            .slice(0, bits);
        fc.pre(address !== '255.255.255.255' && other !== '255.255.255.255');
        const trusted = realClient({ address, port: 1 }, source, [network(other, bits)]) !== null;
        expect(trusted).toBe(binary(address) === binary(other));
      }),
    );
  });
});
