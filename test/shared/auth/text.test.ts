import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeUtf8, percentDecode, percentEncode } from '../../../shared/auth/text.ts';

test('nginx escapes 0x00 to 0x20 and the percent sign, and nothing else', () => {
  for (let byte = 0; byte < 256; byte++) {
    const char = String.fromCharCode(byte);
    const hex = `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    expect(percentEncode(char)).toBe(byte <= 0x20 || char === '%' ? hex : char);
  }
  expect(percentEncode('u%r s+é\x7f')).toBe('u%25r%20s+é\x7f');
});

test('decoding undoes encoding, leaves a plus alone and a broken escape as it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => percentDecode(percentEncode(text)) === text));
  expect(percentDecode('a+b%2Bc%zz%4')).toBe('a+b+c%zz%4');
});

test('texts become UTF-8 as the platform makes it', () => {
  const expected = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(encodeUtf8(text)).toBe(expected(text));
    }),
  );
  for (const text of ['é', '漢', '😀', '\ud800x', 'x']) expect(encodeUtf8(text)).toBe(expected(text));
});
