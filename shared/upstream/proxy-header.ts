/** When the PROXY header that a played server waits for is all there. */
import type { Bytes } from '../machine/machine.ts';
import { PROXY_SIGNATURE, type ProxyHeader, readProxyHeader } from '../wire/proxy-in.ts';

/** The longest header of version 1, line end included (PROXY protocol 2.1). */
const TEXT_MAX = 107;
const TEXT_START = 'PROXY ';
/** Signature, version and command, family and transport, length (2.2). */
const FIXED = 16;
const LENGTH_AT = 14;

const begins = (bytes: Bytes, start: Bytes): boolean => start.startsWith(bytes.slice(0, start.length));

function isPart(bytes: Bytes): boolean {
  if (begins(bytes, TEXT_START)) return bytes.length < TEXT_MAX && !bytes.includes('\n');
  if (!begins(bytes, PROXY_SIGNATURE)) return false;
  if (bytes.length < FIXED) return true;
  return bytes.length < FIXED + bytes.charCodeAt(LENGTH_AT) * 256 + bytes.charCodeAt(LENGTH_AT + 1);
}

/** The header at the start of what has come so far, or what is wrong with it; null: it may still become one. */
export const proxyHeaderIn = (bytes: Bytes): ProxyHeader | null => (isPart(bytes) ? null : readProxyHeader(bytes));
