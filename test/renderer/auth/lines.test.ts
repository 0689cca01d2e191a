import { describe, expect, test } from 'vitest';
import { markedLines } from '../../../renderer/auth/lines.ts';
import { markAnswer } from '../../../shared/auth/answer-marks.ts';

const asked = { protocol: 'smtp', method: 'none' } as const;
const linesOf = (bytes: string, secret: readonly (readonly [number, number])[] = []) =>
  markedLines(bytes, markAnswer(bytes, asked), secret).map(({ text, marks }) => [text, marks.map(({ key }) => key)]);

describe('the lines of an answer', () => {
  test('each has the traps that begin in it', () => {
    const bytes = 'HTTP/1.0 500 Oops\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: 1\nAuth-Port: 25\r\n\r\nbody';
    expect(linesOf(bytes)).toEqual([
      ['HTTP/1.0 500 Oops', ['B4', 'B5']],
      ['Auth-Server: 127.0.0.1', []],
      ['Auth-Port: 1', ['B11']],
      ['Auth-Port: 25', []],
      ['', []],
      ['body', ['A2']],
    ]);
  });

  test('a secret is starred out, also over a cut', () => {
    const bytes = 'Auth-Pass: hush\r\nX: y\r\n';
    expect(linesOf(bytes, [[11, 15]])[0]?.[0]).toBe('Auth-Pass: ••••');
    expect(markedLines('ab\ncd', [], [[1, 4]]).map(({ text }) => text)).toEqual(['a••••', '••••d']);
  });

  test('a trap behind the last byte belongs to the last line', () => {
    const bytes = `X: ${'y'.repeat(1021)}`;
    expect(linesOf(bytes)).toEqual([[bytes, ['B10']]]);
    expect(markedLines('', [])).toEqual([]);
  });
});
