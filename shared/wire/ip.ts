/** IP literals as nginx's lenient parsers read them, and as it prints them (src/core/ngx_inet.c). */

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
export function readIpv6(text: string): Words | null {
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

/** An address of either family; null where nginx sees none (ngx_parse_addr). */
export const readAddress = (text: string): Words | null => readIpv4(text) ?? readIpv6(text);

/** Whether an address is an IPv4 one written as IPv6, `::ffff:192.0.2.1` (RFC 4291 2.5.5.2). */
export const isMapped = (words: Words): boolean =>
  words.length === 8 && words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;

/** IPv4 addresses written as IPv6 (`::ffff:192.0.2.1`) are the same host. */
export const unmapped = (words: Words): Words => (isMapped(words) ? words.slice(6) : words);

/** An address as ngx_sock_ntop prints it: `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`, `::192.0.2.1`. */
export function printAddress(words: Words): string {
  if (words.length === 2) return printIpv4(words);
  if (isMapped(words)) return `::ffff:${printIpv4(words.slice(6))}`;
  const [from, length] = longestZeros(words);
  const [high = 0, low = 0] = words.slice(6);
  if (from === 0 && (length === 6 || (length === 7 && low >> 8 !== 0 && (low & 255) !== 1)))
    return `::${printIpv4([high, low])}`;
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

/** Whether the first `bits` of two addresses of one family are the same. */
export function samePrefix(one: Words, other: Words, bits: number): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0, left = bits; left > 0; i++, left -= 16) {
    const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
    if (((one[i] ?? 0) & mask) !== ((other[i] ?? 0) & mask)) return false;
  }
  return true;
}
