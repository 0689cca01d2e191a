/** What a session needs of the engine. */
import type { Gates } from './gates.ts';
import type { Authority, Recorder } from './ports.ts';

/** Shared by all sessions of a listener. */
export interface SessionPorts {
  readonly authority: Authority;
  readonly recorder: Recorder;
  readonly gates: Gates;
  readonly upstreamName: (address: string) => string | null;
  /** Whether the proxy may connect there: by default only to loopback. */
  readonly mayDial: (server: string, port: number) => boolean;
  /** Called once, when the session is over and its sockets are closed or closing. */
  readonly onEnd: (session: number) => void;
}
