/** What the lab does for the window's calls about gates and what they hold. */
import type { GatesView } from '../../shared/contract/gates.ts';
import type { Engine } from '../engine/engine.ts';
import type { Core, Handlers } from './handlers.ts';
import { UserError } from './user-error.ts';

/** ms in which changes are gathered before the windows hear of them: some fifteen times a second. */
const NEWS_MS = 66;
/** Each of them is held against everything that passes. */
const BREAKPOINTS_MAX = 200;

/** Tells how the gates stand, at most a few times a second and only when something changed. */
export function createGateNews(gates: () => GatesView | null, tell: (view: GatesView) => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    const due = () => {
      isDue = false;
      const view = gates();
      if (view) tell(view);
    };
    setTimeout(due, NEWS_MS).unref();
  };
}

type GateCalls =
  | 'gates.get'
  | 'gates.arm'
  | 'gates.step'
  | 'gates.slow'
  | 'breakpoint.set'
  | 'breakpoint.clear'
  | 'held.release'
  | 'held.release-all'
  | 'held.drop'
  | 'held.answer'
  | 'session.kill';

/** A session that something is to be armed for. */
function mustBeOpen({ open }: Engine, session: number | undefined): void {
  if (session !== undefined && !open().some(({ id }) => id === session))
    throw new UserError(`Session ${session} is not open: nothing of it passes a gate.`);
}

export function gateHandlers({ runner }: Core): Pick<Handlers, GateCalls> {
  const { engine } = runner;
  const { gates } = engine;
  return {
    'gates.get': () => gates.view(),
    'gates.arm': ({ gate, on, session }) => {
      if (on) mustBeOpen(engine, session);
      gates.arm(gate, on, session);
      return gates.view();
    },
    'gates.step': ({ session, on }) => {
      if (on) mustBeOpen(engine, session);
      gates.step(session, on);
      return gates.view();
    },
    'gates.slow': ({ ms }) => {
      gates.slow(ms);
      return gates.view();
    },
    'breakpoint.set': (breakpoint) => {
      mustBeOpen(engine, breakpoint.session);
      if (gates.view().breakpoints.length >= BREAKPOINTS_MAX)
        throw new UserError(`There are ${BREAKPOINTS_MAX} breakpoints; clear one first.`);
      return { id: gates.set(breakpoint) };
    },
    'breakpoint.clear': ({ id }) => {
      gates.clear(id);
      return gates.view();
    },
    'held.release': ({ id, text, until }) => ({ ok: gates.release(id, { text, until }) }),
    'held.release-all': ({ session }) => ({ released: gates.releaseAll(session) }),
    'held.drop': ({ id }) => ({ ok: gates.drop(id) }),
    'held.answer': ({ id, text }) => ({ ok: gates.answer(id, text) }),
    'session.kill': ({ id }) => ({ ok: engine.kill(id) }),
  };
}
