/** Where the diagram's parts stand, in px: the topology never changes, only the room for it. Pure. */
import type { Gate, Leg } from '../../shared/journal/entry.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly client: Box;
  readonly proxy: Box;
  readonly auth: Box;
  /** The stack of upstreams; it scrolls when it is fuller than its box. */
  readonly stack: Box;
  /** Where the parcel's text stands for each leg, as a box it is kept inside. */
  readonly labels: Readonly<Record<Leg, Box>>;
  /** Where it stands what each leg will carry; all three are read at once. */
  readonly captions: Readonly<Record<Leg, Box>>;
  /** The corner above the client, for a word to the newcomer. */
  readonly corner: Box;
}

/** Height of a room's card, of an upstream's, and the gap between two upstreams. */
const CARD_HEIGHT = 54;
export const UPSTREAM_HEIGHT = 48;
export const UPSTREAM_GAP = 10;
const MARGIN = 14;
const LABEL_HEIGHT = 24;
/** Between two captions, and the least width of one. */
const CAPTION_GAP = 16;
const CAPTION_MIN = 104;
/** The shortest edge on which a parcel can still be seen to stand. */
const GAP_MIN = 38;

/** Lays the rooms out in `width` × `height` with `upstreams` on the right. */
export function layoutOf(width: number, height: number, upstreams: number): Layout {
  const card = Math.round(Math.min(190, Math.max(122, width * 0.235), (width - 2 * MARGIN - 2 * GAP_MIN) / 3));
  const gap = (width - 2 * MARGIN - 3 * card) / 2;
  const middle = Math.round(Math.max(MARGIN + CARD_HEIGHT + 64 + CARD_HEIGHT / 2, height * 0.64));
  const row = Math.min(middle, height - CARD_HEIGHT / 2 - LABEL_HEIGHT - 18) - CARD_HEIGHT / 2;
  const proxyX = Math.round(MARGIN + card + gap);
  const client: Box = { x: MARGIN, y: row, width: card, height: CARD_HEIGHT };
  const proxy: Box = { x: proxyX, y: row, width: card, height: CARD_HEIGHT };
  const auth: Box = { x: proxyX, y: MARGIN, width: card, height: CARD_HEIGHT };
  const stack = stackOf(width - MARGIN - card, card, height, row + CARD_HEIGHT / 2, upstreams);
  const labels = labelsOf(client, proxy, auth, stack);
  const corner: Box = { x: MARGIN, y: MARGIN, width: auth.x - 2 * MARGIN, height: labels.auth.y - MARGIN - 4 };
  return { client, proxy, auth, stack, labels, captions: captionsOf(labels, proxy), corner };
}

/** Centred on the proxy's row where it fits, else as high as the diagram. */
function stackOf(x: number, width: number, height: number, centre: number, count: number): Box {
  const full = Math.max(1, count) * (UPSTREAM_HEIGHT + UPSTREAM_GAP) - UPSTREAM_GAP;
  const room = height - 2 * MARGIN;
  const used = Math.min(full, room);
  const y = Math.min(Math.max(MARGIN, centre - used / 2), height - MARGIN - used);
  return { x, y: Math.round(y), width, height: used };
}

function labelsOf(client: Box, proxy: Box, auth: Box, stack: Box): Layout['labels'] {
  const centre = proxy.x + proxy.width / 2;
  const between = (auth.y + auth.height + proxy.y - LABEL_HEIGHT) / 2;
  const below = proxy.y + proxy.height + 10;
  return {
    client: { x: client.x, y: below, width: proxy.x + proxy.width - client.x, height: LABEL_HEIGHT },
    auth: { x: client.x, y: between, width: centre - client.x - 16, height: LABEL_HEIGHT },
    upstream: { x: proxy.x, y: below, width: stack.x - proxy.x - 8, height: LABEL_HEIGHT },
  };
}

/** As the labels, but the two below the row share the width, at the proxy's middle if the right one has room there. */
function captionsOf(labels: Layout['labels'], proxy: Box): Layout['captions'] {
  const { client, upstream } = labels;
  const end = upstream.x + upstream.width;
  const split = Math.min(proxy.x + proxy.width / 2, end - CAPTION_MIN);
  return {
    ...labels,
    client: { ...client, width: split - CAPTION_GAP / 2 - client.x },
    upstream: { ...upstream, x: split + CAPTION_GAP / 2, width: end - split - CAPTION_GAP / 2 },
  };
}

/** Where the edge meets the upstream card `index`, kept inside the stack when it is scrolled out of sight. */
export function upstreamPort(stack: Box, index: number, scrolled: number): number {
  const y = stack.y + index * (UPSTREAM_HEIGHT + UPSTREAM_GAP) + UPSTREAM_HEIGHT / 2 - scrolled;
  return Math.min(Math.max(y, stack.y + 4), stack.y + stack.height - 4);
}

/** The line of an edge as SVG path data, from the outer room to the proxy or from the proxy outwards. */
export function edgePath(layout: Layout, leg: Leg, port: number, backwards = false): string {
  const points = edgePoints(layout, leg, port);
  return draw(backwards ? [...points].reverse() : points);
}

