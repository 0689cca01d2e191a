/** How an address and its port are written together. */

/** `127.0.0.1:25`; an IPv6 address in brackets, `[::1]:25` (RFC 3986 3.2.2). */
export const hostPort = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
