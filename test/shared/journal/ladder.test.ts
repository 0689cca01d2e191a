import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../shared/journal/entry.ts';
import { GAP_US, ladderOf, verdictOf } from '../../../shared/journal/ladder.ts';
import { entries as tutorialEntries } from '../../fakes/tutorial-session.ts';

/** Entries of one session out of their essentials. */
const session = (...some: readonly Partial<Entry>[]): readonly Entry[] =>
  some.map((one, seq) => ({
    ...{ seq, at: seq * 100, leg: 'client', direction: 'in', kind: 'line', bytes: '', why: 'session.passed' },
    ...one,
  }));

const anyEntries: fc.Arbitrary<readonly Entry[]> = fc
  .array(
    fc.record({
      wait: fc.integer({ min: 0, max: 5_000_000 }),
      leg: fc.constantFrom('client', 'auth', 'upstream'),
      direction: fc.constantFrom('in', 'out', 'none'),
      kind: fc.constantFrom(
        ...([
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
        ] as const),
      ),
      bytes: fc.string({ unit: 'binary-ascii' }),
      disposition: fc.option(fc.constantFrom('passed', 'consumed', 'invented', 'replayed', 'changed'), {
        nil: undefined,
      }),
      name: fc.constantFrom('eng', 'hr', ''),
    }),
    { maxLength: 60 },
  )
  .map((all) => {
    let at = 0;
    return all.map(({ wait, disposition, name, ...one }, seq) => {
      at += wait;
      const params = { name, upstream: name === '' ? '127.0.0.1:1' : '127.0.0.1:2525', verdict: 'route' };
      return { seq, at, why: 'session.passed', ...one, ...(disposition && { disposition }), params };
    });
  });

describe('the rows of a ladder', () => {
  test('every entry has exactly one row, in order, between columns that are there', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const { columns, rows } = ladderOf(entries);
        expect(rows.map(({ position }) => position)).toEqual(entries.map(({ seq }) => seq));
        for (const { from, to, shape, gap, position } of rows) {
          expect(columns[from]).toBeDefined();
          expect(columns[to]).toBeDefined();
          expect(from === to).toBe(shape !== 'arrow');
          expect(gap === 0 || gap >= GAP_US).toBe(true);
          expect(entries[position]?.kind === 'relay').toBe(shape === 'divider');
        }
      }),
    );
  });

  test('a longer session begins with the rows that it had before', () => {
    fc.assert(
      fc.property(anyEntries, fc.nat(60), (entries, most) => {
        const before = ladderOf(entries.slice(0, most));
        expect(ladderOf(entries).rows.slice(0, most)).toEqual(before.rows);
      }),
    );
  });

  test('the columns are client, proxy, auth and every upstream that was dialled, by its name', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const { columns } = ladderOf(entries);
        expect(columns.slice(0, 3).map(({ room }) => room)).toEqual(['client', 'proxy', 'auth']);
        const dialled = entries.filter(({ kind, direction }) => kind === 'dial' && direction === 'out');
        const names = new Set(dialled.map(({ params }) => params?.name));
        expect(columns.slice(3).map(({ name }) => name)).toEqual(names.size === 0 ? [''] : [...names]);
      }),
    );
  });

  test('the tutorial goes from room to room', () => {
    const { columns, rows } = ladderOf(tutorialEntries);
    expect(columns.map(({ room, name }) => name || room)).toEqual(['client', 'proxy', 'auth', 'eng']);
    const ways = rows.map(({ from, to, through }) => `${from}${through ? '-' : ''}>${to}`);
    expect(new Set(ways)).toEqual(new Set(['0>1', '1>0', '1>2', '2>1', '1>3', '3>1', '1>1', '0->3', '3->0']));
    const divider = rows.findIndex(({ shape }) => shape === 'divider');
    // Before the proxy only copies nothing goes through it.
    expect(rows.findIndex(({ through }) => through)).toBeGreaterThan(divider);
  });

  test('silences of a second and more are told, with their whole length', () => {
    const at = [0, 999_999, 1_999_999, 16_000_000];
    const { rows } = ladderOf(session(...at.map((one) => ({ at: one }))));
    expect(rows.map(({ gap }) => gap)).toEqual([0, 0, 1_000_000, 14_000_001]);
  });

  test('what went to the second upstream stands in its column', () => {
    const dial = (name: string): Partial<Entry> => ({
      ...{ leg: 'upstream', direction: 'out', kind: 'dial', params: { name, upstream: `${name}:25` } },
    });
    const line: Partial<Entry> = { leg: 'upstream', direction: 'out' };
    const { columns, rows } = ladderOf(session(dial('eng'), line, dial('hr'), line, dial('eng'), line));
    expect(columns.slice(3).map(({ name }) => name)).toEqual(['eng', 'hr']);
    expect(rows.map(({ to }) => to)).toEqual([3, 3, 4, 4, 3, 3]);
  });
});

