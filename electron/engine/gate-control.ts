/** What a person does with the gates, for all sessions of the engine. */
import type { GatesView } from '../../shared/contract/gates.ts';
import type { Breakpoint } from '../../shared/journal/breakpoint.ts';
import type { Gate } from '../../shared/journal/entry.ts';
import { typedBytes } from '../../shared/journal/typed.ts';
import type { Gates } from './gates.ts';
import type { Holding, Standing } from './holding.ts';
import type { Until } from './stops.ts';

/** Arms, shows and releases. */
export interface GateControl {
  view(): GatesView;
  /** Arms or opens a gate, for all sessions or one. What it holds stays held. */
  arm(gate: Gate, on: boolean, session?: number): void;
  /** Arms or opens all gates of one session. */
  step(session: number, on: boolean): void;
  /** Every gate holds for so long, in ms; 0: none does. */
  slow(ms: number): void;
  /** Sets a breakpoint; gives back its number. */
  set(breakpoint: Breakpoint): number;
  /** Takes away one breakpoint, or all. */
  clear(id?: number): void;
  /** Lets something pass; `text` is what passes instead. false: it is not held any more. */
  release(id: number, how?: { readonly text?: string | undefined; readonly until?: Until }): boolean;
  /** Lets everything pass that is held now, of one session or of all; how much that was. */
  releaseAll(session?: number): number;
  /** It never passes. */
  drop(id: number): boolean;
  /** The client gets this line instead. */
  answer(id: number, text: string): boolean;
  /** Opens everything, and lets everything pass that is held. */
  reset(): void;
}

/** What an answer by hand is. */
const line = { kind: 'line', text: '' } as const;

/** A session, as far as holding goes. */
interface HoldingSession {
  /** It may go on where nothing holds it any more. */
  gatesChanged(): void;
}

/** The control of one engine's gates. */
export function createGateControl(
  gates: Gates,
  holding: Holding,
  sessions: { all(): readonly HoldingSession[]; get(id: number): HoldingSession | undefined },
): GateControl {
  const changed = (): void => {
    for (const session of sessions.all()) session.gatesChanged();
  };
  const act = (id: number, how: (standing: Standing) => boolean): boolean => {
    const standing = holding.get(id);
    return standing !== undefined && how(standing);
  };
  const releaseAll = (session?: number): number =>
    holding.of(session).filter(({ stop, holder }) => holder.release(stop, undefined, 'one')).length;
  return {
    view: () => ({ ...gates.view(), ...holding.view() }),
    arm: (gate, on, session) => {
      // A session that is over would be armed for ever.
      if (session !== undefined && !sessions.get(session)) return;
      gates.arm(gate, on, session ?? null);
      changed();
    },
    step: (session, on) => {
      if (!sessions.get(session)) return;
      gates.step(session, on);
      changed();
    },
    slow: (ms) => {
      gates.slow(ms);
      holding.retime();
      changed();
    },
    set: (breakpoint) => gates.set(breakpoint),
    clear: (id) => {
      gates.clear(id);
      changed();
    },
    release: (id, { text, until = 'one' } = {}) =>
      act(id, ({ stop, holder }) => {
        const typed = text === undefined ? undefined : typedBytes(stop.piece, text);
        // Who types what stands there already changes nothing.
        return holder.release(stop, typed === stop.piece.text ? undefined : typed, until);
      }),
    releaseAll,
    drop: (id) => act(id, ({ stop, holder }) => holder.drop(stop)),
    answer: (id, text) => act(id, ({ stop, holder }) => holder.answer(stop, typedBytes(line, text))),
    reset: () => {
      gates.reset();
      releaseAll();
      changed();
    },
  };
}
