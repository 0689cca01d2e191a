import { describe, expect, test } from 'vitest';
import { isBinary, secretsOfTyped, typedBytes } from '../../../shared/journal/typed.ts';

describe('what a person types', () => {
  test.each([
    ['line', 'NOOP', 'NOOP\r\n'],
    ['line', 'NOOP\n', 'NOOP\r\n'],
    ['line', 'NOOP\r\n', 'NOOP\r\n'],
    ['line', 'HELO a\nNOOP', 'HELO a\r\nNOOP\r\n'],
    ['line', 'a\rb', 'a\rb\r\n'],
    ['line', '', '\r\n'],
    ['line', 'caf\u00e9', 'caf\u00e9\r\n'],
    ['line', 'caf\u00e9 \u20ac', 'caf\u00c3\u00a9 \u00e2\u0082\u00ac\r\n'],
    ['line', '\ud800', '\u00ef\u00bf\u00bd\r\n'],
    ['data', 'a\nb', 'a\r\nb'],
    ['data', '', ''],
    ['request', 'GET / HTTP/1.0\nAuth-User: x', 'GET / HTTP/1.0\r\nAuth-User: x\r\n\r\n'],
    ['answer', 'Auth-Status: OK\n', 'Auth-Status: OK\r\n\r\n'],
    ['answer', 'Auth-Status: OK\r\n\r\n', 'Auth-Status: OK\r\n\r\n'],
    ['answer', 'Auth-Status: OK\n\nbody', 'Auth-Status: OK\r\n\r\nbody\r\n'],
    ['answer', '', '\r\n'],
  ] as const)('as a %s: %j becomes %j', (kind, text, bytes) => {
    expect(typedBytes({ kind, text: 'was' }, text)).toBe(bytes);
  });
});

test('in place of binary bytes a text goes as it is', () => {
  expect(isBinary('\r\n\r\n\0\r\nQUIT\n')).toBe(true);
  expect(isBinary('a\t\u001b[0m caf\u00e9\r\n')).toBe(false);
  expect(typedBytes({ kind: 'data', text: '\r\n\r\n\0\r\nQUIT\n' }, 'a\nb')).toBe('a\nb');
});

describe('secrets in a typed line', () => {
  const was = 'PASS secret\r\n';
  const hidden = (typed: string, secret: readonly (readonly [number, number])[] = [[5, 11]]): string[] =>
    secretsOfTyped(was, secret, typed).map(([from, to]) => typed.slice(from, to));
  test('stand where they stood, whatever they are now', () => {
    expect(hidden('PASS other word\r\n')).toEqual(['other word']);
    expect(hidden('PASS secret\r\n')).toEqual(['secret']);
  });
  test('are found where they moved to', () => {
    expect(hidden('AUTH secret!\r\n')).toEqual(['secret']);
    expect(hidden('PASS x secret\r\n')).toEqual(['x secret']);
  });
  test('hide a line of which nothing is known', () => {
    expect(hidden('USER other\r\n')).toEqual(['USER other']);
  });
  test('are none where there were none', () => {
    expect(hidden('PASS secret\r\n', [])).toEqual([]);
  });
});