describe('how a row fares', () => {
  const tone = (one: Partial<Entry>) => ladderOf(session(one)).rows[0]?.tone;
  test.each<[string, Partial<Entry>, string]>([
    ['a refusal to the client', { direction: 'out', bytes: '550 5.1.1 no\r\n' }, 'bad'],
    ['a reply', { direction: 'out', bytes: '250 OK\r\n' }, 'plain'],
    ['a command that looks like a refusal', { direction: 'in', bytes: '550 no\r\n' }, 'plain'],
    ['POP3’s -ERR from the upstream', { leg: 'upstream', direction: 'in', bytes: '-ERR no\r\n' }, 'bad'],
    ['IMAP’s NO', { direction: 'out', bytes: 'a1 NO not you\r\n' }, 'bad'],
    ['an IMAP list that says no to nothing', { direction: 'out', bytes: '* LIST () "/" NO\r\n' }, 'plain'],
    ['a connection that was not made', { leg: 'upstream', kind: 'dial', why: 'smtp.dial.refused' }, 'bad'],
    ['one that was', { leg: 'upstream', kind: 'dial', why: 'smtp.connected' }, 'plain'],
    ['a route', { leg: 'auth', kind: 'http', params: { verdict: 'route' } }, 'good'],
    ['a rejection', { leg: 'auth', kind: 'http', params: { verdict: 'reject' } }, 'bad'],
    ['something held', { kind: 'hold', direction: 'none', why: 'session.held' }, 'held'],
    ['TLS', { kind: 'tls', direction: 'none', why: 'session.secured' }, 'good'],
    ['TLS that failed', { kind: 'tls', direction: 'none', why: 'session.secure-failed' }, 'bad'],
  ])('%s', (_what, one, expected) => {
    expect(tone(one)).toBe(expected);
  });
});

describe('the verdict', () => {
  test('is read from the answer as nginx reads it, with the rule that decided', () => {
    const answer = tutorialEntries.find(({ kind, direction }) => kind === 'http' && direction === 'in');
    expect(answer && verdictOf(answer)).toEqual({
      ...{ type: 'route', upstream: '127.0.0.1:2525', text: 'OK', rule: { number: 1, name: 'engineering' } },
    });
  });

  test('of several headers with one name the last one counts; an IPv6 address is in brackets', () => {
    const bytes =
      'HTTP/1.0 200 OK\r\nAuth-Status: OK\r\nAuth-Server: 10.0.0.1\r\nAuth-Server: ::1\r\nAuth-Port: 25\r\n\r\n';
    const [entry] = session({ leg: 'auth', kind: 'http', bytes, params: { verdict: 'route' } });
    expect(entry && verdictOf(entry)).toMatchObject({ upstream: '[::1]:25', rule: null });
  });

  test('nothing else has one', () => {
    expect(session({}, { kind: 'http', direction: 'out', params: { verdict: 'route' } }).map(verdictOf)).toEqual([
      null,
      null,
    ]);
  });
});
