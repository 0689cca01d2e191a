/** The PROXY header that a played server may expect in front of everything (`proxyProtocol`), as its bytes come in. */
import type { Bytes, Peer } from '../machine/machine.ts';
import { PROXY_HEADER_MAX, PROXY_SIGNATURE, readProxyHeader } from '../wire/proxy-in.ts';

/** The bytes so far: more are needed, it is no header, or it has `length` bytes and names a client (null: it names none). */
export type ArrivalHeader = 'more' | 'broken' | { readonly length: number; readonly client: Peer | null };

/** How every header of version 1 begins. */
const TEXT = 'PROXY';

/** Signature, version and command, family and transport, length (PROXY protocol 2.2). */
const FIXED = 16;

const isBegun = (whole: Bytes, bytes: Bytes): boolean => whole.startsWith(bytes.slice(0, whole.length));

/** Whether all of it is there. */
function isWhole(bytes: Bytes): boolean {
  if (bytes.startsWith(TEXT)) return bytes.includes('\n');
  return bytes.length >= FIXED && bytes.length >= FIXED + bytes.charCodeAt(14) * 256 + bytes.charCodeAt(15);
}

/** Reads the header at the start of what came. */
export function readArrival(bytes: Bytes): ArrivalHeader {
  if (bytes === '') return 'more';
  if (!isBegun(TEXT, bytes) && !isBegun(PROXY_SIGNATURE, bytes)) return 'broken';
  if (!isWhole(bytes)) return bytes.length < PROXY_HEADER_MAX ? 'more' : 'broken';
  const header = readProxyHeader(bytes);
  if ('error' in header) return 'broken';
  return { length: header.length, client: header.proxied?.source ?? null };
}
