/** What a person does to the rules, as changes of the lab file's text. */
import { isAlias, isMap, isSeq } from 'yaml';
import type { Rule, Then, When } from '../auth/rule.ts';
import type { Path } from './check.ts';
import { deleteAt, parse, setAt } from './edit.ts';
import { insertAt, moveItem } from './edit-list.ts';
import { placeAt } from './place.ts';

/** One change. Rules are named, not numbered: a name means the same rule whatever happened in between. */
export type RuleEdit =
  | { readonly kind: 'add'; readonly value: Rule; readonly at: number }
  | { readonly kind: 'remove'; readonly rule: string }
  | { readonly kind: 'move'; readonly rule: string; readonly to: number }
  | { readonly kind: 'rename'; readonly rule: string; readonly name: string }
  | { readonly kind: 'off'; readonly rule: string; readonly off: boolean }
  | { readonly kind: 'when'; readonly rule: string; readonly when: When }
  | { readonly kind: 'then'; readonly rule: string; readonly then: Then }
  | { readonly kind: 'otherwise'; readonly then: Then };

const rulesPath: Path = ['auth', 'rules'];

/** The text after the change. Throws a `RangeError` that says why it cannot be made. */
export function editRules(text: string, edit: RuleEdit): string {
  if (edit.kind === 'add') return insertAt(text, rulesPath, edit.at, edit.value);
  const lab = dataOf(text);
  if (edit.kind === 'otherwise')
    return changed(text, ['auth', 'otherwise'], recordOf(recordOf(lab.auth).otherwise), edit.then);
  const rules = listOf(recordOf(lab.auth).rules).map(recordOf);
  const index = rules.findIndex(({ name }) => name === edit.rule);
  const rule = rules[index];
  if (!rule) throw new RangeError(`there is no rule "${edit.rule}" any more`);
  const path = [...rulesPath, index];
  switch (edit.kind) {
    case 'remove':
      return deleteAt(text, path);
    case 'move':
      return moveItem(text, rulesPath, index, edit.to);
    case 'rename':
      return renamed(text, lab, path, edit);
    case 'off':
      return edit.off ? setAt(text, [...path, 'off'], true) : deleteAt(text, [...path, 'off']);
    case 'when':
      return changed(text, [...path, 'when'], recordOf(rule.when), edit.when);
    case 'then':
      return changed(text, [...path, 'then'], recordOf(rule.then), edit.then);
  }
}

type Loose = Readonly<Record<string, unknown>>;
const recordOf = (value: unknown): Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const dataOf = (text: string): Loose => recordOf(parse(text).toJS({ maxAliasCount: 100 }));

/** The rule's new name, also where the tests expect the rule: they mean the same one. */
function renamed(text: string, lab: Loose, path: Path, edit: Extract<RuleEdit, { kind: 'rename' }>): string {
  let next = setAt(text, [...path, 'name'], edit.name);
  for (const [index, test] of listOf(lab.tests).entries())
    if (recordOf(recordOf(test).expect).rule === edit.rule)
      next = setAt(next, ['tests', index, 'expect', 'rule'], edit.name);
  return next;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Brings the map at `path` from one value to another key by key, so that what stays the same keeps its comments. */
function changed(text: string, path: Path, from: Loose, to: object): string {
  const wanted = Object.entries(to).filter(([, value]) => value !== undefined);
  if (!isFilled(text, path)) return setAt(text, path, Object.fromEntries(wanted));
  let next = text;
  for (const [key, value] of wanted) {
    const old = from[key];
    if (same(old, value)) continue;
    // Of the conditions behind `not` those that stay keep their comments too.
    const inner = key === 'not' && Object.keys(recordOf(old)).length > 0;
    next = inner ? changed(next, [...path, key], recordOf(old), recordOf(value)) : setAt(next, [...path, key], value);
  }
  // Taken out last: a map that is never empty in between keeps its layout.
  for (const key of Object.keys(from))
    if (!wanted.some(([name]) => name === key)) next = deleteAt(next, [...path, key]);
  return next;
}

/** Whether a map with keys of its own stands at `path`. */
function isFilled(text: string, path: Path): boolean {
  const value = placeAt(parse(text), path)?.value;
  return isMap(value) && value.items.length > 0;
}

/** The lines of something, from 1, both included. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** Where each rule and *Otherwise* stand in a lab file, so that what is said of a line can be shown at its rule. */
export interface RulePlaces {
  readonly rules: readonly Lines[];
  readonly otherwise: Lines | null;
}

/** The places in a text that is a lab file; of another text there are none. */
export function placesOf(text: string): RulePlaces {
  const nowhere: RulePlaces = { rules: [], otherwise: null };
  if (!/^auth\s*:/m.test(text)) return nowhere;
  try {
    const document = parse(text);
    const starts = lineStarts(text);
    const lines = (value: unknown): Lines => {
      const range = (value as { readonly range?: readonly number[] | null }).range ?? [0, 0];
      const [from = 0, to = 0] = range;
      return { from: lineOf(starts, from), to: lineOf(starts, Math.max(from, to - 1)) };
    };
    let list = placeAt(document, rulesPath)?.value;
    if (isAlias(list)) list = list.resolve(document) ?? null;
    const otherwise = placeAt(document, ['auth', 'otherwise'])?.value;
    return {
      rules: isSeq(list) ? list.items.map(lines) : [],
      otherwise: otherwise ? lines(otherwise) : null,
    };
  } catch (error) {
    if (error instanceof RangeError) return nowhere;
    throw error;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The line of an offset, by halving. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
