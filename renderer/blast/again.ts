/** The chosen session decided again: by the rules that run today, and by those that are being edited. */
import { useEffect } from 'react';
import { create } from 'zustand';
import type { Effect } from '../../shared/auth/blast.ts';
import type { AgainLookup, AgainView } from '../../shared/contract/blast.ts';
import type { Entry } from '../../shared/journal/entry.ts';
import { useLabDraft } from '../lab/draft.ts';
import { countUntil, indexed } from '../store/timeline.ts';
import { useLab, useLabStore } from '../store/use-store.ts';

/** ms of rest before it is asked. */
const REST_MS = 200;

interface AgainState {
  readonly session: number | null;
  readonly view: AgainView | null;
}

const nothing: AgainState = { session: null, view: null };

const useAnswer = create<AgainState>()(() => nothing);

/** The chosen session decided again; null while that is not known. */
export function useAgain(): AgainView | null {
  const selected = useLab((state) => state.selected);
  const { session, view } = useAnswer();
  return session === selected ? view : null;
}

/** Positions of entries that are decided: questions to the auth service with their answers, and recipients. */
const decidedOf = indexed<number[]>(
  () => [],
  (positions, { kind, direction, bytes }, at) => {
    const isOne = kind === 'http' || (kind === 'line' && direction === 'in' && /^RCPT\b/i.test(bytes));
    if (isOne) positions.push(at);
  },
);

const decidedIn = (entries: readonly Entry[]): number => countUntil(decidedOf(entries), entries.length - 1);

/** Asks whenever the session, the rules or the edit are others. To be drawn once. */
export function useAskAgain(): void {
  const { bridge } = useLabStore();
  const session = useLab((state) => state.selected);
  const count = useLab((state) => (state.lab?.otherwise == null ? 0 : decidedIn(state.entries)));
  const running = useLab((state) => state.lab?.text);
  const text = useLabDraft((state) => state.text);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rules, or more of the session, ask again.
  useEffect(() => {
    if (session === null || count === 0) return useAnswer.setState(nothing);
    let current = true;
    const timer = window.setTimeout(() => {
      bridge.call('rules.again', { session, text }).then(
        (view) => {
          if (current) useAnswer.setState({ session, view });
        },
        () => {
          if (current) useAnswer.setState(nothing);
        },
      );
    }, REST_MS);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [bridge, session, count, running, text]);
}

/** How a lookup would go otherwise than it went, or than it would today. */
export interface OtherWay {
  /** `draft`: by the edited text · `since`: by the rules that run, which are not those of the session. */
  readonly by: 'draft' | 'since';
  /** What it was or is without the edit; null for what was recorded. */
  readonly from: Effect | null;
  readonly to: Effect;
}

/** null where it would go the same way. */
export function otherWay({ now, since, edited }: AgainLookup): OtherWay | null {
  if (edited !== null) return { by: 'draft', from: now, to: edited };
  return since === true ? { by: 'since', from: null, to: now } : null;
}
