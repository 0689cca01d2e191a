/** How often each rule decided, since the start and since the rules were last changed. */
import type { HitsView } from '../../shared/contract/rules.ts';
import type { SessionSummary, Trail } from '../../shared/journal/entry.ts';
import type { Recorder } from '../engine/ports.ts';

/** ms between two tellings. */
const TELL_MS = 250;
/** Names that are counted; a lab whose names change all day must not grow for ever. */
const NAMES_MAX = 10_000;

interface Count {
  started: number;
  edited: number;
  lastAt: number;
}

/** The counts of a running lab. */
export interface Hits {
  /** A recorder that counts and passes everything on. */
  watch(recorder: Recorder): Recorder;
  view(): HitsView;
  /** The rules were changed at `at`, in ms since 1970; a rule with a new name keeps its counts. */
  edited(at: number, renamed?: { readonly from: string; readonly to: string }): void;
  close(): void;
}

/** `onChange` hears at most four times a second that there are other counts. */
export function createHits(onChange: (view: HitsView) => void): Hits {
  const counts = new Map<string, Count>();
  const state: { timer: ReturnType<typeof setTimeout> | null; editedAt: number | null } = {
    timer: null,
    editedAt: null,
  };
  const view = (): HitsView => ({
    hits: [...counts].map(([rule, count]) => ({ rule, ...count })),
    editedAt: state.editedAt,
  });
  const tellSoon = () => {
    state.timer ??= setTimeout(() => {
      state.timer = null;
      onChange(view());
    }, TELL_MS);
  };
  const count = ({ startedAt }: SessionSummary, at: number, trail: Trail) => {
    const rule = trail.find(({ outcome }) => outcome === 'matched')?.name;
    if (rule === undefined) return;
    const one = counts.get(rule) ?? { started: 0, edited: 0, lastAt: 0 };
    if (one.started === 0 && counts.size >= NAMES_MAX) return;
    one.started += 1;
    one.edited += 1;
    one.lastAt = Math.round(startedAt + at / 1000);
    counts.set(rule, one);
    tellSoon();
  };
  return {
    watch: (recorder) => ({
      allocate: () => recorder.allocate(),
      began: (summary) => recorder.began(summary),
      recorded: (summary, entry) => {
        // The answer of the lab's own auth service; others have no trail.
        if (entry.trail !== undefined) count(summary, entry.at, entry.trail);
        recorder.recorded(summary, entry);
      },
      ended: (summary) => recorder.ended(summary),
    }),
    view,
    edited: (at, renamed) => {
      state.editedAt = at;
      for (const one of counts.values()) one.edited = 0;
      const old = renamed && counts.get(renamed.from);
      if (old) {
        counts.delete(renamed.from);
        counts.set(renamed.to, old);
      }
      tellSoon();
    },
    close: () => {
      if (state.timer) clearTimeout(state.timer);
      state.timer = null;
    },
  };
}
