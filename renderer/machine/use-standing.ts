/** Where the machines of the chosen session stand at the cursor, and which ways they came. */
import { useMemo } from 'react';
import type { ServerView } from '../../shared/contract/machines.ts';
import { type Standing, standingAt, type Taken } from '../../shared/proxy/replay.ts';
import { serviceOf } from '../../shared/proxy/service.ts';
import { useLab } from '../store/use-store.ts';

/** null while no session is chosen, or nothing of it is known. */
export function useStanding(view: ServerView): Standing | null {
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const service = useMemo(() => serviceOf(view.server), [view.server]);
  return useMemo(() => (shown < 0 ? null : standingAt(entries, shown, service)), [entries, shown, service]);
}

/** How a session went through one of its machines. */
export interface Trace {
  /** Where it stands; null where it is not in this machine. */
  readonly here: string | null;
  readonly been: ReadonlySet<string>;
  /** How often each way was gone, by `wayKey`. */
  readonly gone: ReadonlyMap<string, number>;
  /** The way of the last step; null for none. */
  readonly last: string | null;
}

/** Names a way within its diagram. */
export const wayKey = ({ from, on, why, to }: Pick<Taken, 'from' | 'on' | 'why' | 'to'>): string =>
  `${from} ${on} ${why} ${to}`;

/** The way of a session through one of the proxy's machines. */
export function traceOf(standing: Standing | null, side: 'front' | 'back'): Trace {
  const taken = (standing?.taken ?? []).filter((one) => one.side === side);
  const state = side === 'front' ? standing?.front : standing?.back?.state;
  // Who ended the session otherwise did not ask the machine. A relay is none of its business any more.
  const cut = standing?.stage === 'over' && side === 'front' && state?.place !== 'relay';
  return traceAlong(taken, state === undefined ? null : cut ? 'ended' : state.place);
}

/** The way along these steps to a place. */
export function traceAlong(taken: readonly Pick<Taken, 'from' | 'on' | 'why' | 'to'>[], here: string | null): Trace {
  const gone = new Map<string, number>();
  for (const one of taken) gone.set(wayKey(one), (gone.get(wayKey(one)) ?? 0) + 1);
  const last = taken.at(-1);
  return {
    here,
    been: new Set([...taken.flatMap(({ from, to }) => [from, to]), ...(here === null ? [] : [here])]),
    gone,
    last: last === undefined ? null : wayKey(last),
  };
}
