/** The proxy with everything it is wired to, whatever process it runs in. */
import type { MailConf } from '../../shared/nginx/mail.ts';
import { createAuthority, type OwnService } from '../authority/authority.ts';
import type { Faults } from '../authority/faults.ts';
import type { Socketed } from '../engine/dial-guard.ts';
import { createEngine, type Engine, type EngineOptions } from '../engine/engine.ts';
import type { Recorder } from '../engine/ports.ts';
import { createNames } from '../names/names.ts';
import { createTls } from '../tls/tls.ts';
import type { Consent } from './boundary.ts';

/** The engine of a lab, in this process or spread over others. */
export interface LabProxy extends Engine {
  /** Makes what a configuration lacks and the lab keeps: its certificates. `apply` does it too. */
  prepare(conf: MailConf): void;
  /** `own` or `names` would answer otherwise from now on. */
  renew(): void;
  /** `done` is called when everything that happened until now is recorded; here at once. */
  settle(done: () => void): void;
}

/** What a proxy is wired to. */
export interface ProxyOptions {
  readonly recorder: Recorder;
  readonly consent: Consent;
  /** Where the lab keeps the certificates it signs itself; null: in memory. */
  readonly certificates: string | null;
  /** The lab's own auth service as it runs now; null without one. */
  readonly own: () => OwnService | null;
  /** The faults of the lab's own auth service. */
  readonly faults?: Faults;
  /** The upstreams that the lab knows: `IP:PORT` -> name. */
  readonly names: () => ReadonlyMap<string, string>;
  /** Sockets of this process that no upstream may be, besides the proxy's and the auth service's. */
  readonly reserved?: () => readonly Socketed[];
  /** As in `EngineOptions`. */
  readonly onGates?: () => void;
  readonly isPatient?: EngineOptions['isPatient'];
  /** Addresses, as `IP:PORT`, that another program has. */
  readonly taken?: ReadonlySet<string>;
}

/** A proxy that listens nowhere yet, in this process. */
export function createProxy({
  recorder,
  consent,
  certificates,
  own,
  faults,
  names,
  reserved,
  onGates,
  isPatient,
  taken,
}: ProxyOptions): LabProxy {
  const tls = createTls({ folder: certificates });
  const engine = createEngine({
    authority: createAuthority({ own, faults }),
    recorder,
    tls,
    names: createNames(),
    upstreamName: (address) => names().get(address) ?? null,
    allowLan: consent.allowLan,
    allowed: (address) => consent.allow.has(address),
    own: () => [own() ?? [], reserved?.() ?? []].flat(),
    ...(onGates ? { onGates } : {}),
    ...(isPatient ? { isPatient } : {}),
    ...(taken ? { taken } : {}),
  });
  return {
    ...engine,
    prepare: (conf) => tls.load(conf),
    apply: (conf) => {
      if (conf) tls.load(conf);
      return engine.apply(conf);
    },
    // What it is wired to is asked every time, and what happens is recorded as it happens.
    renew: () => undefined,
    settle: (done) => done(),
  };
}
