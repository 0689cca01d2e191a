/** Style sheets of a mail without what they would fetch. The frame's policy is the wall; this counts, and keeps it quiet. */
import { ownImage, type Tally, tidyUrl } from './remote.ts';

/** What the rest of the page says about a style sheet. */
export interface CssContext {
  readonly tally: Tally;
  readonly base: string | undefined;
  readonly cid: (id: string) => string | undefined;
}

/** Escapes of letters, as in `\75 rl(`: the meaning stays, and `url` can be found (CSS Syntax 4.3.7). */
function plainLetters(css: string): string {
  return css.replace(/\\0{0,4}([46][1-9a-f]|[57][0-9a])[ \t\r\n\f]?/gi, (written, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return /[a-z]/i.test(char) ? char : written;
  });
}

const imports = /@import\b\s*(?:url\(\s*)?(?:"([^"\n]*)"|'([^'\n]*)'|([^\s;)"']*))[^;}]*;?/gi;
const urls = /\burl\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^)"']*))\s*\)?/gi;
const sets = /\b(?:-webkit-)?image-set\(([^)]*)\)?/gi;
const faces = /@font-face\s*\{[^}]*\}?/gi;

/** The style sheet, or the text of a style attribute, with only the mail's own images left in it. */
export function neutraliseCss(css: string, context: CssContext): string {
  const plain = plainLetters(css).replace(/\/\*[\s\S]*?(?:\*\/|$)/g, ' ');
  return plain
    .replace(imports, (_all, ...found) => {
      context.tally.add('stylesheet', firstOf(found), context.base);
      return '';
    })
    .replace(faces, (face) => {
      for (const found of face.matchAll(urls)) count('font', firstOf(found.slice(1)), context);
      return '';
    })
    .replace(sets, (all, inside: string) => {
      for (const found of inside.matchAll(/"([^"]*)"|'([^']*)'/g)) count('css', firstOf(found.slice(1)), context);
      return /url\(/i.test(all) ? all : 'none';
    })
    .replace(urls, (_all, ...found) => {
      const url = tidyUrl(firstOf(found));
      const own = ownImage(url, context.cid);
      if (own !== null) return `url("${own.replace(/["\\\n]/g, encodeURIComponent)}")`;
      if (url.startsWith('#')) return `url(${url.replace(/[^#\w-]/g, '')})`;
      count('css', url, context);
      return 'none';
    });
}

function count(kind: 'font' | 'css', url: string, { tally, base }: CssContext): void {
  if (url !== '' && !/^(data|about|cid|blob|#)/i.test(url)) tally.add(kind, url, base);
}

function firstOf(found: readonly unknown[]): string {
  return found.slice(0, 3).find((one): one is string => typeof one === 'string') ?? '';
}
