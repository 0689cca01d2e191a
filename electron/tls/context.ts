/** A server's TLS as Node takes it, worked out once per configuration. */
import { constants, createHash, X509Certificate } from 'node:crypto';
import { createSecureContext, type TlsOptions } from 'node:tls';
import type { ClientTls } from '../../shared/machine/machine.ts';
import type { MailServer, SslConf, TlsProtocol } from '../../shared/nginx/mail.ts';
import { command, groupWords, type Tuning } from './conf-command.ts';
import { opensslWords } from './openssl-words.ts';
import { ownNames } from './own-names.ts';
import type { SelfSigned } from './self-signed.ts';
import { type Fault, type Resolve, readSslFiles, type SslFiles } from './ssl-files.ts';

/** Everything a handshake needs. */
export interface Material {
  readonly options: TlsOptions;
  /** What we tell of our own certificates, by their SHA-256 fingerprints as Node spells them. */
  readonly own: ReadonlyMap<string, ClientTls['own']>;
}

/** Whether a server speaks TLS anywhere; elsewhere nginx opens none of its files. */
export const usesTls = ({ starttls, listens }: MailServer): boolean =>
  starttls !== 'off' || listens.some(({ ssl }) => ssl === true);

const disabling: Readonly<Record<TlsProtocol, number>> = {
  // OpenSSL 3 has neither.
  SSLv2: 0,
  SSLv3: 0,
  TLSv1: constants.SSL_OP_NO_TLSv1,
  'TLSv1.1': constants.SSL_OP_NO_TLSv1_1,
  'TLSv1.2': constants.SSL_OP_NO_TLSv1_2,
  'TLSv1.3': constants.SSL_OP_NO_TLSv1_3,
};

/** Any set of versions, with gaps too: OpenSSL switches each off by itself. */
function withoutOthers(protocols: readonly TlsProtocol[]): number {
  let bits = 0;
  for (const [word, bit] of Object.entries(disabling)) if (!protocols.some((one) => one === word)) bits |= bit;
  return bits;
}

const tuningOf = (ssl: SslConf): Tuning => ({
  protocols: ssl.protocols,
  ciphers: ssl.ciphers,
  suites: '',
  curves: ssl.ecdhCurve,
  sigalgs: '',
  // nginx allows neither (ngx_ssl_create).
  options:
    constants.SSL_OP_NO_COMPRESSION |
    constants.SSL_OP_NO_RENEGOTIATION |
    (ssl.preferServerCiphers ? constants.SSL_OP_CIPHER_SERVER_PREFERENCE : 0) |
    (ssl.sessionTickets ? 0 : constants.SSL_OP_NO_TICKET),
});

/** What OpenSSL does not take of what the configuration spells out. */
function listFaults({ ciphers, ecdhCurve }: SslConf): readonly Fault[] {
  const faults: Fault[] = [];
  const tried = (act: () => unknown, message: (error: unknown) => string) => {
    try {
      act();
    } catch (error) {
      faults.push({ severity: 'error', message: message(error), at: null });
    }
  };
  // Suites of TLS 1.3 have no place in this list; OpenSSL takes them for unknown words.
  const list = ciphers
    .split(/[:, ;]/)
    .filter((word) => !word.startsWith('TLS_'))
    .join(':');
  tried(
    () => createSecureContext({ ciphers: list === '' ? 'NONE' : list }),
    (error) => `SSL_CTX_set_cipher_list("${ciphers}") failed (SSL: ${opensslWords(error)})`,
  );
  if (ecdhCurve !== 'auto')
    tried(
      () => createSecureContext({ ecdhCurve }),
      () => `SSL_CTX_set1_curves_list("${ecdhCurve}") failed (SSL: ${groupWords(firstBad(ecdhCurve))})`,
    );
  return faults;
}

/** The word of a list of curves that OpenSSL stumbles over. */
const firstBad = (list: string): string =>
  list.split(':').find((word) => {
    try {
      createSecureContext({ ecdhCurve: word });
      return false;
    } catch {
      return true;
    }
  }) ?? list;

