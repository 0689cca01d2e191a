/** `set_real_ip_from`: whose PROXY headers are believed (src/mail/ngx_mail_realip_module.c). */
import type { Peer } from '../machine/machine.ts';
import { printAddress, readAddress, samePrefix, unmapped } from '../wire/ip.ts';
import type { RealIpFrom } from './mail.ts';

/** What the address of a client over a unix socket is called. */
const UNIX = 'unix:';

function trusts(from: RealIpFrom, peer: Peer): boolean {
  if (from.type === 'unix') return peer.address === UNIX;
  const network = readAddress(from.address);
  const address = readAddress(peer.address.replace(/%.*$/, ''));
  return network !== null && address !== null && samePrefix(unmapped(address), network, from.bits);
}

/**
 * The client that counts from here on, where the socket's peer is trusted and the header's source is an address; null:
 * the peer itself goes on counting. An IPv4-mapped peer is matched as IPv4, so IPv6 networks never hold it.
 */
export function realClient(peer: Peer, source: Peer, trusted: readonly RealIpFrom[]): Peer | null {
  if (!trusted.some((from) => trusts(from, peer))) return null;
  const address = readAddress(source.address);
  return address === null ? null : { address: printAddress(address), port: source.port };
}
