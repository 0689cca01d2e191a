import { describe, expect, test } from 'vitest';
import { lookupsAt, recipientOf, recipientsAt } from '../../../renderer/store/route.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { parseHttp } from '../../../shared/journal/http.ts';
import { entries, trail } from '../../fakes/tutorial-session.ts';

const relayed = (leg: 'client' | 'upstream', bytes: string): Partial<Entry> => ({
  leg,
  direction: 'in',
  kind: 'line',
  bytes,
  disposition: 'passed',
  why: 'session.passed',
});
const journal = (head: readonly Entry[], ...more: Partial<Entry>[]): readonly Entry[] =>
  [...head, ...more].map((entry, seq) => ({ ...entry, seq }) as Entry);

describe('lookups', () => {
  test('begin with the question and end with the answer', () => {
    expect(lookupsAt(entries, 6)).toEqual([]);
    expect(lookupsAt(entries, 7)).toMatchObject([{ number: 1, asked: 7, answered: null, result: { type: 'pending' } }]);
    expect(lookupsAt(entries, 8)).toEqual([
      {
        number: 1,
        asked: 7,
        answered: 8,
        raw: 'RCPT TO:<user@eng.abc.com>',
        trail,
        result: { type: 'route', upstream: '127.0.0.1:2525' },
        byHand: false,
      },
    ]);
  });

  const answered = (bytes: string, change: Partial<Entry> = {}) =>
    lookupsAt(journal(entries.slice(0, 8), { ...entries[8], bytes, ...change }), 8)[0]?.result;
  const ok = 'HTTP/1.0 500 Oops\r\nAuth-Status: OK\r\n';

  test('read the answer as nginx does: last header wins, status line ignored, OK must be exact', () => {
    expect(answered(`${ok}Auth-Server: 1.1.1.1\r\nAuth-Port: 25\r\nauth-server: ::1\r\n\r\n`)).toEqual({
      type: 'route',
      upstream: '[::1]:25',
    });
    expect(answered('HTTP/1.0 200 OK\r\nAuth-Server: 1.1.1.1\r\nAuth-Port: 25\r\n\r\n')).toMatchObject({
      type: 'route',
    });
    expect(answered('HTTP/1.0 200 OK\r\nAuth-Status: ok\r\n\r\n')).toEqual({ type: 'reject', text: 'ok' });
    expect(answered('HTTP/1.0 200 OK\r\nAuth-Status: WAIT\r\n\r\n')).toEqual({ type: 'wait' });
  });

  test('an answer without use is an error with its reason', () => {
    const why = 'session.verdict.refused';
    expect(answered('', { why, params: { verdict: 'error' } })).toEqual({ type: 'error', why });
  });
});

describe('recipients', () => {
  test('the first one is looked up and gets the reply that comes back through the proxy', () => {
    expect(recipientsAt(entries, 6)).toEqual([{ position: 6, address: 'user@eng.abc.com', lookup: null, reply: null }]);
    expect(recipientsAt(entries, 18)).toEqual([{ position: 6, address: 'user@eng.abc.com', lookup: 1, reply: 250 }]);
  });

  test('later ones only follow, with the replies they got, pipelined or not', () => {
    const more = journal(
      entries.slice(0, 20),
      relayed('client', 'RCPT TO:<boss@hr.abc.com>\r\n'),
      relayed('client', 'RCPT TO:<who@nowhere.org>\r\n'),
      relayed('client', 'NOOP\r\n'),
      relayed('upstream', '250-two\r\n250 lines\r\n'),
      relayed('upstream', '550 5.1.1 no\r\n'),
      relayed('upstream', '250 ok\r\n'),
    );
    expect(recipientsAt(more, more.length - 1)).toEqual([
      { position: 6, address: 'user@eng.abc.com', lookup: 1, reply: 250 },
      { position: 20, address: 'boss@hr.abc.com', lookup: null, reply: 250 },
      { position: 21, address: 'who@nowhere.org', lookup: null, reply: 550 },
    ]);
  });

  test('a refused one that asks again is looked up again', () => {
    const again = journal(
      entries.slice(0, 8),
      { ...entries[8], bytes: 'HTTP/1.0 200 OK\r\nAuth-Status: no\r\nAuth-Wait: 1\r\n\r\n' },
      { ...entries[5], bytes: '535 5.7.0 no\r\n' },
      { ...entries[6], bytes: 'RCPT TO:<b@eng.abc.com>\r\n' },
      { ...entries[7], cause: 10 },
    );
    expect(recipientsAt(again, again.length - 1)).toMatchObject([
      { lookup: 1, reply: 535 },
      { address: 'b@eng.abc.com', lookup: 2, reply: null },
    ]);
  });

  test.each([
    ['RCPT TO:<a@one.test> NOTIFY=NEVER', 'a@one.test'],
    ['rcpt to: a@one.test', 'a@one.test'],
    ['RCPT TO:<>', null],
    ['RSET', null],
  ])('%s names %s', (line, address) => expect(recipientOf(line)).toBe(address));
});

describe('the head of an HTTP message', () => {
  test('is read tolerantly, and measured', () => {
    const head = parseHttp('HTTP/1.0 200 OK\nA:1\r\nbroken\r\n\r\nbody');
    expect(head).toEqual({
      start: 'HTTP/1.0 200 OK',
      headers: [
        ['A', '1'],
        ['broken', ''],
      ],
      headSize: 31,
      body: 'body',
    });
    expect(parseHttp('').start).toBe('');
  });
});
