/** Where the keys of a list box go. */

/** The part of a KeyboardEvent that matters. */
type Key = Readonly<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> & { readonly key: string };

/**
 * The same for the list of sessions, where Home and End alone belong to the steps of the chosen one, as everywhere in
 * the window: with Ctrl they go to the newest and the oldest session.
 */
export function sessionTarget(event: Key, from: number, count: number, page: number): number | null {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (key !== 'Home' && key !== 'End') return target(event, from, count, page);
  return ctrlKey || metaKey
    ? target({ key, altKey, shiftKey, ctrlKey: false, metaKey: false }, from, count, page)
    : null;
}

/** The place a key goes to, kept inside the list; null for keys that go nowhere. `from` is -1 for no selection. */
export function target(event: Key, from: number, count: number, page: number): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || count === 0) return null;
  const places: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: count - 1,
  };
  const to = Object.hasOwn(places, event.key) ? places[event.key] : undefined;
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}
