/** Traffic of all sessions together, once it is too much to be drawn parcel by parcel. */
import type { StoreApi } from 'zustand/vanilla';
import type { Traffic } from '../../shared/contract/contract.ts';
import type { Environment } from './environment.ts';
import type { LabState } from './state.ts';

/** Parcels a second from which edges show counts: more of them flashing by cannot be read. */
const RUSH = 8;
/** ms that are looked at, in two halves: one mail alone is many parcels at once, but only in one of them. */
const SPAN_MS = 2000;
/** ms between two counts on the screen: digits that change faster cannot be read either. */
const SHOW_MS = 250;

export interface Rush {
  /** What went over the edges since the last time. */
  add(traffic: Traffic): void;
  stop(): void;
}

interface Portion {
  readonly at: number;
  readonly traffic: Traffic;
}

export function createRush(store: StoreApi<Pick<LabState, 'rush'>>, environment: Environment): Rush {
  let portions: Portion[] = [];
  let cancel: (() => void) | null = null;
  const show = () => {
    cancel = null;
    const now = environment.now();
    portions = portions.filter(({ at }) => at > now - SPAN_MS);
    const rush = rushOf(portions, now);
    if (rush !== null || store.getState().rush !== null) store.setState({ rush });
    // Looked at again although nothing comes any more: then it is over.
    if (portions.length > 0) cancel = environment.later(show, SHOW_MS);
  };
  return {
    add: (traffic) => {
      portions.push({ at: environment.now(), traffic });
      cancel ??= environment.later(show, SHOW_MS);
    },
    stop: () => cancel?.(),
  };
}

/** Parcels a second on each edge; null while they can be drawn one by one. */
function rushOf(portions: readonly Portion[], now: number): Traffic | null {
  const half = now - SPAN_MS / 2;
  const older = total(portions.filter(({ at }) => at <= half));
  const newer = total(portions.filter(({ at }) => at > half));
  if (Math.min(sum(older), sum(newer)) <= (RUSH * SPAN_MS) / 2000) return null;
  const rate = (leg: keyof Traffic) => Math.round(((older[leg] + newer[leg]) * 1000) / SPAN_MS);
  return { client: rate('client'), auth: rate('auth'), upstream: rate('upstream') };
}

const sum = ({ client, auth, upstream }: Traffic): number => client + auth + upstream;

function total(portions: readonly Portion[]): Traffic {
  const all = { client: 0, auth: 0, upstream: 0 };
  for (const { traffic } of portions) {
    all.client += traffic.client;
    all.auth += traffic.auth;
    all.upstream += traffic.upstream;
  }
  return all;
}
