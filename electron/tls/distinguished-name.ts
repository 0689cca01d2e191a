/** Names in certificates as nginx passes them on: RFC 2253, as OpenSSL writes it (XN_FLAG_RFC2253). */
import type { X509Certificate } from 'node:crypto';
import type { Bytes } from '../../shared/machine/machine.ts';
import { bytesOf, certificateParts, type Der, isTagged, partsOf, stringOf } from './der.ts';

/** One attribute: its type and value as Node prints them, and the value itself where it can be read. */
interface Attribute {
  readonly type: string;
  readonly text: string;
  readonly value: Der | undefined;
}

/** A name: attributes that belong together stand in one list. */
type Name = readonly (readonly Attribute[])[];

/** Both names of a certificate. */
export interface Names {
  readonly subject: Bytes;
  readonly issuer: Bytes;
  /** The subject's common name, as bytes; '' where it has none. */
  readonly commonName: Bytes;
}

/** Reads the names out of a certificate. */
export function namesOf(certificate: X509Certificate): Names {
  const fields = partsOf(certificateParts(certificate)[0]);
  // version, where it is given, stands tagged before the serial number; then come signature, issuer, validity, subject.
  const from = isTagged(fields[0]) ? 1 : 0;
  const subject = attributesOf(certificate.subject, fields[from + 4]);
  return {
    subject: rfc2253(subject),
    issuer: rfc2253(attributesOf(certificate.issuer, fields[from + 2])),
    commonName: stringOf(subject.flat().find(({ type }) => type === 'CN')?.value),
  };
}

/**
 * Node prints a relative name a line, ` + ` between the attributes of one, in the order of the certificate, with the
 * escapes of RFC 2253 but with characters instead of bytes.
 */
function attributesOf(printed: string | undefined, name: Der | undefined): Name {
  const lines = printed ? printed.split('\n') : [];
  const sets = partsOf(name);
  return lines.map((line, nth) => {
    const pairs = partsOf(sets[nth]);
    return line.split(' + ').map((text, at) => {
      const equals = text.indexOf('=');
      return { type: text.slice(0, equals), text: text.slice(equals + 1), value: partsOf(pairs[at])[1] };
    });
  });
}

/** The last relative name comes first; of a type that has no name the value is told as DER, after a `#`. */
const rfc2253 = (name: Name): Bytes =>
  name
    .map((set) => set.map(written).reverse().join('+'))
    .reverse()
    .join(',');

const written = ({ type, text, value }: Attribute): Bytes =>
  value && /^\d/.test(type)
    ? `${type}=#${hexOf(bytesOf(value))}`
    : `${type}=${text.replace(/[^\0-\x7f]+/g, escapedUtf8)}`;

const hexOf = (bytes: Bytes): string => Buffer.from(bytes, 'latin1').toString('hex').toUpperCase();

/** ASN1_STRFLGS_ESC_MSB: every byte of UTF-8 above 0x7f as `\XX`. */
const escapedUtf8 = (text: string): string =>
  hexOf(Buffer.from(text, 'utf8').toString('latin1')).replace(/../g, (pair) => `\\${pair}`);
