/** The proxy with everything it is wired to, whatever process it runs in. */
import { createAuthority, type OwnService } from '../authority/authority.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import type { Recorder } from '../engine/ports.ts';
import { createNames } from '../names/names.ts';
import type { Consent } from './boundary.ts';

/** The engine of a lab, in this process or spread over others. */
export interface LabProxy extends Engine {
  /** `own` or `names` would answer otherwise from now on. */
  renew(): void;
  /** `done` is called when everything that happened until now is recorded; here at once. */
  settle(done: () => void): void;
}

/** What a proxy is wired to. */
export interface ProxyOptions {
  readonly recorder: Recorder;
  readonly consent: Consent;
  /** The lab's own auth service as it runs now; null without one. */
  readonly own: () => OwnService | null;
  /** The upstreams that the lab knows: `IP:PORT` -> name. */
  readonly names: () => ReadonlyMap<string, string>;
}

/** A proxy that listens nowhere yet, in this process. */
export function createProxy({ recorder, consent, own, names }: ProxyOptions): LabProxy {
  const engine = createEngine({
    authority: createAuthority({ own }),
    recorder,
    names: createNames(),
    upstreamName: (address) => names().get(address) ?? null,
    allowLan: consent.allowLan,
    allowed: (address) => consent.allow.has(address),
  });
  // What it is wired to is asked every time, and what happens is recorded as it happens.
  return { ...engine, renew: () => undefined, settle: (done) => done() };
}
