/** The headless proxy: listeners in, journal entries out. It knows nothing of windows, databases or lab files. */
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { MailConf, MailServer } from '../../shared/nginx/mail.ts';
import { createDialGuard, type Socketed } from './dial-guard.ts';
import { createGateControl, type GateControl } from './gate-control.ts';
import { Gates } from './gates.ts';
import { Holding } from './holding.ts';
import { Listener, type ListenerPorts } from './listener.ts';
import { OpenSessions } from './open-sessions.ts';
import { placesOf } from './places.ts';
import type { Authority, NamePort, Recorder, TlsPort } from './ports.ts';
import { Session } from './session.ts';
import type { SessionPorts } from './session-ports.ts';
import { keepYoung } from './young.ts';

/** One listening socket of the proxy, or one that could not be had. */
export interface ProxyListener {
  /** `smtp 127.0.0.1:3333`, `smtp unix:/run/mail.sock`. */
  readonly id: string;
  readonly protocol: Protocol;
  /** An IP literal, or `unix:/path`. */
  readonly address: string;
  /** 0 for a unix socket. */
  readonly port: number;
  readonly state: 'listening' | 'failed';
  /** The system's code, such as EADDRINUSE; `NOT_LOOPBACK` where the lab refuses to leave loopback. */
  readonly error: string | null;
  /** nginx would listen on every interface here; the lab narrowed it to loopback. */
  readonly narrowed: boolean;
  /** `ssl`: clients shake hands first. */
  readonly ssl: boolean;
  /** Whether TLS can be asked for, or must be before a login. */
  readonly starttls: MailServer['starttls'];
  /** `proxy_protocol`: clients send a PROXY header before everything else. */
  readonly proxyProtocol: boolean;
}

/** The running proxy. */
export interface Engine {
  /**
   * Binds what `conf` lists. Listeners that cannot be bound are `failed`, the others are up; those that stay are not
   * rebound; open sessions finish on the configuration they began with, relayed ones within its
   * `worker_shutdown_timeout`.
   */
  apply(conf: MailConf | null): Promise<readonly ProxyListener[]>;
  listeners(): readonly ProxyListener[];
  /** Tries a failed listener again. */
  retry(id: string): Promise<readonly ProxyListener[]>;
  /** The open sessions' rows; they change while the sessions run. */
  open(): readonly SessionSummary[];
  readonly gates: GateControl;
  /** Ends a session at once; false: it is not open. */
  kill(session: number): boolean;
  /** Stops accepting, ends the open sessions, and resolves when the ports are free. */
  stop(): Promise<void>;
  /**
   * Stops as nginx does on QUIT: accepts nobody any more, lets the open sessions go on, and resolves when the last is
   * over. Relays are cut after `shutdownTimeoutMs` (`worker_shutdown_timeout`; null: never); who has not logged in by
   * then has the rest of `timeout`.
   */
  quit(shutdownTimeoutMs: number | null): Promise<void>;
}

/** What the engine is given. */
export interface EngineOptions {
  readonly authority: Authority;
  readonly recorder: Recorder;
  /** Needed where a configuration has TLS. */
  readonly tls?: TlsPort;
  /** Needed where a configuration has a resolver. */
  readonly names?: NamePort;
  /** Name of the upstream that listens at `IP:PORT`, if the lab knows one. */
  readonly upstreamName: (address: string) => string | null;
  /** Listen on other addresses than loopback, and connect to them. */
  readonly allowLan: boolean;
  /** Upstreams outside loopback that the user allowed, as `IP:PORT`. */
  readonly allowed?: (address: string) => boolean;
  /** Sockets that are the lab's own besides the proxy's: no upstream may be one of them. */
  readonly own?: () => readonly Socketed[];
  /** Something is armed, held or released: `gates.view()` says how it stands now. Must be quick. */
  readonly onGates?: () => void;
  /** Whether the other end waits as long as it takes, by its `IP:PORT`: the lab's own client, the servers it plays. */
  readonly isPatient?: (side: 'client' | 'upstream', address: string) => boolean;
  /** Addresses, as `IP:PORT`, that another program has: they are not even tried. */
  readonly taken?: ReadonlySet<string>;
}

