/** Writes one session's journal: numbers the entries, times them, and notes what changed in what the proxy knows. */
import type { Entry, Knowledge, SessionSummary } from '../../shared/journal/entry.ts';
import { summarise } from '../../shared/journal/summary.ts';
import type { Recorder } from './ports.ts';

/** The fields of a machine's state that the window shows. */
const shown = ['place', 'helo', 'esmtp', 'from', 'to', 'user', 'password', 'errors', 'attempt'] as const;

/** What differs between two states of a machine, as far as it is shown; undefined when nothing does. */
export function changes(before: object, after: object): Partial<Knowledge> | undefined {
  if (before === after) return undefined;
  const old = before as Record<string, unknown>;
  const now = after as Record<string, unknown>;
  let found: Record<string, unknown> | undefined;
  for (const field of shown) {
    if (old[field] === now[field]) continue;
    found ??= {};
    found[field] = now[field];
  }
  return found as Partial<Knowledge> | undefined;
}

/** The journal of one session. */
export class Writer {
  readonly #recorder: Recorder;
  readonly summary: SessionSummary;
  readonly #started = performance.now();
  #pending: Partial<Knowledge> | undefined;
  #seq = 0;

  constructor(recorder: Recorder, summary: SessionSummary) {
    this.#recorder = recorder;
    this.summary = summary;
    recorder.began(summary);
  }

  /** Knowledge that changed; it is told with the next entry. */
  learned(change: Partial<Knowledge> | undefined): void {
    if (change) this.#pending = this.#pending ? { ...this.#pending, ...change } : change;
  }

  /** Adds an entry and gives back its number. */
  write(entry: Omit<Entry, 'seq' | 'at' | 'state'>): number {
    const seq = this.#seq++;
    const at = Math.round((performance.now() - this.#started) * 1000);
    const written: Entry = this.#pending ? { seq, at, ...entry, state: this.#pending } : { seq, at, ...entry };
    this.#pending = undefined;
    summarise(this.summary, written);
    this.#recorder.recorded(this.summary, written);
    return seq;
  }

  /** The session is over. */
  end(): void {
    this.summary.ms = Math.max(0, Math.round(performance.now() - this.#started));
    this.summary.outcome ??= 'closed';
    this.#recorder.ended(this.summary);
  }
}
