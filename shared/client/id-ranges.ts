/** Many sessions as one filter of the list: `id:3..17 or id:21`. */

/** Ranges in one filter: a filter may have 40 conditions. */
const RANGES_MAX = 30;

/** The filter that shows these sessions; of many scattered ones also those between them. null for none. */
export function idFilter(ids: Iterable<number>): string | null {
  const ranges: [number, number][] = [];
  for (const id of [...ids].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && id <= last[1] + 1) last[1] = id;
    else ranges.push([id, id]);
  }
  while (ranges.length > RANGES_MAX) closeSmallest(ranges);
  const written = ranges.map(([from, to]) => (from === to ? `id:${from}` : `id:${from}..${to}`));
  return written.length === 0 ? null : written.join(' or ');
}

/** Joins the two ranges with the fewest others between them. */
function closeSmallest(ranges: [number, number][]): void {
  const gap = (at: number): number => (ranges[at]?.[0] ?? 0) - (ranges[at - 1]?.[1] ?? 0);
  let best = 1;
  for (let at = 2; at < ranges.length; at += 1) if (gap(at) < gap(best)) best = at;
  const [taken] = ranges.splice(best, 1);
  const before = ranges[best - 1];
  if (taken && before) before[1] = taken[1];
}
