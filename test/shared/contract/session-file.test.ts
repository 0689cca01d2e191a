import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printSessions, readSessions } from '../../../shared/contract/session-file.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { hasSecrets, withoutSecrets } from '../../../shared/journal/masking.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';

const about = { writtenBy: '0.1.0', secrets: 'kept' } as const;
const text = printSessions([{ summary, entries }], about);
const whole = JSON.parse(text) as {
  sessions: { summary: Record<string, unknown>; entries: Record<string, unknown>[] }[];
};

/** The file with something done to it. */
function changed(change: (file: typeof whole) => void): string {
  const copy = structuredClone(whole);
  change(copy);
  return JSON.stringify(copy);
}

/** Puts a value somewhere into a tree: each step is the number of a branch. */
function putAt(tree: unknown, [step = 0, ...deeper]: readonly number[], value: unknown): void {
  if (typeof tree !== 'object' || tree === null) return;
  const keys = Object.keys(tree);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return;
  if (deeper.length === 0) Object.assign(tree, { [key]: value });
  else putAt((tree as Record<string, unknown>)[key], deeper, value);
}

describe('a file of sessions', () => {
  test('has what was put in, bytes of every kind too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })),
        (lines) => {
          const own = lines.map(
            (bytes, seq): Entry => ({
              seq,
              at: seq,
              leg: 'client',
              direction: 'in',
              kind: 'line',
              bytes,
              why: 'smtp.syntax',
            }),
          );
          expect(readSessions('x', printSessions([{ summary, entries: own }], about))).toEqual({
            sessions: [{ summary, entries: own }],
          });
        },
      ),
    );
  });

  test('is one session a line, and a byte order mark before it does no harm', () => {
    expect(text.split('\n')).toHaveLength(4);
    expect(readSessions('x', `\ufeff${text}`)).toEqual({ sessions: [{ summary, entries }] });
  });

  test('of a later minor version is read as far as it is known', () => {
    const later = changed(({ sessions: [one] }) => Object.assign(one?.entries[0] ?? {}, { mood: 'good' }));
    expect(readSessions('x', later)).toEqual({ sessions: [{ summary, entries }] });
  });

  test.each<[string, (file: typeof whole) => void]>([
    ['entries out of order', ({ sessions: [one] }) => one?.entries.reverse()],
    ['a cause that is still to come', ({ sessions: [one] }) => Object.assign(one?.entries[1] ?? {}, { cause: 99 })],
    [
      'a secret outside of its line',
      ({ sessions: [one] }) => Object.assign(one?.entries[1] ?? {}, { secret: [[0, 9999]] }),
    ],
    [
      'secrets that overlap',
      ({ sessions: [one] }) =>
        Object.assign(one?.entries[1] ?? {}, {
          secret: [
            [0, 5],
            [2, 6],
          ],
        }),
    ],
    ['characters that are no bytes', ({ sessions: [one] }) => Object.assign(one?.entries[1] ?? {}, { bytes: '☃' })],
    ['a leg nobody knows', ({ sessions: [one] }) => Object.assign(one?.entries[1] ?? {}, { leg: 'moon' })],
    ['a reason that is none', ({ sessions: [one] }) => Object.assign(one?.entries[1] ?? {}, { why: '<b>' })],
    [
      'time that runs backwards from nowhere',
      ({ sessions: [one] }) => Object.assign(one?.entries[1] ?? {}, { at: -1 }),
    ],
    ['a number that is text', ({ sessions: [one] }) => Object.assign(one?.summary ?? {}, { bytesIn: '1' })],
    ['no entries', ({ sessions: [one] }) => Object.assign(one ?? {}, { entries: null })],
  ])('with %s is refused', (_, change) => {
    const read = readSessions('x', changed(change));
    expect(read).toEqual({
      problem: expect.stringMatching(/^x is damaged \(at sessions\.0\..*\): export the session again\.$/),
    });
  });

  test('never makes the reader fall, whatever it is', () => {
    const path = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(path, fc.jsonValue(), (steps, value) => {
        const file: unknown = structuredClone(whole);
        putAt(file, steps, value);
        const read = readSessions('x', JSON.stringify(file));
        expect('problem' in read ? read.problem.split('\n').length : read.sessions.length).toBe(1);
      }),
      { numRuns: 300 },
    );
    expect({}).not.toHaveProperty('polluted');
    readSessions('x', text.replace('"why"', '"__proto__":{"polluted":1},"why"'));
    readSessions('x', text.replace('"params":{', '"params":{"__proto__":"polluted",'));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('entries without their secrets', () => {
  const password = fc.string({ unit: fc.constantFrom(...'abcXYZ0189%+=/'), minLength: 4, maxLength: 20 });
  test('hold none of them, wherever it stood', () => {
    fc.assert(
      fc.property(password, (secret) => {
        const own: readonly Entry[] = [
          {
            ...line(0, `PASS ${secret}\r\n`),
            secret: [[5, 5 + secret.length]],
            hash: 'a'.repeat(64),
            state: { password: secret },
          },
          { ...line(1, 'ok'), params: { behind: `x ${secret} y`, n: 1 } },
          { ...line(2, 'new'), edited: { was: `PASS ${secret}`, secret: [[5, 5 + secret.length]] } },
          {
            ...line(3, `a ${secret}${secret} b`),
            secret: [
              [2, 2 + secret.length],
              [2 + secret.length, 2 + 2 * secret.length],
            ],
          },
        ];
        const masked = withoutSecrets(own);
        expect(JSON.stringify(masked)).not.toContain(JSON.stringify(secret).slice(1, -1));
        for (const { bytes, secret: ranges = [] } of masked)
          expect(ranges.map(([from, to]) => bytes.slice(from, to))).toEqual(ranges.map(() => '****'));
        // Twice is once.
        expect(withoutSecrets(masked)).toEqual(masked);
      }),
    );
  });

  test('are the same where there is none', () => {
    expect(hasSecrets(entries)).toBe(false);
    expect(hasSecrets([{ ...line(0, 'PASS x'), secret: [[5, 6]] }])).toBe(true);
    expect(withoutSecrets(entries)).toEqual(entries);
  });
});

function line(seq: number, bytes: string): Entry {
  return { seq, at: seq, leg: 'client', direction: 'in', kind: 'line', bytes, why: 'pop3.pass' };
}
