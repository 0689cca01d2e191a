/** How much mail each upstream has: asked for again when mail came or went, once for all that comes together. */
import type { StoreApi } from 'zustand/vanilla';
import type { Bridge } from '../../shared/contract/contract.ts';
import type { Environment } from './environment.ts';
import type { LabState } from './state.ts';

/** ms in which more mail is waited for: counting has its price, and mail comes in many. */
const SETTLE_MS = 150;

export interface MailCounts {
  /** Mail came or went. */
  changed(): void;
  stop(): void;
}

export function createMailCounts(
  store: StoreApi<Pick<LabState, 'lab'>>,
  bridge: Bridge,
  environment: Environment,
): MailCounts {
  let cancel: (() => void) | null = null;
  const count = async () => {
    const { upstreams } = await bridge.call('upstreams.get', {});
    const { lab } = store.getState();
    if (lab === null) return;
    const now = new Map(upstreams.map(({ name, messages }) => [name, messages]));
    if (lab.upstreams.every(({ name, messages }) => messages === (now.get(name) ?? messages))) return;
    const counted = lab.upstreams.map((one) => ({ ...one, messages: now.get(one.name) ?? one.messages }));
    store.setState({ lab: { ...lab, upstreams: counted } });
  };
  return {
    changed: () => {
      cancel ??= environment.later(() => {
        cancel = null;
        // Without a connection there is nothing to count; with it comes everything anew.
        count().catch(() => undefined);
      }, SETTLE_MS);
    },
    stop: () => cancel?.(),
  };
}
