/** How the arrival of a client stands in its journal: the PROXY header, TLS, the name; and STARTTLS. */
import type { Bytes, ClientTls, Params, Peer, Proxied } from '../../shared/machine/machine.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import type { ProxyHeaderError } from '../../shared/wire/proxy-in.ts';
import { type Draft, draft, line, noted } from './entries.ts';
import type { ClientName } from './ports.ts';

/** Where a handshake came from: `listen … ssl`, or STARTTLS. */
export type HandshakeMode = 'ssl' | 'starttls';

const spelled = ({ address, port }: Peer): string => hostPort(address, port);

/** A PROXY header that was read, byte by byte. */
export function proxyHeader(bytes: Bytes, proxied: Proxied | null): Draft {
  const entry = line('client', bytes, 'consumed', proxied ? 'session.proxied' : 'session.proxied.unknown', undefined);
  if (proxied) entry.params = { source: spelled(proxied.source), destination: spelled(proxied.destination) };
  return entry;
}

/** What came instead of a PROXY header; `first` is the line that nginx logs. */
export function brokenHeader(
  bytes: Bytes,
  error: ProxyHeaderError,
  more: { readonly line: Bytes; readonly version: number | null },
): Draft {
  const entry = line('client', bytes, 'consumed', 'session.proxied.broken', undefined);
  entry.params = { error, line: more.line, ...(more.version === null ? {} : { version: more.version }) };
  return entry;
}

/** The client left before its PROXY header: to nginx an empty one. */
export const missingHeader = (): Draft => noted('client', 'session.proxied.broken', { error: 'broken', line: '' });

/** No PROXY header came. */
export const headerTimedOut = (ms: number): Draft => noted('client', 'session.proxied.timed-out', { ms });

/** `set_real_ip_from` believes the header. */
export function realIp(client: Peer, peer: Peer, cause: number): Draft {
  const entry = noted('client', 'session.real-ip', { client: spelled(client), peer: spelled(peer) });
  entry.cause = cause;
  return entry;
}

function tlsEntry(why: string, params: Params, cause: number | undefined): Draft {
  const entry = draft('client', 'none', 'tls', '', why);
  entry.params = params;
  entry.cause = cause;
  return entry;
}

/** The handshake is done. */
export function secured(mode: HandshakeMode, tls: ClientTls, cause: number): Draft {
  const { protocol, cipher, serverName, alpn, certificate } = tls;
  const params: Record<string, string | number> = { mode, protocol, cipher, serverName, alpn };
  if (tls.resumed) params.resumed = 'yes';
  if (certificate) {
    params.verify = certificate.result.code;
    params.verifyText = certificate.result.text;
  }
  if (certificate?.shown) {
    const { subject, issuer, serial, fingerprint } = certificate.shown;
    Object.assign(params, { subject, issuer, serial, fingerprint });
  }
  return tlsEntry('session.secured', params, cause);
}

/** It failed; `error` as TlsPort gives it. */
export const unsecured = (mode: HandshakeMode, error: string, cause: number): Draft =>
  tlsEntry('session.secure-failed', { mode, error }, cause);

/** It took longer than `timeout` (ms). */
export const secureTimedOut = (mode: HandshakeMode, ms: number): Draft =>
  tlsEntry('session.secure-timed-out', { mode, ms }, undefined);

/** What was pipelined behind STARTTLS. */
export function plaintextDropped(bytes: Bytes, cause: number): Draft {
  const entry = line('client', bytes, 'consumed', 'session.plaintext-dropped', undefined);
  entry.cause = cause;
  return entry;
}

/** What the client is called; the failure's words are nginx's. */
export function named({ host, found, failure }: ClientName, address: string, cause: number): Draft {
  const params: Record<string, string | number> = { address, host };
  if (found !== null) params.found = found;
  if (failure) Object.assign(params, failure);
  const entry = noted('client', host.startsWith('[') ? 'session.unnamed' : 'session.named', params);
  entry.cause = cause;
  return entry;
}
