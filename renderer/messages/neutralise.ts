/**
 * An HTML mail made harmless for the preview: nothing in it can run, fetch, follow or send, and what it wanted is
 * counted. The frame without rights and its policy are the walls; this is what tells the person, and what keeps the
 * walls from being tried. Runs in the worker, on a tree that no browser acts on.
 */
import {
  type DefaultTreeAdapterMap,
  type DefaultTreeAdapterTypes,
  defaultTreeAdapter,
  parse,
  serialize,
  serializeOuter,
  type TreeAdapter,
} from 'parse5';
import { type CssContext, neutraliseCss } from './neutralise-css.ts';
import { type Blocked, type BlockedKind, ownImage, Tally, type Target, tidyUrl } from './remote.ts';

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.ChildNode;
type Attribute = Element['attrs'][number];

/** A mail's HTML for the frame, and what it lost. */
export interface Neutral {
  /** A whole document. */
  readonly html: string;
  readonly blocked: readonly Blocked[];
  /** At most `TARGETS_MAX`. */
  readonly targets: readonly Target[];
  /** Content-IDs of images that are not in the mail, or are no images; each once, at most `MISSING_MAX`. */
  readonly missing: readonly string[];
}

/** Elements of one mail; more could be made of a small text than a browser can lay out in time. */
const ELEMENTS_MAX = 20_000;
/** Links and forms that are listed. */
const TARGETS_MAX = 500;
/** Images that are not there and are listed, and characters of each name. */
const [MISSING_MAX, ID_MAX] = [20, 200];

/** The frame's own policy: only what is inside the mail, no matter what the page around it may load. */
export const framePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** Thrown for HTML that is too large to lay out. */
export class TooManyElements extends Error {}

/** Elements that go with all that is in them, and what they stand for where they name an address. */
const removed: ReadonlyMap<string, BlockedKind | null> = new Map([
  ['script', 'script'],
  ['iframe', 'frame'],
  ['frame', 'frame'],
  ['frameset', null],
  ['noframes', null],
  ['object', 'object'],
  ['embed', 'object'],
  ['applet', 'object'],
  ['audio', 'media'],
  ['video', 'media'],
  ['source', 'media'],
  ['track', 'media'],
  ['bgsound', 'media'],
  ['link', 'stylesheet'],
  ['base', null],
  ['meta', null],
  ['title', null],
  ['template', null],
  ['noembed', null],
  ['plaintext', null],
  ['xmp', null],
  ['animate', null],
  ['animatemotion', null],
  ['animatetransform', null],
  ['set', null],
]);

/** Attributes that name an address, besides the ones of links, forms and styles. */
const addresses: ReadonlySet<string> = new Set([
  'src',
  'background',
  'poster',
  'data',
  'codebase',
  'archive',
  'classid',
  'dynsrc',
  'lowsrc',
  'longdesc',
  'cite',
  'profile',
  'manifest',
  'ping',
  'srcdoc',
]);

const unwanted: ReadonlySet<string> = new Set([
  'autofocus',
  'accesskey',
  'target',
  'download',
  'is',
  'http-equiv',
  'nonce',
]);
/** Addresses that a browser never fetches by itself. */
const notFetched: ReadonlySet<string> = new Set(['longdesc', 'cite', 'profile', 'ping', 'srcdoc']);
const controls: ReadonlySet<string> = new Set(['input', 'button', 'select', 'textarea']);

const baseStyle =
  'html{color-scheme:light;background:#fff;color:#1b2430}body{font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}' +
  'img,table{max-width:100%}img:not([src]):not([srcset]){box-sizing:border-box;min-width:18px;min-height:18px;' +
  'border:1px dashed #6b7688}a[title]{color:#2158d8;text-decoration:underline;cursor:help}';

