/** What a person has supposed, for each step of each session, and what was typed before. */
import { create } from 'zustand';
import type { Cue } from '../../shared/proxy/what-if.ts';
import { noPast, type Past, remember } from '../telnet/past.ts';

/** Steps whose dialogue is kept; the one left alone longest goes first. */
const KEPT_MAX = 30;

interface WhatIf {
  readonly cues: ReadonlyMap<string, readonly Cue[]>;
  readonly past: Past;
  /** Backslashes in a line stand for bytes. */
  readonly escaped: boolean;
  setCues(at: string, cues: readonly Cue[]): void;
  setPast(past: Past): void;
  setEscaped(escaped: boolean): void;
  typed(line: string): void;
}

export const useWhatIf = create<WhatIf>((set) => ({
  cues: new Map(),
  past: noPast,
  escaped: false,
  setCues: (at, cues) =>
    set((state) => {
      const others = [...state.cues].filter(([key]) => key !== at).slice(1 - KEPT_MAX);
      return { cues: new Map(cues.length === 0 ? others : [...others, [at, cues]]) };
    }),
  setPast: (past) => set({ past }),
  setEscaped: (escaped) => set({ escaped }),
  typed: (line) => set((state) => ({ past: remember(state.past, line) })),
}));
