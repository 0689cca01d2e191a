/** How an address and its port are written together. */

/**
 * `127.0.0.1:25`; an IPv6 address in brackets, `[::1]:25` (RFC 3986 3.2.2). A unix socket, `unix:/path` or `unix:` for
 * its other end, has no port.
 */
export function hostPort(address: string, port: number): string {
  if (!address.includes(':')) return `${address}:${port}`;
  return address.startsWith('unix:') ? address : `[${address}]:${port}`;
}