/** `cid` gives the data address of the mail's own image with this Content-ID. */
export function neutralise(text: string, cid: (id: string) => string | undefined): Neutral {
  const document = parse(text, { scriptingEnabled: false, treeAdapter: countingAdapter() });
  const root = document.childNodes.find((one): one is Element => one.nodeName === 'html');
  const missing = new Set<string>();
  const known = (id: string): string | undefined => {
    if (cid(id) === undefined && missing.size < MISSING_MAX) missing.add(id.slice(0, ID_MAX));
    return cid(id);
  };
  const base = root === undefined ? undefined : baseOf(root);
  const work: Work = { tally: new Tally(), base, cid: known, targets: [] };
  if (root !== undefined) clean(root, work);
  const [head, body] = ['head', 'body'].map((name) => root?.childNodes.find((one) => one.nodeName === name));
  const parts = [
    '<!doctype html><html lang="und"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${framePolicy}">`,
    '<meta name="referrer" content="no-referrer"><meta http-equiv="x-dns-prefetch-control" content="off">',
    `<title>Mail</title><style>${baseStyle}</style>`,
    head !== undefined && 'childNodes' in head ? serialize(head) : '',
    '</head>',
    body === undefined ? '<body></body>' : serializeOuter(body),
    '</html>',
  ];
  return { html: parts.join(''), blocked: work.tally.all(), targets: work.targets, missing: [...missing] };
}

interface Work extends CssContext {
  readonly targets: Target[];
}

function countingAdapter(): TreeAdapter<DefaultTreeAdapterMap> {
  let elements = 0;
  return {
    ...defaultTreeAdapter,
    createElement: (name, namespace, attributes) => {
      elements += 1;
      if (elements > ELEMENTS_MAX) throw new TooManyElements(`more than ${ELEMENTS_MAX} elements`);
      return defaultTreeAdapter.createElement(name, namespace, attributes);
    },
  };
}

function isElement(node: Node): node is Element {
  return 'tagName' in node;
}

const attribute = ({ attrs }: Element, name: string): string | undefined =>
  attrs.find((one) => one.name === name)?.value;

/** Where the mail's `<base>` would make relative addresses lead. */
function baseOf(root: Element): string | undefined {
  for (const one of walk(root)) {
    const href = one.tagName === 'base' ? attribute(one, 'href') : undefined;
    if (href !== undefined) return URL.parse(tidyUrl(href))?.href;
  }
  return undefined;
}

/** All elements below, in order, the ones that `clean` took out meanwhile left out. */
function* walk(root: Element): Generator<Element> {
  const waiting: Node[] = [root];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (!isElement(one)) continue;
    yield one;
    for (let i = one.childNodes.length - 1; i >= 0; i -= 1) {
      const child = one.childNodes[i];
      if (child !== undefined) waiting.push(child);
    }
  }
}

function clean(root: Element, work: Work): void {
  for (const one of walk(root)) {
    one.childNodes = one.childNodes.filter((child) => stays(child, work));
    if (one.tagName === 'style') cleanStyle(one, work);
    follow(one, work);
    one.attrs = one.attrs.flatMap((each) => kept(one, each, work));
    if (controls.has(one.tagName)) one.attrs.push({ name: 'disabled', value: '' });
  }
}

/** Whether a node stays; what goes is counted, with everything in it. */
function stays(node: Node, work: Work): boolean {
  if (!isElement(node)) return node.nodeName !== '#comment';
  if (!removed.has(node.tagName.toLowerCase())) return true;
  for (const one of walk(node)) countRemoved(one, work);
  return false;
}

function countRemoved(one: Element, { tally, base }: Work): void {
  const name = one.tagName.toLowerCase();
  const kind = removed.get(name) ?? null;
  if (name === 'meta') countRefresh(one, tally, base);
  if (name === 'link') countLink(one, tally, base);
  if (name === 'meta' || name === 'link') return;
  const named = ['src', 'data', 'href', 'xlink:href', 'code', 'srcset', 'poster'].flatMap(
    (key) => attribute(one, key) ?? [],
  );
  const [url] = named.map(tidyUrl).filter((each) => !/^(data|about|cid|javascript|blob):/i.test(each));
  if (kind === 'script') tally.add('script', url ?? '', base);
  else if (kind !== null && url !== undefined && url !== '') tally.add(kind, url, base);
}

