/**
 * The rows of the session list, by id. Each change makes new rows, as everything in the state; but of twenty thousand
 * rows only the few hundred neighbours of the changed ones are copied, since lists change many times a second.
 */
import type { SessionSummary } from '../../shared/journal/entry.ts';

/** Neighbours that are copied together: ids that differ in their last bits only. */
const BITS = 7;

/** What can be asked of rows; a Map of them will do. */
export interface Rows extends Iterable<[number, SessionSummary]> {
  readonly size: number;
  get(id: number): SessionSummary | undefined;
  has(id: number): boolean;
}

type Neighbours = ReadonlyMap<number, SessionSummary>;

class ChunkedRows implements Rows {
  readonly size: number;
  readonly chunks: ReadonlyMap<number, Neighbours>;

  constructor(chunks: ReadonlyMap<number, Neighbours>, size: number) {
    this.chunks = chunks;
    this.size = size;
  }

  get(id: number): SessionSummary | undefined {
    return this.chunks.get(id >> BITS)?.get(id);
  }

  has(id: number): boolean {
    return this.chunks.get(id >> BITS)?.has(id) ?? false;
  }

  *[Symbol.iterator](): Iterator<[number, SessionSummary]> {
    for (const chunk of this.chunks.values()) yield* chunk;
  }
}

/** The same rows with some of them new, or put in place of what they were, and some taken out. */
function changed(before: ChunkedRows, put: readonly SessionSummary[], out: readonly number[]): ChunkedRows {
  const chunks = new Map(before.chunks);
  const copied = new Map<number, Map<number, SessionSummary>>();
  const own = (id: number): Map<number, SessionSummary> => {
    const key = id >> BITS;
    const copy = copied.get(key) ?? new Map(chunks.get(key));
    copied.set(key, copy);
    chunks.set(key, copy);
    return copy;
  };
  let { size } = before;
  for (const one of put) {
    const chunk = own(one.id);
    if (!chunk.has(one.id)) size += 1;
    chunk.set(one.id, one);
  }
  for (const id of out) if (own(id).delete(id)) size -= 1;
  for (const [key, chunk] of copied) if (chunk.size === 0) chunks.delete(key);
  return new ChunkedRows(chunks, size);
}

const empty = new ChunkedRows(new Map(), 0);

/** These rows alone. */
export const rowsOf = (sessions: readonly SessionSummary[]): Rows => changed(empty, sessions, []);

/** `rows` with those of `put` new or in place of what they were, and without the ids of `out`. */
export function changedRows(rows: Rows, put: readonly SessionSummary[], out: readonly number[] = []): Rows {
  if (put.length === 0 && out.length === 0) return rows;
  const before =
    rows instanceof ChunkedRows
      ? rows
      : changed(
          empty,
          Array.from(rows, ([, one]) => one),
          [],
        );
  return changed(before, put, out);
}
