/** The comparison of an edit with what it changes: asked a moment after the edit rests, and given up for the next one. */
import { useEffect, useState } from 'react';
import type { BlastResult } from '../../shared/contract/blast.ts';
import { useLabDraft } from '../lab/draft.ts';
import { sentence } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';

/** ms of rest before an edit is compared. */
const REST_MS = 350;

/** What is known of the edit. */
export type Comparison =
  /** Nothing is edited. */
  | { readonly state: 'idle' }
  | { readonly state: 'working'; readonly done: number; readonly total: number }
  | { readonly state: 'failed'; readonly error: string }
  | Exclude<BlastResult, { state: 'stopped' }>;

const idle: Comparison = { state: 'idle' };

/** Compares the Lab file's draft with what runs, or without a draft what runs with what is saved. */
export function useBlast(): Comparison {
  const { bridge } = useLabStore();
  const draft = useLabDraft((state) => state.text);
  const running = useLab((state) => state.lab?.text ?? '');
  const unsaved = useLab((state) => state.lab?.editing.unsaved ?? false);
  const edited = draft !== null || unsaved;
  const [found, setFound] = useState<Comparison>(idle);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what runs now is one side of the comparison.
  useEffect(() => {
    if (!edited) return setFound(idle);
    let current = true;
    const tell = (next: Comparison) => {
      if (current) setFound(next);
    };
    const silence = bridge.feed((feed) => {
      if (feed.type === 'blast') tell({ state: 'working', done: feed.done, total: feed.total });
    });
    const timer = window.setTimeout(() => {
      tell({ state: 'working', done: 0, total: 0 });
      bridge.call('rules.blast', { text: draft }).then(
        (result) => {
          silence();
          if (result.state !== 'stopped') tell(result);
        },
        (error: unknown) => tell({ state: 'failed', error: sentence(error) }),
      );
    }, REST_MS);
    return () => {
      current = false;
      window.clearTimeout(timer);
      silence();
    };
  }, [bridge, draft, running, edited]);
  return found;
}
