/** Names in certificates as nginx passes them on: RFC 2253, as OpenSSL writes it (XN_FLAG_RFC2253). */
import type { X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import type { Bytes } from '../../shared/machine/machine.ts';

const { asn1 } = forge;

/** One attribute: its type and value as Node prints them, and the value's DER bytes. */
interface Attribute {
  readonly type: string;
  readonly text: string;
  readonly der: Bytes;
}

/** Both names of a certificate. */
export interface Names {
  readonly subject: Bytes;
  readonly issuer: Bytes;
  /** The subject's common name, as bytes; '' where it has none. */
  readonly commonName: Bytes;
}

/** Reads the names out of a certificate. */
export function namesOf(certificate: X509Certificate): Names {
  const [tbs] = childrenOf(asn1.fromDer(certificate.raw.toString('latin1')));
  const fields = tbs ? childrenOf(tbs) : [];
  // version, where it is given, stands tagged before the serial number; then come signature, issuer, validity, subject.
  const from = fields[0]?.tagClass === asn1.Class.CONTEXT_SPECIFIC ? 1 : 0;
  const subject = attributesOf(certificate.subject, fields[from + 4]);
  return {
    subject: rfc2253(subject),
    issuer: rfc2253(attributesOf(certificate.issuer, fields[from + 2])),
    commonName: commonNameOf(subject),
  };
}

const childrenOf = ({ value }: forge.asn1.Asn1): readonly forge.asn1.Asn1[] => (Array.isArray(value) ? value : []);

/**
 * Node prints a relative name a line, ` + ` between the attributes of one, in the order of the certificate, with the
 * escapes of RFC 2253 but with characters instead of bytes.
 */
function attributesOf(
  printed: string | undefined,
  name: forge.asn1.Asn1 | undefined,
): readonly (readonly Attribute[])[] {
  const lines = printed ? printed.split('\n') : [];
  const sets = name ? childrenOf(name) : [];
  return lines.map((line, nth) => {
    const values = (sets[nth] ? childrenOf(sets[nth]) : []).map((pair) => childrenOf(pair)[1]);
    return line.split(' + ').map((text, at) => {
      const equals = text.indexOf('=');
      const value = values[at];
      return {
        type: text.slice(0, equals),
        text: text.slice(equals + 1),
        der: value ? asn1.toDer(value).getBytes() : '',
      };
    });
  });
}

/** The last relative name comes first; of a type that has no name the value is told as DER, after a `#`. */
const rfc2253 = (names: readonly (readonly Attribute[])[]): Bytes =>
  names
    .map((set) => set.map(written).reverse().join('+'))
    .reverse()
    .join(',');

const written = ({ type, text, der }: Attribute): Bytes =>
  /^\d/.test(type) ? `${type}=#${hexOf(der)}` : `${type}=${text.replace(/[^\0-\x7f]+/g, escapedUtf8)}`;

const hexOf = (bytes: Bytes): string => Buffer.from(bytes, 'latin1').toString('hex').toUpperCase();

/** ASN1_STRFLGS_ESC_MSB: every byte of UTF-8 above 0x7f as `\XX`. */
const escapedUtf8 = (text: string): string =>
  hexOf(Buffer.from(text, 'utf8').toString('latin1')).replace(/../g, (pair) => `\\${pair}`);

function commonNameOf(names: readonly (readonly Attribute[])[]): Bytes {
  const der = names.flat().find(({ type }) => type === 'CN')?.der;
  if (!der) return '';
  const { type, value } = asn1.fromDer(der);
  if (typeof value !== 'string') return '';
  // UTF-16 is the one form that the reader has decoded.
  return type === asn1.Type.BMPSTRING ? Buffer.from(value, 'utf8').toString('latin1') : value;
}
