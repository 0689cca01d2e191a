/** What is remembered when one text takes the place of another. */
import { isDeepStrictEqual } from 'node:util';
import type { Rule } from '../../shared/auth/rule.ts';
import type { EditNote } from '../../shared/contract/rules.ts';
import type { History } from './edits-history.ts';
import type { Hits } from './edits-hits.ts';
import type { Plan, Source } from './plan.ts';
import type { State } from './view.ts';

/** A text that is about to run. */
interface Coming {
  readonly source: Source;
  readonly plan: Plan;
  readonly note: EditNote | null;
}

/** The one rule that has another name now, and is the same in all else. */
function renamedBetween(old: readonly Rule[], rules: readonly Rule[]): { from: string; to: string } | undefined {
  if (old.length !== rules.length) return undefined;
  const others = rules.flatMap((rule, index) => {
    const before = old[index];
    return before && before.name !== rule.name ? [{ before, rule }] : [];
  });
  const [only] = others;
  if (!only || others.length > 1 || old.some(({ name }) => name === only.rule.name)) return undefined;
  return isDeepStrictEqual({ ...only.before, name: '' }, { ...only.rule, name: '' })
    ? { from: only.before.name, to: only.rule.name }
    : undefined;
}

/** Before the plan is in force: the edit can be undone, and the counts of the rules say since when. */
export function takeNote(
  lab: { readonly state: State; readonly history: History; readonly hits: Hits },
  { source, plan, note }: Coming,
): void {
  const { source: from, plan: old } = lab.state;
  if (from.file !== source.file) lab.history.clear();
  else if (note && old && from.text !== source.text) lab.history.add({ before: from.text, after: source.text, note });
  if (!old || isDeepStrictEqual([old.auth, old.accounts], [plan.auth, plan.accounts])) return;
  lab.hits.edited(Date.now(), renamedBetween(old.auth?.rules ?? [], plan.auth?.rules ?? []));
}
