/** The first process's side of a worker's tape: records what the worker recorded, under real session numbers. */
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import { summarise } from '../../shared/journal/summary.ts';
import type { Recorder } from '../engine/ports.ts';
import { unpack } from '../journal/pack.ts';

/** `[session, row at the start or 0, row now, whether it ended]`. */
type Head = readonly [number, SessionSummary | 0, SessionSummary, boolean];

/** One session of the worker. */
interface Played {
  /** The row under the real number; the recorder's from `began` to `ended`. */
  readonly summary: SessionSummary;
  /** The number that the next entry has. */
  nextSeq: number;
}

/** Plays one worker's tape. */
export interface Replay {
  /** Takes text as it comes; a line that is not complete waits for its rest. */
  read(text: string): void;
  /** The worker is gone: what it left open is ended, and its entry says why. */
  end(worker: number): void;
  open(): readonly SessionSummary[];
}

/** The entry that ends a session for its worker; µs are counted from a clock of whole ms. */
function diedEntry({ startedAt }: SessionSummary, seq: number, worker: number): Entry {
  const at = Math.max(0, Date.now() - startedAt) * 1000;
  const close = { leg: 'client', direction: 'out', kind: 'close', bytes: '' } as const;
  return { seq, at, ...close, why: 'session.worker-died', params: { worker }, state: { place: 'ended' } };
}

/** `onMark` hears every mark, once everything before it is recorded. */
export function createReplay(recorder: Recorder, onMark: (nth: number) => void): Replay {
  const sessions = new Map<number, Played>();
  let rest = '';
  let head: Head | null = null;

  const begin = (id: number, row: SessionSummary): Played => {
    const played = { summary: { ...row, id: recorder.allocate() }, nextSeq: 0 };
    sessions.set(id, played);
    recorder.began(played.summary);
    return played;
  };
  const record = (played: Played, entry: Entry): void => {
    // Entry by entry, as the worker's own row grew: whoever listens sees it as it was then.
    summarise(played.summary, entry);
    played.nextSeq = entry.seq + 1;
    recorder.recorded(played.summary, entry);
  };
  const play = ([id, began, now, ended]: Head, entries: readonly Entry[]): void => {
    const played = sessions.get(id) ?? begin(id, began === 0 ? now : began);
    for (const entry of entries) record(played, entry);
    Object.assign(played.summary, now, { id: played.summary.id });
    if (!ended) return;
    sessions.delete(id);
    recorder.ended(played.summary);
  };
  const line = (text: string): void => {
    if (head) {
      const known = head;
      head = null;
      play(known, unpack(text));
    } else if (text.startsWith('[')) head = JSON.parse(text) as Head;
    else onMark(Number(text));
  };
  return {
    read: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const one of lines) line(one);
    },
    end: (worker) => {
      for (const played of sessions.values()) {
        record(played, diedEntry(played.summary, played.nextSeq, worker));
        played.summary.ms = Math.max(0, Date.now() - played.summary.startedAt);
        recorder.ended(played.summary);
      }
      sessions.clear();
    },
    open: () => [...sessions.values()].map(({ summary }) => summary),
  };
}
