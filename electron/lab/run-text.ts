/** One text takes the place of another, if it can run. */
import type { Problem } from '../../shared/lab/problem.ts';
import { type Next, type RunHow, textNote } from './edits.ts';
import type { History } from './edits-history.ts';
import type { Hits } from './edits-hits.ts';
import { takeNote } from './edits-note.ts';
import type { LabLogs } from './logs.ts';
import type { Plan, Reading, Source } from './plan.ts';
import type { Prover } from './proving.ts';
import type { Runner } from './runner.ts';
import type { State } from './view.ts';

/** The rooms that have a part in it. */
interface RunRooms {
  readonly state: State;
  readonly logs: LabLogs;
  readonly runner: Runner;
  readonly history: History;
  readonly hits: Hits;
  readonly prover: Prover;
  readonly read: (source: Source) => Promise<Reading>;
  readonly broadcast: () => void;
}

/** What a text says to run, and the logs for it; with a problem of either nothing changes. */
async function readToRun(source: Source, { read, logs }: Pick<RunRooms, 'read' | 'logs'>): Promise<Reading> {
  const { plan, problems } = await read(source);
  const unlogged = plan ? await logs.open(plan, source) : [];
  return { plan: unlogged.length > 0 ? null : plan, problems: [...problems, ...unlogged] };
}

function hold(state: State, source: Source, onDisk: string | undefined): void {
  state.source = source;
  if (onDisk !== undefined) Object.assign(state, { onDisk, disk: null });
}

/** Makes what runs a text if it has no errors. `isProved`: somebody looks, and what can be proven of it is told later. */
export function createRun(rooms: RunRooms, isProved: boolean) {
  const { state, runner, broadcast } = rooms;
  const first = state.source;
  const proveLater = (plan: Plan, text: string, problems: readonly Problem[]): void => {
    if (!isProved) return;
    rooms.prover.start(plan, text, (found) => {
      state.problems = [...problems, ...found];
      broadcast();
    });
  };
  return async (wanted: Next, { onDisk, note = textNote, careful = false }: RunHow): Promise<readonly Problem[]> => {
    const next = typeof wanted === 'function' ? wanted(state.source) : wanted;
    if (next === null) return [];
    const { plan, problems } = await readToRun(next, rooms);
    if (!plan && careful) return problems;
    const again = !state.plan && onDisk !== undefined && next.file === state.source.file;
    // A broken file leaves the running text in the window, where its problems would be out of place.
    if (plan || onDisk === undefined || next === first || again) state.problems = problems;
    if (plan) {
      await runner.apply(plan);
      takeNote(rooms, { source: next, plan, note });
      state.plan = plan;
      proveLater(plan, next.text, problems);
    }
    if (plan || again) hold(state, next, onDisk);
    broadcast();
    return problems;
  };
}
