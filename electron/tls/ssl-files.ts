/** The files of a server's TLS, read and checked one by one, each failure in nginx's words. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { FileName, SslConf } from '../../shared/nginx/mail.ts';
import { fileWords, opensslWords, systemWords } from './openssl-words.ts';

/** Something that keeps a server's TLS from working, or a warning; it belongs to the place that names the file. */
export interface Fault {
  readonly severity: 'error' | 'warning';
  /** nginx's words. */
  readonly message: string;
  /** null: the server as a whole. */
  readonly at: FileName | null;
}

/** What was read. PEM texts. */
export interface SslFiles {
  readonly pairs: readonly { readonly certificate: string; readonly key: string; readonly leaf: X509Certificate }[];
  readonly ca: readonly string[];
  readonly crl: string | null;
  readonly dhparam: string | null;
  /** 48 bytes each. */
  readonly ticketKeys: readonly Buffer[];
}

/** Gives the path that nginx would open for a name. */
export type Resolve = (name: FileName) => string;

const KEY_SIZES: readonly number[] = [48, 80];

/** Reads what a server names; the first fault is the one that nginx would stop at. */
export function readSslFiles(
  ssl: SslConf,
  resolve: Resolve,
): { readonly files: SslFiles; readonly faults: readonly Fault[] } {
  const reader = new Reader(resolve);
  const passwords = ssl.passwordFile ? reader.passwords(ssl.passwordFile) : [];
  const ticketKeys = ssl.ticketKeys.map((name) => reader.ticketKey(name)).filter((key) => key !== null);
  const pairs = ssl.certificates.map((pair) => reader.pair(pair, passwords)).filter((pair) => pair !== null);
  // Without ssl_verify_client nginx does not open these.
  const verifies = ssl.verifyClient !== 'off';
  const ca = verifies
    ? [ssl.clientCertificate, ssl.trustedCertificate]
        .filter((name) => name !== null)
        .map((name) => reader.authorities(name))
    : [];
  const crl = verifies && ssl.crl ? reader.crl(ssl.crl) : null;
  const dhparam = ssl.dhparam ? reader.dhparam(ssl.dhparam) : null;
  return { files: { pairs, ca: ca.filter((text) => text !== null), crl, dhparam, ticketKeys }, faults: reader.faults };
}

