/** Two lists beside each other: the longest common subsequence, the same whichever list comes first. */

/** A place in the alignment; null where the other list alone has something. */
export type Pair = readonly [number | null, number | null];

/** Cells of the table: 2,000 lines against 2,000. What is longer is paired in order. */
const CELLS_MAX = 4_000_000;

/** Positions that belong together, in order; what has no equal stands alone. `align(b, a)` is the mirror of it. */
export function align(a: readonly string[], b: readonly string[]): readonly Pair[] {
  // Of several longest subsequences one is taken: by their content, so that changing sides changes nothing.
  if (isBefore(b, a)) return align(b, a).map(([left, right]): Pair => [right, left]);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const middle = common(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const pairs: [number, number][] = [];
  for (let at = 0; at < start; at += 1) pairs.push([at, at]);
  for (const [left, right] of middle) pairs.push([start + left, start + right]);
  for (let at = end; at > 0; at -= 1) pairs.push([a.length - at, b.length - at]);
  return filled(pairs, a.length, b.length);
}

/** Any total order will do. */
function isBefore(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return a.length < b.length;
  const at = a.findIndex((one, position) => one !== b[position]);
  return at >= 0 && (a[at] ?? '') < (b[at] ?? '');
}

/** The pairs of a longest common subsequence. */
function common(a: readonly string[], b: readonly string[]): readonly [number, number][] {
  if (a.length === 0 || b.length === 0) return [];
  if (a.length * b.length > CELLS_MAX) return inPlace(a, b);
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  const value = (left: number, right: number): number => longest[left * width + right] ?? 0;
  for (let left = a.length - 1; left >= 0; left -= 1) {
    for (let right = b.length - 1; right >= 0; right -= 1) {
      longest[left * width + right] =
        a[left] === b[right]
          ? value(left + 1, right + 1) + 1
          : Math.max(value(left + 1, right), value(left, right + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let left = 0, right = 0; left < a.length && right < b.length; ) {
    if (a[left] === b[right]) {
      pairs.push([left, right]);
      left += 1;
      right += 1;
    } else if (value(left + 1, right) >= value(left, right + 1)) left += 1;
    else right += 1;
  }
  return pairs;
}

function inPlace(a: readonly string[], b: readonly string[]): readonly [number, number][] {
  return a.flatMap((one, at): [number, number][] => (b[at] === one ? [[at, at]] : []));
}

/** Puts in what stands between the pairs. */
function filled(pairs: readonly (readonly [number, number])[], lengthA: number, lengthB: number): readonly Pair[] {
  const all: Pair[] = [];
  let left = 0;
  let right = 0;
  for (const [nextLeft, nextRight] of [...pairs, [lengthA, lengthB] as const]) {
    while (left < nextLeft) {
      all.push([left, null]);
      left += 1;
    }
    while (right < nextRight) {
      all.push([null, right]);
      right += 1;
    }
    if (nextLeft < lengthA && nextRight < lengthB) all.push([nextLeft, nextRight]);
    left = nextLeft + 1;
    right = nextRight + 1;
  }
  return all;
}
