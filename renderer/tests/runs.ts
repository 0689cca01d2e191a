/** The tests' last results, and what is being saved as one; they outlive the drawer. */
import { create } from 'zustand';
import type { TestReport, TestResult } from '../../shared/lab/tests-result.ts';
import type { NewTest } from '../../shared/lab/tests-save.ts';

interface TestsState {
  /** null: nothing has been run yet. */
  readonly report: TestReport | null;
  /** The text that was run has errors; the results are those of the one before. */
  readonly broken: boolean;
  /** The results are those of edits of the Lab file that do not run yet. */
  readonly edited: boolean;
  /** Mails are under way. */
  readonly sending: boolean;
  /** What could become a test, for the dialog that asks for its name. */
  readonly proposals: readonly NewTest[];
  set(change: Partial<Pick<TestsState, 'report' | 'broken' | 'edited' | 'sending' | 'proposals'>>): void;
}

export const useTests = create<TestsState>()((set) => ({
  report: null,
  broken: false,
  edited: false,
  sending: false,
  proposals: [],
  set: (change) => set(change),
}));

const none: readonly TestResult[] = [];

/** All results of the last run. */
export const resultsOf = ({ report }: TestsState): readonly TestResult[] => report?.tests ?? none;

const failed = ({ state }: TestResult): boolean => state === 'failed';

/** As they are shown: what fails first, and otherwise in the order of the file. */
export const sorted = (results: readonly TestResult[]): readonly TestResult[] =>
  results.toSorted((a, b) => Number(failed(b)) - Number(failed(a)));

/** How many tests fail. */
export const failing = (state: TestsState): number => resultsOf(state).filter(failed).length;
