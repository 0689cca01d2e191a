/** What is to be said of single rules: the problems of the lab's text, at the rule whose lines they are about. */
import type { LabView } from '../../shared/contract/contract.ts';
import type { Problem } from '../../shared/lab/problem.ts';

/** By the rule's index; -1 is *Otherwise*. */
export type Remarks = ReadonlyMap<number, readonly Problem[]>;

const nothing: Remarks = new Map();

export function remarksOf(lab: Pick<LabView, 'problems' | 'editing'> | null): Remarks {
  if (lab === null) return nothing;
  const { rules, otherwise } = lab.editing.places;
  // With an error they are about a text that was not taken, whose lines are others.
  if (lab.problems.some(({ severity }) => severity === 'error')) return nothing;
  const remarks = new Map<number, Problem[]>();
  for (const problem of lab.problems) {
    if (problem.file !== 'lab') continue;
    const holds = ({ from, to }: { readonly from: number; readonly to: number }) =>
      problem.line >= from && problem.line <= to;
    const index = rules.findIndex(holds);
    if (index < 0 && !(otherwise && holds(otherwise))) continue;
    remarks.set(index, [...(remarks.get(index) ?? []), problem]);
  }
  return remarks;
}
