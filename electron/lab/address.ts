/** `HOST:PORT` addresses of the lab file, and which of them stay on this machine. */

import { hostPort } from '../../shared/wire/host-port.ts';

/** One end of a TCP connection; `host` is a name or an IP literal without brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Cuts `HOST:PORT` or `[IPv6]:PORT`; null when it is neither. */
export function splitAddress(text: string): Address | null {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  return host === undefined || port > 65_535 ? null : { host, port };
}

/** `127.0.0.1:25`, `[::1]:25`. */
export const joinAddress = ({ host, port }: Address): string => hostPort(host, port);
