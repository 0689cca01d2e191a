/**
 * A worker's journal: the lines that tell the first process what happened, gathered and written in batches. A line is
 * `[session, row at the start or 0, row now, whether it ended]`, and the next one its new entries; a number alone is a
 * mark. Sessions have numbers of the worker's own here; the first process gives out the real ones.
 */
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import type { Recorder } from '../engine/ports.ts';
import { pack } from '../journal/pack.ts';

/** Batches are at least this long apart, in ms, unless one is full; what comes after a pause is written at once. */
const FLUSH_MS = 50;

/** What makes a batch full, in bytes of entries, roughly; a pipe takes some 200 kB before it blocks. */
const FULL = 65_536;

/** What an entry costs besides its bytes. */
const ENTRY_COST = 64;

/** One session, as far as it has not been written. */
interface Part {
  readonly summary: SessionSummary;
  /** The row as it was when the session began, as JSON; '0' once it was written. */
  began: string;
  entries: Entry[];
  ended: boolean;
  waiting: boolean;
}

/** A recorder that writes lines. */
export interface Tape extends Recorder {
  /** Writes what waits. */
  flush(): void;
  /** Writes what waits, and then a mark. */
  mark(nth: number): void;
}

/** `write` is given whole lines. It may block: then nothing new is recorded until the first process has caught up. */
export function createTape(write: (lines: string) => void): Tape {
  const parts = new Map<number, Part>();
  let waiting: Part[] = [];
  let bytes = 0;
  let last = 0;
  let timer: NodeJS.Timeout | null = null;
  let flushedAt = 0;

  const flush = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    flushedAt = performance.now();
    if (waiting.length === 0) return;
    let lines = '';
    for (const part of waiting) {
      lines += `[${part.summary.id},${part.began},${JSON.stringify(part.summary)},${part.ended}]\n`;
      lines += `${pack(part.entries)}\n`;
      part.began = '0';
      part.entries = [];
      part.waiting = false;
    }
    waiting = [];
    bytes = 0;
    write(lines);
  };
  const touch = (part: Part): void => {
    if (!part.waiting) {
      part.waiting = true;
      waiting.push(part);
    }
    if (bytes >= FULL) flush();
    else timer ??= setTimeout(flush, Math.max(1, flushedAt + FLUSH_MS - performance.now()));
  };
  return {
    allocate: () => {
      last += 1;
      return last;
    },
    began: (summary) => {
      const part = { summary, began: JSON.stringify(summary), entries: [], ended: false, waiting: false };
      parts.set(summary.id, part);
      bytes += part.began.length;
      touch(part);
    },
    recorded: (summary, entry) => {
      const part = parts.get(summary.id);
      if (!part) return;
      part.entries.push(entry);
      bytes += entry.bytes.length + ENTRY_COST;
      touch(part);
    },
    ended: (summary) => {
      const part = parts.get(summary.id);
      if (!part) return;
      parts.delete(summary.id);
      part.ended = true;
      touch(part);
    },
    flush,
    mark: (nth) => {
      flush();
      write(`${nth}\n`);
    },
  };
}
