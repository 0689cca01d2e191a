/** Which session a socket belongs to, so that a mail sent or a message received can be shown with its session. */
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import type { Recorder } from '../engine/ports.ts';

/** Ports are used again by the system; older ones are forgotten. */
const PORTS_MAX = 20_000;

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

function remember(ports: Map<number, number>, port: number, session: number): void {
  // Set anew, so that the oldest of the map is always the one used longest ago.
  ports.delete(port);
  ports.set(port, session);
  if (ports.size <= PORTS_MAX) return;
  const oldest = ports.keys().next();
  if (!oldest.done) ports.delete(oldest.value);
}

const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));

/** Our own port of an upstream connection, on the entry that says it stands. */
function dialledFrom({ kind, direction, params }: Entry): number {
  return kind === 'dial' && direction === 'in' ? portOf(String(params?.local ?? '')) : 0;
}

/** Starts empty. */
export function createLinks(): Links {
  const clients = new Map<number, number>();
  const upstreams = new Map<number, number>();
  const followers = new Set<(summary: SessionSummary, port: number) => void>();
  return {
    ofClient: (port) => clients.get(port) ?? null,
    ofUpstream: (port) => upstreams.get(port) ?? null,
    follow: (ended) => {
      followers.add(ended);
      return () => void followers.delete(ended);
    },
    watch: (recorder) => ({
      allocate: () => recorder.allocate(),
      began: (summary: SessionSummary) => {
        remember(clients, portOf(summary.client), summary.id);
        recorder.began(summary);
      },
      recorded: (summary, entry) => {
        const port = dialledFrom(entry);
        if (port > 0) remember(upstreams, port, summary.id);
        recorder.recorded(summary, entry);
      },
      ended: (summary) => {
        recorder.ended(summary);
        for (const tell of followers) tell(summary, portOf(summary.client));
      },
    }),
  };
}
