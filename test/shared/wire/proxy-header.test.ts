import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientTls, Peer } from '../../../shared/machine/machine.ts';
import { crc32c } from '../../../shared/wire/crc32c.ts';
import { readAddress } from '../../../shared/wire/ip.ts';
import { PROXY_HEADER_MAX, PROXY_SIGNATURE, readProxyHeader } from '../../../shared/wire/proxy-in.ts';
import { writeProxyHeader } from '../../../shared/wire/proxy-out.ts';

const hex = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('hex');
const bytes = (text: string): string => Buffer.from(text.replaceAll(' ', ''), 'hex').toString('latin1');
const peer = (address: string, port: number): Peer => ({ address, port });
const proxied = (from: string, fromPort: number, to: string, toPort: number) => ({
  source: peer(from, fromPort),
  destination: peer(to, toPort),
});

describe('PROXY v1 in', () => {
  test.each([
    ['PROXY TCP4 192.0.2.1 198.51.100.2 1234 25\r\n', proxied('192.0.2.1', 1234, '198.51.100.2', 25)],
    ['PROXY TCP6 2001:DB8::1 ::1 0 65535\r\n', proxied('2001:DB8::1', 0, '::1', 65_535)],
    ['PROXY TCP4 2001:db8::1 ::1 1 2\r\n', proxied('2001:db8::1', 1, '::1', 2)],
    ['PROXY TCP4 abc def 1 2\r\n', proxied('abc', 1, 'def', 2)],
    ['PROXY TCP4   00001 2\r\n', proxied('', 1, '', 2)],
    ['PROXY UNKNOWN\r\n', null],
    ['PROXY UNKNOWN whatever\nfollows\r\n', null],
    ['PROXY UNKNOWNED\r\n', null],
  ])('%j', (header, expected) => {
    expect(readProxyHeader(header)).toEqual({ length: header.length, proxied: expected });
    expect(readProxyHeader(`${header}EHLO me\r\n`)).toEqual({ length: header.length, proxied: expected });
  });

  test.each([
    ['', ''],
    ['EHLO me\r\n', 'EHLO me'],
    ['PROXY TCP4 192.0.2.1 198.51.100.2 1234 25', 'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25'],
    ['PROXY TCP4 192.0.2.1 198.51.100.2 1234 25\r', 'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25'],
    ['PROXY TCP4 192.0.2.1 198.51.100.2 1234 25\n', 'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25'],
    ['PROXY TCP4 192.0.2.1 198.51.100.2 1234 25 \r\n', 'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25 '],
    ['PROXY TCP4 192.0.2.1 198.51.100.2 65536 25\r\n', 'PROXY TCP4 192.0.2.1 198.51.100.2 65536 25'],
    ['PROXY TCP4 192.0.2.1 198.51.100.2 1234 99999999999999999999\r\n', /99999$/],
    ['PROXY TCP4 192.0.2.1 198.51.100.2 -1 25\r\n', /-1 25$/],
    ['PROXY TCP4 192.0.2.1 198.51.100.2  25\r\n', /2 {2}25$/],
    ['PROXY TCP4 192.0.2.g 198.51.100.2 1 25\r\n', /g 198/],
    ['PROXY TCP4 192.0.2.1\t198.51.100.2 1 25\r\n', /\t/],
    ['PROXY UDP4 192.0.2.1 198.51.100.2 1 25\r\n', /^PROXY UDP4/],
    ['PROXY TCP5 192.0.2.1 198.51.100.2 1 25\r\n', /^PROXY TCP5/],
    ['PROXY tcp4 192.0.2.1 198.51.100.2 1 25\r\n', /^PROXY tcp4/],
    ['proxy TCP4 192.0.2.1 198.51.100.2 1 25\r\n', /^proxy/],
    ['PROXY unknown\r\n', 'PROXY unknown'],
    ['PROXY UNKNOWN\n', 'PROXY UNKNOWN'],
    ['PROXY \r\n', 'PROXY '],
  ])('%j is broken', (header, line) => {
    expect(readProxyHeader(header)).toEqual({
      error: 'broken',
      line: typeof line === 'string' ? line : expect.stringMatching(line),
      version: null,
    });
  });

  test('UNKNOWN must end within the first read', () => {
    const long = `PROXY UNKNOWN ${'x'.repeat(PROXY_HEADER_MAX - 16)}\r\n`;
    expect(readProxyHeader(long)).toEqual({ length: PROXY_HEADER_MAX, proxied: null });
    expect(readProxyHeader(long.replace('x', 'xx'))).toMatchObject({ error: 'broken' });
  });
});

