/** Which session a socket belongs to, so that a mail sent or a message received can be shown with its session. */
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import type { Recorder } from '../engine/ports.ts';

const PORTS = 65_536;

/** Ports are used again by the system: who used one so many sessions ago is forgotten. */
const SESSIONS_MAX = 20_000;

/** The ports that sessions use, on both legs. */
export interface Links {
  /** The session of the client that connected from this port. */
  ofClient(port: number): number | null;
  /** The session whose connection to an upstream starts at this port. */
  ofUpstream(port: number): number | null;
  /** Calls back with every session that ends, and the port that its client spoke from; returns what stops it. */
  follow(ended: (summary: SessionSummary, port: number) => void): () => void;
  /** A recorder that takes note and passes everything on. */
  watch(recorder: Recorder): Recorder;
}

const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));

/** Our own port of an upstream connection, on the entry that says it stands. */
function dialledFrom({ kind, direction, params }: Entry): number {
  return kind === 'dial' && direction === 'in' ? portOf(String(params?.local ?? '')) : 0;
}

/** Starts empty. */
export function createLinks(): Links {
  // By port, the session that used it last; 0 where there was none. Tables cost a session less than maps.
  const clients = new Float64Array(PORTS);
  const upstreams = new Float64Array(PORTS);
  let newest = 0;
  const recent = (session = 0): number | null => (session > 0 && session > newest - SESSIONS_MAX ? session : null);
  const followers = new Set<(summary: SessionSummary, port: number) => void>();
  return {
    ofClient: (port) => recent(clients[port]),
    ofUpstream: (port) => recent(upstreams[port]),
    follow: (ended) => {
      followers.add(ended);
      return () => void followers.delete(ended);
    },
    watch: (recorder) => ({
      allocate: () => recorder.allocate(),
      began: (summary: SessionSummary) => {
        newest = summary.id;
        clients[portOf(summary.client)] = summary.id;
        recorder.began(summary);
      },
      recorded: (summary, entry) => {
        const port = dialledFrom(entry);
        if (port > 0) upstreams[port] = summary.id;
        recorder.recorded(summary, entry);
      },
      ended: (summary) => {
        recorder.ended(summary);
        for (const tell of followers) tell(summary, portOf(summary.client));
      },
    }),
  };
}
