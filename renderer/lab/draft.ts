/** The Lab file as edited and not yet applied; it outlives the drawer. */
import { create } from 'zustand';
import type { Problem } from '../../shared/lab/problem.ts';

interface DraftState {
  /** null: the editor shows what runs. */
  readonly text: string | null;
  /** What is wrong with the text shown, draft or running; null while it was not checked. */
  readonly problems: readonly Problem[] | null;
  /** Problems of an Apply that changed nothing; goes with the next edit. */
  readonly refused: boolean;
  edit(text: string, running: string): void;
  found(problems: readonly Problem[]): void;
  refuse(problems: readonly Problem[]): void;
  /** Back to what runs. */
  drop(): void;
}

export const useLabDraft = create<DraftState>()((set) => ({
  text: null,
  problems: null,
  refused: false,
  edit: (text, running) =>
    set(text === running ? { text: null, problems: null, refused: false } : { text, refused: false }),
  found: (problems) => set({ problems }),
  refuse: (problems) => set({ problems, refused: true }),
  drop: () => set({ text: null, problems: null, refused: false }),
}));