describe('PROXY v2 in', () => {
  const v2 = (rest: string): string => PROXY_SIGNATURE + bytes(rest);
  const four = 'c0000201 c6336402 04d2 0019';
  const six = '20010db8000000000000000000000001 00000000000000000000000000000001 04d2 0019';

  test.each([
    ['IPv4', `2111 000c ${four}`, proxied('192.0.2.1', 1234, '198.51.100.2', 25)],
    ['IPv6', `2121 0024 ${six}`, proxied('2001:db8::1', 1234, '::1', 25)],
    ['TLVs behind the addresses', `2111 000f ${four} 040000`, proxied('192.0.2.1', 1234, '198.51.100.2', 25)],
    ['bytes that are no TLV', `2111 000d ${four} ff`, proxied('192.0.2.1', 1234, '198.51.100.2', 25)],
    ['LOCAL', '2000 0000', null],
    ['LOCAL with addresses', `2011 000c ${four}`, null],
    ['a command nobody knows', `2f11 000c ${four}`, null],
    ['a datagram', `2112 000c ${four}`, null],
    ['a unix socket', `2131 0004 00000000`, null],
    ['no family', '2101 0000', null],
  ])('%s', (_what, rest, expected) => {
    const header = v2(rest);
    expect(readProxyHeader(`${header}EHLO me\r\n`)).toEqual({ length: header.length, proxied: expected });
  });

  test('mapped addresses are spelled as IPv4', () => {
    const mapped = `${'00'.repeat(10)}ffff7f000001`;
    const read = readProxyHeader(v2(`2121 0024 ${mapped} ${mapped} 0001 0002`));
    expect(read).toMatchObject({ proxied: proxied('::ffff:127.0.0.1', 1, '::ffff:127.0.0.1', 2) });
  });

  test.each([
    ['another version', `1111 000c ${four}`, { error: 'unknown-version', version: 1 }],
    ['a length beyond what came', `2111 000d ${four}`, { error: 'too-large' }],
    ['no room for the addresses', `2111 000b ${four}`, { error: 'short' }],
    ['no room for IPv6 addresses', `2121 000c ${four}`, { error: 'short' }],
    ['the signature alone', '2111 00', { error: 'broken', line: '' }],
  ])('%s is refused', (_what, rest, expected) => {
    expect(readProxyHeader(v2(rest))).toMatchObject(expected);
  });
});

describe('PROXY v1 out', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1', 'PROXY TCP4 127.0.0.1 127.0.0.1 39158 21017\r\n'],
    ['2001:DB8::1', '127.0.0.1', 'PROXY TCP6 2001:db8::1 127.0.0.1 39158 21017\r\n'],
    ['127.0.0.1', '::1', 'PROXY TCP4 127.0.0.1 ::1 39158 21017\r\n'],
    ['::ffff:127.0.0.1', '::1', 'PROXY TCP6 ::ffff:127.0.0.1 ::1 39158 21017\r\n'],
    ['fe80::1%eth0', '::1', 'PROXY TCP6 fe80::1 ::1 39158 21017\r\n'],
    ['unix:', 'unix:/run/mail.sock', 'PROXY UNKNOWN\r\n'],
    ['192.0.2.1', 'unix:/run/mail.sock', 'PROXY TCP4 192.0.2.1 unix:/run/mail.sock 39158 21017\r\n'],
  ])('%s to %s', (client, local, header) => {
    const ends = { client: peer(client, 39_158), local: peer(local, 21_017), tls: null };
    expect(writeProxyHeader('on', ends)).toBe(header);
  });
});

const tls: ClientTls = {
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  serverName: 'sni.example',
  alpn: 'smtp',
  certificate: null,
  own: { signature: 'RSA-SHA256', key: 'RSA2048' },
};
const certificate: ClientTls['certificate'] = {
  result: { code: 18, text: 'self-signed certificate' },
  shown: { subject: 'CN=me', issuer: 'CN=me', serial: '01', fingerprint: '', pem: '', commonName: 'me' },
};

/** Type and value of each TLV. */
function tlvs(text: string): (readonly [number, string])[] {
  const found: (readonly [number, string])[] = [];
  for (let at = 0; at < text.length; ) {
    const length = text.charCodeAt(at + 1) * 256 + text.charCodeAt(at + 2);
    found.push([text.charCodeAt(at), text.slice(at + 3, at + 3 + length)]);
    at += 3 + length;
  }
  return found;
}

