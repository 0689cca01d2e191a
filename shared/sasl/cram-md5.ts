/** SASL CRAM-MD5 (RFC 2195) as far as a proxy sees it: the challenge and the shape of the answer. */
import type { Bytes } from '../machine/machine.ts';

/** nginx's salt: `<RANDOM.UNIXTIME@server_name>`. */
export const challenge = (nonce: { readonly random: number; readonly seconds: number }, serverName: string): Bytes =>
  `<${nonce.random}.${nonce.seconds}@${serverName}>`;

/**
 * `login SP digest`, split at the first space. Without a space nginx tests the length of an earlier password instead,
 * which `stale` stands for. The digest must be 32 bytes; they are not looked at.
 */
export function splitCram(message: Bytes, stale: Bytes): { readonly user: Bytes; readonly digest: Bytes | undefined } {
  const space = message.indexOf(' ');
  const user = space < 0 ? message : message.slice(0, space);
  const digest = space < 0 ? stale : message.slice(space + 1);
  return { user, digest: digest.length === 32 ? digest : undefined };
}
