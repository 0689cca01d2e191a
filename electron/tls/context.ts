/** A server's TLS as Node takes it, worked out once per configuration. */
import { constants, createHash, X509Certificate } from 'node:crypto';
import type { TlsOptions } from 'node:tls';
import type { ClientTls } from '../../shared/machine/machine.ts';
import type { MailServer, SslConf, TlsProtocol } from '../../shared/nginx/mail.ts';
import type { Trust } from './client-certificate.ts';
import { type Tuning, tuned } from './conf-command.ts';
import { ownNames } from './own-names.ts';
import type { SelfSigned } from './self-signed.ts';
import { type Pair, readSslFiles, type SslFiles } from './ssl-files.ts';

/** Everything a handshake needs. */
export interface Material {
  readonly options: TlsOptions;
  /** What we tell of our own certificates, by their SHA-256 fingerprints as Node spells them. */
  readonly own: ReadonlyMap<string, ClientTls['own']>;
  readonly trust: Trust;
}

/** Whether a server speaks TLS anywhere; elsewhere nginx opens none of its files. */
export const usesTls = ({ starttls, listens }: MailServer): boolean =>
  starttls !== 'off' || listens.some(({ ssl }) => ssl === true);

/** Reads a server's files and works out its options; throws for what cannot be read. */
export function prepare({ ssl, serverName }: MailServer, selfSigned: (name: string) => SelfSigned): Material {
  const files = readSslFiles(ssl);
  const pairs = files.pairs.length > 0 ? files.pairs : [pairOf(selfSigned(serverName))];
  return {
    options: optionsOf(ssl, files, pairs),
    own: new Map(pairs.map(({ leaf }) => [leaf.fingerprint256, ownNames(leaf)])),
    trust: { depth: ssl.verifyDepth, authorities: files.ca.flatMap(certificatesIn) },
  };
}

const pairOf = ({ certificate, key }: SelfSigned): Pair => ({
  certificate,
  key,
  leaf: new X509Certificate(certificate),
});

const certificatesIn = (pem: string): readonly X509Certificate[] =>
  (pem.match(/-----BEGIN (?:[A-Z0-9]+ )?CERTIFICATE-----.*?-----END (?:[A-Z0-9]+ )?CERTIFICATE-----/gs) ?? []).map(
    (one) => new X509Certificate(one),
  );

/** What `ssl_conf_command` asks for and the lab cannot do, though nginx can: a sentence each. */
export const withoutEffect = (ssl: SslConf): readonly string[] =>
  tuned(ssl, tuningOf(ssl)).beyond.map(
    ([name, value]) =>
      `"ssl_conf_command ${name} ${value}" asks for what the lab's TLS cannot do; the lab runs without it`,
  );

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
  // nginx allows neither compression nor renegotiation (ngx_ssl_create).
  options:
    constants.SSL_OP_NO_COMPRESSION |
    constants.SSL_OP_NO_RENEGOTIATION |
    (ssl.preferServerCiphers ? constants.SSL_OP_CIPHER_SERVER_PREFERENCE : 0) |
    (ssl.sessionTickets ? 0 : constants.SSL_OP_NO_TICKET),
});

/** Suites of TLS 1.3 have no place in nginx's list, where OpenSSL passes them over; Node would take them for a choice. */
const oldCiphers = (list: string): string =>
  list
    .split(':')
    .filter((word) => !word.startsWith('TLS_'))
    .join(':');

function optionsOf(ssl: SslConf, files: SslFiles, pairs: readonly Pair[]): TlsOptions {
  const { tuning } = tuned(ssl, tuningOf(ssl));
  const [ticketKey] = files.ticketKeys;
  return {
    cert: pairs.map(({ certificate }) => certificate),
    key: pairs.map(({ key }) => key),
    ciphers: [...(tuning.suites === '' ? [] : [tuning.suites]), oldCiphers(tuning.ciphers)].join(':'),
    ecdhCurve: tuning.curves,
    honorCipherOrder: (tuning.options & constants.SSL_OP_CIPHER_SERVER_PREFERENCE) !== 0,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.3',
    secureOptions: tuning.options | withoutOthers(tuning.protocols),
    sessionTimeout: Math.max(1, Math.floor(ssl.sessionTimeoutMs / 1000)),
    sessionIdContext: sessionContext(ssl, files, pairs),
    requestCert: ssl.verifyClient !== 'off',
    // What a certificate is worth is decided after the handshake, in the words of the mail protocol.
    rejectUnauthorized: false,
    // An empty list too, else Node would trust the authorities of the web.
    ca: [...files.ca],
    ...(tuning.sigalgs === '' ? {} : { sigalgs: tuning.sigalgs }),
    ...(files.crl === null ? {} : { crl: files.crl }),
    ...(files.dhparam === null ? {} : { dhparam: files.dhparam }),
    ...(ticketKey ? { ticketKeys: nodeTicketKey(ticketKey) } : {}),
  };
}

/** A session is worth nothing to a server with other certificates, or one that asks for more (ngx_ssl_session_id_context). */
function sessionContext(ssl: SslConf, files: SslFiles, pairs: readonly Pair[]): string {
  const hash = createHash('sha256').update(ssl.verifyClient);
  for (const text of [...pairs.map(({ certificate }) => certificate), ...files.ca]) hash.update(text);
  return hash.digest('hex').slice(0, 32);
}

/**
 * The order that Node wants: name, HMAC key, AES key. A file of 48 bytes holds the AES key before the HMAC key; one of
 * 80 bytes holds the HMAC key first, and both are twice as long as Node's, which takes the first half of each.
 */
function nodeTicketKey(file: Buffer): Buffer {
  const size = (file.length - 16) / 2;
  const name = file.subarray(0, 16);
  const first = file.subarray(16, 32);
  const second = file.subarray(16 + size, 32 + size);
  return Buffer.concat(size === 16 ? [name, second, first] : [name, first, second]);
}
