/** The texts that the lab ran before, so that every edit can be taken back. */
import type { EditNote } from '../../shared/contract/rules.ts';

/** Edits that can be undone, and characters that their texts may take in all. */
const STEPS_MAX = 200;
const TEXT_MAX = 40_000_000;

/** One edit. */
interface Step {
  readonly before: string;
  readonly after: string;
  readonly note: EditNote;
}

/** The edits of one lab file, in order. */
export interface History {
  /** A text took the place of another. What was undone before can no longer be done again. */
  add(step: Step): void;
  /** The edit that would be undone or done again next. */
  next(way: 'undo' | 'redo'): Step | null;
  /** That edit was undone, or done again. */
  taken(way: 'undo' | 'redo'): void;
  /** Another lab runs. */
  clear(): void;
}

export function createHistory(): History {
  const stacks: Record<'undo' | 'redo', Step[]> = { undo: [], redo: [] };
  const trim = () => {
    const { undo } = stacks;
    let size = 0;
    const kept = undo.toReversed().findIndex(({ before }, index) => {
      size += before.length;
      return index >= STEPS_MAX || (index > 0 && size > TEXT_MAX);
    });
    if (kept > 0) undo.splice(0, undo.length - kept);
  };
  return {
    add: (step) => {
      stacks.undo.push(step);
      stacks.redo = [];
      trim();
    },
    next: (way) => stacks[way].at(-1) ?? null,
    taken: (way) => {
      const step = stacks[way].pop();
      if (step) stacks[way === 'undo' ? 'redo' : 'undo'].push(step);
    },
    clear: () => {
      stacks.undo = [];
      stacks.redo = [];
    },
  };
}