/** One line over both legs, for what the proxy copies; `backwards` runs from the upstream to the client. */
export function relayPath(layout: Layout, port: number, backwards: boolean): string {
  const points = [...edgePoints(layout, 'client', port), ...edgePoints(layout, 'upstream', port)];
  return draw(backwards ? points.reverse() : points);
}

/** A point of a path: straight to it, or as the end of a curve whose handles lie at `bend` on both heights. */
interface Point {
  readonly x: number;
  readonly y: number;
}

function edgePoints({ client, proxy, auth, stack }: Layout, leg: Leg, port: number): readonly Point[] {
  const row = proxy.y + proxy.height / 2;
  const centre = proxy.x + proxy.width / 2;
  if (leg === 'client') {
    return [
      { x: client.x + client.width, y: row },
      { x: proxy.x, y: row },
    ];
  }
  if (leg === 'auth') {
    return [
      { x: centre, y: proxy.y },
      { x: centre, y: auth.y + auth.height },
    ];
  }
  return [
    { x: proxy.x + proxy.width, y: row },
    { x: stack.x, y: port },
  ];
}

/** Level ends: a curve between different heights leaves and arrives horizontally. */
function draw(points: readonly Point[]): string {
  return points
    .map(({ x, y }, i) => {
      const before = points[i - 1];
      if (before === undefined) return `M${x} ${y}`;
      if (before.y === y || before.x === x) return `L${x} ${y}`;
      const bend = (before.x + x) / 2;
      return `C${bend} ${before.y} ${bend} ${y} ${x} ${y}`;
    })
    .join('');
}

/** A gate's place: the middle of its ring. */
export interface GateSpot {
  readonly gate: Gate;
  readonly leg: Leg;
  readonly x: number;
  readonly y: number;
}

/** px from the room to the middle of its gate, and across the part of a gate that can be pressed. */
const GATE_INSET = 13;
const GATE_SIZE = 24;

/** How wide a gate may be pressed: two of them share the shortest edge. */
export function gateSize({ client, proxy }: Layout): number {
  return Math.min(GATE_SIZE, Math.floor((proxy.x - client.x - client.width) / 2));
}

/** The six gates, two per edge: one at each end. Without an upstream its edge is not there. */
export function gateSpots(layout: Layout, port: number, upstreams: number): readonly GateSpot[] {
  const { client, proxy, auth, stack } = layout;
  const row = proxy.y + proxy.height / 2;
  const centre = proxy.x + proxy.width / 2;
  const inset = Math.min(GATE_INSET, gateSize(layout) / 2);
  const spots: readonly GateSpot[] = [
    { gate: 'C>P', leg: 'client', x: client.x + client.width + inset, y: row },
    { gate: 'P>C', leg: 'client', x: proxy.x - inset, y: row },
    { gate: 'P>A', leg: 'auth', x: centre, y: proxy.y - inset },
    { gate: 'A>P', leg: 'auth', x: centre, y: auth.y + auth.height + inset },
    { gate: 'P>U', leg: 'upstream', x: proxy.x + proxy.width + inset, y: row },
    { gate: 'U>P', leg: 'upstream', x: stack.x - inset, y: port },
  ];
  return upstreams > 0 ? spots : spots.filter((one) => one.leg !== 'upstream');
}

/** Which part the arrow keys reach from another. */
export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

type Ways = Partial<Record<Arrow, string | null>>;

/**
 * Parts are `client`, `proxy`, `auth`, the upstreams, and between them the gates of the edge: `gate:C>P`. null where
 * there is nothing.
 */
export function neighbour(from: string, arrow: Arrow, upstreams: readonly string[]): string | null {
  const first = upstreams[0] ?? null;
  const away = first === null ? null : 'gate:P>U';
  const table: Record<string, Ways> = {
    client: { ArrowRight: 'gate:C>P' },
    'gate:C>P': { ArrowLeft: 'client', ArrowRight: 'gate:P>C' },
    'gate:P>C': { ArrowLeft: 'gate:C>P', ArrowRight: 'proxy' },
    proxy: { ArrowLeft: 'gate:P>C', ArrowUp: 'gate:P>A', ArrowRight: away },
    'gate:P>A': { ArrowDown: 'proxy', ArrowUp: 'gate:A>P' },
    'gate:A>P': { ArrowDown: 'gate:P>A', ArrowUp: 'auth' },
    auth: { ArrowDown: 'gate:A>P', ArrowLeft: 'client', ArrowRight: first },
    'gate:P>U': { ArrowLeft: 'proxy', ArrowRight: 'gate:U>P' },
    'gate:U>P': { ArrowLeft: 'gate:P>U', ArrowRight: first },
  };
  const row = table[from];
  if (row !== undefined) return row[arrow] ?? null;
  const index = upstreams.indexOf(from);
  if (arrow === 'ArrowLeft') return 'gate:U>P';
  if (arrow === 'ArrowUp') return upstreams[index - 1] ?? null;
  return arrow === 'ArrowDown' ? (upstreams[index + 1] ?? null) : null;
}
