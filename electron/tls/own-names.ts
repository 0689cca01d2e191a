/** What PROXY v2 tells of the certificate that we showed: OpenSSL's short name of the signature, and the key's kind. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import type { ClientTls } from '../../shared/machine/machine.ts';
import { certificateParts, oidOf, partsOf } from './der.ts';

/** OpenSSL's short names (OBJ_nid2sn) of the signatures that certificates carry. */
const signatures: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'RSA-MD5',
  '1.2.840.113549.1.1.5': 'RSA-SHA1',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.113549.1.1.11': 'RSA-SHA256',
  '1.2.840.113549.1.1.12': 'RSA-SHA384',
  '1.2.840.113549.1.1.13': 'RSA-SHA512',
  '1.2.840.113549.1.1.14': 'RSA-SHA224',
  '1.2.840.10040.4.3': 'DSA-SHA1',
  '2.16.840.1.101.3.4.3.2': 'dsa_with_SHA256',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.101.112': 'ED25519',
  '1.3.101.113': 'ED448',
};

/** `RSA-SHA256` and `RSA2048`. */
export const ownNames = (leaf: X509Certificate): ClientTls['own'] => ({
  signature: signatureOf(leaf),
  key: keyName(leaf.publicKey),
});

function signatureOf(leaf: X509Certificate): string {
  const oid = oidOf(partsOf(certificateParts(leaf)[1])[0]);
  return signatures[oid] ?? oid;
}

const curveBits: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
};

function keyName({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  switch (type) {
    case 'rsa':
    case 'rsa-pss':
    case 'dsa':
      return `${type === 'dsa' ? 'DSA' : 'RSA'}${details?.modulusLength ?? ''}`;
    case 'ec':
      return `EC${curveBits[details?.namedCurve ?? ''] ?? ''}`;
    // Bits as OpenSSL counts them.
    case 'ed25519':
      return 'ED25519253';
    case 'ed448':
      return 'ED448456';
    default:
      return (type ?? '').toUpperCase();
  }
}
