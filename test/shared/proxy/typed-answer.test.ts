/** An answer of the auth service as a person types it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAnswer, encodeAnswer } from '../../../shared/auth/answer.ts';
import { readTypedAnswer, typedAnswer, unreadHeaders } from '../../../shared/proxy/typed-answer.ts';

const about = { protocol: 'smtp', passwordKnown: true } as const;

/** What nginx makes of it. */
function verdictOf(typed: string) {
  const read = readTypedAnswer(typed);
  if (!('bytes' in read)) throw new Error(`${read.problem} in line ${read.line}`);
  return decodeAnswer(read.bytes, about);
}

describe('a typed answer', () => {
  test('is its header lines', () => {
    expect(verdictOf('Auth-Status: OK\nAuth-Server: 127.0.0.1\nAuth-Port: 2525\n')).toMatchObject({
      type: 'route',
      server: '127.0.0.1',
      port: 2525,
    });
    expect(verdictOf('auth-status: go away\r\nAuth-Wait:3\r\n\r\n')).toMatchObject({ type: 'reject', waitMs: 3000 });
  });

  test('may begin with a status line, which nginx does not look at', () => {
    expect(verdictOf('HTTP/1.1 503 Down\nAuth-Status: WAIT\nAuth-Wait: 5')).toEqual({ type: 'wait', waitMs: 5000 });
  });

  test('that lacks what nginx needs is one all the same: nginx says what comes of it', () => {
    expect(verdictOf('Auth-Status: OK')).toMatchObject({ type: 'error', error: 'no-server-or-port' });
    expect(verdictOf('X-Other: 1')).toMatchObject({ type: 'error', error: 'no-server-or-port' });
    expect(verdictOf(`Auth-Status: ${'x'.repeat(2000)}`)).toMatchObject({ type: 'error', error: 'too-large' });
  });

  test.each([
    ['', 'empty', 1],
    [' \n\r\n ', 'empty', 1],
    ['hello', 'no-header', 1],
    ['Auth-Status OK', 'no-header', 1],
    ['Auth-Status: OK\n Auth-Port: 25', 'no-header', 2],
    ['Auth-Status: OK\nAuth_Port: 25', 'no-header', 2],
    ['Auth-Status: OK\rAuth-Port: 25', 'no-header', 1],
    ['Auth-Status: OK\n\nAuth-Port: 25', 'blank', 2],
    ['\nAuth-Status: OK', 'blank', 1],
  ])('%j is %s in line %i', (typed, problem, line) => {
    expect(readTypedAnswer(typed)).toMatchObject({ problem, line });
  });

  test('never is anything that nginx could not read as headers', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (typed) => {
        const read = readTypedAnswer(typed);
        if ('bytes' in read)
          expect(decodeAnswer(read.bytes, about)).not.toMatchObject({ error: /bad-(?:header|response)/ });
      }),
    );
  });

  test('comes back from the bytes that it became', () => {
    const headers = [
      ['Auth-Status', 'OK'] as const,
      ['Auth-Server', '127.0.0.1'] as const,
      ['Auth-Port', '25'] as const,
    ];
    const bytes = encodeAnswer({ status: 200, headers });
    expect(readTypedAnswer(typedAnswer(bytes))).toEqual({ bytes });
  });
});

test('headers that nginx does not know are named', () => {
  expect(
    unreadHeaders('HTTP/1.0 200 OK\r\nAuth-Satus: OK\r\nAuth-Server: 1\r\nX-Auth: 1\r\nauth-x: 2\r\n\r\n'),
  ).toEqual(['Auth-Satus', 'auth-x']);
  expect(unreadHeaders('HTTP/1.0 200 OK\r\nbroken')).toEqual([]);
});
