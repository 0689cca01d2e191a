/** The faults armed on the mail servers that the lab plays, and what befalls each of their occasions. */
import { CARRIED } from '../../shared/journal/doing.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { ArmedUpstreamFault, UpstreamFault } from '../../shared/upstream/fault.ts';
import { isRefusing, type Met, meet, meetClosed, type Occasion } from '../../shared/upstream/fault-match.ts';
import { magicAct } from '../../shared/upstream/magic.ts';

/** What is armed, for all upstreams and protocols. */
export interface UpstreamFaults {
  /**
   * What befalls an occasion: an armed fault, or one that an address carries; null where it goes as usual. Asked once
   * for each occasion, before it is answered: asking counts it.
   */
  strike(occasion: Occasion): Met['act'];
  /** As `strike`, for somebody who connects (stage `connect`): also the switches that are thrown for the connection. */
  connect(occasion: Omit<Occasion, 'stage' | 'addresses'>): Pick<Met, 'act' | 'switches'>;
  /** Whether a fault keeps the port of this upstream closed. */
  refuses(upstream: string, protocol: Protocol): boolean;
  /** Somebody was refused there: asking counts it. The fault that did it; null where none did. */
  refused(upstream: string, protocol: Protocol): ArmedUpstreamFault | null;
  /** The id of the fault. */
  arm(fault: UpstreamFault): number;
  /**
   * Arms what the lab file says of the upstreams that are played. What it said before stays as it is, spent or cleared
   * as it may be; faults of an upstream that is not there any more are cleared.
   */
  write(upstreams: readonly WrittenFaults[]): void;
  /** Without an id, all of them. */
  clear(id?: number): void;
  list(): readonly ArmedUpstreamFault[];
}

/** An upstream's faults in the lab file. */
export interface WrittenFaults {
  readonly name: string;
  readonly faults?: readonly UpstreamFault[];
}

/** Armed at a time; of more, the oldest go. */
const FAULTS_MAX = 500;

const quiet: Pick<Met, 'act' | 'switches'> = { act: null, switches: [] };

/**
 * `onChanged` hears when a fault is armed, cleared or spent, and when one has struck or let something pass; `onStruck`
 * which one struck the connection that comes from a port.
 */
export function createUpstreamFaults(
  onChanged: () => void = () => undefined,
  onStruck: (port: number, fault: ArmedUpstreamFault) => void = () => undefined,
): UpstreamFaults {
  let armed: readonly ArmedUpstreamFault[] = [];
  let lastId = 0;
  /** What the lab file said last, by upstream. */
  let written = new Map<string, string>();
  const met = (occasion: Occasion): Pick<Met, 'act' | 'switches'> => {
    if (armed.length === 0) return quiet;
    const found = meet(armed, occasion);
    const isTouched = found.armed.length !== armed.length || found.armed.some((one, index) => one !== armed[index]);
    if (!isTouched) return quiet;
    armed = found.armed;
    const { port } = occasion;
    if (port !== undefined) for (const fault of found.struck) onStruck(port, fault);
    onChanged();
    return found;
  };
  /** What an address carries is nobody's to clear, and has struck all the same. */
  const carried = (occasion: Occasion): Met['act'] => {
    const act = magicAct(occasion);
    const { upstream, protocol, stage, port } = occasion;
    if (act !== null && port !== undefined) {
      const fault = { upstream, protocol, stage, act, scope: { type: 'always' }, only: {} } as const;
      onStruck(port, { ...fault, id: CARRIED, met: 1, struck: 1 });
    }
    return act;
  };
  const add = (fault: UpstreamFault, more: { readonly written?: true }): number => {
    lastId += 1;
    armed = [...armed, { ...fault, ...more, id: lastId, met: 0, struck: 0 }].slice(-FAULTS_MAX);
    return lastId;
  };
  return {
    strike: (occasion) => met(occasion).act ?? carried(occasion),
    connect: (occasion) => met({ ...occasion, stage: 'connect', addresses: [] }),
    refuses: (upstream, protocol) => isRefusing(armed, { upstream, protocol }),
    refused: (upstream, protocol) => {
      const found = meetClosed(armed, { upstream, protocol });
      if (found === null) return null;
      armed = found.armed;
      onChanged();
      return found.struck[0] ?? null;
    },
    arm: (fault) => {
      const id = add(fault, {});
      onChanged();
      return id;
    },
    write: (upstreams) => {
      const before = armed;
      const next = new Map(upstreams.map(({ name, faults = [] }) => [name, JSON.stringify(faults)]));
      const isAnew = (name: string) => next.get(name) !== (written.get(name) ?? '[]');
      armed = armed.filter((one) => next.has(one.upstream) && !(one.written && isAnew(one.upstream)));
      for (const { name, faults = [] } of upstreams)
        if (isAnew(name)) for (const fault of faults) add(fault, { written: true });
      written = next;
      if (before.length !== armed.length || before.some((one, index) => one !== armed[index])) onChanged();
    },
    clear: (id) => {
      armed = id === undefined ? [] : armed.filter((one) => one.id !== id);
      onChanged();
    },
    list: () => armed,
  };
}
