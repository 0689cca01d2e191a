/** The headless proxy: listeners in, journal entries out. It knows nothing of windows, databases or lab files. */
import type { Gate, SessionSummary } from '../../shared/journal/entry.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { MailConf } from '../../shared/nginx/mail.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { isLoopback } from '../../shared/wire/loopback.ts';
import { Gates } from './gates.ts';
import { Listener, type Place, placesOf } from './listener.ts';
import type { Authority, Recorder } from './ports.ts';
import { serviceOf } from './protocols.ts';
import { Session } from './session.ts';

/** One listening socket of the proxy, or one that could not be had. */
export interface ProxyListener {
  /** `smtp 127.0.0.1:3333`. */
  readonly id: string;
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
  readonly state: 'listening' | 'failed';
  /** The system's code, such as EADDRINUSE; `NOT_LOOPBACK` where the lab refuses to leave loopback. */
  readonly error: string | null;
  /** nginx would listen on every interface here; the lab narrowed it to loopback. */
  readonly narrowed: boolean;
}

/** The running proxy. */
export interface Engine {
  /**
   * Binds what `conf` lists. Listeners that cannot be bound are `failed`, the others are up; those that stay are not
   * rebound; open sessions finish on the configuration they began with.
   */
  apply(conf: MailConf | null): Promise<readonly ProxyListener[]>;
  listeners(): readonly ProxyListener[];
  /** Tries a failed listener again. */
  retry(id: string): Promise<readonly ProxyListener[]>;
  /** The open sessions' rows; they change while the sessions run. */
  open(): readonly SessionSummary[];
  /** Arms or opens a gate, for all sessions or one. */
  arm(gate: Gate, on: boolean, session?: number): void;
  /** Sessions with something held at a gate. */
  held(): readonly number[];
  /** How many things of this session are held; two at most, one a direction of its relay. */
  waiting(session: number): number;
  /** Lets what was held first of this session pass. */
  release(session: number): void;
  /** Stops accepting, ends the open sessions, and resolves when the ports are free. */
  stop(): Promise<void>;
}

/** What the engine is given. */
export interface EngineOptions {
  readonly authority: Authority;
  readonly recorder: Recorder;
  /** Name of the upstream that listens at `IP:PORT`, if the lab knows one. */
  readonly upstreamName: (address: string) => string | null;
  /** Listen on other addresses than loopback, and connect to them. */
  readonly allowLan: boolean;
  /** Upstreams outside loopback that the user allowed, as `IP:PORT`. */
  readonly allowed?: (address: string) => boolean;
}

/** A proxy without listeners; `apply` gives it some. */
export function createEngine(options: EngineOptions): Engine {
  const gates = new Gates();
  const sessions = new Map<number, Session>();
  const listeners = new Map<string, Listener>();

  const serve = (place: Place) => {
    const service = serviceOf(place.server);
    return (socket: Parameters<Listener['serve']>[0], name: string): void => {
      const session = new Session(socket, service, name, {
        authority: options.authority,
        recorder: options.recorder,
        gates,
        upstreamName: options.upstreamName,
        mayDial: (server, port) =>
          options.allowLan || isLoopback(server) || (options.allowed?.(hostPort(server, port)) ?? false),
        onEnd: (id) => {
          sessions.delete(id);
          gates.forget(id);
        },
      });
      if (session.summary.ms === null) sessions.set(session.summary.id, session);
    };
  };

  const views = (): readonly ProxyListener[] => [...listeners.values()].flatMap((listener) => listener.view() ?? []);

  async function apply(conf: MailConf | null): Promise<readonly ProxyListener[]> {
    const wanted = new Map(placesOf(conf, options.allowLan).map((place) => [place.key, place]));
    const leaving = [...listeners].filter(([key]) => !wanted.has(key));
    for (const [key] of leaving) listeners.delete(key);
    await Promise.all(leaving.map(([, listener]) => listener.close()));
    for (const [key, place] of wanted) {
      const known = listeners.get(key);
      if (known) known.change(place, serve(place));
      else listeners.set(key, new Listener(place, serve(place)));
    }
    // One after the other: a wildcard's ::1 takes the port that its 127.0.0.1 was given.
    for (const key of wanted.keys()) await listeners.get(key)?.bind((other) => listeners.get(other)?.view()?.port);
    return views();
  }

  return {
    apply,
    listeners: views,
    async retry(id) {
      for (const listener of listeners.values())
        if (listener.view()?.id === id) await listener.bind((other) => listeners.get(other)?.view()?.port);
      return views();
    },
    open: () => [...sessions.values()].map((session) => session.summary),
    arm: (gate, on, session) => gates.arm(gate, on, session ?? null),
    held: () => [...sessions.values()].filter((session) => session.waiting > 0).map((session) => session.summary.id),
    waiting: (session) => sessions.get(session)?.waiting ?? 0,
    release: (session) => sessions.get(session)?.release(),
    async stop() {
      const closing = [...listeners.values()].map((listener) => listener.close());
      listeners.clear();
      for (const session of [...sessions.values()]) session.stop();
      await Promise.all(closing);
    },
  };
}
