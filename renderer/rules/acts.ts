/** What a person does to the rules: one edit after the other, each told and each undoable. */
import i18next from 'i18next';
import type { EditNote, EditResult } from '../../shared/contract/rules.ts';
import type { RuleEdit } from '../../shared/lab/edit-rules.ts';
import { useLabDraft } from '../lab/draft.ts';
import { note, report, sentence, warn } from '../shell/report.ts';
import type { LabStore } from '../store/store.ts';

let last: Promise<unknown> = Promise.resolve();

/** A second press of a key waits for what the first one did. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const next = last.then(work, work);
  last = next.catch(() => undefined);
  return next;
}

/** An edit as a phrase: `moved “hr” to place 1`. */
export function phrase({ kind, rule, place, text }: EditNote): string {
  const key = kind === 'off' ? `rules:did.off.${text}` : `rules:did.${kind}`;
  return i18next.t(key, { rule, place, text });
}

const undoKeys = (): string => (navigator.userAgent.includes('Mac OS') ? '⌘Z' : 'Ctrl+Z');

/** Edits; answers with what stood against it, for the form to show, or null. */
export const tryEdit = (store: LabStore, edit: RuleEdit): Promise<string | null> => inTurn(() => send(store, edit));

async function send(store: LabStore, edit: RuleEdit): Promise<string | null> {
  if (useLabDraft.getState().text !== null) return i18next.t('rules:locked');
  try {
    const result = await store.bridge.call('rules.edit', { edit });
    store.setState({ lab: result.lab });
    if (result.note !== null) note('good', i18next.t('rules:done', { what: phrase(result.note), keys: undoKeys() }));
    return result.problem;
  } catch (error) {
    return sentence(error);
  }
}

/** Edits where there is no form that could show what stood against it. Answers whether it was done. */
export async function edit(store: LabStore, change: RuleEdit): Promise<boolean> {
  return told(await tryEdit(store, change));
}

/** Moves a rule by one place from where it is when its turn has come; beyond the ends it stays. */
export async function moveBy(store: LabStore, rule: string, by: 1 | -1): Promise<void> {
  const problem = await inTurn(async () => {
    moving = rule;
    const names = (store.getState().lab?.rules ?? []).map(({ name }) => name);
    const to = names.indexOf(rule) + by;
    return to < 0 || to >= names.length ? null : send(store, { kind: 'move', rule, to });
  });
  told(problem);
  focusRule(rule);
}

let moving: string | null = null;

/** A row that changes its place loses the focus on the way: it has it back before the next key is pressed. */
export function holdFocus(): void {
  if (moving === null || document.activeElement !== document.body) return;
  partOf(moving, 'handle')?.focus({ preventScroll: true });
}

function told(problem: string | null): boolean {
  if (problem !== null) warn(problem, i18next.t('rules:refused'));
  return problem === null;
}

type Call = 'lab.undo' | 'lab.redo' | 'lab.discard';

function take(store: LabStore, call: Call, tell: (result: EditResult) => void): Promise<void> {
  return inTurn(async () => {
    if (useLabDraft.getState().text !== null) return warn(i18next.t('rules:locked'), i18next.t('rules:refused'));
    try {
      const result = await store.bridge.call(call, {});
      store.setState({ lab: result.lab });
      if (result.problem === null) tell(result);
      else warn(result.problem, i18next.t('rules:refused'));
    } catch (error) {
      report(error);
    }
  });
}

const taken = {
  undo: { done: 'rules:undo.done', nothing: 'rules:undo.nothing' },
  redo: { done: 'rules:redo.done', nothing: 'rules:redo.nothing' },
} as const;

/** Takes the last edit back, or makes it again, and says which one it was. */
export function undo(store: LabStore, way: 'undo' | 'redo'): Promise<void> {
  return take(store, `lab.${way}`, ({ note: what }) => {
    const { done, nothing } = taken[way];
    note('good', what === null ? i18next.t(nothing) : i18next.t(done, { what: phrase(what) }));
  });
}

/** Back to what the file holds. */
export const discard = (store: LabStore): Promise<void> =>
  take(store, 'lab.discard', () => note('good', i18next.t('rules:discarded', { keys: undoKeys() })));

const selectors = { handle: '[data-part="handle"]', then: '[data-part="then"]', add: '[data-part="add"]' } as const;

function rowOf(rule: string | null): HTMLElement | undefined {
  const rows = document.querySelectorAll<HTMLElement>('[data-rule]');
  return [...rows].find((one) => one.dataset.rule === (rule ?? '') && one.dataset.last === String(rule === null));
}

const partOf = (rule: string | null, part: keyof typeof selectors) =>
  rowOf(rule)?.querySelector<HTMLElement>(selectors[part]);

/** Puts the focus on a part of a rule's row once it is drawn; `null` is *Otherwise*. */
export function focusRule(rule: string | null, part: keyof typeof selectors = 'handle'): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      rowOf(rule)?.scrollIntoView({ block: 'nearest' });
      partOf(rule, part)?.focus({ preventScroll: true });
    }),
  );
}
