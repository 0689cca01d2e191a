/** What the diagram shows at a moment: every room's word, and how each of the three edges stands. Pure. */
import type { LabView } from '../../shared/contract/contract.ts';
import type { Entry, Leg, SessionSummary } from '../../shared/journal/entry.ts';
import { dialWord, param } from '../../shared/journal/travel.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { isOffBox } from '../../shared/wire/loopback.ts';
import { folded } from './timeline.ts';

/** How a room fares; never shown by colour alone, the word says it too. */
export type Tone = 'idle' | 'busy' | 'good' | 'bad';

/** A room with its word: a key of the `diagram` catalogue (`status.…`) with its values. */
export interface RoomView {
  readonly status: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly tone: Tone;
}

/** none: no connection yet · trying: asked for · open · closed: it was there. */
export type EdgeState = 'none' | 'trying' | 'open' | 'secured' | 'closed';

export interface Picture {
  readonly client: RoomView;
  readonly proxy: RoomView;
  readonly auth: RoomView;
  /** The room of the upstream this session uses; `chosen` names it. */
  readonly upstream: RoomView;
  /** The dialled upstream as the journal names it; null before. */
  readonly chosen: { readonly name: string; readonly address: string } | null;
  readonly edges: Readonly<Record<Leg, EdgeState>>;
}

/** An upstream's place on the diagram. */
export interface UpstreamPlace {
  readonly name: string;
  /** ADDR:PORT for the session's protocol; '' when it does not speak it. */
  readonly address: string;
  readonly external: boolean;
  /** Outside of this machine. */
  readonly offBox: boolean;
  /** Why nobody is there: it could not be started, or an armed fault keeps its port closed; null: it is there. */
  readonly absent: 'failed' | 'refusing' | null;
}

const room = (status: string, tone: Tone, params: RoomView['params'] = {}): RoomView => ({ status, tone, params });

const idle: RoomView = { status: 'idle', params: {}, tone: 'idle' };

const emptyPicture: Picture = {
  client: idle,
  proxy: idle,
  auth: idle,
  upstream: idle,
  chosen: null,
  edges: { client: 'none', auth: 'none', upstream: 'none' },
};

/** What is drawn, and whether the proxy only copies by now: then the same lines mean something else. */
interface Drawn {
  readonly picture: Picture;
  readonly relaying: boolean;
}

const drawnAt = folded<Drawn>({ picture: emptyPicture, relaying: false }, ({ picture, relaying }, entry) => ({
  picture: { ...picture, ...drawn(picture, entry, relaying) },
  relaying: relaying || entry.kind === 'relay',
}));

/** The picture once the entry at `position` had happened; nothing but idle rooms for -1. */
export function pictureAt(entries: readonly Entry[], position: number): Picture {
  return drawnAt(entries, position).picture;
}

/** The proxy before any session: it can only greet where it listens. */
export function idleProxy(lab: Pick<LabView, 'listeners'> | null): RoomView {
  if (lab === null) return room('starting', 'idle');
  const proxies = lab.listeners.filter((one) => one.role === 'proxy');
  return proxies.some((one) => one.state === 'listening') ? idle : room('deaf', 'bad');
}

/** The upstreams of the lab, and the dialled one at the end if the lab does not know it. */
export function upstreamPlaces(
  lab: Pick<LabView, 'upstreams' | 'listeners'> | null,
  protocol: SessionSummary['protocol'],
  chosen: Picture['chosen'],
): readonly UpstreamPlace[] {
  const known = (lab?.upstreams ?? []).map(({ name, external }) => {
    const listener = lab?.listeners.find(
      (one) => one.role === 'upstream' && one.name === name && one.protocol === protocol,
    );
    const address = listener === undefined ? '' : hostPort(listener.address, listener.port);
    const offBox = listener?.state === 'external' && isOffBox(listener.address);
    const state = listener?.state;
    return { name, external, offBox, address, absent: state === 'failed' || state === 'refusing' ? state : null };
  });
  if (chosen === null || chosenPlace(known, chosen) >= 0) return known;
  const { name, address } = chosen;
  const offBox = isOffBox(address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, ''));
  return [...known, { name: name || address, address, external: true, offBox, absent: null }];
}

/** Which of the places is the dialled one; -1 for none. */
export function chosenPlace(places: readonly UpstreamPlace[], chosen: Picture['chosen']): number {
  if (chosen === null) return -1;
  const byAddress = places.findIndex((one) => one.address !== '' && one.address === chosen.address);
  return byAddress >= 0 ? byAddress : places.findIndex((one) => one.name === chosen.name);
}

