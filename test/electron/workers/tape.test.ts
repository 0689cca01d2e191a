/** A worker's tape and its replay: what goes in at one end is recorded at the other. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Recorder } from '../../../electron/engine/ports.ts';
import { createReplay } from '../../../electron/workers/replay.ts';
import { createTape } from '../../../electron/workers/tape.ts';
import type { Entry, SessionSummary } from '../../../shared/journal/entry.ts';
import { summarise } from '../../../shared/journal/summary.ts';
import { entries as recorded, summary as row } from '../../fakes/tutorial-session.ts';

/** A recorder that remembers what it was told, by the client of each session. */
function createMemory(firstId: number) {
  const told = new Map<string, { ids: Set<number>; entries: Entry[]; rows: SessionSummary[]; ends: number }>();
  let next = firstId;
  const of = ({ client }: SessionSummary) => {
    const known = told.get(client) ?? { ids: new Set<number>(), entries: [], rows: [], ends: 0 };
    told.set(client, known);
    return known;
  };
  const note = (summary: SessionSummary) => {
    const known = of(summary);
    known.ids.add(summary.id);
    // Bytes are counted between entries too: the tape tells them with the next batch.
    known.rows.push({ ...summary, id: 0, bytesIn: 0, bytesOut: 0 });
    return known;
  };
  const recorder: Recorder = {
    allocate: () => next++,
    began: (summary) => void note(summary),
    recorded: (summary, entry) => void note(summary).entries.push(entry),
    ended: (summary) => {
      const known = note(summary);
      known.ends += 1;
      known.rows.push({ ...summary, id: 0 });
    },
  };
  return { told, recorder };
}

/** A tape whose lines are kept. */
function createKept() {
  const lines: string[] = [];
  return { lines, tape: createTape((text) => void lines.push(text)) };
}

const started = (nth: number, id: number): SessionSummary => ({
  ...row,
  id,
  client: `127.0.0.1:${nth}`,
  ms: null,
  from: null,
  to: [],
  rule: null,
  upstream: null,
  outcome: null,
  reply: null,
  error: null,
  authCalls: 0,
  bytesIn: 0,
  bytesOut: 0,
  entries: 0,
});

type Move = readonly [session: number, what: 'entry' | 'end' | 'flush', entry: number, text: string];

const move: fc.Arbitrary<Move> = fc.tuple(
  fc.nat(4),
  fc.constantFrom('entry', 'entry', 'entry', 'end', 'flush'),
  fc.nat(recorded.length - 1),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/** Plays the moves into a recorder, as an engine would. */
function play(moves: readonly Move[], recorder: Recorder, flush: () => void): void {
  const open = new Map<number, { summary: SessionSummary; seq: number }>();
  let count = 0;
  for (const [session, what, at, text] of moves) {
    if (what === 'flush') flush();
    const known = open.get(session);
    if (what === 'end' && known) {
      known.summary.ms = 7;
      recorder.ended(known.summary);
      open.delete(session);
    }
    if (what !== 'entry') continue;
    count += 1;
    const current = known ?? { summary: started(count, recorder.allocate()), seq: 0 };
    if (!known) recorder.began(current.summary);
    open.set(session, current);
    const template = recorded[at];
    if (!template) continue;
    const entry = { ...template, seq: current.seq++, bytes: text };
    summarise(current.summary, entry);
    current.summary.bytesIn += text.length;
    current.summary.from = text;
    recorder.recorded(current.summary, entry);
  }
}

describe('the tape', () => {
  test('read in any pieces gives what was recorded, in order, under numbers of the first process', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), fc.integer({ min: 1, max: 5000 }), (moves, piece) => {
        const direct = createMemory(1);
        play(moves, direct.recorder, () => undefined);
        const replayed = createMemory(100);
        const replay = createReplay(replayed.recorder, () => undefined);
        const { lines, tape } = createKept();
        play(moves, tape, () => tape.flush());
        tape.flush();
        const text = lines.join('');
        for (let at = 0; at < text.length; at += piece) replay.read(text.slice(at, at + piece));
        expect([...replayed.told.keys()].toSorted()).toEqual([...direct.told.keys()].toSorted());
        for (const [client, known] of replayed.told) {
          expect(known.entries).toEqual(direct.told.get(client)?.entries);
          expect(known.ends).toBe(direct.told.get(client)?.ends);
          expect(known.ids.size).toBe(1);
          // `from` is told with the batch; everything that entries tell is there with its entry.
          const plain = (rows: readonly SessionSummary[] = []) => rows.map((one) => ({ ...one, from: null }));
          expect(plain(known.rows)).toEqual(plain(direct.told.get(client)?.rows));
          if (known.ends > 0) expect(known.rows.at(-1)).toEqual(direct.told.get(client)?.rows.at(-1));
        }
        expect(Math.min(...[...replayed.told.values()].flatMap(({ ids }) => [...ids]), 100)).toBe(100);
      }),
    );
  });

  test('is written when a batch is full, without waiting for the clock', () => {
    const { lines, tape } = createKept();
    const summary = started(1, tape.allocate());
    tape.began(summary);
    const [template] = recorded;
    if (!template) throw new Error('the tutorial has entries');
    for (let seq = 0; seq < 100; seq += 1) tape.recorded(summary, { ...template, seq, bytes: 'x'.repeat(10_000) });
    expect(lines.length).toBeGreaterThanOrEqual(14);
    expect(Math.max(...lines.map((text) => text.length))).toBeLessThan(100_000);
    tape.flush();
  });

  test('has marks behind everything that came before', () => {
    const memory = createMemory(1);
    const marks: (readonly [number, number])[] = [];
    const replay = createReplay(memory.recorder, (nth) => marks.push([nth, memory.told.size]));
    const { lines, tape } = createKept();
    tape.mark(1);
    tape.began(started(1, tape.allocate()));
    tape.mark(2);
    replay.read(lines.join(''));
    expect(marks).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });
});

test('the sessions of a dead worker are ended once, with what was read of them; half a line is nothing', () => {
  const memory = createMemory(1);
  const replay = createReplay(memory.recorder, () => undefined);
  const { lines, tape } = createKept();
  play(
    [1, 2, 3].map((session) => [session, 'entry', 0, 'a'] as const),
    tape,
    () => undefined,
  );
  tape.flush();
  replay.read(lines.join(''));
  expect(replay.open()).toHaveLength(3);
  replay.read('[7,{"id":7,"client":"127.0.0.1:9"');
  replay.end(4711);
  replay.end(4711);
  expect(replay.open()).toEqual([]);
  expect(memory.told.size).toBe(3);
  for (const { entries, ends, rows } of memory.told.values()) {
    expect(ends).toBe(1);
    expect(entries.at(-1)).toMatchObject({ seq: 1, why: 'session.worker-died', params: { worker: 4711 } });
    expect(rows.at(-1)).toMatchObject({ error: 'session.worker-died', place: 'ended', ms: expect.any(Number) });
  }
});
