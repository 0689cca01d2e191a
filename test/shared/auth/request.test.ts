import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuthTarget, Lookup } from '../../../shared/auth/lookup.ts';
import { decodeRequest, encodeRequest } from '../../../shared/auth/request.ts';
import type { Method, Protocol } from '../../../shared/machine/machine.ts';

const target: AuthTarget = {
  text: '127.0.0.1:8000/a',
  host: '127.0.0.1',
  address: '127.0.0.1',
  port: 8000,
  uri: '/a?b#c',
};

const none: Lookup = {
  method: 'none',
  user: '',
  password: '',
  protocol: 'smtp',
  attempt: 1,
  clientIp: '127.0.0.1',
  clientHost: '[UNAVAILABLE]',
  helo: 'me',
  from: 'MAIL FROM:<c>',
  to: 'rcpt to:<x y@z>  NOTIFY=NEVER',
  headers: [],
};

const lines = (text: string) => text.replaceAll('⏎', '\r\n');

describe('the bytes nginx sends', () => {
  test('a lookup by recipient', () => {
    expect(encodeRequest(none, target)).toBe(
      lines(
        'GET /a?b#c HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: none⏎Auth-User: ⏎Auth-Pass: ⏎Auth-Protocol: smtp⏎' +
          'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎Auth-SMTP-Helo: me⏎' +
          'Auth-SMTP-From: MAIL FROM:<c>⏎Auth-SMTP-To: rcpt to:<x y@z>  NOTIFY=NEVER⏎⏎',
      ),
    );
  });

  test('a login: escaped, without the SMTP headers, with salt, TLS and configured headers in their places', () => {
    const login: Lookup = {
      method: 'cram-md5',
      user: 'u%r s+\xe9\x7f',
      password: '0123456789abcdef0123456789abcdef',
      salt: '<1345172912.1795353671@mx.test>',
      protocol: 'imap',
      attempt: 3,
      clientIp: '::1',
      helo: 'not sent',
      tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
      headers: [
        ['X-Key', 'secret'],
        ['X-Empty', ''],
      ],
    };
    expect(encodeRequest(login, { ...target, host: '[::1]', uri: '/' })).toBe(
      lines(
        'GET / HTTP/1.0⏎Host: [::1]⏎Auth-Method: cram-md5⏎Auth-User: u%25r%20s+\xe9\x7f⏎' +
          'Auth-Pass: 0123456789abcdef0123456789abcdef⏎Auth-Salt: <1345172912.1795353671@mx.test>⏎' +
          'Auth-Protocol: imap⏎Auth-Login-Attempt: 3⏎Client-IP: ::1⏎Auth-SSL: on⏎Auth-SSL-Protocol: TLSv1.3⏎' +
          'Auth-SSL-Cipher: TLS_AES_256_GCM_SHA384⏎X-Key: secret⏎X-Empty: ⏎⏎',
      ),
    );
  });

  test('behind a PROXY header, with a client certificate: every header in its place', () => {
    const everything: Lookup = {
      ...none,
      proxied: { source: { address: '2001:DB8::1', port: 1234 }, destination: { address: '198.51.100.2', port: 0 } },
      tls: {
        protocol: 'TLSv1.2',
        cipher: 'ECDHE-RSA-AES256-GCM-SHA384',
        verify: 'FAILED:self-signed certificate',
        certificate: {
          subject: 'CN=client name,OU=Dept,O=Org\\, Inc',
          issuer: 'CN=Lab CA,O=Lab',
          serial: '0A1B2C3D4E',
          fingerprint: '89c2',
          pem: '-----BEGIN CERTIFICATE-----\nMII+/=\n-----END CERTIFICATE-----\n',
        },
      },
      headers: [['X-Key', 'secret']],
    };
    expect(encodeRequest(everything, target)).toBe(
      lines(
        'GET /a?b#c HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: none⏎Auth-User: ⏎Auth-Pass: ⏎Auth-Protocol: smtp⏎' +
          'Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎Client-Host: [UNAVAILABLE]⏎Proxy-Protocol-Addr: 2001:DB8::1⏎' +
          'Proxy-Protocol-Port: 1234⏎Proxy-Protocol-Server-Addr: 198.51.100.2⏎Proxy-Protocol-Server-Port: 0⏎' +
          'Auth-SMTP-Helo: me⏎Auth-SMTP-From: MAIL FROM:<c>⏎Auth-SMTP-To: rcpt to:<x y@z>  NOTIFY=NEVER⏎' +
          'Auth-SSL: on⏎Auth-SSL-Protocol: TLSv1.2⏎Auth-SSL-Cipher: ECDHE-RSA-AES256-GCM-SHA384⏎' +
          'Auth-SSL-Verify: FAILED:self-signed certificate⏎Auth-SSL-Subject: CN=client name,OU=Dept,O=Org\\, Inc⏎' +
          'Auth-SSL-Issuer: CN=Lab CA,O=Lab⏎Auth-SSL-Serial: 0A1B2C3D4E⏎Auth-SSL-Fingerprint: 89c2⏎' +
          'Auth-SSL-Cert: -----BEGIN%20CERTIFICATE-----%0AMII+/=%0A-----END%20CERTIFICATE-----%0A⏎X-Key: secret⏎⏎',
      ),
    );
    expect(decodeRequest(encodeRequest(everything, target))).toEqual(everything);
  });

  test('a certificate without a subject has no header for it', () => {
    const certificate = { subject: '', issuer: 'CN=a', serial: '01', fingerprint: 'ab' };
    const nameless: Lookup = { ...none, tls: { protocol: 'TLSv1.3', cipher: 'x', verify: 'SUCCESS', certificate } };
    expect(encodeRequest(nameless, target)).toContain(
      lines('⏎Auth-SSL-Verify: SUCCESS⏎Auth-SSL-Issuer: CN=a⏎Auth-SSL-Serial: 01⏎'),
    );
  });

  test('an unknown HELO is an empty header', () => {
    const { helo: _, ...silent } = none;
    expect(encodeRequest(silent, target)).toContain('\r\nAuth-SMTP-Helo: \r\n');
  });
});

