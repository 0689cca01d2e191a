import { describe, expect, test } from 'vitest';
import { failureAt } from '../../../renderer/store/failure.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { entries as relayed } from '../../fakes/tutorial-session.ts';

const line = (leg: Entry['leg'], direction: Entry['direction'], bytes: string, why: string): Entry => ({
  seq: 0,
  at: 0,
  leg,
  direction,
  kind: 'line',
  bytes: `${bytes}\r\n`,
  why,
});
const dial = (direction: Entry['direction'], why: string, params: Entry['params'] = {}): Entry => ({
  ...line('upstream', direction, '', why),
  bytes: '',
  kind: 'dial',
  params: { upstream: '127.0.0.1:2525', name: 'eng', ...params },
});
const error451 = (cause: number, why = 'smtp.upstream-failed'): Entry => ({
  ...line('client', 'out', '451 4.3.2 Internal server error', why),
  cause,
});
const asked = dial('out', 'smtp.routed');

describe('what hides behind a general error', () => {
  test('nothing, while there is none', () => {
    expect(failureAt(relayed, relayed.length - 1)).toBeNull();
    expect(failureAt([], -1)).toBeNull();
  });

  test.each([
    ['ECONNREFUSED', 'failure.deaf'],
    ['EHOSTUNREACH', 'failure.unreached'],
  ])('a connection that failed with %s', (error, key) => {
    const entries = [asked, dial('in', 'smtp.back.refused', { error }), error451(1)];
    expect(failureAt(entries, 1)).toBeNull();
    expect(failureAt(entries, 2)).toEqual({
      saw: '451 4.3.2 Internal server error',
      cause: 1,
      what: { key, params: { upstream: 'eng', error } },
      why: 'smtp.back.refused',
    });
  });

  test('an upstream that is only an address is called by it', () => {
    const entries = [
      dial('out', 'smtp.routed', { name: '' }),
      dial('in', 'smtp.back.refused', { name: '', error: 'X' }),
      error451(1),
    ];
    expect(failureAt(entries, 2)?.what?.params).toMatchObject({ upstream: '127.0.0.1:2525' });
  });

  test('an answer of the upstream, with the command it answered', () => {
    const entries = [
      asked,
      dial('in', 'smtp.back.connected'),
      line('upstream', 'in', '220 eng', 'smtp.back.hello'),
      line('upstream', 'out', 'EHLO proxy', 'smtp.back.hello'),
      line('upstream', 'in', '501 no', 'smtp.back.unexpected'),
      error451(4),
    ];
    expect(failureAt(entries, 5)?.what).toEqual({
      key: 'failure.answered',
      params: { upstream: 'eng', text: '501 no', command: 'EHLO proxy' },
    });
  });

  test('a greeting that says no', () => {
    const entries = [asked, dial('in', 'smtp.back.connected'), line('upstream', 'in', '554 go away', 'x'), error451(2)];
    expect(failureAt(entries, 3)?.what).toEqual({
      key: 'failure.greeted',
      params: { upstream: 'eng', text: '554 go away' },
    });
  });

  test('an auth answer without use says so by its own reason', () => {
    const answer: Entry = { ...line('auth', 'in', 'HTTP/1.0 200 OK', 'session.verdict.bad-address'), kind: 'http' };
    const entries = [answer, error451(0, 'smtp.verdict.unusable')];
    expect(failureAt(entries, 1)).toMatchObject({ cause: 0, what: null, why: 'session.verdict.bad-address' });
  });

  test('a time-out, of which the client sees only the end', () => {
    const late: Entry = { ...line('client', 'none', '', 'smtp.timeout'), kind: 'decision' };
    expect(failureAt([late], 0)).toEqual({ saw: null, cause: 0, what: null, why: 'smtp.timeout' });
  });
});
