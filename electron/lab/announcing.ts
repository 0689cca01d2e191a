/** Who wants to hear of finished sessions. */
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Recorder } from '../engine/ports.ts';

/** Tells the end of sessions, after the journal. */
export function announcing(recorder: Recorder, onEnded: ((summary: SessionSummary) => void) | undefined): Recorder {
  if (!onEnded) return recorder;
  return {
    allocate: () => recorder.allocate(),
    began: (summary) => recorder.began(summary),
    recorded: (summary, entry) => recorder.recorded(summary, entry),
    ended: (summary) => {
      recorder.ended(summary);
      onEnded(summary);
    },
  };
}
