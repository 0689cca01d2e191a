import { describe, expect, test } from 'vitest';
import { type Answer, decodeAnswer } from '../../../shared/auth/answer.ts';
import { deliver, type FaultKind, type FaultScope, faultKinds, isSpent, strikes } from '../../../shared/auth/fault.ts';

const answer: Answer = {
  status: 200,
  headers: [
    ['Auth-Status', 'OK'],
    ['Auth-Server', '127.0.0.1'],
    ['Auth-Port', '2525'],
  ],
};
const about = { protocol: 'smtp', passwordKnown: true } as const;
const route = { type: 'route', server: '127.0.0.1', port: 2525, name: '127.0.0.1:2525' };
const error = (name: string) => ({ type: 'error', error: name });
const of = (kind: FaultKind) => deliver({ kind, ms: 700, status: 503, scope: { type: 'always' } }, answer);

/** What nginx makes of each faulty answer. */
const verdicts: Readonly<Record<FaultKind, object>> = {
  slow: route,
  silent: error('closed'),
  close: error('closed'),
  cut: error('closed'),
  oversize: error('too-large'),
  status: route,
  'no-status': route,
  'no-server': error('no-server-or-port'),
  'no-port': error('no-server-or-port'),
  'host-name': { ...error('bad-address'), detail: 'mail.internal' },
  'lower-case': { type: 'reject', message: 'ok' },
  underscore: { ...error('bad-header'), detail: 'X_Trace_Id: 7f3a' },
  garbage: error('bad-header'),
  page: error('no-server-or-port'),
  wait: { type: 'wait', waitMs: 1000 },
  'wait-loop': { type: 'wait', waitMs: 0 },
};

describe('a faulty answer', () => {
  test.each(faultKinds)('%s is to nginx what its name says', (kind) => {
    expect(decodeAnswer(of(kind).bytes, about)).toMatchObject(verdicts[kind]);
  });

  test('keeps everything but the one thing that is wrong', () => {
    expect(of('status').bytes).toMatch(/^HTTP\/1\.0 503 Service Unavailable\r\nAuth-Status: OK\r\n/);
    expect(of('slow')).toMatchObject({ delayMs: 700, end: 'close' });
    expect(of('silent')).toEqual({ delayMs: 0, bytes: '', end: 'hang' });
    expect(of('oversize').bytes.length).toBeGreaterThan(1024);
  });

  test('a refusal stays one where only a welcome can be broken', () => {
    const refusal: Answer = { status: 200, headers: [['Auth-Status', 'no']] };
    const fault = { kind: 'lower-case', ms: 0, status: 200, scope: { type: 'always' } } as const;
    expect(decodeAnswer(deliver(fault, refusal).bytes, about)).toMatchObject({ type: 'reject', message: 'no' });
  });
});

const struck = (scope: FaultScope, questions = 10) =>
  Array.from({ length: questions }, (_, i) => i + 1).filter((nth) => strikes(scope, nth));

describe('the scope', () => {
  test('always, the next ones, every so many', () => {
    expect(struck({ type: 'always' })).toHaveLength(10);
    expect(struck({ type: 'next', times: 2 })).toEqual([1, 2]);
    expect(struck({ type: 'every', nth: 3 })).toEqual([3, 6, 9]);
  });

  test('chance is the same for the same seed, another for another, and about what it says', () => {
    const one = struck({ type: 'chance', percent: 30, seed: 7 }, 2000);
    expect(struck({ type: 'chance', percent: 30, seed: 7 }, 2000)).toEqual(one);
    expect(struck({ type: 'chance', percent: 30, seed: 8 }, 2000)).not.toEqual(one);
    expect(one.length).toBeGreaterThan(500);
    expect(one.length).toBeLessThan(700);
    expect(struck({ type: 'chance', percent: 0, seed: 7 })).toEqual([]);
    expect(struck({ type: 'chance', percent: 100, seed: 7 })).toHaveLength(10);
  });

  test('only the next ones are ever spent', () => {
    expect(isSpent({ type: 'next', times: 2 }, 1)).toBe(false);
    expect(isSpent({ type: 'next', times: 2 }, 2)).toBe(true);
    expect(isSpent({ type: 'every', nth: 2 }, 1000)).toBe(false);
  });
});