function commandFaults(ssl: SslConf, tuning: Tuning): readonly Fault[] {
  return ssl.commands
    .map((one) => command(tuning, one))
    .filter((undone) => undone !== null)
    .map(({ command: [name, value], refused }) =>
      refused === null
        ? {
            severity: 'warning',
            message: `ssl_conf_command ${name} has no effect here: the lab's TLS has no way to set it; nginx would`,
            at: null,
          }
        : { severity: 'error', message: `SSL_CONF_cmd("${name}", "${value}") failed (SSL: ${refused})`, at: null },
    );
}

/** What is read and worked out; `material` is null where nothing can be shown to a client. */
export interface Prepared {
  readonly material: Material | null;
  readonly faults: readonly Fault[];
}

/** Reads a server's files and works out its options. `selfSigned` stands in where no certificate is named. */
export function prepare(server: MailServer, resolve: Resolve, selfSigned: (name: string) => SelfSigned): Prepared {
  const { ssl } = server;
  const { files, faults: inFiles } = readSslFiles(ssl, resolve);
  const tuning = tuningOf(ssl);
  const faults = [...inFiles, ...listFaults(ssl), ...commandFaults(ssl, tuning)];
  if (faults.some(({ severity }) => severity === 'error')) return { material: null, faults };
  const stand = files.pairs.length > 0 ? null : selfSigned(server.serverName);
  const pairs = stand ? [leafOf(stand)] : files.pairs;
  const own = new Map(pairs.map(({ leaf }) => [leaf.fingerprint256, ownNames(leaf)]));
  const unkept: readonly Fault[] = stand?.unkept
    ? [{ severity: 'warning', message: `the self-signed certificate cannot be kept in ${stand.unkept}`, at: null }]
    : [];
  return { material: { options: optionsOf(ssl, files, tuning, pairs), own }, faults: [...faults, ...unkept] };
}

type Pair = SslFiles['pairs'][number];

const leafOf = ({ certificate, key }: SelfSigned): Pair => ({
  certificate,
  key,
  leaf: new X509Certificate(certificate),
});

function optionsOf(ssl: SslConf, files: SslFiles, tuning: Tuning, pairs: readonly Pair[]): TlsOptions {
  const verifies = ssl.verifyClient !== 'off';
  const ciphers = [...(tuning.suites === '' ? [] : [tuning.suites]), tuning.ciphers].join(':');
  const [ticketKey] = files.ticketKeys;
  return {
    cert: pairs.map(({ certificate }) => certificate),
    key: pairs.map(({ key }) => key),
    ciphers,
    ecdhCurve: tuning.curves,
    honorCipherOrder: (tuning.options & constants.SSL_OP_CIPHER_SERVER_PREFERENCE) !== 0,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.3',
    secureOptions: tuning.options | withoutOthers(tuning.protocols),
    sessionTimeout: Math.max(1, Math.floor(ssl.sessionTimeoutMs / 1000)),
    // Sessions of one set of certificates are worth nothing to a server with another.
    sessionIdContext: contextId(ssl, files, pairs),
    requestCert: verifies,
    // What a certificate is worth is decided after the handshake, in the words of the mail protocol.
    rejectUnauthorized: false,
    // No list at all, else Node would trust the authorities of the web.
    ca: [...files.ca],
    ...(tuning.sigalgs === '' ? {} : { sigalgs: tuning.sigalgs }),
    ...(files.crl === null ? {} : { crl: files.crl }),
    ...(files.dhparam === null ? {} : { dhparam: files.dhparam }),
    ...(ticketKey ? { ticketKeys: nodeTicketKey(ticketKey) } : {}),
  };
}

function contextId(ssl: SslConf, files: SslFiles, pairs: readonly Pair[]): string {
  const hash = createHash('sha256').update(ssl.verifyClient);
  for (const text of [...pairs.map(({ certificate }) => certificate), ...files.ca]) hash.update(text);
  return hash.digest('hex').slice(0, 32);
}

/**
 * nginx's files hold name, AES key and HMAC key; Node wants name, HMAC key, AES key. Of the longer keys (AES-256), which
 * Node does not know, it gets the first halves.
 */
function nodeTicketKey(file: Buffer): Buffer {
  const size = (file.length - 16) / 2;
  const name = file.subarray(0, 16);
  const first = file.subarray(16, 32);
  const second = file.subarray(16 + size, 32 + size);
  // In the files of 80 bytes the HMAC key comes first.
  return Buffer.concat(size === 16 ? [name, second, first] : [name, first, second]);
}
