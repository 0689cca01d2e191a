import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readable, readableLines, spelled } from '../../../shared/journal/readable.ts';

describe('readable', () => {
  test.each([
    ['EHLO me\r\n', 'EHLO me\\r\\n'],
    ['a\0b\x1b[31m', 'a\\x00b\\x1b[31m'],
    ['jos\xc3\xa9', 'josé'],
    ['jos\xe9', 'jos\\xe9'],
    ['\xc2\x85', '\\x85'],
    // An overlong slash, and half of a pair: neither is UTF-8.
    ['\xc0\xaf', '\\xc0\\xaf'],
    ['\xed\xa0\x80', '\\xed\\xa0\\x80'],
    ['\xe2\x80\xaetxt', '\\u202etxt'],
    ['a\tb', 'a\\tb'],
  ])('%j', (bytes, expected) => {
    expect(readable(bytes)).toBe(expected);
  });

  test('whatever the bytes: one line, nothing that acts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (given) => {
        const text = readable(String.fromCharCode(...given));
        expect(text).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
      }),
    );
  });

  test('plain text stands as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abc <>&"\'~!{}') }), (text) => readable(text) === text),
    );
  });
});

test('texts keep their letters', () => {
  expect(spelled('Büro\u2028\ud800 ✓ \u{1f600}')).toBe('Büro\\u2028\\ud800 ✓ \u{1f600}');
});

test('lines end where CR LF stands; other ends are spelled out', () => {
  expect(readableLines('250-a\r\n250 b\nc\rd\r\n')).toEqual(['250-a', '250 b\\nc\\rd']);
  expect(readableLines('')).toEqual([]);
});
