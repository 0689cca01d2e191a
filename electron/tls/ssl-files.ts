/** The files of a server's TLS. What is wrong with one was said before, when the configuration was read. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FileName, SslConf } from '../../shared/nginx/mail.ts';
import { plainDhParameters } from './der.ts';

/** A certificate, the chain behind it, and its key; PEM. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
  readonly leaf: X509Certificate;
}

/** What was read; PEM texts. */
export interface SslFiles {
  readonly pairs: readonly Pair[];
  /** Whom client certificates may come from. */
  readonly ca: readonly string[];
  readonly crl: string | null;
  readonly dhparam: string | null;
  /** 48 or 80 bytes each. */
  readonly ticketKeys: readonly Buffer[];
}

/** Reads what a server names, by absolute paths; throws for what cannot be read. */
export function readSslFiles(ssl: SslConf): SslFiles {
  const passwords = ssl.passwordFile ? passwordsIn(text(ssl.passwordFile)) : [];
  // Without ssl_verify_client nginx does not open what client certificates are held against.
  const authorities = ssl.verifyClient === 'off' ? [] : [ssl.clientCertificate, ssl.trustedCertificate];
  return {
    pairs: ssl.certificates.map((pair) => readPair(pair, passwords)),
    ca: authorities.filter((name) => name !== null).map(text),
    crl: ssl.verifyClient !== 'off' && ssl.crl ? text(ssl.crl) : null,
    dhparam: ssl.dhparam ? plainDhParameters(text(ssl.dhparam)) : null,
    ticketKeys: ssl.ticketKeys.map(({ path }) => readFileSync(path)),
  };
}

const INLINE = 'data:';

/** nginx also takes a certificate or key that stands in the configuration itself, behind `data:`. */
function text({ path }: FileName): string {
  return path.startsWith(INLINE) ? path.slice(INLINE.length) : readFileSync(path, 'latin1');
}

/** One a line, with either line end; empty lines are none. */
const passwordsIn = (lines: string): readonly string[] => lines.split(/\r?\n/).filter((line) => line !== '');

function readPair(
  { certificate: name, key: keyName }: SslConf['certificates'][number],
  passwords: readonly string[],
): Pair {
  const certificate = text(name);
  const key = openKey(text(keyName), passwords).export({ type: 'pkcs8', format: 'pem' }).toString();
  return { certificate, key, leaf: new X509Certificate(certificate) };
}

/** The first password that opens the key counts; none at all for a key that is not encrypted. */
function openKey(pem: string, passwords: readonly string[]): KeyObject {
  let failure: unknown;
  for (const password of passwords.length > 0 ? passwords : [undefined]) {
    try {
      const passphrase = password === undefined ? {} : { passphrase: Buffer.from(password, 'latin1') };
      return createPrivateKey({ key: pem, ...passphrase });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