describe('PROXY v2 out', () => {
  const write = (client: string, local: string, more: ClientTls | null = null): string =>
    writeProxyHeader('v2', { client: peer(client, 0x1234), local: peer(local, 0x5678), tls: more });
  /** Checks what every header has, and gives what is between the fixed part and the checksum. */
  const body = (header: string): string => {
    expect(header.startsWith(PROXY_SIGNATURE)).toBe(true);
    expect(hex(header.slice(14, 16))).toBe((header.length - 16).toString(16).padStart(4, '0'));
    expect(hex(header.slice(-7, -4))).toBe('030004');
    const sum = crc32c(`${header.slice(0, -4)}\0\0\0\0`);
    expect(hex(header.slice(-4))).toBe(sum.toString(16).padStart(8, '0'));
    return header.slice(16, -7);
  };

  test('the check value of CRC-32C', () => {
    expect(crc32c('123456789')).toBe(0xe3069283);
    expect(crc32c('')).toBe(0);
  });

  test.each([
    ['192.0.2.1', '127.0.0.1', '2111 0013', 'c0000201 7f000001 1234 5678'],
    ['::1', '127.0.0.1', '2121 002b', `${'0'.repeat(31)}1 ${'0'.repeat(20)}ffff7f000001 1234 5678`],
    ['192.0.2.1', '::1', '2121 002b', `${'0'.repeat(20)}ffffc0000201 ${'0'.repeat(31)}1 1234 5678`],
    ['::ffff:192.0.2.1', '::ffff:127.0.0.1', '2111 0013', 'c0000201 7f000001 1234 5678'],
    [
      '::ffff:192.0.2.1',
      '127.0.0.1',
      '2121 002b',
      `${'0'.repeat(20)}ffffc0000201${'0'.repeat(20)}ffff7f000001 1234 5678`,
    ],
    ['unix:', 'unix:/run/mail.sock', '2000 0007', ''],
    ['192.0.2.1', 'unix:/run/mail.sock', '2000 0007', ''],
  ])('%s to %s', (client, local, head, where) => {
    const header = write(client, local);
    expect(hex(header.slice(12, 16))).toBe(head.replaceAll(' ', ''));
    expect(hex(body(header))).toBe(where.replaceAll(' ', ''));
  });

  test('TLS with a name and ALPN', () => {
    const header = write('192.0.2.1', '127.0.0.1', tls);
    expect(hex(header.slice(14, 16))).toBe('006a');
    const [name, alpn, ssl, ...more] = tlvs(body(header).slice(12));
    expect([name, alpn, more]).toEqual([[0x02, 'sni.example'], [0x01, 'smtp'], []]);
    expect(ssl?.[0]).toBe(0x20);
    expect(hex(ssl?.[1].slice(0, 5) ?? '')).toBe('0100000001');
    expect(tlvs(ssl?.[1].slice(5) ?? '')).toEqual([
      [0x21, 'TLSv1.3'],
      [0x23, 'TLS_AES_256_GCM_SHA384'],
      [0x24, 'RSA-SHA256'],
      [0x25, 'RSA2048'],
    ]);
  });

  const ssl = (more: Partial<ClientTls>): string =>
    tlvs(body(write('192.0.2.1', '127.0.0.1', { ...tls, serverName: '', alpn: '', ...more })).slice(12))[0]?.[1] ?? '';

  test('a certificate', () => {
    expect(hex(ssl({ certificate }).slice(0, 5))).toBe('0700000012');
    expect(tlvs(ssl({ certificate }).slice(5)).map(([type]) => type)).toEqual([0x21, 0x22, 0x23, 0x24, 0x25]);
    expect(tlvs(ssl({ certificate }).slice(5))[1]).toEqual([0x22, 'me']);
  });

  test('a certificate of an earlier session', () => {
    expect(hex(ssl({ certificate, resumed: true }).slice(0, 5))).toBe('0500000012');
  });

  test('no certificate although one was asked for', () => {
    const none = { result: { code: 0, text: 'ok' }, shown: null };
    expect(hex(ssl({ certificate: none }).slice(0, 5))).toBe('0100000001');
  });
});

describe('both', () => {
  const port = fc.integer({ min: 0, max: 65_535 });
  const address = fc.oneof(fc.ipV4(), fc.ipV6()).filter((text) => readAddress(text) !== null);
  const end = fc.record({ address, port });

  test('any bytes can be read', () => {
    const v1 = fc.tuple(fc.constantFrom('PROXY ', 'PROXY TCP4 ', 'PROXY UNKNOWN'), fc.string({ unit: 'binary' }));
    const v2 = fc
      .uint8Array({ minLength: 4, maxLength: 80 })
      .map((tail) => PROXY_SIGNATURE + String.fromCharCode(...tail));
    const any = fc.oneof(
      fc.uint8Array().map((some) => String.fromCharCode(...some)),
      v1.map(([start, tail]) => start + tail),
      v2,
    );
    fc.assert(
      fc.property(any, (input) => {
        const read = readProxyHeader(input);
        if ('error' in read) {
          expect(read.line).not.toMatch(/[\r\n]/);
          expect(input.startsWith(read.line)).toBe(true);
        } else {
          expect(read.length).toBeGreaterThan(0);
          expect(read.length).toBeLessThanOrEqual(input.length);
          expect(readProxyHeader(input.slice(0, read.length))).toEqual(read);
        }
      }),
    );
  });

  test('what is written can be read, and no beginning of it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('on' as const, 'v2' as const),
        end,
        end,
        fc.option(fc.constant(tls)),
        (form, client, local, shown) => {
          const header = writeProxyHeader(form, { client, local, tls: shown });
          const read = readProxyHeader(`${header}EHLO me\r\n`);
          expect(read).toMatchObject({ length: header.length });
          const ports = 'proxied' in read ? [read.proxied?.source.port, read.proxied?.destination.port] : [];
          expect(ports).toEqual([client.port, local.port]);
          for (let cut = 0; cut < header.length; cut++)
            expect(readProxyHeader(header.slice(0, cut))).toHaveProperty('error');
        },
      ),
      { numRuns: 50 },
    );
  });
});
