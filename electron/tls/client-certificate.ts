/** What a client showed of itself in the handshake, as nginx tells it on. */
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../../shared/machine/machine.ts';
import { namesOf } from './distinguished-name.ts';
import { ok, resultOf } from './verify-results.ts';

/** What a server holds client certificates against. */
export interface Trust {
  /** `ssl_verify_depth`: how many certificates there may be between the client's and the root. */
  readonly depth: number;
  readonly authorities: readonly X509Certificate[];
}

/** The certificate of a finished handshake. */
export function clientCertificate(socket: TLSSocket, trust: Trust): ClientCertificate {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return { result: ok, shown: null };
  // Node tells the name of OpenSSL's result, though it is typed as an error.
  const error: unknown = socket.authorizationError;
  const result = typeof error === 'string' ? resultOf(error) : withinDepth(certificate, trust);
  return { result, shown: shownBy(certificate) };
}

const shownBy = (certificate: X509Certificate): ClientCertificate['shown'] => ({
  ...namesOf(certificate),
  serial: certificate.serialNumber,
  fingerprint: certificate.fingerprint.replaceAll(':', '').toLowerCase(),
  pem: certificate.toString(),
});

/**
 * Node has no `ssl_verify_depth` and builds any chain. OpenSSL stops beyond the limit and then misses the issuer of the
 * last certificate it has: locally, if all of them came from the client. Of those that came from the client Node does
 * not tell how many there were; one is certain where no authority of ours issued the client's own.
 */
function withinDepth(certificate: X509Certificate, { depth, authorities }: Trust): ClientCertificate['result'] {
  let between = 0;
  let last = certificate;
  while (between <= authorities.length) {
    const issuer = authorities.find((one) => last.checkIssued(one));
    if (!issuer) between += 1;
    if (!issuer || issuer.checkIssued(issuer)) break;
    between += 1;
    last = issuer;
  }
  if (between <= depth) return ok;
  return resultOf(last === certificate ? 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' : 'UNABLE_TO_GET_ISSUER_CERT');
}
