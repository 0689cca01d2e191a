import { describe, expect, test } from 'vitest';
import {
  type Box,
  edgePath,
  gateSize,
  gateSpots,
  layoutOf,
  neighbour,
  relayPath,
  UPSTREAM_GAP,
  UPSTREAM_HEIGHT,
  upstreamPort,
} from '../../../renderer/diagram/layout.ts';

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Every pair of boxes of which one lies on the other. */
const overlaps = (boxes: readonly Box[]) =>
  boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b) => (overlap(a, b) ? [[a, b]] : [])));

describe('the layout', () => {
  test.each([
    [748, 292, 2],
    [588, 280, 2],
    [430, 215, 2],
    [430, 215, 8],
    [1400, 500, 0],
  ])('fits into %i × %i with %i upstreams, and nothing lies on anything', (width, height, upstreams) => {
    const { client, proxy, auth, stack, labels, captions, corner } = layoutOf(width, height, upstreams);
    const boxes = [client, proxy, auth, stack];
    const texts = Object.values(captions);
    for (const box of [...boxes, ...Object.values(labels), ...texts, corner]) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
    expect(overlaps(boxes)).toEqual([]);
    for (const label of Object.values(labels)) expect(overlaps([label, ...boxes])).toEqual([]);
    expect(overlaps([...texts, ...boxes])).toEqual([]);
    expect(overlaps([corner, labels.auth, ...boxes])).toEqual([]);
    expect(Math.min(...texts.map((text) => text.width))).toBeGreaterThanOrEqual(80);
  });

  test('the stack of upstreams grows to the full height and then scrolls', () => {
    const full = (count: number) => count * (UPSTREAM_HEIGHT + UPSTREAM_GAP) - UPSTREAM_GAP;
    expect(layoutOf(748, 292, 2).stack.height).toBe(full(2));
    expect(layoutOf(748, 292, 8).stack.height).toBeLessThan(full(8));
  });

  test('the edge of an upstream scrolled out of sight ends at the rim of the stack', () => {
    const { stack } = layoutOf(748, 292, 8);
    expect(upstreamPort(stack, 0, 0)).toBe(stack.y + UPSTREAM_HEIGHT / 2);
    expect(upstreamPort(stack, 7, 0)).toBe(stack.y + stack.height - 4);
    expect(upstreamPort(stack, 0, 200)).toBe(stack.y + 4);
  });
});

describe('paths', () => {
  const layout = layoutOf(748, 292, 2);
  const port = upstreamPort(layout.stack, 0, 0);
  const ends = (path: string) => {
    const numbers = path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
    return [numbers.slice(0, 2), numbers.slice(-2)];
  };

  test('run backwards for what comes back', () => {
    for (const leg of ['client', 'auth', 'upstream'] as const) {
      const [from, to] = ends(edgePath(layout, leg, port));
      expect(ends(edgePath(layout, leg, port, true))).toEqual([to, from]);
    }
  });

  test('a relayed line crosses both legs', () => {
    const { client, stack } = layout;
    const there = ends(relayPath(layout, port, false));
    expect(there[0]?.[0]).toBe(client.x + client.width);
    expect(there[1]).toEqual([stack.x, port]);
    expect(ends(relayPath(layout, port, true))).toEqual([...there].reverse());
  });
});

describe('the gates', () => {
  test.each([
    [748, 292, 2],
    [430, 215, 2],
    [430, 215, 8],
    [1400, 500, 1],
  ])('stand beside the rooms and each other in %i × %i with %i upstreams', (width, height, upstreams) => {
    const layout = layoutOf(width, height, upstreams);
    const size = gateSize(layout);
    const spots = gateSpots(layout, upstreamPort(layout.stack, 0, 0), upstreams);
    const boxes = spots.map(({ x, y }) => ({ x: x - size / 2, y: y - size / 2, width: size, height: size }));
    expect(spots.map(({ gate }) => gate)).toEqual(['C>P', 'P>C', 'P>A', 'A>P', 'P>U', 'U>P']);
    expect(size).toBeGreaterThanOrEqual(18);
    expect(overlaps(boxes)).toEqual([]);
    for (const room of [layout.client, layout.proxy, layout.auth, layout.stack])
      for (const box of boxes) expect(overlap(room, box)).toBe(false);
  });

  test('of an upstream are not there without one', () => {
    expect(gateSpots(layoutOf(748, 292, 0), 0, 0)).toHaveLength(4);
  });
});

describe('the arrow keys', () => {
  const upstreams = ['upstream:eng', 'upstream:hr'];
  test.each([
    ['client', 'ArrowRight', 'gate:C>P'],
    ['gate:C>P', 'ArrowRight', 'gate:P>C'],
    ['gate:P>C', 'ArrowRight', 'proxy'],
    ['proxy', 'ArrowLeft', 'gate:P>C'],
    ['proxy', 'ArrowUp', 'gate:P>A'],
    ['gate:P>A', 'ArrowUp', 'gate:A>P'],
    ['gate:A>P', 'ArrowUp', 'auth'],
    ['auth', 'ArrowDown', 'gate:A>P'],
    ['proxy', 'ArrowRight', 'gate:P>U'],
    ['gate:P>U', 'ArrowRight', 'gate:U>P'],
    ['gate:U>P', 'ArrowRight', 'upstream:eng'],
    ['upstream:eng', 'ArrowDown', 'upstream:hr'],
    ['upstream:hr', 'ArrowUp', 'upstream:eng'],
    ['upstream:hr', 'ArrowLeft', 'gate:U>P'],
    ['upstream:hr', 'ArrowDown', null],
    ['client', 'ArrowLeft', null],
  ] as const)('from %s %s reach %s', (from, arrow, to) => {
    expect(neighbour(from, arrow, upstreams)).toBe(to);
  });

  test('reach nothing where there is no upstream', () => {
    expect(neighbour('proxy', 'ArrowRight', [])).toBeNull();
  });
});
