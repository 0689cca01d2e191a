/** The lab's own servers besides the proxy: its auth service and the upstreams it plays. One list, kept as wanted. */
import type { ListenerView } from '../../shared/contract/contract.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { type Address, joinAddress } from './address.ts';
import { codeOf } from './user-error.ts';

/** A server that should be there. */
export interface Wanted {
  readonly role: 'auth' | 'upstream';
  /** The upstream's name; '' for the auth service. */
  readonly name: string;
  readonly protocol: Protocol | 'http';
  readonly at: Address;
  /** What it is made by besides, as text: with another one it is another server. */
  readonly how?: string;
}

/** What can be started: the auth service and the played servers have this form. */
export interface Startable {
  listen(host: string, port: number): Promise<{ readonly port: number }>;
  stop(): Promise<void>;
}

interface Standing {
  readonly wanted: Wanted;
  /** The port really bound; the wanted one when it failed. */
  readonly port: number;
  readonly error: string | null;
  readonly server: Startable | null;
}

/** The servers of the running lab. */
export interface Servers {
  /** Stops what is no longer wanted; the rest stays as it is. */
  drop(wanted: readonly Wanted[]): Promise<void>;
  /** Starts what is wanted and not there, and tries again what had failed; they stand in this order then. */
  raise(wanted: readonly Wanted[]): Promise<void>;
  /** Tries a failed one again; whether it listens now. null: there is no such server. */
  retry(id: string): Promise<boolean | null>;
  views(): readonly ListenerView[];
  /** Where a server really listens (port 0 takes any free one). */
  addressOf(wanted: Wanted): Address;
  stop(): Promise<void>;
}

/** `auth 127.0.0.1:8000`, `eng smtp 127.0.0.1:2525`. */
function idOf({ role, name, protocol, at }: Wanted): string {
  return `${role === 'auth' ? 'auth' : `${name} ${protocol}`} ${joinAddress(at)}`;
}

function viewOf(id: string, { wanted, port, error }: Standing): ListenerView {
  const { role, name, protocol, at } = wanted;
  const state = error === null ? 'listening' : 'failed';
  return { id, role, name, protocol, address: at.host, port, state, error, narrowed: false };
}

/** `create` makes the server that a wanted one names; it is not listening yet. */
export function createServers(create: (wanted: Wanted) => Startable): Servers {
  const standing = new Map<string, Standing>();
  const start = async (wanted: Wanted) => {
    const server = create(wanted);
    const id = idOf(wanted);
    try {
      const { port } = await server.listen(wanted.at.host, wanted.at.port);
      standing.set(id, { wanted, port, error: null, server });
    } catch (error) {
      const code = codeOf(error);
      if (code === null) throw error;
      standing.set(id, { wanted, port: wanted.at.port, error: code, server: null });
    }
  };
  const stopAll = async (ids: readonly string[]) => {
    const going = ids.map((id) => standing.get(id)?.server);
    for (const id of ids) standing.delete(id);
    await Promise.all(going.map((server) => server?.stop()));
  };
  return {
    drop: (wanted) => {
      const kept = new Map(wanted.map((one) => [idOf(one), one.how]));
      const isKept = ([id, { wanted: had }]: readonly [string, Standing]) => kept.has(id) && kept.get(id) === had.how;
      return stopAll([...standing].filter((one) => !isKept(one)).map(([id]) => id));
    },
    raise: async (wanted) => {
      // One after the other: two of them may want the same port, and then the first of the file has it.
      for (const one of wanted) if (!standing.get(idOf(one))?.server) await start(one);
      for (const id of wanted.map(idOf)) {
        const known = standing.get(id);
        if (standing.delete(id) && known) standing.set(id, known);
      }
    },
    retry: async (id) => {
      const known = standing.get(id);
      if (!known) return null;
      if (!known.server) await start(known.wanted);
      return standing.get(id)?.error === null;
    },
    views: () => [...standing].map(([id, one]) => viewOf(id, one)),
    addressOf: (wanted) => ({ ...wanted.at, port: standing.get(idOf(wanted))?.port ?? wanted.at.port }),
    stop: () => stopAll([...standing.keys()]),
  };
}
