/** The order of a list in a lab file's text: items are moved and put between others with the comments above them. */
import { isAlias, isScalar, isSeq, type Node, type YAMLSeq } from 'yaml';
import type { Path } from './check.ts';
import { checked, inBlock, parse, type Splice, setAt } from './edit.ts';
import { placeAt } from './place.ts';

/** A stretch of the text, `[from, to)`. */
type Span = readonly [from: number, to: number];

/** Puts a value into the list at `path`, so that it has the index `at`; a list that is not there is made. */
export function insertAt(text: string, path: Path, at: number, value: unknown): string {
  const list = listAt(text, path);
  if (list === null) return setAt(text, path, [value]);
  // `[]` is no form for a list that grows: by way of nothing it becomes one with a line for each item.
  if (list.items.length === 0) return setAt(setAt(text, path, null), path, [value]);
  if (at >= list.items.length) return setAt(text, [...path, list.items.length], value);
  return checked(text, insertion(text, list, Math.max(0, at), value), (copy) => {
    const { items } = asList(placeAt(copy, path)?.value, path);
    items.splice(Math.max(0, at), 0, copy.createNode(value));
  });
}

/** Moves the item `from` of the list at `path` so that it has the index `to`, with the comment lines right above it. */
export function moveItem(text: string, path: Path, from: number, to: number): string {
  const list = asList(listAt(text, path), path);
  const { length } = list.items;
  if (from < 0 || from >= length) throw new RangeError(`the list at ${path.join('.')} has no item ${from}`);
  const target = Math.min(Math.max(to, 0), length - 1);
  if (target === from) return text;
  const order = moved([...Array(length).keys()], from, target);
  const spans = list.flow === true ? list.items.map(spanOf) : blockSpans(text, list);
  return checked(text, spans && reordered(text, spans, order), (copy) => {
    const { items } = asList(placeAt(copy, path)?.value, path);
    items.splice(0, items.length, ...moved(items, from, target));
  });
}

function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const rest = items.filter((_, index) => index !== from);
  return [...rest.slice(0, to), ...items.slice(from, from + 1), ...rest.slice(to)];
}

function listAt(text: string, path: Path): YAMLSeq | null {
  const document = parse(text);
  const value = placeAt(document, path)?.value ?? null;
  if (value === null || (isScalar(value) && value.value === null)) return null;
  return asList(isAlias(value) ? value.resolve(document) : value, path);
}

function asList(value: unknown, path: Path): YAMLSeq {
  if (isSeq(value)) return value;
  throw new RangeError(`there is no list at ${path.join('.')}`);
}

const spanOf = (item: unknown): Span => {
  const range = (item as Node).range;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
};

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** The dash in front of an item of a block list; null where it shares its line with something else. */
function dashOf(text: string, item: unknown): number | null {
  const [from] = spanOf(item);
  // An anchor or a tag may stand between the dash and the value, and an empty item is nothing but its dash.
  const start = lineStart(text, from);
  const match = /^[ \t]*-(?=\s|$)/.exec(text.slice(start));
  return match ? start + match[0].length - 1 : null;
}

/** Each item with the comment lines right above it, without its last line end; null where lines are not the items' own. */
function blockSpans(text: string, list: YAMLSeq): readonly Span[] | null {
  const spans: Span[] = [];
  for (const item of list.items) {
    const dash = dashOf(text, item);
    if (dash === null) return null;
    const before = spans.at(-1)?.[1] ?? 0;
    spans.push([commentsAbove(text, lineStart(text, dash), before), itemEnd(text, item)]);
  }
  return spans;
}

/** Where the comment lines begin that end right above `start`, but not before `limit`. */
function commentsAbove(text: string, start: number, limit: number): number {
  let first = start;
  while (first > limit) {
    const above = lineStart(text, first - 1);
    if (above < limit || !/^[ \t]*#/.test(text.slice(above, first))) break;
    first = above;
  }
  return first;
}

/** The end of the item's last line, with the comment behind it, without the line end. */
function itemEnd(text: string, item: unknown): number {
  const [from, to] = spanOf(item);
  let last = to;
  while (last > from + 1 && /\s/.test(text[last - 1] ?? '')) last--;
  const end = text.indexOf('\n', last - 1);
  return end < 0 ? text.length : end;
}

/** The stretches in another order; what stands between them stays where it is. */
function reordered(text: string, spans: readonly Span[], order: readonly number[]): Splice | null {
  const first = spans[0];
  const last = spans.at(-1);
  if (!first || !last) return null;
  const slice = (index: number): string => text.slice(...(spans[index] ?? first));
  const between = (index: number): string => text.slice(spans[index]?.[1], spans[index + 1]?.[0] ?? spans[index]?.[1]);
  const written = order.map((item, index) => slice(item) + between(index)).join('');
  return { from: first[0], to: last[1], text: written };
}

function insertion(text: string, list: YAMLSeq, at: number, value: unknown): Splice | null {
  const item = list.items[at];
  if (list.flow === true) {
    const [from] = spanOf(item);
    return { from, to: from, text: `${flowed(value)}, ` };
  }
  const dash = dashOf(text, item);
  const span = blockSpans(text, list)?.[at];
  if (dash === null || !span) return null;
  const indent = dash - lineStart(text, dash);
  const written = inBlock(value, indent, 'list');
  const lead = written.startsWith('\n') ? '' : ' ';
  return { from: span[0], to: span[0], text: `${' '.repeat(indent)}-${lead}${written}\n` };
}

/** On one line, as it stands in a list in brackets. */
function flowed(value: unknown): string {
  return setAt('k: []\n', ['k', 0], value).slice('k: ['.length, -']\n'.length);
}