class Reader {
  readonly faults: Fault[] = [];
  readonly #resolve: Resolve;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  #fault(at: FileName, message: string): null {
    this.faults.push({ severity: 'error', message, at });
    return null;
  }

  /** `say` words the failure, from the path and OpenSSL's words. */
  #read(name: FileName, say: (path: string, ssl: string) => string): string | null {
    const path = this.#resolve(name);
    try {
      return readFileSync(path, 'latin1');
    } catch (error) {
      // A folder can be opened, but holds no PEM.
      if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return '';
      return this.#fault(name, say(path, fileWords(error, path)));
    }
  }

  /** What nginx opens itself, not through OpenSSL. */
  #open(name: FileName): Buffer | null {
    const path = this.#resolve(name);
    try {
      return readFileSync(path);
    } catch (error) {
      return this.#fault(name, `open() "${path}" failed ${systemWords(error)}`);
    }
  }

  passwords(name: FileName): readonly string[] {
    const lines = this.#open(name)?.toString('latin1').split('\n') ?? [];
    return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)).filter((line) => line !== '');
  }

  ticketKey(name: FileName): Buffer | null {
    const bytes = this.#open(name);
    if (bytes === null || KEY_SIZES.includes(bytes.length)) return bytes;
    return this.#fault(name, `"${this.#resolve(name)}" must be 48 or 80 bytes`);
  }

  pair({ certificate: name, key: keyName }: SslConf['certificates'][number], passwords: readonly string[]) {
    const certificate = this.#read(
      name,
      (path, ssl) => `cannot load certificate "${path}": BIO_new_file() failed (SSL: ${ssl})`,
    );
    if (certificate === null) return null;
    const leaf = this.#leaf(name, certificate);
    if (leaf === null) return null;
    const key = this.#key(keyName, passwords);
    if (key === null) return null;
    if (!leaf.checkPrivateKey(key))
      return this.#fault(
        keyName,
        `SSL_CTX_use_PrivateKey("${this.#resolve(keyName)}") failed ` +
          '(SSL: error:05800074:x509 certificate routines::key values mismatch)',
      );
    return { certificate, leaf, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  #leaf(name: FileName, pem: string): X509Certificate | null {
    try {
      // The whole text, so that a broken certificate further down is found too.
      createSecureContext({ cert: pem });
      return new X509Certificate(pem);
    } catch (error) {
      const words = /no start line/.test(String(error))
        ? `${opensslWords(error)}:Expecting: TRUSTED CERTIFICATE`
        : opensslWords(error);
      return this.#fault(
        name,
        `cannot load certificate "${this.#resolve(name)}": PEM_read_bio_X509_AUX() failed (SSL: ${words})`,
      );
    }
  }

  #key(name: FileName, passwords: readonly string[]): KeyObject | null {
    const say = (path: string, ssl: string) => `cannot load certificate key "${path}": ${ssl}`;
    const pem = this.#read(name, (path, ssl) => say(path, `BIO_new_file() failed (SSL: ${ssl})`));
    if (pem === null) return null;
    let failure: unknown;
    for (const passphrase of passwords.length > 0 ? passwords : [undefined]) {
      try {
        return createPrivateKey({
          key: pem,
          ...(passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase, 'latin1') }),
        });
      } catch (error) {
        failure = error;
      }
    }
    const words = keyWords(failure);
    return this.#fault(name, say(this.#resolve(name), `PEM_read_bio_PrivateKey() failed (SSL: ${words})`));
  }

  authorities(name: FileName): string | null {
    const say = (path: string, ssl: string) => `SSL_CTX_load_verify_locations("${path}") failed (SSL: ${ssl})`;
    const pem = this.#read(name, (path, ssl) =>
      say(path, `${ssl} error:05880002:x509 certificate routines::system lib`),
    );
    if (pem === null || holdsCertificates(pem)) return pem;
    return this.#fault(name, say(this.#resolve(name), NOTHING_FOUND));
  }

  crl(name: FileName): string | null {
    const say = (path: string, ssl: string) => `X509_LOOKUP_load_file("${path}") failed (SSL: ${ssl})`;
    const pem = this.#read(name, (path, ssl) =>
      say(path, `${ssl} error:05880002:x509 certificate routines::system lib`),
    );
    if (pem === null || works(() => createSecureContext({ crl: pem }))) return pem;
    return this.#fault(name, say(this.#resolve(name), NOTHING_FOUND));
  }

  dhparam(name: FileName): string | null {
    const pem = this.#read(name, (path, ssl) => `BIO_new_file("${path}") failed (SSL: ${ssl})`);
    if (pem === null) return null;
    const words = pem.includes('-----BEGIN DH PARAMETERS-----')
      ? failureOf(() => createSecureContext({ dhparam: pem }))
      : NO_PARAMETERS;
    return words === null
      ? pem
      : this.#fault(name, `PEM_read_bio_DHparams("${this.#resolve(name)}") failed (SSL: ${words})`);
  }
}

const NOTHING_FOUND = 'error:05800088:x509 certificate routines::no certificate or crl found';
const NO_PARAMETERS = 'error:0480006C:PEM routines::no start line:Expecting: DH PARAMETERS';

/** Node's words where OpenSSL would have asked a person for the password are not OpenSSL's. */
function keyWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ERR_MISSING_PASSPHRASE') return 'error:04800068:PEM routines::bad password read';
  const words = opensslWords(error);
  return /unsupported$/.test(words) ? `${words}:No supported data to decode. Input type: PEM` : words;
}

const holdsCertificates = (pem: string): boolean =>
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(pem) && works(() => new X509Certificate(pem));

const works = (act: () => unknown): boolean => failureOf(act) === null;

function failureOf(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return opensslWords(error);
  }
}
