/** What is open in the rule editor. It outlives the drawer, and is named by rules, not by places: those may move. */
import { create } from 'zustand';
import type { RuleDraft } from './from-session.ts';

/** The part of a rule that is being edited; `rule` is null for *Otherwise*. */
export type Open =
  | { readonly what: 'name' | 'then' | 'add' | 'more'; readonly rule: string | null }
  | { readonly what: 'condition'; readonly rule: string; readonly field: string; readonly negated: boolean };

interface EditingState {
  readonly open: Open | null;
  readonly draft: RuleDraft | null;
  setOpen(open: Open | null): void;
  setDraft(draft: RuleDraft | null): void;
}

export const useEditing = create<EditingState>()((set) => ({
  open: null,
  draft: null,
  setOpen: (open) => set({ open }),
  setDraft: (draft) => set(draft === null ? { draft } : { draft, open: null }),
}));
