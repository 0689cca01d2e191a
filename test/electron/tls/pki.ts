/** Certificates for the tests of TLS, made in this process. */
import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** A certificate with its key. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

/** One key serves all of them: it is the names and the dates that matter. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const pair = forge.pki.privateKeyFromPem(key);

/** An attribute of a name; `valueTagClass` is the type of its string, which forge's own types take for a class. */
interface Attribute {
  readonly name?: string;
  readonly type?: string;
  readonly value: string;
  readonly valueTagClass?: forge.asn1.Type;
}

interface Wanted {
  readonly subject: readonly Attribute[];
  /** Itself unless told. */
  readonly issuer?: Issued;
  readonly isCa?: boolean;
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
}

const DAY_MS = 86_400_000;
let serial = 1;

/** A common name. */
export const cn = (value: string): readonly Attribute[] => [{ name: 'commonName', value }];

function fieldOf({ valueTagClass, ...attribute }: Attribute): forge.pki.CertificateField {
  const field: forge.pki.CertificateField = attribute;
  if (valueTagClass !== undefined) Object.assign(field, { valueTagClass });
  return field;
}

/** Issues a certificate. */
export function issue({ subject, issuer, isCa = false, from = -1, to = 10 }: Wanted): Issued {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(pair.n, pair.e);
  serial += 1;
  certificate.serialNumber = serial.toString(16).padStart(4, '0');
  certificate.validity.notBefore = new Date(Date.now() + from * DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + to * DAY_MS);
  const own = subject.map(fieldOf);
  certificate.setSubject(own);
  certificate.setIssuer(issuer ? forge.pki.certificateFromPem(issuer.certificate).subject.attributes : own);
  certificate.setExtensions([{ name: 'basicConstraints', cA: isCa, critical: true }]);
  certificate.sign(pair, forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key };
}
