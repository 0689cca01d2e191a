/** IP literals: as nginx reads an `Auth-Server`, and strictly for the lab file's own addresses and networks. */
import { printAddress, readAddress, readIpv6, samePrefix, unmapped, type Words } from '../wire/ip.ts';

/** What nginx would connect to for an `Auth-Server`, in its usual spelling; null where nginx rejects it. */
export function readServer(text: string): string | null {
  const words = readAddress(text);
  return words === null ? null : printAddress(words);
}

/** A well-formed literal: four plain octets, or IPv6 without nginx's oddities. For what people write in a lab file. */
export function readIp(text: string): Words | null {
  if (text.includes(':')) {
    const odd = (/^:[^:]/.test(text) || /[^:]:$/.test(text)) && text !== '::';
    return odd || text.includes(':::') ? null : readIpv6(text);
  }
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256))
    return null;
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** A network: `192.0.2.0/24`, `2001:db8::/32`, or one address. */
export interface Network {
  readonly words: Words;
  /** How many leading bits count. */
  readonly bits: number;
}

/** Reads an address or CIDR; null where it is neither. */
export function readNetwork(text: string): Network | null {
  const [address = '', bits, ...more] = text.split('/');
  const words = readIp(address);
  if (words === null || more.length > 0) return null;
  const size = words.length * 16;
  if (bits === undefined) return { words: unmapped(words), bits: unmapped(words).length * 16 };
  if (!/^(0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > size) return null;
  return { words, bits: Number(bits) };
}

/** Whether the address (a literal) lies in the network. */
export function contains(network: Network, address: string): boolean {
  const read = readIp(address);
  if (read === null) return false;
  const words = network.words.length === 2 ? unmapped(read) : read;
  return samePrefix(words, network.words, network.bits);
}

/** An IP address and a port, such as `127.0.0.1:25` or `[::1]:25`. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Reads `IP:PORT` (`localhost` stands for 127.0.0.1); null where it is not one. IPv6 needs its brackets. */
export function readEndpoint(text: string): Endpoint | null {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  if (!match) return null;
  const [, six, other = '', digits = ''] = match;
  const port = Number(digits);
  const host = other.toLowerCase() === 'localhost' ? '127.0.0.1' : (six ?? other);
  const words = readIp(host);
  if (words === null || (six !== undefined) !== (words.length === 8) || port < 1 || port > 65535) return null;
  return { address: printAddress(words), port };
}

/** `127.0.0.1:25`, `[::1]:25`. */
export const printEndpoint = (endpoint: Endpoint): string =>
  endpoint.address.includes(':') ? `[${endpoint.address}]:${endpoint.port}` : `${endpoint.address}:${endpoint.port}`;
