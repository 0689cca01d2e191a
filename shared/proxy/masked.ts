/** Entries of an exported session, out of which the secrets were taken. */
import type { Entry } from '../journal/entry.ts';
import type { Bytes } from '../machine/machine.ts';
import { encodeBase64 } from '../wire/base64.ts';

/** Four asterisks stand where a secret stood. */
const REMOVED = '****';

/** Whether secrets were taken out of an entry. */
export const isMasked = ({ bytes, secret = [] }: Entry): boolean =>
  secret.some(([from, to]) => bytes.slice(from, to) === REMOVED);

/** What a secret can have been: the message of PLAIN, a password, in base64 too, or a digest. */
export const standIns: readonly Bytes[] = [
  encodeBase64(`\0user\0${REMOVED}`),
  encodeBase64(REMOVED),
  encodeBase64(`user ${'*'.repeat(32)}`),
  REMOVED,
];

/** The entry's bytes with `text` in place of every secret that was taken out. */
export const filled = ({ bytes, secret = [] }: Entry, text: Bytes): Bytes =>
  secret.reduceRight(
    (whole, [from, to]) => (whole.slice(from, to) === REMOVED ? whole.slice(0, from) + text + whole.slice(to) : whole),
    bytes,
  );
