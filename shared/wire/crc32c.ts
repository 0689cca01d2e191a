/** CRC-32C, the checksum of PROXY protocol v2 (RFC 9260, appendix A). */
import type { Bytes } from '../machine/machine.ts';

/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;

/** The checksum as an unsigned number of 32 bits. */
export function crc32c(bytes: Bytes): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc ^= bytes.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  }
  return ~crc >>> 0;
}
