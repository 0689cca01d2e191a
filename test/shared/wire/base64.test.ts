import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../../shared/wire/base64.ts';

const bytes = fc.uint8Array({ maxLength: 60 }).map((values) => String.fromCharCode(...values));

describe('base64 as nginx reads it', () => {
  test.each([
    ['AHUAcA==', '\0u\0p'],
    ['AHUAcA==!!!', '\0u\0p'],
    ['AHUAcA', '\0u\0p'],
    ['', ''],
    ['=', ''],
    ['dXNl', 'use'],
  ])('%j is %j', (text, expected) => {
    expect(decodeBase64(text)).toBe(expected);
  });

  test.each(['A', 'AHUAc', '*', 'AB-_', 'AH UA', 'é'])('%j is invalid', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  test('is the same base64 as everybody else’s', () => {
    fc.assert(
      fc.property(bytes, (text) => {
        expect(encodeBase64(text)).toBe(Buffer.from(text, 'latin1').toString('base64'));
        expect(decodeBase64(encodeBase64(text))).toBe(text);
      }),
    );
  });
});
