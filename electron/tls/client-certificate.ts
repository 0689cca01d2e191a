/** What a client showed of itself in the handshake, as nginx tells it on. */
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../../shared/machine/machine.ts';
import { namesOf } from './distinguished-name.ts';
import { chainTooLong, ok, resultOf } from './verify-results.ts';

/** The certificate of a finished handshake. `depth`: how many intermediate certificates there may be. */
export function clientCertificate(socket: TLSSocket, depth: number): ClientCertificate {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return { result: ok, shown: null };
  return { result: resultFor(socket, certificate, depth), shown: shownBy(certificate) };
}

function shownBy(certificate: X509Certificate): ClientCertificate['shown'] {
  return {
    ...namesOf(certificate),
    serial: certificate.serialNumber,
    fingerprint: certificate.fingerprint.replaceAll(':', '').toLowerCase(),
    pem: certificate.toString(),
  };
}

/** Node tells the name of OpenSSL's result, and typed it as an error. */
function resultFor(socket: TLSSocket, certificate: X509Certificate, depth: number): ClientCertificate['result'] {
  const error: unknown = socket.authorizationError;
  if (typeof error === 'string') return resultOf(error);
  return intermediates(certificate) > depth ? chainTooLong : ok;
}

/** Certificates between the client's and the root: `ssl_verify_depth` counts these, and Node has no such limit. */
function intermediates(leaf: X509Certificate): number {
  let count = -1;
  const seen = new Set<string>([leaf.fingerprint256]);
  for (let issuer = leaf.issuerCertificate; issuer; issuer = issuer.issuerCertificate) {
    if (seen.has(issuer.fingerprint256)) break;
    seen.add(issuer.fingerprint256);
    count += 1;
  }
  return Math.max(0, count);
}
