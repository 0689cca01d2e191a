/** What the window asks of the rules and of the lab file's text, and what it is told about both. */
import { z } from 'zod';
import type { Rule, Then, When } from '../auth/rule.ts';
import type { RuleEdit, RulePlaces } from '../lab/edit-rules.ts';
import type { LabView } from './contract.ts';

/** What an edit was, so that it can be named where it can be undone. */
export interface EditNote {
  /** `text`: a whole text was applied · `file`: the file was changed by another program · else what a rule went through. */
  readonly kind: RuleEdit['kind'] | 'text' | 'file';
  /** The rule's name afterwards; '' where it was about none. */
  readonly rule: string;
  /** The rule's place afterwards, from 1; 0 where it was about none. */
  readonly place: number;
  /** What it does now (`route eng`), whether it is `on` or `off`, or what it was called; '' where that is no matter. */
  readonly text: string;
}

/** A condition that nginx can never make true behind the servers of the configuration, and why. */
export interface Unheard {
  /** A field of `when`. */
  readonly field: string;
  /** The pitfall's name. */
  readonly id: string;
  readonly message: string;
}

/** How the running text stands to its file, and what the rule editor needs besides the rules. */
export interface EditingView {
  /** Whether the running text is another than the one that the file (or the tutorial) held. */
  readonly unsaved: boolean;
  /**
   * changed: another program wrote the file while the lab had edits that were not saved · broken: it wrote a text with
   * errors, so that the lab runs on with the one before.
   */
  readonly disk: 'same' | 'changed' | 'broken';
  /** What is wrong with the file's new text. */
  readonly diskProblem: string | null;
  readonly undo: EditNote | null;
  readonly redo: EditNote | null;
  readonly places: RulePlaces;
  readonly unheard: readonly Unheard[];
  /** How many accounts the lab has; `route: account` needs one. */
  readonly accounts: number;
}

/** How often a rule decided. */
export interface Hit {
  /** The rule's name, `otherwise` or `accounts`. */
  readonly rule: string;
  /** Since the lab was started. */
  readonly started: number;
  /** Since the rules were last changed. */
  readonly edited: number;
  /** ms since 1970. */
  readonly lastAt: number;
}

/** All counts. Rules that never decided are not listed. */
export interface HitsView {
  readonly hits: readonly Hit[];
  /** When the rules were last changed, in ms since 1970; null: not since the start. */
  readonly editedAt: number | null;
}

/** How an edit went. */
export interface EditResult {
  readonly ok: boolean;
  /** What stood against it, as one sentence; then nothing was changed. */
  readonly problem: string | null;
  readonly note: EditNote | null;
  readonly lab: LabView;
}

const PART_MAX = 200_000;

/** A part of the lab file as data. Only its size is looked at: what it says is checked with the whole file. */
function part<T extends object>() {
  const fits = (value: unknown): value is T => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    try {
      return JSON.stringify(value).length <= PART_MAX;
    } catch {
      return false;
    }
  };
  return z.custom<T>(fits, 'expected keys with values, of at most 200 kB');
}

const rule = z.string().max(1000);
const place = z.number().int().min(0).max(1_000_000);

const edit = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add'), value: part<Rule>(), at: place }),
  z.strictObject({ kind: z.literal('remove'), rule }),
  z.strictObject({ kind: z.literal('move'), rule, to: place }),
  z.strictObject({ kind: z.literal('rename'), rule, name: rule }),
  z.strictObject({ kind: z.literal('off'), rule, off: z.boolean() }),
  z.strictObject({ kind: z.literal('when'), rule, when: part<When>() }),
  z.strictObject({ kind: z.literal('then'), rule, then: part<Then>() }),
  z.strictObject({ kind: z.literal('otherwise'), then: part<Then>() }),
]) satisfies z.ZodType<RuleEdit>;

const nothing = z.strictObject({});

export const ruleCalls = {
  /** Changes the rules in the lab's text and runs it; with a problem nothing changes. `dry`: only checks. */
  'rules.edit': z.strictObject({ edit, dry: z.boolean().default(false) }),
  'rules.hits': nothing,
  /** Runs the text before the last edit, or the one after it again. */
  'lab.undo': nothing,
  'lab.redo': nothing,
  /** Back to the text that the file holds; can be undone. */
  'lab.discard': nothing,
  /** Another program wrote the file: its text, or the one that runs. */
  'lab.disk': z.strictObject({ keep: z.enum(['file', 'mine']) }),
} as const;

export interface RuleCallResults {
  'rules.edit': EditResult;
  'rules.hits': HitsView;
  'lab.undo': EditResult;
  'lab.redo': EditResult;
  'lab.discard': EditResult;
  'lab.disk': EditResult;
}
