/** Changes to a lab file's text that keep its comments and the layout of everything they do not touch. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Path } from './check.ts';
import { keyText, placeAt } from './place.ts';

/** A replacement of `text.slice(from, to)`. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Collections that fit on a line of this length are written as `{ key: value }`. */
const LINE = 100;

/**
 * Sets the value at `path`: replaces it, adds the last key to its map, or, with the list's length as index, appends to
 * its list. Throws a `RangeError` when what should hold it is not there, or when the text is no YAML.
 */
export function setAt(text: string, path: Path, value: unknown): string {
  const document = parse(text);
  const place = path.length === 0 ? null : placeAt(document, path);
  const splice = place ? replacement(text, document, path, value) : addition(text, document, path, value);
  return checked(text, splice, (copy) => copy.setIn(path, value));
}

/** Deletes the key or list item at `path`, with the comment on its own line. Nothing there: the text stays as it is. */
export function deleteAt(text: string, path: Path): string {
  const document = parse(text);
  if (path.length === 0 || placeAt(document, path) === null) return text;
  return checked(text, deletion(text, document, path), (copy) => copy.deleteIn(path));
}

/** The text as YAML; throws a `RangeError` when it is none. */
export function parse(text: string): Document.Parsed {
  const document = parseDocument(text, options);
  const [error] = document.errors;
  if (error) throw new RangeError(`the text is no YAML: ${error.message}`);
  return document;
}

/**
 * The text with the splice, if that says what was meant; else the change made in the parsed document, which keeps
 * comments but lays the file out anew.
 */
export function checked(text: string, splice: Splice | null, change: (copy: Document.Parsed) => void): string {
  const copy = parse(text);
  change(copy);
  const meant = JSON.stringify(copy.toJS());
  if (splice) {
    const edited = text.slice(0, splice.from) + splice.text + text.slice(splice.to);
    const document = parseDocument(edited, options);
    if (document.errors.length === 0 && JSON.stringify(document.toJS()) === meant) return edited;
  }
  return copy.toString({ lineWidth: 0 });
}

/** YAML's own words are for our messages, never for the console. */
const options = { prettyErrors: false, logLevel: 'error' } as const;

/** What a node is held by. */
type Holder = { readonly node: YAMLMap | YAMLSeq; readonly index: number; readonly flow: boolean };

function holderOf(document: Document, path: Path): Holder | null {
  const last = path.at(-1);
  let node = placeAt(document, path.slice(0, -1))?.value ?? null;
  if (isAlias(node)) node = node.resolve(document) ?? null;
  if (isMap(node))
    return { node, index: node.items.findIndex((pair) => keyText(pair) === String(last)), flow: node.flow === true };
  if (isSeq(node)) return { node, index: typeof last === 'number' ? last : -1, flow: node.flow === true };
  return null;
}

const startOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;
const endOf = (node: Node | null | undefined): number => node?.range?.[1] ?? 0;

/** How far the line that holds `offset` is indented. */
function indentOf(text: string, offset: number): number {
  const start = lineStart(text, offset);
  return (/^ */.exec(text.slice(start))?.[0] ?? '').length;
}

/** The column of `offset`, from 0. */
const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset);

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** The end of the line that holds `offset`, its line end included. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

function replacement(text: string, document: Document, path: Path, value: unknown): Splice | null {
  const place = placeAt(document, path);
  const holder = holderOf(document, path);
  const node = place?.value;
  if (!node || !holder || isAlias(node)) return null;
  const from = startOf(node);
  if (holder.flow || isFlow(node)) return { from, to: endOf(node), text: inFlow(value) };
  if (place.key) return valueSplice(text, place.key, node, inBlock(value, columnOf(text, startOf(place.key)), 'map'));
  return { from, to: lastContent(text, node) + 1, text: inBlock(value, indentOf(text, from), 'list').trimStart() };
}

const isFlow = (node: Node): boolean => (isMap(node) || isSeq(node)) && node.flow === true;

