/** Where things stand in a YAML document. */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Path } from './check.ts';

/** A key or an item of a document, found by its path. */
export interface Place {
  /** The key's node; null for list items and the whole document. */
  readonly key: Node | null;
  /** null where the key stands without a value. */
  readonly value: Node | null;
}

/** A key as text: YAML keys may be numbers. */
export const keyText = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key));

const nodeOf = (value: unknown): Node | null => (isNode(value) ? value : null);

/** Finds the place at a path; null where the document has none. Aliases are followed. */
export function placeAt(document: Document, path: Path): Place | null {
  let place: Place = { key: null, value: nodeOf(document.contents) };
  for (const step of path) {
    const inner: Place | null = stepInto(document, place.value, step);
    if (inner === null) return null;
    place = inner;
  }
  return place;
}

function stepInto(document: Document, node: Node | null, step: string | number): Place | null {
  const target = isAlias(node) ? (node.resolve(document) ?? null) : node;
  if (isMap(target)) {
    const pair = target.items.find((item) => keyText(item) === String(step));
    return pair ? { key: nodeOf(pair.key), value: nodeOf(pair.value) } : null;
  }
  if (isSeq(target) && typeof step === 'number' && step < target.items.length) {
    return { key: null, value: nodeOf(target.items[step]) };
  }
  return null;
}

/** The offset at which a problem at `path` is shown: the value, or `at: 'key'` its key; else whatever holds it. */
export function offsetOf(document: Document, path: Path, at: 'key' | 'value'): number {
  for (let length = path.length; length >= 0; length--) {
    const place = placeAt(document, path.slice(0, length));
    if (place === null) continue;
    // What is missing is missed in the thing named by the key, not in the first of its values.
    const preferKey = at === 'key' || length < path.length;
    const node = preferKey ? (place.key ?? place.value) : (place.value ?? place.key);
    const offset = node?.range?.[0];
    if (offset !== undefined) return offset;
  }
  return 0;
}
