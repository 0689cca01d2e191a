/** The lab's own servers besides the proxy: its auth service and the upstreams it plays. One list, kept as wanted. */
import type { ListenerView } from '../../shared/contract/contract.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { type Address, joinAddress } from './address.ts';
import { createQueue } from './queue.ts';
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
  /** Closes the port, until it listens again; who is there goes on. */
  refuse?(): void;
  stop(): Promise<void>;
}

interface Standing {
  readonly wanted: Wanted;
  /** The port really bound; the wanted one when it failed. */
  readonly port: number;
  readonly error: string | null;
  /** null: it was never there. One whose port could not be opened again may still have somebody to talk to. */
  readonly server: Startable | null;
  /** Its port is closed on purpose. */
  readonly refuses: boolean;
}

/** The servers of the running lab. */
export interface Servers {
  /** Stops what is no longer wanted; the rest stays as it is. */
  drop(wanted: readonly Wanted[]): Promise<void>;
  /** Starts what is wanted and not there, and tries again what had failed; they stand in this order then. */
  raise(wanted: readonly Wanted[]): Promise<void>;
  /** Closes the ports that are to refuse now, and opens those again that were. */
  align(): Promise<void>;
  /** Tries a failed one again; whether it could be had now. null: there is no such server. */
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

function viewOf(id: string, { wanted, port, error, refuses }: Standing): ListenerView {
  const { role, name, protocol, at } = wanted;
  const state = error !== null ? 'failed' : refuses ? 'refusing' : 'listening';
  return { id, role, name, protocol, address: at.host, port, state, error, narrowed: false };
}

/** What servers are made and closed by. */
interface ServersOptions {
  /** Makes the server that a wanted one names; it is not listening yet. */
  readonly create: (wanted: Wanted) => Startable;
  /** Whether the port of this one is to be closed now. */
  readonly refuses: (wanted: Wanted) => boolean;
}

/** They are brought in line one after the other: what is asked meanwhile waits. */
export function createServers({ create, refuses }: ServersOptions): Servers {
  const standing = new Map<string, Standing>();
  const serial = createQueue();
  /** Opens a port, and closes it again at once where it is to refuse: it has to be ours, or another would answer there. */
  const open = async (wanted: Wanted, server: Startable, at: number): Promise<Standing> => {
    try {
      const { port } = await server.listen(wanted.at.host, at);
      const closed = refuses(wanted);
      if (closed) server.refuse?.();
      return { wanted, port, error: null, server, refuses: closed };
    } catch (error) {
      const code = codeOf(error);
      if (code === null) throw error;
      return { wanted, port: at, error: code, server: null, refuses: false };
    }
  };
  const start = async (wanted: Wanted) => {
    const had = standing.get(idOf(wanted));
    if (!had?.server) {
      standing.set(idOf(wanted), await open(wanted, create(wanted), wanted.at.port));
      return;
    }
    const { server } = had;
    standing.set(idOf(wanted), { ...(await open(wanted, server, had.port)), server });
  };
  const isThere = (wanted: Wanted): boolean => standing.get(idOf(wanted))?.error === null;
  const align = async () => {
    for (const [id, one] of standing) {
      const { wanted, server, error } = one;
      const closed = refuses(wanted);
      if (!server || error !== null || closed === one.refuses) continue;
      if (closed) {
        server.refuse?.();
        standing.set(id, { ...one, refuses: true });
      } else await start(wanted);
    }
  };
  const stopAll = async (ids: readonly string[]) => {
    const going = ids.map((id) => standing.get(id)?.server);
    for (const id of ids) standing.delete(id);
    await Promise.all(going.map((server) => server?.stop()));
  };
  const drop = (wanted: readonly Wanted[]) => {
    const kept = new Map(wanted.map((one) => [idOf(one), one.how]));
    const isKept = ([id, { wanted: had }]: readonly [string, Standing]) => kept.has(id) && kept.get(id) === had.how;
    return stopAll([...standing].filter((one) => !isKept(one)).map(([id]) => id));
  };
  const raise = async (wanted: readonly Wanted[]) => {
    // One after the other: two of them may want the same port, and then the first of the file has it.
    for (const one of wanted) if (!isThere(one)) await start(one);
    for (const id of wanted.map(idOf)) {
      const known = standing.get(id);
      if (standing.delete(id) && known) standing.set(id, known);
    }
    await align();
  };
  return {
    drop: (wanted) => serial(() => drop(wanted)),
    raise: (wanted) => serial(() => raise(wanted)),
    align: () => serial(align),
    retry: (id) =>
      serial(async () => {
        const known = standing.get(id);
        if (!known) return null;
        if (!isThere(known.wanted)) await start(known.wanted);
        return isThere(known.wanted);
      }),
    views: () => [...standing].map(([id, one]) => viewOf(id, one)),
    addressOf: (wanted) => ({ ...wanted.at, port: standing.get(idOf(wanted))?.port ?? wanted.at.port }),
    stop: () => serial(() => stopAll([...standing.keys()])),
  };
}
