/**
 * Loads one file of TLS as nginx does when it starts (src/event/ngx_event_openssl.c), and says in its words why it
 * cannot. What stands behind `SSL:` is what OpenSSL 3 says where the reason is plain, else what this program was told.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { failed } from './include.ts';
import { codeOf } from './user-error.ts';

/** Something loaded, or what nginx would say. */
export type Loaded<T> = { readonly value: T } | { readonly error: string };

/** What a file holds, or why it cannot be opened. */
type Opened = { readonly text: string } | { readonly code: string; readonly cause: unknown };

const FILE_MAX = 5_000_000;
const NOTHING_FOUND = 'error:05800088:x509 certificate routines::no certificate or crl found';
const SYSTEM_LIB = 'error:05880002:x509 certificate routines::system lib';
const MISMATCH = 'error:05800074:x509 certificate routines::key values mismatch';
const NO_KEY = 'error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM';

const noStart = (what: string) => `error:0480006C:PEM routines::no start line:Expecting: ${what}`;

/** A folder reads as if it were empty, as it does for OpenSSL. */
function open(path: string): Opened {
  if (path.startsWith('data:')) return { text: path.slice('data:'.length) };
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > FILE_MAX) return { text: '' };
    return { text: readFileSync(path, 'latin1') };
  } catch (cause) {
    return { code: codeOf(cause) ?? '', cause };
  }
}

/** How OpenSSL's BIO_new_file() reports that a file cannot be opened. */
function bioReason(path: string, code: string): string {
  if (code === 'ENOENT') {
    const call = `error:80000002:system library::No such file or directory:calling fopen(${path}, r)`;
    return `${call} error:10000080:BIO routines::no such file`;
  }
  const said =
    code === 'EACCES' ? 'error:8000000D:system library::Permission denied' : `error::system library::${code}`;
  return `${said}:calling fopen(${path}, r) error:10080002:BIO routines::system lib`;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;
const CERTIFICATE_END = /-----END (?:TRUSTED |X509 )?CERTIFICATE-----/;

/** `ssl_certificate`: the server's own certificate, with the chain behind it checked. */
export function loadCertificate(path: string): Loaded<X509Certificate> {
  const said = (call: string, reason: string) => ({
    error: `cannot load certificate "${path}": ${call} failed (SSL: ${reason})`,
  });
  const opened = open(path);
  if ('code' in opened) return said('BIO_new_file()', bioReason(path, opened.code));
  if (!CERTIFICATE.test(opened.text)) return said('PEM_read_bio_X509_AUX()', noStart('TRUSTED CERTIFICATE'));
  let first: X509Certificate | null = null;
  let rest = opened.text;
  while (CERTIFICATE.test(rest)) {
    try {
      const certificate = new X509Certificate(rest);
      first ??= certificate;
    } catch (error) {
      return said(first === null ? 'PEM_read_bio_X509_AUX()' : 'PEM_read_bio_X509()', messageOf(error));
    }
    const end = CERTIFICATE_END.exec(rest);
    rest = end === null ? '' : rest.slice(end.index + end[0].length);
  }
  return first === null ? said('PEM_read_bio_X509_AUX()', noStart('TRUSTED CERTIFICATE')) : { value: first };
}

/** The first passphrase that opens the key; none: the key is not encrypted. */
function openKey(text: string, passwords: readonly string[]): KeyObject {
  let last: unknown = null;
  for (const passphrase of passwords.length > 0 ? passwords : [undefined]) {
    try {
      return createPrivateKey({
        key: text,
        ...(passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase, 'latin1') }),
      });
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** `ssl_certificate_key` for a certificate, with the passphrases of `ssl_password_file`. */
export function loadKey(path: string, certificate: X509Certificate, passwords: readonly string[]): Loaded<KeyObject> {
  const said = (call: string, reason: string) =>
    `cannot load certificate key "${path}": ${call} failed (SSL: ${reason})`;
  if (/^(?:engine|store):/.test(path)) return { error: `the lab loads keys from files only, so not "${path}"` };
  const opened = open(path);
  if ('code' in opened) return { error: said('BIO_new_file()', bioReason(path, opened.code)) };
  const { text } = opened;
  if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) return { error: said('PEM_read_bio_PrivateKey()', NO_KEY) };
  try {
    const key = openKey(text, passwords);
    // A key of another kind is for a certificate of that kind: OpenSSL keeps both, and so does nginx.
    const sameKind = certificate.publicKey.asymmetricKeyType === key.asymmetricKeyType;
    if (!sameKind || certificate.checkPrivateKey(key)) return { value: key };
    return { error: `SSL_CTX_use_PrivateKey("${path}") failed (SSL: ${MISMATCH})` };
  } catch (error) {
    const locked = passwords.length === 0 && /ENCRYPTED/.test(text);
    const hint = locked ? '; it is encrypted, and no "ssl_password_file" names its passphrase' : '';
    return { error: said('PEM_read_bio_PrivateKey()', messageOf(error)) + hint };
  }
}

/** `ssl_client_certificate`, `ssl_trusted_certificate` and `ssl_crl`: why nginx could not load them. */
export function storeError(path: string, call: string): string | null {
  const opened = open(path);
  const said = (reason: string) => `${call}("${path}") failed (SSL: ${reason})`;
  if ('code' in opened) return said(`${bioReason(path, opened.code)} ${SYSTEM_LIB}`);
  return CERTIFICATE.test(opened.text) || /-----BEGIN X509 CRL-----/.test(opened.text) ? null : said(NOTHING_FOUND);
}

/** `ssl_dhparam`: why nginx could not load it. */
export function dhparamError(path: string): string | null {
  const opened = open(path);
  if ('code' in opened) return `BIO_new_file("${path}") failed (SSL: ${bioReason(path, opened.code)})`;
  if (/-----BEGIN (?:X9\.42 )?DH PARAMETERS-----/.test(opened.text)) return null;
  return `PEM_read_bio_DHparams("${path}") failed (SSL: ${noStart('DH PARAMETERS')})`;
}

/** `ssl_session_ticket_key`: why nginx could not use it. */
export function ticketKeyError(path: string): string | null {
  const opened = open(path);
  if ('code' in opened) return failed('open', path, opened.cause);
  return opened.text.length === 48 || opened.text.length === 80 ? null : `"${path}" must be 48 or 80 bytes`;
}

/** `ssl_password_file`: its passphrases, one a line. */
export function loadPasswords(path: string): Loaded<readonly string[]> {
  try {
    if (statSync(path).isDirectory()) return { error: `read() "${path}" failed (21: Is a directory)` };
  } catch (error) {
    return { error: failed('open', path, error) };
  }
  const opened = open(path);
  if ('code' in opened) return { error: failed('open', path, opened.cause) };
  return { value: opened.text.split(/\r?\n/).filter((line) => line !== '') };
}
