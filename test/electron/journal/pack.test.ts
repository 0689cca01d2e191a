import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack } from '../../../electron/journal/pack.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { entries } from '../../fakes/tutorial-session.ts';

const bytes = fc.uint8Array({ maxLength: 40 }).map((values) => String.fromCharCode(...values));
const anyEntry: fc.Arbitrary<Entry> = fc.record(
  {
    seq: fc.nat(),
    at: fc.nat(),
    leg: fc.constantFrom('client', 'auth', 'upstream'),
    direction: fc.constantFrom('in', 'out', 'none'),
    kind: fc.constantFrom(
      'open',
      'line',
      'data',
      'http',
      'dial',
      'decision',
      'wait',
      'relay',
      'tls',
      'hold',
      'fault',
      'close',
    ),
    bytes,
    why: fc.string(),
    size: fc.nat(),
    hash: fc.string(),
    disposition: fc.constantFrom('passed', 'consumed', 'invented', 'replayed', 'changed'),
    cause: fc.nat(),
    params: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.nat())).map((params) => ({ ...params })),
    state: fc.record({ place: fc.string(), helo: fc.option(bytes), errors: fc.nat() }, { requiredKeys: [] }),
    secret: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 2 }),
    edited: fc.oneof(
      fc.record({ was: bytes }),
      fc.record({ was: bytes, secret: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 2 }) }),
    ),
  },
  { requiredKeys: ['seq', 'at', 'leg', 'direction', 'kind', 'bytes', 'why'], noNullPrototype: true },
);

test('what was packed comes back as it was', () => {
  expect(unpack(pack(entries))).toEqual(entries);
  fc.assert(
    fc.property(fc.array(anyEntry), (all) => {
      expect(unpack(pack(all))).toEqual(all);
    }),
  );
});

test('a packed session is little more than half of what it would be as objects', () => {
  expect(pack(entries).length).toBeLessThan(JSON.stringify(entries).length * 0.65);
});

test('a word that this version does not know is said, not guessed', () => {
  expect(() => unpack('[[0,0,65535,"x",""]]')).toThrow(/unknown kind/);
});