function drawn(picture: Picture, entry: Entry, relaying: boolean): Partial<Picture> {
  switch (entry.kind) {
    case 'open':
      return {
        client: room('connected', 'busy'),
        proxy: room('greeting', 'busy'),
        edges: { ...picture.edges, client: 'open' },
      };
    case 'tls':
      return entry.why === 'session.secured' ? { edges: { ...picture.edges, client: 'secured' } } : {};
    case 'http':
      return entry.direction === 'out' ? asking(picture) : answered(picture, entry);
    case 'dial':
      return dialled(picture, entry);
    case 'relay':
      return { proxy: room('proxying', 'good'), upstream: room('proxying', 'good') };
    case 'wait':
      return { proxy: room('sleeping', 'busy') };
    case 'close':
      return closed(picture, entry, relaying);
    case 'fault':
      return { proxy: room('failed', 'bad') };
    case 'line':
    case 'data':
      return relaying ? relayed(entry) : spoken(entry);
    default:
      return {};
  }
}

function asking(picture: Picture): Partial<Picture> {
  return {
    proxy: room('asking', 'busy'),
    auth: room('asked', 'busy'),
    edges: { ...picture.edges, auth: 'open' },
  };
}

function answered(picture: Picture, entry: Entry): Partial<Picture> {
  const winner = entry.trail?.find((step) => step.outcome === 'matched');
  const verdict = entry.params?.verdict ?? 'route';
  const edges = { ...picture.edges, auth: 'closed' as const };
  const proxy = room('deciding', 'busy');
  if (verdict === 'error') return { proxy, auth: room('no-answer', 'bad'), edges };
  if (verdict === 'wait') return { proxy, auth: room('said-wait', 'busy'), edges };
  const tone = verdict === 'reject' ? 'bad' : 'good';
  if (entry.edited !== undefined) return { proxy, auth: room('by-hand', tone), edges };
  if (winner === undefined) return { proxy, auth: room(verdict === 'reject' ? 'said-no' : 'said-yes', tone), edges };
  const status = winner.rule === null ? 'otherwise' : winner.rule === 0 ? 'accounts' : 'rule';
  return { proxy, auth: room(status, tone, { number: winner.rule ?? '', name: winner.name }), edges };
}

function dialled(picture: Picture, entry: Entry): Partial<Picture> {
  const chosen = { name: param(entry, 'name'), address: param(entry, 'upstream') };
  switch (dialWord(entry)) {
    case 'out':
      return {
        chosen,
        proxy: room('dialling', 'busy'),
        upstream: room('dialled', 'busy'),
        edges: { ...picture.edges, upstream: 'trying' },
      };
    case 'connected':
      return {
        proxy: room('introducing', 'busy'),
        upstream: room('connected', 'busy'),
        edges: { ...picture.edges, upstream: 'open' },
      };
    case 'failed':
      return {
        proxy: room('deciding', 'bad'),
        upstream: room('refused', 'bad'),
        edges: { ...picture.edges, upstream: 'closed' },
      };
  }
}

function spoken(entry: Entry): Partial<Picture> {
  if (entry.leg === 'upstream') {
    const upstream = entry.direction === 'in' ? spokenReply(entry) : room('thinking', 'busy');
    return { proxy: room('introducing', 'busy'), upstream };
  }
  if (entry.direction === 'in') return { client: room('waiting', 'busy'), proxy: room('reading', 'busy') };
  const refused = isRefusal(entry.bytes);
  return { client: room(refused ? 'got-no' : 'answered', refused ? 'bad' : 'good'), proxy: room('listening', 'busy') };
}

function spokenReply(entry: Entry): RoomView {
  return isRefusal(entry.bytes) ? room('refused', 'bad') : room('talking', 'good');
}

function relayed(entry: Entry): Partial<Picture> {
  if (entry.leg === 'client') return { client: room('waiting', 'busy'), upstream: room('thinking', 'busy') };
  const refused = entry.kind === 'line' && isRefusal(entry.bytes);
  const tone: Tone = refused ? 'bad' : 'good';
  return {
    client: room(refused ? 'got-no' : 'answered', tone),
    upstream: room(refused ? 'refused' : 'proxying', tone),
  };
}

function closed(picture: Picture, entry: Entry, relaying: boolean): Partial<Picture> {
  const edges = { ...picture.edges, [entry.leg]: 'closed' as const };
  const gone = room('closed', 'idle');
  if (entry.leg === 'upstream') return { upstream: gone, edges };
  // Before the relay nobody tells the upstream's end: when the client's side is gone, the proxy drops it silently.
  if (!relaying && picture.edges.upstream === 'open') edges.upstream = 'closed';
  return { client: gone, proxy: room('ended', 'idle'), edges };
}

/** A reply that says no: SMTP 4xx and 5xx, POP3 -ERR, IMAP NO and BAD. */
function isRefusal(bytes: string): boolean {
  return /^([45]\d\d[ -]|-ERR|(\S+ )?(NO|BAD) )/.test(bytes);
}