/** Puts a value behind a block map's key; the comment behind the colon, or behind a block text's bar, stays there. */
function valueSplice(text: string, key: Node, node: Node, written: string): Splice | null {
  const colon = text.indexOf(':', endOf(key));
  const between = text.slice(colon + 1, startOf(node));
  // An anchor or a tag stands here: the parsed document knows better.
  if (/^[ \t]*[&!]/.test(between)) return null;
  const [, bar = '', note = ''] = isScalar(node)
    ? (/^([|>][-+0-9]*)([ \t]+#[^\n]*)/.exec(text.slice(startOf(node))) ?? [])
    : [];
  const comment = between.includes('#') ? between.trimEnd() : note;
  const gap = between.includes('#') || between.includes('\n') || between === '' ? ' ' : between;
  const to = bar !== '' || isMap(node) || isSeq(node) ? lastContent(text, node) + 1 : endOf(node);
  const end = isScalar(node) && isBlockText(node) ? Math.max(to, blockTextEnd(text, node)) : to;
  if (written.startsWith('\n')) return { from: colon + 1, to: end, text: comment + written };
  const line = written.indexOf('\n') < 0 ? written.length : written.indexOf('\n');
  return { from: colon + 1, to: end, text: gap + written.slice(0, line) + comment + written.slice(line) };
}

const isBlockText = (node: Node): boolean =>
  isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');

/** A block text owns its last line end; the line end itself stays. */
const blockTextEnd = (text: string, node: Node): number =>
  text[endOf(node) - 1] === '\n' ? endOf(node) - 1 : endOf(node);

/** A value on one line, for the inside of `{ }` and `[ ]`. */
function inFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inFlow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${inFlow(key)}: ${inFlow(inner)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  // As an item of a flow list, so that commas and brackets in a text are quoted.
  return stringify([value], { collectionStyle: 'flow', lineWidth: 0, blockQuote: false, flowCollectionPadding: false })
    .trim()
    .slice(1, -1);
}

const holdsObjects = (value: object): boolean =>
  Object.values(value).some((inner) => typeof inner === 'object' && inner !== null);

/**
 * A value behind `key:` or `-` that stand at `indent`: on the same line, or from there on lines of its own. Lists of
 * objects, and objects with objects as items of a list, get a line each, as people write rules.
 */
export function inBlock(value: unknown, indent: number, holder: 'map' | 'list'): string {
  if (typeof value === 'string' && value.includes('\n')) return blockText(value, indent);
  const flow = inFlow(value);
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return flow;
  const fits = flow.length + indent <= LINE;
  const inner = indent + 2;
  const pad = `\n${' '.repeat(inner)}`;
  const lead = (text: string): string => (text.startsWith('\n') ? text : ` ${text}`);
  if (Array.isArray(value)) {
    if (fits && !holdsObjects(value)) return flow;
    return value.map((item) => `${pad}-${lead(inBlock(item, inner, 'list'))}`).join('');
  }
  if (fits && (holder === 'map' || !holdsObjects(value))) return flow;
  const lines = Object.entries(value).map(([key, item]) => `${inFlow(key)}:${lead(inBlock(item, inner, 'map'))}`);
  return holder === 'list' ? lines.join(pad) : pad + lines.join(pad);
}

/** A text of several lines as a literal block. */
function blockText(value: string, indent: number): string {
  const written = stringify({ k: value }, { lineWidth: 0, blockQuote: 'literal' }).slice('k: '.length, -1);
  return written.replace(/\n(?=[^\n])/g, `\n${' '.repeat(indent)}`);
}

/** A new key at the end of its map, or a new item at the end of its list. */
function addition(text: string, document: Document, path: Path, value: unknown): Splice | null {
  const holder = holderOf(document, path);
  const last = path.at(-1);
  if (!holder || last === undefined)
    throw new RangeError(`there is nothing at ${path.slice(0, -1).join('.')} to add to`);
  const { node, flow } = holder;
  if (isSeq(node) && last !== node.items.length)
    throw new RangeError(`the list at ${path.slice(0, -1).join('.')} has no place ${last}`);
  if (flow || node.items.length === 0) return flowAddition(text, node, last, value);
  const first = isMap(node) ? firstKey(node) : node;
  const indent = columnOf(text, startOf(first));
  const prefix = isMap(node) ? `${inFlow(String(last))}:` : '-';
  const written = inBlock(value, indent, isMap(node) ? 'map' : 'list');
  const line = `${' '.repeat(indent)}${prefix}${written.startsWith('\n') ? '' : ' '}${written}\n`;
  const at = lineEnd(text, lastContent(text, node));
  const newline = at > 0 && text[at - 1] !== '\n' ? '\n' : '';
  return { from: at, to: at, text: newline + line };
}

const firstKey = (node: YAMLMap): Node | null => {
  const key: unknown = node.items[0]?.key;
  return isScalar(key) ? key : null;
};

/** The offset of the last character of a block collection's content. */
function lastContent(text: string, node: Node): number {
  let end = endOf(node);
  while (end > 0 && /\s/.test(text[end - 1] ?? '')) end--;
  return Math.max(end - 1, 0);
}

function flowAddition(text: string, node: YAMLMap | YAMLSeq, last: string | number, value: unknown): Splice | null {
  if (node.flow !== true) return null;
  const item = isMap(node) ? `${inFlow(String(last))}: ${inFlow(value)}` : inFlow(value);
  const close = endOf(node) - 1;
  if (node.items.length === 0) return { from: startOf(node) + 1, to: close, text: isMap(node) ? ` ${item} ` : item };
  const at = lastContent(text.slice(0, close), { range: [0, close, close] } as Node) + 1;
  return { from: at, to: at, text: text[at - 1] === ',' ? ` ${item}` : `, ${item}` };
}

/** Where each item of a collection begins and ends, in order; list items begin at their value. */
function spans(node: YAMLMap | YAMLSeq): readonly (readonly [number, number])[] {
  return (node.items as readonly unknown[]).map((item) => {
    const pair = item as Pair<Node, Node | null>;
    if (isMap(node)) return [startOf(pair.key), endOf(pair.value ?? pair.key)] as const;
    return [startOf(item as Node), endOf(item as Node)] as const;
  });
}

function deletion(text: string, document: Document, path: Path): Splice | null {
  const holder = holderOf(document, path);
  const span = holder ? spans(holder.node)[holder.index] : undefined;
  if (!holder || !span) return null;
  const { node, index } = holder;
  if (node.items.length === 1)
    return { from: startOf(node), to: lastContent(text, node) + 1, text: isMap(node) ? '{}' : '[]' };
  if (holder.flow) {
    const all = spans(node);
    const next = all[index + 1];
    const before = all[index - 1];
    if (next) return { from: span[0], to: next[0], text: '' };
    return before ? { from: before[1], to: span[1], text: '' } : null;
  }
  return isSeq(node) ? itemDeletion(text, span) : pairDeletion(text, span);
}

/** The last line end that belongs to an item: its value may end with one of its own. */
const itemEnd = (text: string, [from, to]: readonly [number, number]): number => {
  let end = Math.max(to, from + 1);
  while (end > from + 1 && /\s/.test(text[end - 1] ?? '')) end--;
  return lineEnd(text, end - 1);
};

function itemDeletion(text: string, span: readonly [number, number]): Splice {
  const dash = text.lastIndexOf('-', span[0] - 1);
  return { from: lineStart(text, dash), to: itemEnd(text, span), text: '' };
}

function pairDeletion(text: string, span: readonly [number, number]): Splice {
  const end = itemEnd(text, span);
  const start = lineStart(text, span[0]);
  if (text.slice(start, span[0]).trim() === '') return { from: start, to: end, text: '' };
  // The first key stands behind the list's dash: what follows moves up to it.
  const indent = (/^ */.exec(text.slice(end))?.[0] ?? '').length;
  return { from: span[0], to: end + indent, text: '' };
}
