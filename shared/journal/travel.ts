/** Which way an entry goes on the diagram, and what stands on its parcel. */
import type { Entry, Leg } from './entry.ts';
import { parseHttp } from './http.ts';

/** A room of the diagram. */
export type Room = 'client' | 'proxy' | 'auth' | 'upstream';

/** From where to where something goes, and over which edges, in order. */
export interface Travel {
  readonly from: Room;
  readonly to: Room;
  readonly legs: readonly Leg[];
}

/** The position of the entry from which the proxy only copies; the length of `entries` while it does not. */
export function relayStart(entries: readonly Entry[]): number {
  const at = entries.findIndex((entry) => entry.kind === 'relay');
  return at < 0 ? entries.length : at;
}

/** Whether one entry stands for both legs: the proxy copied it from one to the other. */
export function isRelayed(entry: Entry, position: number, relay: number): boolean {
  return position > relay && entry.disposition === 'passed' && (entry.kind === 'line' || entry.kind === 'data');
}

/** null for what stays inside the proxy: decisions, waits, the beginning of the relay. */
export function travelOf(entry: Entry, relayed: boolean): Travel | null {
  if (entry.direction === 'none') return null;
  if (relayed) {
    return entry.leg === 'client'
      ? { from: 'client', to: 'upstream', legs: ['client', 'upstream'] }
      : { from: 'upstream', to: 'client', legs: ['upstream', 'client'] };
  }
  const [from, to]: [Room, Room] = entry.direction === 'in' ? [entry.leg, 'proxy'] : ['proxy', entry.leg];
  return { from, to, legs: [entry.leg] };
}

/** What an entry says in one line: a key of the `transcript` catalogue with its values. */
export interface Gist {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/**
 * The one line that stands for an entry on a parcel, on the scrubber and in spoken text. `shown` says how
 * an entry's bytes are: with their secrets masked, unless told otherwise.
 */
export function gistOf(entry: Entry, shown: (entry: Entry) => string = masked): Gist {
  switch (entry.kind) {
    case 'line':
      return { key: 'gist.text', params: { text: firstLine(shown(entry)) } };
    case 'data':
      return { key: 'gist.data', params: { size: entry.size ?? entry.bytes.length } };
    case 'http':
      return entry.direction === 'out' ? questionGist(shown(entry)) : answerGist(shown(entry));
    case 'dial':
      return { key: `gist.dial.${dialWord(entry)}`, params: { upstream: param(entry, 'upstream') } };
    case 'wait':
      return { key: 'gist.wait', params: { seconds: waitSeconds(entry) } };
    case 'open':
      return { key: 'gist.open', params: {} };
    case 'tls':
      return { key: `gist.tls.${entry.why.replace('session.', '')}`, params: { protocol: param(entry, 'protocol') } };
    case 'hold':
      return entry.why === 'session.dropped'
        ? { key: 'gist.dropped', params: { text: firstLine(shown(entry)) } }
        : { key: 'gist.hold', params: { gate: param(entry, 'gate').replace('>', '→') } };
    case 'decision':
      return decisionGist(entry);
    case 'close':
      return { key: `gist.close.${entry.direction === 'out' ? 'proxy' : entry.leg}`, params: {} };
    default:
      return { key: `gist.${entry.kind}`, params: {} };
  }
}

/** Who the client is counts for more than that it was decided. */
function decisionGist(entry: Entry): Gist {
  const client = entry.why === 'session.real-ip' ? param(entry, 'client') : param(entry, 'host');
  return client === '' ? { key: 'gist.decision', params: {} } : { key: 'gist.client', params: { client } };
}

/** How a `dial` entry went: the machine that was told of a connection says so in its reason. */
export function dialWord(entry: Entry): 'out' | 'connected' | 'failed' {
  if (entry.direction === 'out') return 'out';
  return entry.why.endsWith('.connected') ? 'connected' : 'failed';
}

/** A value of the entry's sentence as text; '' when it has none. */
export function param(entry: Entry, name: string): string {
  return String(entry.params?.[name] ?? '');
}

/** The bytes with every secret range replaced by dots, four whatever its length. */
export function masked(entry: Entry): string {
  let text = '';
  let from = 0;
  for (const [start, end] of entry.secret ?? []) {
    text += `${entry.bytes.slice(from, start)}••••`;
    from = end;
  }
  return text + entry.bytes.slice(from);
}

function firstLine(text: string): string {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line !== '');
  return lines.length > 1 ? `${lines[0] ?? ''} …` : (lines[0] ?? '');
}

/** The header of the question that a person would look for: the recipient, else the user. */
function questionGist(text: string): Gist {
  const { headers } = parseHttp(text);
  const value = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const asked = value('auth-smtp-to') || value('auth-user');
  return asked === '' ? { key: 'gist.question', params: {} } : { key: 'gist.text', params: { text: asked } };
}

function answerGist(text: string): Gist {
  const { headers, start } = parseHttp(text);
  const status = headers.findLast(([key]) => key.toLowerCase() === 'auth-status')?.[1];
  if (status !== undefined) return { key: 'gist.text', params: { text: `Auth-Status: ${status}` } };
  return start === '' ? { key: 'gist.no-answer', params: {} } : { key: 'gist.text', params: { text: start } };
}

function waitSeconds(entry: Entry): number {
  const ms = entry.params?.ms ?? entry.params?.waitMs;
  return typeof ms === 'number' ? ms / 1000 : Number(entry.params?.seconds ?? 0);
}
