/** The window's own address: a scheme of our own, so that a file is never a page and a page never a file. */

/** The scheme is registered as standard and secure. */
export const SCHEME = 'app';

/** The page of the window. */
export const PAGE = `${SCHEME}://lab/index.html`;

/** Whether an address is our own page's; `devUrl` is the development server's, if there is one. */
export function isOwnPage(url: string, devUrl: string | undefined): boolean {
  return url.startsWith(`${SCHEME}://lab/`) || (devUrl !== undefined && url.startsWith(new URL('/', devUrl).href));
}

/** Whether a link may be handed to the user's browser. */
export function isWebLink(url: string): boolean {
  return URL.parse(url)?.protocol === 'https:';
}
