/** The fields of a certificate as they stand in it, for what Node does not tell. */
import type { X509Certificate } from 'node:crypto';
import forge from 'node-forge';

const { asn1 } = forge;

/** One value, with what it is made of. */
export type Der = forge.asn1.Asn1;

/** What a value is made of; nothing where it is not made of others. */
export const partsOf = (value: Der | undefined): readonly Der[] => (Array.isArray(value?.value) ? value.value : []);

/** A value's own bytes, as they stand. */
export const bytesOf = (value: Der): string => asn1.toDer(value).getBytes();

/** What is signed, the signature's algorithm, the signature; nothing of what OpenSSL can read and this reader cannot. */
export function certificateParts({ raw }: X509Certificate): readonly Der[] {
  try {
    return partsOf(asn1.fromDer(raw.toString('latin1')));
  } catch {
    return [];
  }
}

/** The text of a string: its bytes, but UTF-8 where they would be UTF-16. */
export function stringOf(value: Der | undefined): string {
  if (typeof value?.value !== 'string') return '';
  // UTF-16 is the one form that the reader has decoded.
  return value.type === asn1.Type.BMPSTRING ? Buffer.from(value.value, 'utf8').toString('latin1') : value.value;
}

/** A number such as 1.2.840.113549.1.1.11; '' where there is none. */
export const oidOf = (value: Der | undefined): string =>
  typeof value?.value === 'string' ? asn1.derToOid(forge.util.createBuffer(value.value)) : '';

/** Whether a value is marked with a number of its own, as optional fields are. */
export const isTagged = (value: Der | undefined): boolean => value?.tagClass === asn1.Class.CONTEXT_SPECIFIC;

const X942 = /-----BEGIN X9\.42 DH PARAMETERS-----([^-]*)-----END X9\.42 DH PARAMETERS-----/;

/**
 * Parameters as `openssl dhparam -dsaparam` writes them (X9.42: prime, generator and more), in the form that Node takes
 * (PKCS #3: prime and generator); any others as they are.
 */
export function plainDhParameters(pem: string): string {
  const [, base64] = X942.exec(pem) ?? [];
  if (base64 === undefined) return pem;
  const parts = partsOf(asn1.fromDer(Buffer.from(base64, 'base64').toString('latin1'))).slice(0, 2);
  const der = bytesOf(asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [...parts]));
  const text = Buffer.from(der, 'latin1').toString('base64');
  return `-----BEGIN DH PARAMETERS-----\n${text}\n-----END DH PARAMETERS-----\n`;
}