const bytes = fc.string({ unit: 'binary', maxLength: 30 });
/** What a header may hold and keep: no line ends, no white space around it. */
const value = bytes.map((text) => text.replace(/[\r\n]/g, '').replace(/^[ \t]+|[ \t]+$/g, ''));
const filled = value.filter((text) => text !== '');

const peer = fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.integer({ min: 0, max: 65_535 }) });
const certificate = fc
  .record({ subject: filled, issuer: value, serial: value, fingerprint: value, pem: fc.option(bytes, { nil: '' }) })
  .map(({ pem, ...rest }) => ({ ...rest, ...(pem === '' ? {} : { pem }) }));
const tls = fc
  .record({
    protocol: value,
    cipher: value,
    verify: fc.option(filled, { nil: undefined }),
    certificate: fc.option(certificate, { nil: undefined }),
  })
  .map(({ verify, certificate: shown, ...rest }) => ({
    ...rest,
    ...(verify === undefined ? {} : { verify }),
    ...(shown === undefined ? {} : { certificate: shown }),
  }));

const lookups = fc
  .record({
    method: fc.constantFrom<Method>('plain', 'apop', 'cram-md5', 'external', 'none'),
    protocol: fc.constantFrom<Protocol>('smtp', 'imap', 'pop3'),
    user: bytes,
    password: bytes,
    salt: fc.option(value, { nil: undefined }),
    attempt: fc.integer({ min: 1, max: 99_999 }),
    clientIp: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('unix:')),
    clientHost: fc.option(filled, { nil: undefined }),
    envelope: fc.record({ helo: value, from: value, to: value }),
    proxied: fc.option(fc.record({ source: peer, destination: peer }), { nil: undefined }),
    tls: fc.option(tls, { nil: undefined }),
    headers: fc.array(fc.tuple(fc.stringMatching(/^X-[A-Za-z0-9-]{1,10}$/), value), { maxLength: 4 }),
  })
  .map(
    ({ envelope, salt, clientHost, proxied, tls, ...rest }): Lookup => ({
      ...rest,
      ...(salt === undefined ? {} : { salt }),
      ...(clientHost === undefined ? {} : { clientHost }),
      ...(proxied === undefined ? {} : { proxied }),
      ...(tls === undefined ? {} : { tls }),
      ...(rest.method === 'none' ? envelope : {}),
    }),
  );

describe('reading a request', () => {
  test('gives back what was written', () => {
    fc.assert(
      fc.property(lookups, (lookup) => {
        expect(decodeRequest(encodeRequest(lookup, target))).toEqual(lookup);
      }),
    );
  });

  test("curl's, with one header of nginx's", () => {
    const request =
      'HEAD / HTTP/1.1⏎Host: localhost:8000⏎User-Agent: curl/7.88.1⏎Accept: */*⏎Auth-SMTP-To: RCPT To:<foo@eng.abc.com>⏎⏎';
    expect(decodeRequest(lines(request))).toEqual({
      method: 'none',
      user: '',
      password: '',
      protocol: 'smtp',
      attempt: 1,
      clientIp: '127.0.0.1',
      helo: '',
      from: '',
      to: 'RCPT To:<foo@eng.abc.com>',
      headers: [
        ['User-Agent', 'curl/7.88.1'],
        ['Accept', '*/*'],
      ],
    });
  });

  test('any order, any case, any line end, odd values', () => {
    const request =
      'GET /\nauth-login-attempt: x\nAUTH-PROTOCOL: IMAP\nno colon\nAuth-User: a%20b\nAuth-User: later\n\nAuth-Pass: body';
    expect(decodeRequest(request)).toEqual({
      method: 'plain',
      user: 'a b',
      password: '',
      protocol: 'imap',
      attempt: 1,
      clientIp: '127.0.0.1',
      headers: [['Auth-User', 'later']],
    });
  });

  test('no bytes break it', () => {
    const pieces = fc.constantFrom('\r\n', '\n', ': ', 'Auth-Method', 'Auth-SMTP-To', 'GET', '%', '%4', '\0');
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, bytes)), (parts) => {
        const { method, protocol, attempt } = decodeRequest(parts.join(''));
        expect([method.length > 0, protocol.length > 0, attempt > 0]).toEqual([true, true, true]);
      }),
    );
  });
});
