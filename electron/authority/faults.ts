/** The faults armed on the lab's own auth service, and which question each of them strikes. */
import { type ArmedFault, type Fault, isSpent, strikes } from '../../shared/auth/fault.ts';

/** Armed faults; the first that strikes a question has it. */
export interface Faults {
  /** The fault that strikes the next question; null, and at once, where none is armed. */
  strike(): Fault | null;
  /** As `strike`, for a question that came over a socket from `port`; `struckFrom` then knows. */
  strikeFrom(port: number): Fault | null;
  /** The fault that struck the question from this port of ours; forgotten once told. */
  struckFrom(port: number): Fault | null;
  arm(fault: Fault): void;
  /** Without an id, all of them. */
  clear(id?: number): void;
  list(): readonly ArmedFault[];
}

/** Armed at a time. */
const FAULTS_MAX = 50;
/** Questions over sockets whose asker is not this program never ask back. */
const PORTS_MAX = 1000;

/** `onChanged` hears when a fault is armed, cleared or spent, and when one has struck. */
export function createFaults(onChanged: () => void = () => undefined): Faults {
  let armed: readonly ArmedFault[] = [];
  let lastId = 0;
  const ports = new Map<number, Fault>();
  const strike = (): Fault | null => {
    let hit: ArmedFault | null = null;
    if (armed.length === 0) return null;
    armed = armed.map((one) => {
      if (hit) return one;
      const asked = one.asked + 1;
      if (!strikes(one.scope, asked)) return { ...one, asked };
      hit = { ...one, asked, struck: one.struck + 1 };
      return hit;
    });
    armed = armed.filter(({ scope, asked }) => !isSpent(scope, asked));
    onChanged();
    return hit;
  };
  return {
    strike,
    strikeFrom: (port) => {
      const fault = strike();
      if (!fault) return null;
      ports.set(port, fault);
      const [oldest] = ports.keys();
      if (ports.size > PORTS_MAX && oldest !== undefined) ports.delete(oldest);
      return fault;
    },
    struckFrom: (port) => {
      const fault = ports.get(port) ?? null;
      ports.delete(port);
      return fault;
    },
    arm: ({ kind, ms, status, scope }) => {
      lastId += 1;
      armed = [...armed, { id: lastId, kind, ms, status, scope, asked: 0, struck: 0 }].slice(-FAULTS_MAX);
      onChanged();
    },
    clear: (id) => {
      armed = id === undefined ? [] : armed.filter((one) => one.id !== id);
      onChanged();
    },
    list: () => armed,
  };
}
