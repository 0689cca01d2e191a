import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUrl } from '../../../shared/nginx/inet.ts';
import { parseMilliseconds, parseNumber, parseOffset, parseSeconds, parseSize } from '../../../shared/nginx/units.ts';

describe('times', () => {
  it.each([
    ['0', 0],
    ['60', 60_000],
    ['60s', 60_000],
    ['1m30', 90_000],
    ['1m 30s', 90_000],
    ['1m30s', 90_000],
    ['1h1m1s1ms', 3_661_001],
    ['2w3d', 17 * 86_400_000],
    ['24h', 86_400_000],
    ['500ms', 500],
    ['60 ', 60_000],
    ['', null],
    ['s', null],
    ['1y', null],
    ['1M', null],
    ['1s1m', null],
    ['1m1m', null],
    ['1.5s', null],
    ['-1', null],
    ['1 m', null],
    ['9223372036854775807', null],
    ['9223372036854775', 9_223_372_036_854_775_000],
  ])('%j', (text, expected) => {
    expect(parseMilliseconds(text)).toBe(expected);
  });

  it.each([
    ['1y', 31_536_000],
    ['1M1d', 2_678_400],
    ['1m30', 90],
    ['1ms', null],
    ['1d1M', null],
  ])('%j in seconds', (text, expected) => {
    expect(parseSeconds(text)).toBe(expected);
  });
});

describe('sizes and numbers', () => {
  it.each([
    ['4096', 4096],
    ['4k', 4096],
    ['4K', 4096],
    ['1m', 1_048_576],
    ['1M', 1_048_576],
    ['1g', null],
    ['k', null],
    ['', null],
    ['4kb', null],
    ['99999999999999999999', null],
    ['9007199254740993m', null],
  ])('size %j', (text, expected) => {
    expect(parseSize(text)).toBe(expected);
  });

  it('knows gigabytes only as an offset', () => {
    expect(parseOffset('1g')).toBe(1_073_741_824);
    expect(parseOffset('1t')).toBeNull();
  });

  it.each([
    ['0', 0],
    ['007', 7],
    ['', null],
    ['-1', null],
    ['1e3', null],
    ['9223372036854775808', null],
  ])('number %j', (text, expected) => {
    expect(parseNumber(text)).toBe(expected);
  });
});

describe('addresses', () => {
  /** The IP literal that is listened on; null when there is none. */
  const addressOf = (text: string): string | null => {
    const result = parseUrl(`${text}:25`, { listen: true, uriPart: false, defaultPort: 0 });
    return 'url' in result && result.url.address !== '' ? result.url.address : null;
  };

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.01', '127.0.0.1'],
    ['1..3.4', '1.0.3.4'],
    ['1.2.3', '1.2.0.3'],
    ['255.255.255.255', '255.255.255.255'],
    ['256.1.1.1', null],
    ['a.b.c.d', null],
  ])('IPv4 %j', (text, expected) => {
    expect(addressOf(text)).toBe(expected);
  });

  it.each([
    ['::1', '::1'],
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1'],
    ['::ffff:7f00:1', '::ffff:127.0.0.1'],
    ['1:2:3:4:5:6:7', null],
    ['1:2:3:4:5:6:7:8:9', null],
    ['1::2::3', null],
    ['12345::', null],
    ['::g', null],
    ['fe80::1%lo', null],
    ['::1.2.3', null],
    ['', null],
  ])('IPv6 %j', (text, expected) => {
    expect(addressOf(`[${text}]`)).toBe(expected);
  });

  it('takes every address and names it in a form that the system takes', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        // nginx refuses '::' in place of a last word alone; the comparison with nginx shows it.
        fc.pre(!/^(?:[^:]+:){7}:$/.test(text));
        const shown = addressOf(`[${text}]`);
        expect(shown !== null && isIPv6(shown)).toBe(true);
        expect(addressOf(`[${shown}]`)).toBe(shown);
      }),
    );
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        expect(addressOf(text)).toBe(text);
      }),
    );
  });

  it('cuts a question from the host', () => {
    const rules = { listen: false, uriPart: true, defaultPort: 80 };
    expect(parseUrl('auth?a:b', rules)).toEqual({
      url: { family: 'name', host: 'auth', address: '', port: 80, lastPort: 80, uri: '?a:b' },
    });
  });
});
