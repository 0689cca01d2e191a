/** Names in certificates, what OpenSSL says of them, and what we tell of our own. */
import { X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { describe, expect, test } from 'vitest';
import { namesOf } from '../../../electron/tls/distinguished-name.ts';
import { opensslWords } from '../../../electron/tls/openssl-words.ts';
import { ownNames } from '../../../electron/tls/own-names.ts';
import { resultOf } from '../../../electron/tls/verify-results.ts';
import { cn, issue } from './pki.ts';

const { Type } = forge.asn1;

/** Made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -sha384 -days 36500 -subj /CN=ec`. */
const EC = `-----BEGIN CERTIFICATE-----
MIIBcjCCARegAwIBAgIUcDIjuGym88beE7ws+RMFL1qBPqQwCgYIKoZIzj0EAwMw
DTELMAkGA1UEAwwCZWMwIBcNMjYxMTIzMDQzNjE1WhgPMjEyNjEwMzAwNDM2MTVa
MA0xCzAJBgNVBAMMAmVjMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAECUQh+kPS
WFt7e+1VIS411cGy4uVrZHXrd1Z8Q9019I5mqbCQ1W4odkrdSKDBmgAKbRv5caLu
7m1h8bBjMwB7l6NTMFEwHQYDVR0OBBYEFASIjxEEmyonKbS4e6CjOFctSrM5MB8G
A1UdIwQYMBaAFASIjxEEmyonKbS4e6CjOFctSrM5MA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwMDSQAwRgIhAN62yWz2pee84ztsQsdVs9vR19tTezfcQ2uKrc8s
nesUAiEArxF+1NkvTCSWhaz/JID7s5Nm4CDLx9Ew1MvP6I9d9bY=
-----END CERTIFICATE-----
`;

describe('names as RFC 2253', () => {
  // As `openssl x509 -nameopt RFC2253` writes the same certificates.
  test.each([
    ['one', cn('plain'), 'CN=plain'],
    ['none', [], ''],
    ['an empty one', cn(''), 'CN='],
    ['a space', cn(' '), 'CN=\\ '],
    ['signs that mean something', cn(' lead #x+,;<>\\"='), 'CN=\\ lead #x\\+\\,\\;\\<\\>\\\\\\"='],
    ['control bytes', cn('ctl\x01\n\x7f z'), 'CN=ctl\\01\\0A\\7F z'],
    ['a sign that looks like a separator', [...cn('a + b'), ...cn('x\\')], 'CN=x\\\\,CN=a \\+ b'],
    [
      'the last one first',
      [
        { name: 'organizationName', value: 'Org, Inc' },
        { name: 'organizationalUnitName', value: 'Dept' },
        { name: 'commonName', value: '#hash' },
      ],
      'CN=\\#hash,OU=Dept,O=Org\\, Inc',
    ],
    ['UTF-8', [{ name: 'commonName', value: 'Dép€', valueTagClass: Type.UTF8 }], 'CN=D\\C3\\A9p\\E2\\82\\AC'],
    ['UTF-16', [{ name: 'commonName', value: 'Bü中', valueTagClass: Type.BMPSTRING }], 'CN=B\\C3\\BC\\E4\\B8\\AD'],
    [
      'a type without a name',
      [{ type: '1.2.3.4.5', value: 'odd', valueTagClass: Type.UTF8 }, ...cn('x')],
      'CN=x,1.2.3.4.5=#0C036F6464',
    ],
  ] as const)('%s', (_what, subject, expected) => {
    const { certificate } = issue({ subject });
    expect(namesOf(new X509Certificate(certificate))).toMatchObject({ subject: expected, issuer: expected });
  });

  test('the issuer is somebody else, and the common name comes as bytes', () => {
    const ca = issue({ subject: [...cn('Lab CA'), { name: 'organizationName', value: 'Lab' }], isCa: true });
    const utf8 = { name: 'commonName', value: 'é', valueTagClass: Type.UTF8 };
    const { certificate } = issue({ subject: [utf8], issuer: ca });
    expect(namesOf(new X509Certificate(certificate))).toEqual({
      subject: 'CN=\\C3\\A9',
      issuer: 'O=Lab,CN=Lab CA',
      commonName: '\xc3\xa9',
    });
  });
});

describe('the result of the verification', () => {
  test('none is X509_V_OK', () => {
    expect(resultOf(null)).toEqual({ code: 0, text: 'ok' });
  });

  test.each([
    ['CERT_HAS_EXPIRED', 10, 'certificate has expired'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 18, 'self-signed certificate'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 21, 'unable to verify the first certificate'],
    ['SOMETHING_NEW', 1, 'unspecified certificate verification error'],
  ])('%s', (name, code, text) => {
    expect(resultOf(name)).toEqual({ code, text });
  });
});

describe("OpenSSL's words", () => {
  test.each([
    [
      '40DD2205A67F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/a.c:345:\n',
      'error:0A00010B:SSL routines::wrong version number',
    ],
    [
      '40DD:error:0A000412:SSL routines:ssl3_read_bytes:ssl/tls alert bad certificate:../deps/b.c:918:SSL alert number 42\n',
      'error:0A000412:SSL routines::ssl/tls alert bad certificate:SSL alert number 42',
    ],
    ['error:0A0000B9:SSL routines::no cipher match', 'error:0A0000B9:SSL routines::no cipher match'],
    ['something else\n', 'something else'],
  ])('%j', (message, expected) => {
    expect(opensslWords(new Error(message))).toBe(expected);
  });
});

describe('our own certificate', () => {
  test('RSA', () => {
    const leaf = new X509Certificate(issue({ subject: cn('a') }).certificate);
    expect(ownNames(leaf)).toEqual({ signature: 'RSA-SHA256', key: 'RSA2048' });
  });

  test('an elliptic curve', () => {
    expect(ownNames(new X509Certificate(EC))).toEqual({ signature: 'ecdsa-with-SHA384', key: 'EC256' });
  });
});
