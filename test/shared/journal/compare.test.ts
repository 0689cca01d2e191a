import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { align } from '../../../shared/journal/align.ts';
import { type Comparison, compareSessions, type Mark, type Row } from '../../../shared/journal/compare.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { withoutSecrets } from '../../../shared/journal/masking.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';

const recorded = (own: readonly Entry[]) => ({ summary, entries: own.map((entry, seq) => ({ ...entry, seq })) });
const told = ({ stages }: Comparison) =>
  stages.flatMap(({ rows }) =>
    rows.flatMap(({ mark, a, b }) => (mark === 'same' ? [] : [[mark, a?.entry.bytes, b?.entry.bytes]])),
  );

/** The tutorial's entries with some left out, doubled, exchanged or changed. */
const sessions = fc
  .array(fc.tuple(fc.nat({ max: entries.length - 1 }), fc.constantFrom('keep', 'word', 'secret', 'place')), {
    maxLength: 60,
  })
  .map((picks) =>
    picks.map(([at, how]): Entry => {
      const entry = entries[at] as Entry;
      if (how === 'word') return { ...entry, bytes: entry.bytes.replace('a', 'b c') };
      if (how === 'secret') return { ...entry, secret: [[0, Math.min(3, entry.bytes.length)]] };
      return how === 'place' ? { ...entry, state: { place: `place ${at % 3}` } } : entry;
    }),
  )
  .map(recorded);

const other: Readonly<Record<Mark, Mark>> = { same: 'same', changed: 'changed', missing: 'added', added: 'missing' };
const mirrored = ({ mark, a, b }: Row): Row => ({ mark: other[mark], a: b, b: a });

describe('two sessions', () => {
  test('that are one have no differences', () => {
    fc.assert(
      fc.property(sessions, (one) => {
        const { differences, stages } = compareSessions(one, one);
        expect(differences).toBe(0);
        expect(stages.flatMap(({ rows }) => rows.map(({ a, b }) => [a?.entry.seq, b?.entry.seq]))).toEqual(
          one.entries.map(({ seq }) => [seq, seq]),
        );
      }),
    );
  });

  test('are each other’s mirror, and every entry stands once and in order', () => {
    fc.assert(
      fc.property(sessions, sessions, (one, two) => {
        const [there, back] = [compareSessions(one, two), compareSessions(two, one)];
        expect(there.differences).toBe(back.differences);
        expect(back.stages.map(({ rows }) => rows.map(mirrored))).toEqual(there.stages.map(({ rows }) => rows));
        const seqs = (side: 'a' | 'b') =>
          there.stages.flatMap(({ rows }) => rows.flatMap((row) => row[side]?.entry.seq ?? []));
        expect(seqs('a')).toEqual(one.entries.map(({ seq }) => seq));
        expect(seqs('b')).toEqual(two.entries.map(({ seq }) => seq));
      }),
    );
  });

  test('that went to different upstreams differ where they should', () => {
    const away = entries.map((entry) => ({
      ...entry,
      bytes: entry.bytes.replaceAll('eng.abc.com', 'hr.abc.com'),
      ...(entry.state && { state: { ...entry.state, ...(entry.state.upstream && { upstream: 'hr' }) } }),
    }));
    const { stages, knowledge } = compareSessions(recorded(entries), recorded(away));
    expect(knowledge.filter(({ mark }) => mark !== 'same').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['upstream']),
    );
    const changed = stages.flatMap(({ rows }) => rows.filter(({ mark }) => mark === 'changed'));
    const marks = changed.flatMap(({ a }) => a?.pieces.filter((piece) => piece.changed).map(({ text }) => text) ?? []);
    expect(new Set(marks)).toEqual(new Set(['eng']));
    expect(stages.flatMap(({ rows }) => rows).every(({ mark }) => mark === 'same' || mark === 'changed')).toBe(true);
  });

  test('one of which lacks a line show it missing', () => {
    const at = entries.findLastIndex(({ bytes }) => bytes.startsWith('DATA'));
    const less = entries.filter((_, position) => position !== at);
    expect(told(compareSessions(recorded(entries), recorded(less)))).toEqual([
      ['missing', entries[at]?.bytes, undefined],
    ]);
    expect(told(compareSessions(recorded(less), recorded(entries)))).toEqual([
      ['added', undefined, entries[at]?.bytes],
    ]);
  });

  test.each([
    ['Date: Mon, 23 Nov 2026 07:40:42 +0000\r\n', 'Date: Tue, 24 Nov 2026 08:00:00 +0100\r\n'],
    ['+OK <1.1700000000@mail.test>\r\n', '+OK <99.1800000000@mail.test>\r\n'],
    ['250 2.0.0 Ok: queued as 4F1A2B3C4D\r\n', '250 2.0.0 Ok: queued as 9988776655\r\n'],
    ['Message-ID: <a@b>\r\n', 'Message-ID: <c@d>\r\n'],
    ['PROXY TCP4 127.0.0.1 127.0.0.1 40001 25\r\n', 'PROXY TCP4 127.0.0.1 127.0.0.1 51515 25\r\n'],
  ])('do not differ by chance: %j', (one, two) => {
    const line = (bytes: string): Entry => ({
      seq: 0,
      at: 0,
      leg: 'client',
      direction: 'out',
      kind: 'line',
      bytes,
      why: 'session.passed',
    });
    expect(compareSessions(recorded([line(one)]), recorded([line(two)])).differences).toBe(0);
    expect(compareSessions(recorded([line(one)]), recorded([line('else\r\n')])).differences).toBe(1);
  });

  test('with different passwords differ, and neither password is shown', () => {
    const line = (password: string): Entry => ({
      ...{ seq: 0, at: 0, leg: 'client', direction: 'in', kind: 'line', why: 'imap.login' },
      ...{ bytes: `a LOGIN joe ${password}\r\n`, secret: [[12, 12 + password.length]] },
    });
    const { stages } = compareSessions(recorded([line('one')]), recorded([line('twotwo')]));
    const row = stages[0]?.rows[0];
    expect(row?.mark).toBe('changed');
    expect(row?.a?.pieces).toEqual([
      { text: 'a LOGIN joe ', changed: false },
      { text: '••••', changed: true },
      { text: '\r\n', changed: false },
    ]);
    expect(JSON.stringify(row?.b?.pieces)).not.toContain('two');
    // Without its entries no comparison knows either.
    expect(withoutSecrets([line('one')])).toEqual(withoutSecrets([line('twotwo')]));
  });
});

test('what is aligned is a longest common subsequence, and its mirror from the other side', () => {
  const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
  const longest = (a: readonly string[], b: readonly string[]): number => {
    const [x, ...as] = a;
    const [y, ...bs] = b;
    if (x === undefined || y === undefined) return 0;
    return x === y ? 1 + longest(as, bs) : Math.max(longest(as, b), longest(a, bs));
  };
  fc.assert(
    fc.property(list, list, (a, b) => {
      const pairs = align(a, b);
      const equal = pairs.filter(([left, right]) => left !== null && right !== null);
      expect(equal.every(([left, right]) => a[left ?? -1] === b[right ?? -1])).toBe(true);
      expect(equal).toHaveLength(longest(a, b));
      expect(align(b, a)).toEqual(pairs.map(([left, right]) => [right, left]));
    }),
  );
});

test('ten thousand lines are aligned in a moment', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => `${at % 977}`);
  const other = many.map((one, at) => (at % 50 === 0 ? 'else' : one));
  const pairs = align(many, other);
  expect(pairs.filter(([left, right]) => left !== null && right !== null)).toHaveLength(9_800);
});
