/** `ssl_conf_command`: OpenSSL's own configuration commands (SSL_CONF_cmd), as far as Node can carry them out. */
import { constants } from 'node:crypto';
import type { SslConf, TlsProtocol } from '../../shared/nginx/mail.ts';

/** What a context is made of, besides its files. */
export interface Tuning {
  protocols: readonly TlsProtocol[];
  /** OpenSSL's cipher list, TLS 1.2 and below. */
  ciphers: string;
  /** TLS 1.3 suites; '' for OpenSSL's own choice. */
  suites: string;
  /** `auto` or a list. */
  curves: string;
  /** '' for OpenSSL's own choice. */
  sigalgs: string;
  /** SSL_OP_… bits. */
  options: number;
}

/** What is carried out changes `tuning`; false where Node cannot do it. */
type Act = (tuning: Tuning, value: string) => boolean;

/** The bits behind the words of `Options`, and whether the word switches its bit off. */
const options: Readonly<Record<string, readonly [bit: number, inverse: boolean]>> = {
  serverpreference: [constants.SSL_OP_CIPHER_SERVER_PREFERENCE, false],
  noresumptiononrenegotiation: [constants.SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION, false],
  unsafelegacyrenegotiation: [constants.SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION, false],
  unsafelegacyserverconnect: [constants.SSL_OP_LEGACY_SERVER_CONNECT, false],
  norenegotiation: [constants.SSL_OP_NO_RENEGOTIATION, false],
  allownodhekex: [constants.SSL_OP_ALLOW_NO_DHE_KEX, false],
  prioritizechacha: [constants.SSL_OP_PRIORITIZE_CHACHA, false],
  sessionticket: [constants.SSL_OP_NO_TICKET, true],
  compression: [constants.SSL_OP_NO_COMPRESSION, true],
  encryptthenmac: [constants.SSL_OP_NO_ENCRYPT_THEN_MAC, true],
};
/** Words that change nothing in OpenSSL 3. */
const idle: ReadonlySet<string> = new Set(['bugs', 'dhsingle', 'ecdhsingle']);

/** `-Word` switches off, `+Word` and `Word` on. */
function signed(word: string): { readonly name: string; readonly on: boolean } {
  return { name: word.replace(/^[+-]/, '').toLowerCase(), on: !word.startsWith('-') };
}

const wordsOf = (value: string): readonly string[] => value.split(',').map((word) => word.trim());

function setOption(tuning: Tuning, word: string): boolean {
  const { name, on } = signed(word);
  const [bit, inverse] = options[name] ?? [];
  if (bit === undefined) return idle.has(name);
  tuning.options = on === inverse ? tuning.options & ~bit : tuning.options | bit;
  return true;
}

const order: readonly TlsProtocol[] = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** `None` is no limit. */
const limit =
  (keeps: (at: number, limit: number) => boolean): Act =>
  (tuning, value) => {
    const at = order.map(String).indexOf(value);
    if (at >= 0) tuning.protocols = order.filter((word, nth) => tuning.protocols.includes(word) && keeps(nth, at));
    return true;
  };

function setProtocol(tuning: Tuning, word: string): void {
  const { name, on } = signed(word);
  const meant = name === 'all' ? order : order.filter((one) => one.toLowerCase() === name);
  const rest = tuning.protocols.filter((one) => !meant.includes(one));
  tuning.protocols = on ? [...rest, ...meant] : rest;
}

const set =
  (field: 'ciphers' | 'suites' | 'curves' | 'sigalgs'): Act =>
  (tuning, value) => {
    tuning[field] = value;
    return true;
  };

const acts: Readonly<Record<string, Act>> = {
  ciphersuites: set('suites'),
  cipherstring: set('ciphers'),
  signaturealgorithms: set('sigalgs'),
  groups: set('curves'),
  curves: set('curves'),
  minprotocol: limit((at, lowest) => at >= lowest),
  maxprotocol: limit((at, highest) => at <= highest),
  protocol: (tuning, value) => {
    for (const word of wordsOf(value)) setProtocol(tuning, word);
    return true;
  },
  // Every word is carried out that can be.
  options: (tuning, value) => wordsOf(value).filter((word) => !setOption(tuning, word)).length === 0,
};

/** The context's settings with every command carried out that can be, and the commands that cannot. */
export function tuned(ssl: SslConf, from: Tuning): { readonly tuning: Tuning; readonly beyond: SslConf['commands'] } {
  const tuning = { ...from };
  const beyond = ssl.commands.filter(([name, value]) => !acts[name.toLowerCase()]?.(tuning, value));
  return { tuning, beyond };
}