function countRefresh(one: Element, tally: Tally, base: string | undefined): void {
  if (attribute(one, 'http-equiv')?.trim().toLowerCase() !== 'refresh') return;
  const url = /url\s*=\s*["']?([^"']*)/i.exec(attribute(one, 'content') ?? '')?.[1] ?? '';
  tally.add('refresh', tidyUrl(url), base);
}

function countLink(one: Element, tally: Tally, base: string | undefined): void {
  const rel = attribute(one, 'rel')?.toLowerCase() ?? '';
  const url = tidyUrl(attribute(one, 'href') ?? '');
  if (url === '' || /^data:/i.test(url)) return;
  const kind = /stylesheet/.test(rel) ? 'stylesheet' : /icon/.test(rel) ? 'image' : 'hint';
  if (/stylesheet|icon|prefetch|preload|prerender|preconnect|manifest/.test(rel)) tally.add(kind, url, base);
}

function cleanStyle(one: Element, work: Work): void {
  const css = one.childNodes.map((child) => ('value' in child ? child.value : '')).join('');
  // What the parser took for text must not become markup when the frame reads it.
  const value = neutraliseCss(css, work).replace(/<\//g, '<\\/');
  one.childNodes = [{ nodeName: '#text', value, parentNode: one }];
}

/** Links and forms lead nowhere any more; where they led is listed, and shown when they are pointed at. */
function follow(one: Element, { targets, base }: Work): void {
  const isForm = one.tagName === 'form';
  const name = isForm ? 'action' : controls.has(one.tagName) ? 'formaction' : 'href';
  const isLink = one.tagName === 'a' || one.tagName === 'area';
  if (!isLink && name === 'href') return;
  const url = attribute(one, name) ?? attribute(one, `xlink:${name}`);
  if (url === undefined || url.startsWith('#')) return;
  const whole = URL.parse(tidyUrl(url), base)?.href ?? url;
  if (targets.length < TARGETS_MAX) targets.push({ kind: isLink ? 'link' : 'form', text: textOf(one), url: whole });
  one.attrs = [...one.attrs.filter((each) => each.name !== 'title'), { name: 'title', value: whole }];
}

function textOf(root: Element): string {
  let text = '';
  for (const one of walk(root)) {
    for (const child of one.childNodes) if (child.nodeName === '#text' && 'value' in child) text += child.value;
    if (text.length > 200) break;
  }
  return text.replace(/\s+/g, ' ').trim().slice(0, 100);
}

/** The attribute as it stays: one, or none. */
function kept(one: Element, each: Attribute, work: Work): readonly Attribute[] {
  const name =
    each.prefix === undefined || each.prefix === '' ? each.name.toLowerCase() : `${each.prefix}:${each.name}`;
  if (name.startsWith('on')) {
    work.tally.add('script', '');
    return [];
  }
  if (unwanted.has(name)) return [];
  if (name === 'href' || name === 'xlink:href') return keptHref(one, each, work);
  if (name === 'action' || name === 'formaction') return [];
  if (name === 'srcset' || name === 'imagesrcset') return keptSet(each, work);
  if (addresses.has(name)) return keptAddress(each, name, work);
  return /url\(|image-set\(|\\|@import/i.test(each.value) || name === 'style'
    ? [{ ...each, value: neutraliseCss(each.value, work) }]
    : [each];
}

/** A link's goes; what SVG draws stays when it is inside the mail. */
function keptHref(one: Element, each: Attribute, work: Work): readonly Attribute[] {
  if (one.tagName === 'a' || one.tagName === 'area') return each.value.startsWith('#') ? [each] : [];
  return each.value.startsWith('#') ? [each] : keptAddress(each, 'href', work);
}

function keptAddress(each: Attribute, name: string, { tally, base, cid }: Work): readonly Attribute[] {
  const own = ownImage(each.value, cid);
  if (own !== null) return [{ ...each, value: own }];
  const url = tidyUrl(each.value);
  if (url !== '' && !notFetched.has(name) && !/^(data|about|cid|javascript|blob):/i.test(url))
    tally.add('image', url, base);
  return [];
}

function keptSet(each: Attribute, { tally, base, cid }: Work): readonly Attribute[] {
  const all = [...each.value.matchAll(/(data:[^\s]+|[^\s,][^\s]*[^\s,]|[^\s,])(\s+[\d.]+[wx])?\s*(?:,|$)/gi)];
  const own = all.flatMap(([, url = '', size = '']) => {
    const image = ownImage(url, cid);
    if (image === null && !/^(data|cid|about):/i.test(url)) tally.add('image', url, base);
    return image === null ? [] : [`${image}${size}`];
  });
  return own.length === 0 ? [] : [{ ...each, value: own.join(', ') }];
}
