/** The PROXY header that nginx sends to an upstream first (`proxy_protocol on` and `v2`). */
import type { Bytes, ClientTls, Peer } from '../machine/machine.ts';
import { crc32c } from './crc32c.ts';
import { isMapped, printAddress, readAddress, unmapped, type Words } from './ip.ts';
import { PROXY_SIGNATURE } from './proxy-in.ts';

/** What the header tells. */
export interface ProxyEnds {
  /** The client, after `set_real_ip_from`; `unix:` where it came over a unix socket. */
  readonly client: Peer;
  /** The proxy's own end of the client's connection. */
  readonly local: Peer;
  /** The client's handshake; null where it speaks in clear text. */
  readonly tls: ClientTls | null;
}

/** The bytes of the header: version 1 for `on`. */
export function writeProxyHeader(form: 'on' | 'v2', ends: ProxyEnds): Bytes {
  return form === 'on' ? writeText(ends) : writeBinary(ends);
}

/** An address without the zone of a link-local one. */
const wordsOf = (peer: Peer): Words | null => readAddress(peer.address.replace(/%.*$/, ''));

/** Version 1: the client's family names the line, whatever the other end is: even a unix socket goes in as it is. */
function writeText({ client, local }: ProxyEnds): Bytes {
  const from = wordsOf(client);
  if (from === null) return 'PROXY UNKNOWN\r\n';
  const to = wordsOf(local);
  const family = from.length === 2 ? 'TCP4' : 'TCP6';
  const destination = to === null ? local.address : printAddress(to);
  return `PROXY ${family} ${printAddress(from)} ${destination} ${client.port} ${local.port}\r\n`;
}

const uint8 = (value: number): Bytes => String.fromCharCode(value & 255);
const uint16 = (value: number): Bytes => uint8(value >> 8) + uint8(value);
const uint32 = (value: number): Bytes => uint16(value >>> 16) + uint16(value);
const packed = (words: Words): Bytes => words.map(uint16).join('');

/** Type, length, value (PROXY protocol, section 2.2). */
const tlv = (type: number, value: Bytes): Bytes => uint8(type) + uint16(value.length) + value;

/** One that is left out where there is nothing to say. */
const optional = (type: number, value: Bytes): Bytes => (value === '' ? '' : tlv(type, value));

/** An IPv4 address as the family of the header wants it. */
const promoted = (words: Words): Words => (words.length === 2 ? [0, 0, 0, 0, 0, 0xffff, ...words] : words);

/** Command and family, and the addresses: the greater family of both ends, and IPv4 where both are IPv4-mapped. */
function addresses({ client, local }: ProxyEnds): readonly [command: Bytes, addresses: Bytes] {
  const from = wordsOf(client);
  const to = wordsOf(local);
  if (from === null || to === null) return ['\x20\x00', ''];
  const ports = uint16(client.port) + uint16(local.port);
  const four = (from.length === 2 && to.length === 2) || (isMapped(from) && isMapped(to));
  if (four) return ['\x21\x11', packed(unmapped(from)) + packed(unmapped(to)) + ports];
  return ['\x21\x21', packed(promoted(from)) + packed(promoted(to)) + ports];
}

/** Bits of the byte that says what the client did. */
const did = { tls: 1, certificateNow: 2, certificateInSession: 4 } as const;

/** The verify result where no certificate was shown: X509_V_ERR_UNSPECIFIED. */
const UNVERIFIED = 1;

function secured(tls: ClientTls): Bytes {
  const { certificate, own } = tls;
  const shown = certificate?.shown ?? null;
  const now = tls.resumed ? 0 : did.certificateNow;
  const bits = did.tls | (shown ? did.certificateInSession | now : 0);
  const verified = shown && certificate ? certificate.result.code : UNVERIFIED;
  const about =
    optional(0x21, tls.protocol) +
    optional(0x22, shown?.commonName ?? '') +
    optional(0x23, tls.cipher) +
    optional(0x24, own.signature) +
    optional(0x25, own.key);
  return optional(0x02, tls.serverName) + optional(0x01, tls.alpn) + tlv(0x20, uint8(bits) + uint32(verified) + about);
}

const CHECKSUM = 0x03;

/** Version 2: addresses, what is known of the client's TLS, and the checksum over all of it with itself as zero. */
function writeBinary(ends: ProxyEnds): Bytes {
  const [command, where] = addresses(ends);
  const body = where + (ends.tls ? secured(ends.tls) : '');
  const zero = tlv(CHECKSUM, uint32(0));
  const header = PROXY_SIGNATURE + command + uint16(body.length + zero.length) + body;
  return header + tlv(CHECKSUM, uint32(crc32c(header + zero)));
}
