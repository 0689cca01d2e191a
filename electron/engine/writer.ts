/** Writes one session's journal: numbers the entries, times them, and notes what changed in what the proxy knows. */
import type { Knowledge, SessionSummary } from '../../shared/journal/entry.ts';
import { summarise } from '../../shared/journal/summary.ts';
import type { FrontState } from '../../shared/proxy/service.ts';
import { asEntry, type Draft, noted } from './entries.ts';
import type { Recorder } from './ports.ts';

/** Of one session's lines the journal keeps this many bytes: a client may say NOOP for ever. */
const LINES_KEPT_MAX = 1_048_576;
/** What an entry costs besides its bytes, so that a million empty lines are not free. */
export const ENTRY_COST = 64;

type Changes = { -readonly [Field in keyof Knowledge]?: Knowledge[Field] };

/** What differs between two states of a machine, as far as the window shows it; undefined when nothing does. */
export function changes(before: FrontState, after: FrontState): Partial<Knowledge> | undefined {
  const found: Changes = {};
  // Field by field, not in a loop over names: this runs for every line of every session.
  if (before.place !== after.place) found.place = after.place;
  if (after.helo !== undefined && before.helo !== after.helo) found.helo = after.helo;
  if (after.esmtp !== undefined && before.esmtp !== after.esmtp) found.esmtp = after.esmtp;
  if (after.from !== undefined && before.from !== after.from) found.from = after.from;
  if (after.to !== undefined && before.to !== after.to) found.to = after.to;
  if (before.user !== after.user) found.user = after.user;
  if (before.password !== after.password) found.password = after.password;
  if (before.tls !== after.tls) found.tls = after.tls && `${after.tls.protocol} ${after.tls.cipher}`;
  if (before.errors !== after.errors) found.errors = after.errors;
  if (before.attempt !== after.attempt) found.attempt = after.attempt;
  for (const _ in found) return found;
  return undefined;
}

/** The journal of one session. */
export class Writer {
  readonly #recorder: Recorder;
  readonly summary: SessionSummary;
  readonly #started = performance.now();
  #pending: Partial<Knowledge> | undefined;
  #seq = 0;
  #kept = 0;
  /** The entry that says that no more lines are kept. */
  #truncated: number | undefined;

  constructor(recorder: Recorder, summary: SessionSummary) {
    this.#recorder = recorder;
    this.summary = summary;
    recorder.began(summary);
  }

  /** Knowledge that changed; it is told with the next entry. */
  learned(change: Partial<Knowledge> | undefined): void {
    if (change) this.#pending = this.#pending ? { ...this.#pending, ...change } : change;
  }

  /** Adds an entry and gives back its number; a line beyond the limit is only noted in the session's row. */
  write(entry: Draft): number {
    if (entry.kind === 'line') {
      this.#kept += entry.bytes.length + ENTRY_COST;
      if (this.#kept > LINES_KEPT_MAX) return this.#skip(entry);
    }
    const seq = this.#seq++;
    entry.seq = seq;
    entry.at = Math.round((performance.now() - this.#started) * 1000);
    entry.state = this.#pending;
    this.#pending = undefined;
    const written = asEntry(entry);
    summarise(this.summary, written);
    this.#recorder.recorded(this.summary, written);
    return seq;
  }

  #skip(entry: Draft): number {
    this.#truncated ??= this.write(noted('client', 'session.truncated', { kept: LINES_KEPT_MAX }));
    entry.state = this.#pending;
    const { entries } = this.summary;
    summarise(this.summary, asEntry(entry));
    this.summary.entries = entries;
    return this.#truncated;
  }

  /** The session is over. */
  end(): void {
    this.summary.ms = Math.max(0, Math.round(performance.now() - this.#started));
    this.summary.outcome ??= 'closed';
    this.#recorder.ended(this.summary);
  }
}
