/** Edits of the lab's text, from the window and from other programs: made, taken back, and never silently lost. */
import { describe } from '../../shared/auth/then.ts';
import type { EditNote, EditResult } from '../../shared/contract/rules.ts';
import { editRules, type RuleEdit } from '../../shared/lab/edit-rules.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import { readText } from './files.ts';
import type { Core, Handlers } from './handlers.ts';
import type { Source } from './plan.ts';
import { UserError } from './user-error.ts';
import type { State } from './view.ts';

/** How a text comes to run. */
export interface RunHow {
  /** Given when the text has just come from its file. */
  readonly onDisk?: string;
  /** What the edit was; null: it is no edit of its own, as an undo is none. */
  readonly note?: EditNote | null;
  /** With errors nothing at all changes: not even the problems that are shown. */
  readonly careful?: boolean;
}

/** What runs next, worked out when its turn has come; null: nothing is to be done any more. */
export type Next = Source | ((now: Source) => Source | null);

export const textNote: EditNote = { kind: 'text', rule: '', place: 0, text: '' };
const fileNote: EditNote = { ...textNote, kind: 'file' };

const errorOf = (problems: readonly Problem[]): Problem | undefined =>
  problems.find(({ severity }) => severity === 'error');

/** A problem as one sentence with its place. */
const sentenceOf = ({ file, line, message }: Problem): string =>
  file === 'lab' ? `Line ${line}: ${message}.` : `${file}, line ${line}: ${message}.`;

/** What an edit came to, in a word or two. */
function textOf(edit: RuleEdit): string {
  switch (edit.kind) {
    case 'add':
      return describe(edit.value.then);
    case 'then':
    case 'otherwise':
      return describe(edit.then);
    case 'off':
      return edit.off ? 'off' : 'on';
    case 'rename':
      return edit.rule;
    default:
      return '';
  }
}

/** What an edit was, as it will be named: by the rule's name and place afterwards. */
function noteOf(edit: RuleEdit, names: readonly string[]): EditNote {
  const { kind } = edit;
  const text = textOf(edit);
  switch (kind) {
    case 'otherwise':
      return { kind, rule: '', place: 0, text };
    case 'add':
      return { kind, rule: edit.value.name, place: Math.min(edit.at, names.length) + 1, text };
    case 'move':
      return { kind, rule: edit.rule, place: Math.min(edit.to, names.length - 1) + 1, text };
    default:
      return { kind, rule: kind === 'rename' ? edit.name : edit.rule, place: names.indexOf(edit.rule) + 1, text };
  }
}

/** Why a text was not taken, as one sentence; null: it was. */
export function refusalOf(problems: readonly Problem[]): string | null {
  const error = errorOf(problems);
  return error ? sentenceOf(error) : null;
}

type EditCalls = 'rules.edit' | 'lab.undo' | 'lab.redo' | 'lab.discard' | 'lab.disk';

/** The calls that change the lab's text. */
export function editHandlers(core: Core): Pick<Handlers, EditCalls> {
  const result = (problem: string | null, note: EditNote | null): EditResult => {
    return { ok: problem === null, problem, note: problem === null ? note : null, lab: core.view() };
  };
  const step = (way: 'undo' | 'redo') => async () => {
    const next = core.history.next(way);
    if (next === null) return result(null, null);
    const text = way === 'undo' ? next.before : next.after;
    const problems = await core.run((now) => ({ ...now, text }), { note: null, careful: true });
    const problem = refusalOf(problems);
    if (problem === null) {
      core.history.taken(way);
      core.broadcast();
    }
    return result(problem, next.note);
  };
  return {
    'rules.edit': async ({ edit, dry }) => {
      const now = core.source();
      if (!core.plan()?.auth)
        throw new UserError('This lab has no auth service of its own, so it has no rules to edit.');
      const names = (core.plan()?.auth?.rules ?? []).map(({ name }) => name);
      if (dry)
        return result(refusalOf(await core.check({ ...now, text: edited(now.text, edit) })), noteOf(edit, names));
      const note = noteOf(edit, names);
      const problems = await core.run((at) => ({ ...at, text: edited(at.text, edit) }), { note, careful: true });
      return result(refusalOf(problems), note);
    },
    'lab.undo': step('undo'),
    'lab.redo': step('redo'),
    'lab.discard': async () => {
      const { onDisk: text } = core.state;
      return result(refusalOf(await core.run((now) => ({ ...now, text }), { careful: true })), textNote);
    },
    'lab.disk': async ({ keep }) => {
      const { disk } = core.state;
      if (disk === null) return result(null, null);
      if (keep === 'file') {
        const { text } = disk;
        const how = { onDisk: text, note: fileNote, careful: true };
        return result(refusalOf(await core.run((now) => ({ ...now, text }), how)), fileNote);
      }
      Object.assign(core.state, { onDisk: disk.text, disk: null });
      core.broadcast();
      return result(null, null);
    },
  };
}

function edited(text: string, edit: RuleEdit): string {
  try {
    return editRules(text, edit);
  } catch (error) {
    // What YAML's own parser says about a text that it cannot change is for the one who wrote it, too.
    if (error instanceof RangeError || error instanceof ReferenceError)
      throw new UserError(`This cannot be done here: ${error.message}. The Lab file can be edited by hand.`);
    throw error;
  }
}

/** What looking at the file needs of the lab. */
type Watched = Pick<Core, 'run' | 'broadcast'> & { readonly state: State };

/** Looks at the lab's file, and takes what another program wrote if nothing would be lost by it. */
export async function lookAtDisk({ state, run, broadcast }: Watched): Promise<void> {
  const { file } = state.source;
  if (file === null) return;
  // Between two steps of the other program the file may not be there.
  const text = await readText(file).catch(() => null);
  if (text === null || state.source.file !== file) return;
  if (text === state.onDisk || text === state.source.text) {
    const news = state.disk !== null || text !== state.onDisk;
    Object.assign(state, { onDisk: text, disk: null });
    if (news) broadcast();
    return;
  }
  const free = ({ text: now }: Source) => now === state.onDisk;
  if (!free(state.source)) {
    state.disk = { text, problem: null };
    broadcast();
    return;
  }
  const how = { onDisk: text, note: fileNote, careful: state.plan !== null };
  const problems = await run((now) => (now.file === file && free(now) ? { text, file } : null), how);
  const error = errorOf(problems);
  if (!error) return;
  if (state.plan !== null) state.disk = { text, problem: sentenceOf(error) };
  broadcast();
}

/** Before the lab writes its file: it must hold what the lab last knew of it. */
export async function confirmDisk(core: Watched, target: string): Promise<void> {
  if (target !== core.state.source.file) return;
  const text = await readText(target).catch(() => null);
  if (text !== null && text !== core.state.onDisk && text !== core.state.source.text && core.state.disk === null) {
    core.state.disk = { text, problem: null };
    core.broadcast();
  }
  if (core.state.disk !== null)
    throw new UserError(
      `Another program wrote ${target} in the meantime: choose first which of the two texts to keep.`,
    );
}
