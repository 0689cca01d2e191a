/** What the dialogues with TLS have in common. */
import { X509Certificate } from 'node:crypto';
import { certificate, type Holder } from '../harness/certificates.ts';
import type { Secure, Turn } from '../harness/dialogue.ts';

/** A server that speaks TLS; nginx 1.22.1 leaves TLS 1.3 out unless told. */
export const speaks =
  'ssl_certificate $CERTS/server.crt; ssl_certificate_key $CERTS/server.key; ssl_protocols TLSv1.2 TLSv1.3;';
export const on = `${speaks} starttls on;`;
export const only = `${speaks} starttls only;`;

/** A server that asks for certificates. */
export const verifying = (how: 'on' | 'optional' | 'optional_no_ca', more = ''): string =>
  `${speaks} ssl_verify_client ${how}; ssl_client_certificate $CERTS/ca.crt; ${more}`;

/** The handshake comes before everything else. */
export const handshake = (how: Secure = true): Turn => ['', '', { secure: how }];
/** A handshake that nginx breaks off. */
export const failing = (how: Secure): Turn => ['', '', { secure: how, unsecured: true }];

/** The headers of every TLS connection. */
export const encrypted = (protocol = 'TLSv1.3', cipher = 'TLS_AES_256_GCM_SHA384'): string =>
  `Auth-SSL: on⏎Auth-SSL-Protocol: ${protocol}⏎Auth-SSL-Cipher: ${cipher}⏎`;

interface Named {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
}

/** The names as openssl's `-nameopt RFC2253` gives them. */
const names: Partial<Readonly<Record<Holder, Named>>> = {
  client: { subject: 'CN=client name,OU=Dept,O=Org\\, Inc', issuer: 'CN=Lab CA,O=Lab', serial: '0A1B2C3D4E' },
  stranger: { subject: 'CN=stranger', issuer: 'CN=stranger', serial: '03' },
  far: {
    subject: 'UID=u=1,CN=\\#far \\<away\\>\\, \\"quoted\\"\\;\\ ,O=D\\C3\\A9p\\C3\\B4t+OU=a \\+ b',
    issuer: 'CN=Inner CA',
    serial: 'F00D',
  },
};

/** What the auth service is told of a client's certificate. */
export function shows(holder: Holder, verify: string, passed = false): string {
  const found = names[holder];
  if (!found) throw new Error(`nobody has written down the names of ${holder}`);
  const leaf = new X509Certificate(certificate(holder, 'crt'));
  const fingerprint = leaf.fingerprint.replaceAll(':', '').toLowerCase();
  const pem = leaf.toString().replaceAll('\n', '%0A').replaceAll(' ', '%20');
  return (
    `Auth-SSL-Verify: ${verify}⏎Auth-SSL-Subject: ${found.subject}⏎Auth-SSL-Issuer: ${found.issuer}⏎` +
    `Auth-SSL-Serial: ${found.serial}⏎Auth-SSL-Fingerprint: ${fingerprint}⏎` +
    (passed ? `Auth-SSL-Cert: ${pem}⏎` : '')
  );
}
