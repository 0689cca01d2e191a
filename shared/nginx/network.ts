/** `set_real_ip_from` (src/mail/ngx_mail_realip_module.c, `ngx_ptocidr()` of src/core/ngx_inet.c). */
import { printAddress, readAddress, type Words } from '../wire/ip.ts';
import { parseUrl } from './inet.ts';
import type { RealIpFrom } from './mail.ts';
import { parseNumber } from './units.ts';

/** The networks, with nginx's warning if there is one; or what is wrong in nginx's words. */
export type NetworkResult =
  | { readonly networks: readonly RealIpFrom[]; readonly warning: string | null }
  | { readonly error: string };

const WORD = 16;

/** The first `bits` of an address, the rest zero. */
function masked(words: Words, bits: number): Words {
  return words.map((word, index) => {
    const kept = Math.min(Math.max(bits - index * WORD, 0), WORD);
    return word & (0xffff << (WORD - kept)) & 0xffff;
  });
}

/** An address, or a network with its prefix; null where it is neither. */
function readCidr(text: string): { readonly words: Words; readonly bits: number } | null {
  const slash = text.indexOf('/');
  const words = readAddress(slash < 0 ? text : text.slice(0, slash));
  if (words === null) return null;
  const size = words.length * WORD;
  const bits = slash < 0 ? size : parseNumber(text.slice(slash + 1));
  return bits === null || bits > size ? null : { words, bits };
}

/** Reads the argument. A name other than `localhost` is not looked up. */
export function readNetworks(text: string): NetworkResult {
  if (text === 'unix:') return { networks: [{ type: 'unix' }], warning: null };
  const cidr = readCidr(text);
  if (cidr !== null) {
    const address = printAddress(masked(cidr.words, cidr.bits));
    const exact = address === printAddress(cidr.words);
    const warning = exact ? null : `low address bits of ${text} are meaningless`;
    return { networks: [{ type: 'network', address, bits: cidr.bits }], warning };
  }
  // Other forms of an IPv4 address (`127.1`) are for the system to read, as are names.
  const url = /[:/?[\]]/.test(text) ? null : parseUrl(text, { listen: false, uriPart: false, defaultPort: 0 });
  const found = url !== null && 'url' in url ? url.url : null;
  const addresses = found?.host.toLowerCase() === 'localhost' ? ['127.0.0.1', '::1'] : [found?.address ?? ''];
  if (addresses.includes('')) return { error: `host not found in set_real_ip_from "${text}"` };
  const networks = addresses.map((address) => ({
    type: 'network' as const,
    address,
    bits: address.includes(':') ? 128 : 32,
  }));
  return { networks, warning: null };
}
