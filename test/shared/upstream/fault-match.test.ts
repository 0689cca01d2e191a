import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FaultScope } from '../../../shared/auth/fault.ts';
import type { ArmedUpstreamFault, FaultAct, FaultFor, Switch } from '../../../shared/upstream/fault.ts';
import { meet, type Occasion, playWith } from '../../../shared/upstream/fault-match.ts';
import { plainPlay } from '../../../shared/upstream/play.ts';

const rcpt: Occasion = {
  upstream: 'eng',
  protocol: 'smtp',
  stage: 'rcpt',
  addresses: ['User@eng.abc.com'],
  client: '192.0.2.7',
};

const armed = (more: Partial<ArmedUpstreamFault> = {}): ArmedUpstreamFault => ({
  id: 1,
  upstream: 'eng',
  protocol: 'smtp',
  stage: 'rcpt',
  act: { type: 'close' },
  scope: { type: 'always' },
  only: {},
  met: 0,
  struck: 0,
  ...more,
});

/** Which of `count` occasions a fault of this scope strikes, from 1. */
function hits(scope: FaultScope, count: number): readonly number[] {
  let list: readonly ArmedUpstreamFault[] = [armed({ scope })];
  const struck: number[] = [];
  for (let n = 1; n <= count; n += 1) {
    const met = meet(list, rcpt);
    if (met.act) struck.push(n);
    list = met.armed;
  }
  return struck;
}

describe('a scope', () => {
  test('next N strikes the first N, and is gone then', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 100 }), (times, count) => {
        const first = Array.from({ length: Math.min(times, count) }, (_, index) => index + 1);
        expect(hits({ type: 'next', times }, count)).toEqual(first);
      }),
    );
    expect(meet([armed({ scope: { type: 'next', times: 1 } })], rcpt).armed).toEqual([]);
  });

  test('every Nth strikes those', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (nth) => {
        expect(hits({ type: 'every', nth }, 60)).toEqual(
          Array.from({ length: Math.floor(60 / nth) }, (_, index) => (index + 1) * nth),
        );
      }),
    );
  });

  test('chance strikes the same ones for the same seed, and about as many as it says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
        const scope = { type: 'chance', percent: 30, seed } as const;
        const struck = hits(scope, 300);
        expect(hits(scope, 300)).toEqual(struck);
        expect(struck.length).toBeGreaterThan(40);
        expect(struck.length).toBeLessThan(140);
      }),
      { numRuns: 30 },
    );
  });
});

describe('who is struck', () => {
  const isStruck = (only: FaultFor, occasion: Partial<Occasion> = {}): boolean =>
    meet([armed({ only })], { ...rcpt, ...occasion }).act !== null;

  test.each<[FaultFor, boolean]>([
    [{}, true],
    [{ address: 'user@eng.abc.com' }, true],
    [{ address: 'USER@*' }, true],
    [{ address: '/^u.*@ENG/' }, true],
    [{ address: ['x@y', '*@eng.abc.com'] }, true],
    [{ address: 'other@eng.abc.com' }, false],
    [{ address: '/(/' }, false],
    [{ client: '192.0.2.0/24' }, true],
    [{ client: ['198.51.100.1', '192.0.2.7'] }, true],
    [{ client: '198.51.100.0/24' }, false],
    [{ address: '*@eng.abc.com', client: '198.51.100.0/24' }, false],
  ])('%j: %s', (only, expected) => expect(isStruck(only)).toBe(expected));

  test('any of several recipients is enough, and none is not', () => {
    expect(isStruck({ address: 'a@b' }, { addresses: ['x@y', 'A@B'] })).toBe(true);
    expect(isStruck({ address: '*' }, { addresses: [] })).toBe(false);
  });

  test.each<Partial<Occasion>>([{ upstream: 'hr' }, { protocol: 'imap' }, { stage: 'mail' }])(
    'not somewhere else: %j',
    (elsewhere) => {
      const met = meet([armed()], { ...rcpt, ...elsewhere });
      expect(met).toMatchObject({ act: null, armed: [{ met: 0, struck: 0 }] });
    },
  );

  test('who is not meant is not counted', () => {
    const list = [armed({ only: { address: 'other@*' }, scope: { type: 'next', times: 1 } })];
    const { armed: still } = meet(list, rcpt);
    expect(still).toEqual(list);
    expect(meet(still, { ...rcpt, addresses: ['other@x'] }).act).toEqual({ type: 'close' });
  });
});

describe('several faults', () => {
  test('the first that strikes has the occasion; those behind it have not met it', () => {
    const list = [
      armed({ id: 1, scope: { type: 'every', nth: 2 }, act: { type: 'reset' } }),
      armed({ id: 2, act: { type: 'close' } }),
      armed({ id: 3, act: { type: 'silent' } }),
    ];
    const one = meet(list, rcpt);
    expect(one.act).toEqual({ type: 'close' });
    expect(one.armed.map(({ met, struck }) => [met, struck])).toEqual([
      [1, 0],
      [1, 1],
      [0, 0],
    ]);
    expect(meet(one.armed, rcpt).act).toEqual({ type: 'reset' });
  });

  test('switches are thrown together, beside an act', () => {
    const connect = { ...rcpt, stage: 'connect' as const, addresses: [] };
    const at = (id: number, act: FaultAct) => armed({ id, act, stage: 'connect' });
    const list = [
      at(1, { type: 'delay', ms: 5 }),
      at(2, { type: 'switch', name: 'no-xclient' }),
      at(3, { type: 'close' }),
      at(4, { type: 'switch', name: 'proxy-protocol' }),
    ];
    const met = meet(list, connect);
    expect(met).toMatchObject({ act: { type: 'delay', ms: 5 }, switches: ['no-xclient', 'proxy-protocol'] });
    expect(met.armed.map(({ struck }) => struck)).toEqual([1, 1, 0, 1]);
  });

  test('nothing changes where nothing is met', () => {
    const list = [armed({ upstream: 'hr' })];
    expect(meet(list, rcpt).armed[0]).toBe(list[0]);
  });
});

test("a reply's text becomes bytes", () => {
  const { act } = meet([armed({ act: { type: 'reply', text: '550 für später' } })], rcpt);
  expect(act).toEqual({ type: 'reply', text: Buffer.from('550 für später').toString('latin1') });
});

test.each<[Switch, object]>([
  ['no-xclient', { smtp: { xclient: false, auth: 'offered' } }],
  ['login-disabled', { smtp: { auth: 'off' }, imap: { loginDisabled: true } }],
  ['preauth', { imap: { preauth: 'preauth' } }],
  ['proxy-protocol', { proxyProtocol: true }],
])('%s', (name, expected) => {
  expect(playWith(plainPlay, [name])).toMatchObject(expected);
  expect(playWith(plainPlay, [])).toBe(plainPlay);
});

test('PREAUTH greets the user that the lab file names', () => {
  const play = { ...plainPlay, imap: { ...plainPlay.imap, preauth: 'ann' } };
  expect(playWith(play, ['preauth']).imap.preauth).toBe('ann');
});
