/** The Lab file as edited and not yet applied; it outlives the drawer. */
import { create } from 'zustand';
import type { Problem } from '../../shared/lab/problem.ts';

interface DraftState {
  /** null: the editor shows what runs. */
  readonly text: string | null;
  /** What ran when the edits began: if something else runs now, to apply them would take that back. */
  readonly base: string | null;
  /** What is wrong with the text shown, draft or running; null while it was not checked. */
  readonly problems: readonly Problem[] | null;
  /** Problems of an Apply that changed nothing; goes with the next edit. */
  readonly refused: boolean;
  edit(text: string, running: string): void;
  found(problems: readonly Problem[]): void;
  refuse(problems: readonly Problem[]): void;
  /** What runs now is known to be other than what the edits began with. */
  rebase(running: string): void;
  /** Back to what runs. */
  drop(): void;
}

export const useLabDraft = create<DraftState>()((set) => ({
  text: null,
  base: null,
  problems: null,
  refused: false,
  edit: (text, running) =>
    set(({ base }) =>
      text === running
        ? { text: null, base: null, problems: null, refused: false }
        : { text, base: base ?? running, refused: false },
    ),
  found: (problems) => set({ problems }),
  refuse: (problems) => set({ problems, refused: true }),
  rebase: (base) => set({ base }),
  drop: () => set({ text: null, base: null, problems: null, refused: false }),
}));
