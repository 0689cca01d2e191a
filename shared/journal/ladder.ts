/** A session as a sequence chart: who stands in which column, and one row per entry, in order. Pure. */

import type { Entry } from './entry.ts';
import { parseHttp } from './http.ts';
import { dialWord, isRelayed, param, type Room, relayStart, travelOf } from './travel.ts';

/** A column of the chart. */
export interface Column {
  readonly room: Room;
  /** An upstream's name as the lab calls it; '' for the other rooms, and for an upstream before one is dialled. */
  readonly name: string;
  /** An upstream's ADDR:PORT; '' otherwise. */
  readonly address: string;
}

/** How a row fares; never shown by colour alone. */
export type Tone = 'plain' | 'good' | 'bad' | 'held';

/** One entry's row. Columns are positions in `Ladder.columns`. */
export interface LadderRow {
  /** The entry's position. */
  readonly position: number;
  /** mark: something that happened inside the proxy · divider: from here the proxy only copies. */
  readonly shape: 'arrow' | 'mark' | 'divider';
  readonly from: number;
  /** Equal to `from` where nothing moved. */
  readonly to: number;
  /** The arrow passes the proxy: the relay copied it from one side to the other. */
  readonly through: boolean;
  readonly tone: Tone;
  /** µs of silence before it; 0 where they need not be told. */
  readonly gap: number;
}

export interface Ladder {
  /** Client, proxy, auth, and at least one upstream. */
  readonly columns: readonly Column[];
  readonly rows: readonly LadderRow[];
}

/** µs of silence that are worth telling. */
export const GAP_US = 1_000_000;

const CLIENT = 0;
export const PROXY = 1;
const AUTH = 2;
const FIRST_UPSTREAM = 3;

const plain = (room: Room): Column => ({ room, name: '', address: '' });

/** The chart of a session's entries so far: every entry has exactly one row, in the same order. */
export function ladderOf(entries: readonly Entry[]): Ladder {
  const upstreams: Column[] = [];
  const relay = relayStart(entries);
  let dialled = 0;
  const rows = entries.map((entry, position): LadderRow => {
    if (entry.kind === 'dial' && entry.direction === 'out') dialled = upstreamOf(entry, upstreams);
    const column = (room: Room): number => columnOf(room, dialled);
    const travel = entry.kind === 'relay' ? null : travelOf(entry, isRelayed(entry, position, relay));
    const silence = entry.at - (entries[position - 1]?.at ?? entry.at);
    return {
      position,
      shape: entry.kind === 'relay' ? 'divider' : travel === null ? 'mark' : 'arrow',
      from: travel === null ? PROXY : column(travel.from),
      to: travel === null ? PROXY : column(travel.to),
      through: (travel?.legs.length ?? 0) > 1,
      tone: toneOf(entry),
      gap: silence >= GAP_US ? silence : 0,
    };
  });
  const last = upstreams.length > 0 ? upstreams : [plain('upstream')];
  return { columns: [plain('client'), plain('proxy'), plain('auth'), ...last], rows };
}

function columnOf(room: Room, dialled: number): number {
  if (room === 'upstream') return FIRST_UPSTREAM + dialled;
  return room === 'client' ? CLIENT : room === 'proxy' ? PROXY : AUTH;
}

/** Which of the upstreams is dialled here; a new one is added. */
function upstreamOf(entry: Entry, upstreams: Column[]): number {
  const [name, address] = [param(entry, 'name'), param(entry, 'upstream')];
  const known = upstreams.findIndex((one) => one.name === name && one.address === address);
  if (known >= 0) return known;
  upstreams.push({ room: 'upstream', name, address });
  return upstreams.length - 1;
}

function toneOf(entry: Entry): Tone {
  switch (entry.kind) {
    case 'hold':
      return 'held';
    case 'fault':
      return 'bad';
    case 'dial':
      return dialWord(entry) === 'failed' ? 'bad' : 'plain';
    case 'tls':
      return entry.why === 'session.secured' ? 'good' : 'bad';
    case 'http':
      return entry.direction === 'in' ? verdictTone(entry) : 'plain';
    case 'line':
      return isReply(entry) && refuses(entry.bytes) ? 'bad' : 'plain';
    default:
      return 'plain';
  }
}

function verdictTone(entry: Entry): Tone {
  const verdict = param(entry, 'verdict');
  if (verdict === 'route') return 'good';
  return verdict === 'wait' ? 'plain' : 'bad';
}

/** Towards the client, or from the upstream. */
const isReply = ({ leg, direction }: Entry): boolean => (leg === 'client') === (direction === 'out');

/** SMTP's 4yz and 5yz, POP3's -ERR, IMAP's NO and BAD (RFC 5321 4.2.1, RFC 1939 3, RFC 9051 7.1). */
const refuses = (bytes: string): boolean => /^(?:[45]\d\d[ -]|-ERR\b|\S+ (?:NO|BAD) )/i.test(bytes);

/** What an answer of the auth service comes to. */
export interface Verdict {
  readonly type: 'route' | 'reject' | 'wait' | 'error';
  /** ADDR:PORT of a route. */
  readonly upstream: string;
  /** The words of a refusal, as bytes. */
  readonly text: string;
  /** Which rule decided: its number and name; null where the lab's own service did not answer. */
  readonly rule: { readonly number: number | null; readonly name: string } | null;
}

/** The verdict of an answer of the auth service; null for any other entry. */
export function verdictOf(entry: Entry): Verdict | null {
  const type = param(entry, 'verdict');
  if (entry.kind !== 'http' || entry.direction !== 'in') return null;
  if (type !== 'route' && type !== 'reject' && type !== 'wait' && type !== 'error') return null;
  const { headers } = parseHttp(entry.bytes);
  // The last of several headers with one name counts, as in nginx.
  const value = (name: string) => headers.findLast(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const [server, port] = [value('auth-server'), value('auth-port')];
  const winner = entry.trail?.find(({ outcome }) => outcome === 'matched');
  return {
    type,
    upstream: server.includes(':') ? `[${server}]:${port}` : `${server}:${port}`,
    text: value('auth-status'),
    rule: winner === undefined ? null : { number: winner.rule, name: winner.name },
  };
}
