/** What a session needs of the engine, and of the listening socket it came through. */
import type { ErrorLog } from '../../shared/nginx/mail.ts';
import type { Service } from '../../shared/proxy/service.ts';
import type { Barred } from './dial-guard.ts';
import type { Gates } from './gates.ts';
import type { Holding } from './holding.ts';
import type { Authority, NamePort, Recorder, TlsPort } from './ports.ts';

/** Shared by all sessions of the engine. */
export interface SessionPorts {
  readonly authority: Authority;
  readonly recorder: Recorder;
  readonly gates: Gates;
  readonly holding: Holding;
  /** Whether the other end waits as long as it takes: the lab's own client, the servers it plays. */
  readonly isPatient: (side: 'client' | 'upstream', address: string) => boolean;
  readonly tls: TlsPort | undefined;
  readonly names: NamePort | undefined;
  readonly upstreamName: (address: string) => string | null;
  /** Why the proxy must not connect there; null: it may. */
  readonly barred: (server: string, port: number) => Barred | null;
  /** Called once, when the session is over and its sockets are closed or closing. */
  readonly onEnd: (session: number) => void;
}

/** The listening socket that a client came through, and who serves it there. */
export interface Door {
  readonly service: Service;
  /** As sessions show it: `127.0.0.1:3333`, `unix:/run/mail.sock`. */
  readonly name: string;
  /** As nginx would call it; another name only where the lab narrowed a wildcard to loopback: `0.0.0.0:3333`. */
  readonly inNginx: string;
  /** The most talkative level of its `error_log`s. */
  readonly logLevel: ErrorLog['level'];
  readonly unix: boolean;
  readonly ssl: boolean;
  readonly proxyProtocol: boolean;
  /** Whether anything comes between the accept and the greeting. */
  readonly arrives: boolean;
}
