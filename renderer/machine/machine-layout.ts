/** Where the places and ways of a state diagram are drawn. Pure. */
import { Graph, layout } from '@dagrejs/dagre';
import type { DrawnDiagram, DrawnWay } from './drawn.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A place; x and y are its middle. */
export interface PlaceBox extends Point {
  readonly place: string;
  readonly width: number;
  readonly height: number;
  /** Ways that stay here. */
  readonly loops: readonly DrawnWay[];
  /** Ways to the end that nearly every place has: they are not drawn as lines. */
  readonly exits: readonly DrawnWay[];
}

/** All ways from one place to another, drawn as one line. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly ways: readonly DrawnWay[];
  readonly points: readonly Point[];
  readonly label: string;
  /** The label's middle. */
  readonly at: Point & { readonly width: number; readonly height: number };
}

export interface MachineLayout {
  readonly width: number;
  readonly height: number;
  readonly places: readonly PlaceBox[];
  readonly links: readonly Link[];
}

/** How things are called. */
export interface Namer {
  place(place: string): string;
  link(ways: readonly DrawnWay[]): string;
}

/** The end of a session in every machine. */
const END = 'ended';

/** px of a character of a place's name, and of a line's label. */
const PLACE_CHAR = 7.4;
const PLACE_CAPITAL = 9;
const LABEL_CHAR = 6.4;
const PLACE_HEIGHT = 34;
const LABEL_HEIGHT = 18;
const MARGIN = 16;

/** What can happen in nearly every place and ends the session. */
const isExit = ({ on, to, why }: DrawnWay): boolean =>
  to === END && (/^(?:closed|overlong|timeout\.)/.test(on) || why.includes('.syntax.') || why === 'bye');

/** Lays the diagram out from left to right. */
export function layoutOf({ places, ways }: DrawnDiagram, names: Namer): MachineLayout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, edgesep: 6, ranksep: 26, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const place of places) graph.setNode(place, { width: widthOf(place, names), height: PLACE_HEIGHT });
  const drawn = ways.filter((way) => way.from !== way.to && !isExit(way));
  const bundles = Map.groupBy(drawn, ({ from, to }) => `${from} ${to}`);
  for (const bundle of bundles.values()) {
    const [first] = bundle;
    if (!first) continue;
    const width = names.link(bundle).length * LABEL_CHAR + 8;
    graph.setEdge(first.from, first.to, { width, height: LABEL_HEIGHT, labelpos: 'c', weight: weightOf(first) });
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    places: places.map((place) => placeBox(place, graph.node(place), ways)),
    links: [...bundles.values()].flatMap((bundle) => linkOf(bundle, graph, names)),
  };
}

function widthOf(place: string, names: Namer): number {
  const name = names.place(place);
  const small = name.replace(/[A-Z]/g, '').length;
  return Math.max(96, small * PLACE_CHAR + (name.length - small) * PLACE_CAPITAL + 34);
}

/** The way of a session that goes well is kept straight. */
const weightOf = ({ from, to }: DrawnWay): number =>
  to === END || (to === 'command' && from !== 'greet' && from !== 'delay') ? 1 : 3;

interface Box {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

function placeBox(place: string, { x = 0, y = 0, width = 0, height = 0 }: Box, ways: readonly DrawnWay[]): PlaceBox {
  const here = ways.filter(({ from }) => from === place);
  return {
    ...{ place, x, y, width, height },
    loops: here.filter(({ to }) => to === place),
    exits: here.filter(isExit),
  };
}

function linkOf(ways: readonly DrawnWay[], graph: Graph, names: Namer): readonly Link[] {
  const [first] = ways;
  if (!first) return [];
  const { from, to } = first;
  const {
    points = [],
    x = 0,
    y = 0,
    width = 0,
    height = 0,
  } = graph.edge({ v: from, w: to }) as Box & {
    readonly points?: readonly Point[];
  };
  return [{ from, to, ways, points, label: names.link(ways), at: { x, y, width, height } }];
}

/** A smooth line through points: straight out, bending at the ones between. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${at(first)}`;
  rest.forEach((point, i) => {
    const next = rest[i + 1];
    if (next === undefined) path += ` L${at(point)}`;
    else path += ` Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return path;
}

const at = ({ x, y }: Point): string => `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