/** Judges every upstream before it is dialled. */
function guardOf({ allowLan, allowed, own }: EngineOptions, listeners: ReadonlyMap<string, Listener>) {
  const sockets = () => [...listeners.values()].flatMap((listener) => listener.socket() ?? []);
  return createDialGuard({
    allowLan,
    allowed: allowed ?? (() => false),
    own: () => [...sockets(), ...(own?.() ?? [])],
  });
}

/** A proxy without listeners; `apply` gives it some. */
export function createEngine(options: EngineOptions): Engine {
  keepYoung();
  const onGates = options.onGates ?? (() => undefined);
  const gates = new Gates(onGates);
  const holding = new Holding(gates, onGates);
  const sessions = new OpenSessions<Session>();
  const listeners = new Map<string, Listener>();

  /** Called when the last session is over. */
  const onEmpty: (() => void)[] = [];

  const shared: SessionPorts = {
    authority: options.authority,
    recorder: options.recorder,
    gates,
    holding,
    isPatient: options.isPatient ?? (() => false),
    tls: options.tls,
    names: options.names,
    upstreamName: options.upstreamName,
    barred: guardOf(options, listeners),
    onEnd: (id) => {
      sessions.remove(id);
      gates.forget(id);
      if (sessions.size === 0) for (const done of onEmpty.splice(0)) done();
    },
  };

  const control = createGateControl(gates, holding, sessions);

  const ports: ListenerPorts = {
    accept(socket, door) {
      const session = new Session(socket, door, shared);
      if (session.summary.ms === null) sessions.add(session);
    },
    find: (key) => listeners.get(key),
    taken: options.taken ?? new Set(),
  };

  const views = (): readonly ProxyListener[] => [...listeners.values()].flatMap((listener) => listener.view() ?? []);

  let shutdownTimeoutMs: number | null = null;

  async function apply(conf: MailConf | null): Promise<readonly ProxyListener[]> {
    cutLater(sessions, shutdownTimeoutMs);
    shutdownTimeoutMs = conf?.process?.shutdownTimeoutMs ?? null;
    const wanted = new Map(placesOf(conf, options.allowLan).map((place) => [place.key, place]));
    for (const [key, listener] of listeners) {
      if (wanted.has(key)) continue;
      listeners.delete(key);
      listener.close();
    }
    for (const [key, place] of wanted) {
      const known = listeners.get(key);
      if (known) known.change(place);
      else listeners.set(key, new Listener(place, ports));
    }
    // One after the other: a wildcard's ::1 takes the port that its 127.0.0.1 was given.
    for (const key of wanted.keys()) await listeners.get(key)?.bind();
    return views();
  }

  function closeListeners(): void {
    for (const listener of listeners.values()) listener.close();
    listeners.clear();
  }

  return {
    apply,
    listeners: views,
    async retry(id) {
      for (const listener of listeners.values()) if (listener.view()?.id === id) await listener.bind();
      return views();
    },
    open: () => sessions.all().map((session) => session.summary),
    gates: control,
    kill: (id) => sessions.get(id)?.kill() ?? false,
    async stop() {
      closeListeners();
      for (const session of sessions.all()) session.stop();
    },
    async quit(shutdownTimeoutMs) {
      closeListeners();
      // Nobody would be there to release what is held.
      control.reset();
      if (sessions.size === 0) return;
      const empty = new Promise<void>((done) => void onEmpty.push(done));
      const cut = (): void => {
        for (const session of sessions.all()) session.shutDown();
      };
      const clock = shutdownTimeoutMs === null ? undefined : setTimeout(cut, shutdownTimeoutMs);
      await empty;
      clearTimeout(clock);
    },
  };
}

/** nginx's old workers cut the relays that go on for too long after a reload. */
function cutLater(sessions: OpenSessions<Session>, timeoutMs: number | null): void {
  if (timeoutMs === null || sessions.size === 0) return;
  const before = sessions.all();
  setTimeout(() => {
    for (const session of before) session.shutDown();
  }, timeoutMs).unref();
}
