/** The findings of the selected session, worked out once for everybody who shows them. */
import { useDeferredValue, useMemo } from 'react';
import type { RuleBook } from '../../shared/auth/rule.ts';
import { diagnose } from '../../shared/journal/diagnose.ts';
import type { Diagnostic, DiagnosticSeverity } from '../../shared/journal/diagnostics.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import { bookOf } from '../store/book.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab } from '../store/use-store.ts';

/** Beside the colour, for those who see none. */
export const severitySigns: Readonly<Record<DiagnosticSeverity, string>> = {
  error: '✗',
  warn: '⚠',
  note: 'i',
  chat: '·',
};

const none: readonly Diagnostic[] = [];

/** The last answer: several panes ask the same thing. */
let last: {
  readonly session: SessionSummary;
  readonly entries: readonly Entry[];
  readonly book: RuleBook | null;
  readonly found: readonly Diagnostic[];
} | null = null;

function foundIn(session: SessionSummary, entries: readonly Entry[], book: RuleBook | null): readonly Diagnostic[] {
  if (last?.session === session && last.entries === entries && last.book === book) return last.found;
  last = { session, entries, book, found: diagnose(session, entries, { book }) };
  return last.found;
}

/** The worst first. While a session runs, traffic is drawn before them. */
export function useFindings(): readonly Diagnostic[] {
  const session = useLab(selectedSession);
  const entries = useDeferredValue(useLab((state) => state.entries));
  const lab = useLab((state) => state.lab);
  const book = useMemo(() => bookOf(lab), [lab]);
  return session === null || entries.length === 0 ? none : foundIn(session, entries, book);
}

/** The same by the entry under which they stand. */
export function useFindingsByEntry(): ReadonlyMap<number, readonly Diagnostic[]> {
  const found = useFindings();
  return useMemo(() => {
    const by = new Map<number, Diagnostic[]>();
    for (const one of found) by.set(one.seqs[0], [...(by.get(one.seqs[0]) ?? []), one]);
    return by;
  }, [found]);
}
