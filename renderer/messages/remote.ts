/** What an HTML mail would fetch, follow or run: counted, and where a link leads. Pure. */

/** What wanted something from elsewhere, or to act. */
export type BlockedKind =
  | 'image'
  | 'css'
  | 'stylesheet'
  | 'font'
  | 'media'
  | 'frame'
  | 'object'
  | 'script'
  | 'hint'
  | 'refresh';

/** What was taken out of the HTML, by kind and host. */
export interface Blocked {
  readonly kind: BlockedKind;
  /** '' for a script of the mail's own and for an address without a host. */
  readonly host: string;
  readonly times: number;
  /** The first of them, cut to a readable length. */
  readonly first: string;
}

/** Where a link or a form leads; nothing happens when it is used. */
export interface Target {
  readonly kind: 'link' | 'form';
  /** The words of the link. */
  readonly text: string;
  readonly url: string;
}

/** Different hosts that are told apart; those behind them count for the last. */
const HOSTS_MAX = 200;
/** Characters of an address that are shown. */
const URL_MAX = 300;

/** Counts what is blocked. */
export class Tally {
  readonly #found = new Map<string, { kind: BlockedKind; host: string; times: number; first: string }>();

  add(kind: BlockedKind, url: string, base: string | undefined = undefined): void {
    const host = hostOf(url, base);
    const key = this.#found.size < HOSTS_MAX ? `${kind} ${host}` : `${kind} `;
    const known = this.#found.get(key) ?? { kind, host, times: 0, first: url.slice(0, URL_MAX) };
    known.times += 1;
    this.#found.set(key, known);
  }

  all(): readonly Blocked[] {
    return [...this.#found.values()];
  }
}

/** The host an address leads to, also for `//host/…` and for one that only `base` makes whole; '' without one. */
function hostOf(url: string, base: string | undefined): string {
  const parsed = URL.parse(url, base ?? 'relative:/') ?? URL.parse(url.startsWith('//') ? `https:${url}` : url);
  return parsed?.host ?? '';
}

const dataImage = /^data:image\//i;

/** White space and control bytes that browsers drop from addresses (WHATWG URL 4.4). */
export function tidyUrl(url: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is dropped.
  return url.replace(/[\t\r\n]/g, '').replace(/^[\x00-\x20]+|[\x00-\x20]+$/g, '');
}

/** An image's address that needs no fetch: inside the mail, or nothing. `cid` finds the mail's own parts (RFC 2392). */
export function ownImage(url: string, cid: (id: string) => string | undefined): string | null {
  const tidy = tidyUrl(url);
  if (dataImage.test(tidy)) return tidy;
  return /^cid:/i.test(tidy) ? (cid(unquote(tidy.slice(4))) ?? null) : null;
}

function unquote(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
