/** IP literals: as nginx's lenient parsers read them, and strictly for the lab file's own addresses and networks. */

/** The 8 words of an IPv6 address, or the 2 of an IPv4 one. */
export type Words = readonly number[];

/**
 * An IPv4 literal as nginx reads it (ngx_inet_addr): exactly three dots; leading zeros and even empty octets pass;
 * 255.255.255.255 does not, as it is the code for failure.
 */
function readIpv4(text: string): Words | null {
  const octets = text.split('.');
  if (octets.length !== 4) return null;
  const bytes: number[] = [];
  for (const octet of octets) {
    if (!/^\d*$/.test(octet)) return null;
    const value = Number(octet);
    if (value > 255) return null;
    bytes.push(value);
  }
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (a + b + c + d === 4 * 255) return null;
  return [a * 256 + b, c * 256 + d];
}

/**
 * An IPv6 literal as nginx reads it (ngx_inet6_addr), without brackets and without zone. Its oddities are kept: one
 * leading colon too many passes, and so does one trailing colon after `::`.
 */
function readIpv6(text: string): Words | null {
  const groups = (text.startsWith(':') ? text.slice(1) : text).split(':');
  const last = groups.pop() ?? '';
  const words: number[] = [];
  let zero = -1;
  for (const group of groups) {
    if (group === '') {
      if (zero >= 0) return null;
      zero = words.length;
    } else if (hexGroup.test(group) && words.length < 7) words.push(Number.parseInt(group, 16));
    else return null;
  }
  const tail = lastWords(last, zero >= 0, groups.length > 0);
  return tail === null ? null : expand([...words, ...tail], zero);
}

const hexGroup = /^[0-9a-f]{1,4}$/i;

/** The group after the last colon: hex, nothing after a `::`, or as in `::ffff:192.0.2.1` two words spelled as IPv4. */
function lastWords(last: string, hasZero: boolean, hasColon: boolean): Words | null {
  if (last === '') return hasZero ? [0] : null;
  if (hexGroup.test(last)) return [Number.parseInt(last, 16)];
  return hasColon && /^[0-9a-f]{1,4}\./i.test(last) ? readIpv4(last) : null;
}

/** Puts the zeros of `::` back. */
function expand(words: readonly number[], zero: number): Words | null {
  if (words.length === 8) return zero < 0 ? words : null;
  if (zero < 0 || words.length > 8) return null;
  return [...words.slice(0, zero), ...new Array<number>(8 - words.length).fill(0), ...words.slice(zero)];
}

/** An address in its usual spelling: `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`. */
export function printIp(words: Words): string {
  if (words.length === 2) return printIpv4(words);
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff)
    return `::ffff:${printIpv4(words.slice(6))}`;
  const [from, length] = longestZeros(words);
  const hex = words.map((word) => word.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`;
}

const printIpv4 = (words: Words): string => words.flatMap((word) => [word >> 8, word & 255]).join('.');

/** Where the longest run of zero words begins, and its length (RFC 5952 4.2). */
function longestZeros(words: Words): readonly [number, number] {
  let best: readonly [number, number] = [0, 0];
  let from = 0;
  for (let i = 0; i <= words.length; i++) {
    if (words[i] === 0) continue;
    if (i - from > best[1]) best = [from, i - from];
    from = i + 1;
  }
  return best;
}

/** What nginx would connect to for an `Auth-Server`, in its usual spelling; null where nginx rejects it. */
export function readServer(text: string): string | null {
  const words = readIpv4(text) ?? readIpv6(text);
  return words === null ? null : printIp(words);
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

/** IPv4 addresses written as IPv6 (`::ffff:192.0.2.1`) are the same client. */
const unmapped = (words: Words): Words =>
  words.length === 8 && words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff ? words.slice(6) : words;

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
  if (words.length !== network.words.length) return false;
  for (let i = 0, left = network.bits; left > 0; i++, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if (((words[i] ?? 0) & mask) !== ((network.words[i] ?? 0) & mask)) return false;
  }
  return true;
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
  return { address: printIp(words), port };
}

/** `127.0.0.1:25`, `[::1]:25`. */
export const printEndpoint = (endpoint: Endpoint): string =>
  endpoint.address.includes(':') ? `[${endpoint.address}]:${endpoint.port}` : `${endpoint.address}:${endpoint.port}`;
