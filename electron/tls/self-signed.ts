/** The lab's own certificates, for servers that speak TLS and name none: made once and kept, for tests only. */
import { createHash, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';

/** A certificate and its key, PEM. */
export interface SelfSigned {
  readonly certificate: string;
  readonly key: string;
}

/** The mark by which nobody takes one for a real certificate. */
const ORGANIZATION = 'Mail Traffic Lab (self-signed, not for production)';

const DAY_MS = 86_400_000;
const VALID_DAYS = 397;
/** With less left than this a new one is made. */
const LEFT_DAYS_MIN = 7;
const KEY_BITS = 2048;

/** Keeps one certificate per name in `folder`; in memory where that is null. */
export function selfSignedIn(folder: string | null): (serverName: string) => SelfSigned {
  const known = new Map<string, SelfSigned>();
  return (serverName) => {
    const had = known.get(serverName);
    if (had && isFresh(had.certificate)) return had;
    const found = folder === null ? make(serverName) : inFolder(folder, serverName);
    known.set(serverName, found);
    return found;
  };
}

/**
 * Key and certificate stand in one file, so that two labs that start at once never mix theirs; the certificate alone
 * stands beside it (`self-signed-NAME.pem`), for clients that shall trust it.
 */
function inFolder(folder: string, serverName: string): SelfSigned {
  const file = join(folder, `${plainName(serverName)}.pem`);
  const secret = join(folder, `${plainName(serverName)}.key`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = readKept(secret) ?? writeKept(secret, make(serverName));
    writeWhole(file, made.certificate, 0o644);
    return made;
  } catch {
    // A folder that cannot be written to; what else is kept there complains of it. TLS works for this once.
    return make(serverName);
  }
}

/** A name may hold anything, a file's name may not. */
function plainName(serverName: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,99}$/.test(serverName)) return `self-signed-${serverName}`;
  return `self-signed-${createHash('sha256').update(serverName, 'latin1').digest('hex').slice(0, 16)}`;
}

/** What was kept, as long as it can be used; what is damaged is replaced. */
function readKept(file: string): SelfSigned | null {
  const text = textOf(file);
  const [, key = '', certificate = ''] = /^(.*?)(-----BEGIN CERTIFICATE-----.*)$/s.exec(text) ?? [];
  return certificate !== '' && key.includes('PRIVATE KEY') && isFresh(certificate) ? { certificate, key } : null;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function writeKept(file: string, made: SelfSigned): SelfSigned {
  writeWhole(file, `${made.key}${made.certificate}`, 0o600);
  return made;
}

/** A reader finds the old text or the new one, never a part. */
function writeWhole(file: string, text: string, mode: number): void {
  if (textOf(file) === text) return;
  const beside = `${file}.${process.pid}.tmp`;
  writeFileSync(beside, text, { mode });
  renameSync(beside, file);
}

function isFresh(certificate: string): boolean {
  try {
    return Date.parse(new X509Certificate(certificate).validTo) - Date.now() > LEFT_DAYS_MIN * DAY_MS;
  } catch {
    // Not a certificate any more.
    return false;
  }
}

/** Makes a certificate for the name, `localhost` and both loopbacks. */
function make(serverName: string): SelfSigned {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: KEY_BITS });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const key = forge.pki.privateKeyFromPem(pem);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e);
  // A serial number is positive and has no leading zero byte.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + VALID_DAYS * DAY_MS);
  const name = [
    { name: 'organizationName', value: ORGANIZATION },
    { name: 'commonName', value: serverName.slice(0, 64) },
  ];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: altNames(serverName) },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(key, forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'), key: pem };
}

/** Kinds of names (RFC 5280 4.2.1.6). */
const DNS = 2;
const IP = 7;

const altNames = (serverName: string) => [
  ...[...new Set([serverName.toLowerCase(), 'localhost'])].map((value) => ({ type: DNS, value })),
  { type: IP, ip: '127.0.0.1' },
  { type: IP, ip: '::1' },
];
