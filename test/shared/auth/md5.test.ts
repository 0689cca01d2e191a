import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacMd5, md5 } from '../../../shared/auth/md5.ts';

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1'));

test('MD5 is that of the platform', () => {
  fc.assert(
    fc.property(bytes, (text) => {
      expect(md5(text)).toBe(createHash('md5').update(text, 'latin1').digest('hex'));
    }),
  );
});

test('HMAC-MD5 is that of the platform', () => {
  fc.assert(
    fc.property(bytes, bytes, (key, text) => {
      const expected = createHmac('md5', Buffer.from(key, 'latin1')).update(text, 'latin1').digest('hex');
      expect(hmacMd5(key, text)).toBe(expected);
    }),
  );
});

test('the example of RFC 2195', () => {
  const challenge = '<1896.697170952@postoffice.reston.mci.net>';
  expect(hmacMd5('tanstaaftanstaaf', challenge)).toBe('b913a602c7eda7a495b4e6e7334d3890');
});

test('the example of RFC 1939 for APOP', () => {
  expect(md5('<1896.697170952@dbc.mtview.ca.us>tanstaaf')).toBe('c4c9334bac560ecc979e58001b3e22fb');
});
