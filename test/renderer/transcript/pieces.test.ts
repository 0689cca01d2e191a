import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, hexOf, linesOf, piecesOf } from '../../../renderer/transcript/pieces.ts';

const kinds = (bytes: string) => piecesOf(bytes).map((piece) => `${piece.kind}: ${piece.text}`);

describe('pieces', () => {
  test('a proper line is text and its end', () => {
    expect(kinds('EHLO laptop\r\n')).toEqual(['text: EHLO laptop', 'end: CR LF']);
  });

  test('what a reader should stumble over is told apart', () => {
    expect(kinds('a\nb\rc\0\x1bd')).toEqual([
      'text: a',
      'odd-end: LF',
      'text: b',
      'odd-end: CR',
      'text: c',
      'control: NUL ESC',
      'text: d',
    ]);
  });

  test('bytes above 127 are shown as UTF-8 where they are, else as hex', () => {
    expect(kinds('\xc3\xa9')).toEqual(['eight-bit: é']);
    expect(kinds('\xe9')).toEqual(['eight-bit: \\xe9']);
    expect(decode('caf\xc3\xa9')).toBe('café');
    expect(decode('caf\xe9')).toBe('caf\xe9');
    expect(decode('a masked ••••')).toBe('a masked ••••');
  });

  test('an address cannot turn around what is written behind it', () => {
    expect(decode('joe \xe2\x80\xaekcab')).toBe('joe ‹U+202E›kcab');
    expect(kinds('<\xe2\x81\xa6a>')).toEqual(['text: <', 'eight-bit: ‹U+2066›', 'text: a>']);
  });

  test('a secret is four dots, and nothing of it is left anywhere', () => {
    const bytes = 'AUTH PLAIN AGEAYg==\r\n';
    expect(piecesOf(bytes, [[11, 19]]).map((piece) => piece.text)).toEqual(['AUTH PLAIN ', '••••', 'CR LF']);
    const dump = hexOf(bytes, [[11, 19]]);
    expect(dump.map((row) => row.text).join('')).toBe('AUTH PLAIN ••••••••··');
    expect(dump.map((row) => row.hex).join(' ')).not.toContain('41 47');
  });

  test('every byte has its place: nothing is lost, nothing shown twice', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(255)), (codes) => {
        const bytes = String.fromCharCode(...codes);
        const text = piecesOf(bytes)
          .filter((piece) => piece.kind === 'text')
          .map((piece) => piece.text)
          .join('');
        expect(text).toBe(
          codes
            .map((code) => String.fromCharCode(code))
            .filter((char) => /[\t -~]/.test(char))
            .join(''),
        );
        expect(hexOf(bytes).flatMap((row) => (row.hex === '' ? [] : row.hex.split(' ')))).toHaveLength(codes.length);
      }),
    );
  });
});

describe('screen lines', () => {
  test('end where the wire says so', () => {
    const lines = linesOf(piecesOf('250-eng\r\n250 8BITMIME\r\n'));
    expect(lines.map((line) => line.map((piece) => piece.text).join('|'))).toEqual([
      '250-eng|CR LF',
      '250 8BITMIME|CR LF',
    ]);
    expect(linesOf(piecesOf('half a line'))).toHaveLength(1);
    expect(linesOf(piecesOf('a\nb'))).toHaveLength(2);
    expect(linesOf([])).toEqual([[]]);
  });
});

describe('hex', () => {
  test('is eight bytes a row', () => {
    expect(hexOf('250 Accepted\r\n')).toEqual([
      { offset: '0000', hex: '32 35 30 20 41 63 63 65', text: '250 Acce' },
      { offset: '0008', hex: '70 74 65 64 0d 0a', text: 'pted··' },
    ]);
  });
});
