/** The parts of the drawn diagram that can be looked at, and how the arrow keys go from one to another. Pure. */
import type { DrawnWay } from './drawn.ts';
import type { Link, MachineLayout, PlaceBox } from './machine-layout.ts';

/** place: a card · link: a line to another place · loops: the ways that stay · exits: the ways that end anywhere. */
export type Part =
  | {
      readonly kind: 'place';
      readonly id: string;
      readonly place: string;
      readonly box: PlaceBox;
      readonly ways: readonly DrawnWay[];
    }
  | {
      readonly kind: 'link';
      readonly id: string;
      readonly place: string;
      readonly link: Link;
      readonly ways: readonly DrawnWay[];
    }
  | {
      readonly kind: 'loops' | 'exits';
      readonly id: string;
      readonly place: string;
      readonly box: PlaceBox;
      readonly ways: readonly DrawnWay[];
    };

/** Every place with what begins at it, in the order in which the places are reached. */
export function partsOf({ places, links }: MachineLayout): readonly Part[] {
  return places.flatMap((box): readonly Part[] => {
    const { place, loops, exits } = box;
    const from = links.filter((link) => link.from === place);
    return [
      { kind: 'place', id: `place ${place}`, place, box, ways: from.flatMap(({ ways }) => ways) },
      ...(loops.length > 0 ? [{ kind: 'loops', id: `loops ${place}`, place, box, ways: loops } as const] : []),
      ...from.map((link) => ({ kind: 'link', id: `link ${place} ${link.to}`, place, link, ways: link.ways }) as const),
      ...(exits.length > 0 ? [{ kind: 'exits', id: `exits ${place}`, place, box, ways: exits } as const] : []),
    ];
  });
}

/** Where a key leads: right along a line and on, left back, up and down among what begins at the same place. */
export function neighbour(parts: readonly Part[], part: Part, key: string): Part | null {
  const at = (id: string) => parts.find((one) => one.id === id) ?? null;
  switch (key) {
    case 'ArrowRight':
      if (part.kind === 'link') return at(`place ${part.link.to}`);
      return parts.find((one) => one.kind === 'link' && one.place === part.place) ?? null;
    case 'ArrowLeft':
      if (part.kind !== 'place') return at(`place ${part.place}`);
      return parts.find((one) => one.kind === 'link' && one.link.to === part.place) ?? null;
    case 'ArrowDown':
      return parts[parts.indexOf(part) + 1] ?? null;
    case 'ArrowUp':
      return parts[parts.indexOf(part) - 1] ?? null;
    default:
      return null;
  }
}
