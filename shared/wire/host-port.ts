/** How an address and its port are written together. */

/**
 * `127.0.0.1:25`; an IPv6 address in brackets, `[::1]:25` (RFC 3986 3.2.2). A unix socket, `unix:/path` or `unix:` for
 * its other end, has no port.
 */
export function hostPort(address: string, port: number): string {
  if (!address.includes(':')) return `${address}:${port}`;
  return address.startsWith('unix:') ? address : `[${address}]:${port}`;
}

/** The address and the port of what `hostPort` wrote; port 0 where there is none. */
export function splitHostPort(text: string): { readonly address: string; readonly port: number } {
  const [, inBrackets, plain, port] = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const address = inBrackets ?? plain;
  return address === undefined ? { address: text, port: 0 } : { address, port: Number(port) };
}
