/** The PROXY header in front of a connection (`listen … proxy_protocol`), as ngx_proxy_protocol_read takes it. */
import type { Bytes, Peer, Proxied } from '../machine/machine.ts';
import { printAddress } from './ip.ts';

/** How many bytes nginx looks at, once: the whole header must be among them. */
export const PROXY_HEADER_MAX = 4096;

/**
 * Why a header is refused. broken: neither version 1 nor 2, or a field of version 1 is wrong; unknown-version: the
 * signature of version 2 with another version; too-large: longer than what came; short: no room for its addresses.
 */
export type ProxyHeaderError = 'broken' | 'unknown-version' | 'too-large' | 'short';

/** A header of `length` bytes, or what is wrong with it. */
export type ProxyHeader =
  /** `proxied` is null for a header without addresses: UNKNOWN, LOCAL, no stream, another family. */
  | { readonly length: number; readonly proxied: Proxied | null }
  | {
      readonly error: ProxyHeaderError;
      /** The bytes before the first line end: nginx logs them for a broken header. */
      readonly line: Bytes;
      /** The version that version 2 should have been. */
      readonly version: number | null;
    };

/** Begins version 2. */
export const PROXY_SIGNATURE: Bytes = '\r\n\r\n\0\r\nQUIT\n';

/** Signature, version and command, family and transport, length. */
const FIXED = 16;

const tcp = /^PROXY TCP[46] ([0-9a-f:.]*) ([0-9a-f:.]*) ([0-9]+) ([0-9]+)\r\n/i;

/** Reads the header at the start of the first bytes that came; '' where the sender closed without any. */
export function readProxyHeader(bytes: Bytes): ProxyHeader {
  const seen = bytes.slice(0, PROXY_HEADER_MAX);
  return seen.length >= FIXED && seen.startsWith(PROXY_SIGNATURE) ? readBinary(seen) : readText(seen);
}

const refuse = (error: ProxyHeaderError, bytes: Bytes, version: number | null = null): ProxyHeader => ({
  error,
  line: /^[^\r\n]*/.exec(bytes)?.[0] ?? '',
  version,
});

/** Version 1: the characters of an address are looked at, and nothing else of it. */
function readText(bytes: Bytes): ProxyHeader {
  const unknown = 'PROXY UNKNOWN';
  if (bytes.startsWith(unknown)) {
    const end = bytes.indexOf('\r\n', unknown.length);
    return end < 0 ? refuse('broken', bytes) : { length: end + 2, proxied: null };
  }
  const match = bytes.startsWith('PROXY TCP') ? tcp.exec(bytes) : null;
  if (!match) return refuse('broken', bytes);
  const [all, from = '', to = '', fromPort, toPort] = match;
  const source = { address: from, port: Number(fromPort) };
  const destination = { address: to, port: Number(toPort) };
  if (source.port > 65_535 || destination.port > 65_535) return refuse('broken', bytes);
  return { length: all.length, proxied: { source, destination } };
}

const uint16 = (bytes: Bytes, at: number): number => bytes.charCodeAt(at) * 256 + bytes.charCodeAt(at + 1);

const peer = (bytes: Bytes, at: number, words: number, portAt: number): Peer => ({
  address: printAddress(Array.from({ length: words }, (_, index) => uint16(bytes, at + 2 * index))),
  port: uint16(bytes, portAt),
});

/** How many words an address of a version 2 family has; of the others nginx knows nothing. */
const familyWords = new Map([
  [1, 2],
  [2, 8],
]);

/** Version 2: what follows the addresses is skipped. */
function readBinary(bytes: Bytes): ProxyHeader {
  const version = bytes.charCodeAt(12) >> 4;
  if (version !== 2) return refuse('unknown-version', bytes, version);
  const length = FIXED + uint16(bytes, 14);
  if (length > bytes.length) return refuse('too-large', bytes);
  const proxying = (bytes.charCodeAt(12) & 15) === 1;
  const stream = (bytes.charCodeAt(13) & 15) === 1;
  const words = familyWords.get(bytes.charCodeAt(13) >> 4);
  if (!proxying || !stream || words === undefined) return { length, proxied: null };
  const ports = FIXED + 4 * words;
  if (ports + 4 > length) return refuse('short', bytes);
  const source = peer(bytes, FIXED, words, ports);
  const destination = peer(bytes, FIXED + 2 * words, words, ports + 2);
  return { length, proxied: { source, destination } };
}
