/** Where the list must be scrolled to so that the row a person looks at stays under their eyes. */

/** The row at the top edge, and how far it is scrolled past it, in px. null: the list is at its top and stays there. */
export interface Anchor {
  readonly id: number;
  readonly offset: number;
}

/** The new scroll position in px; null when nothing is to be moved. */
export function anchored(anchor: Anchor | null, order: readonly number[], rowHeight: number): number | null {
  if (anchor === null) return null;
  const index = order.indexOf(anchor.id);
  return index < 0 ? null : index * rowHeight + anchor.offset;
}
