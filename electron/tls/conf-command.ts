/** `ssl_conf_command`: OpenSSL's own configuration commands (SSL_CONF_cmd), as far as Node can carry them out. */
import { constants } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { TlsProtocol } from '../../shared/nginx/mail.ts';
import { opensslWords } from './openssl-words.ts';

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

/** A command that was not carried out: OpenSSL refuses it, or Node has no way to do it. */
export interface Undone {
  readonly command: readonly [string, string];
  /** OpenSSL's words; null where it is Node that cannot. */
  readonly refused: string | null;
}

type Act = (tuning: Tuning, value: string) => void;

/** OpenSSL knows the option, Node has no constant for it. */
class BeyondNode extends Error {}
class BadValue extends Error {}

/** The bits of `Options`; the ones with a minus are on where the word is off. */
const bits: Readonly<Record<string, number | undefined>> = {
  serverpreference: constants.SSL_OP_CIPHER_SERVER_PREFERENCE,
  noresumptiononrenegotiation: constants.SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION,
  unsafelegacyrenegotiation: constants.SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION,
  unsafelegacyserverconnect: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  norenegotiation: constants.SSL_OP_NO_RENEGOTIATION,
  allownodhekex: constants.SSL_OP_ALLOW_NO_DHE_KEX,
  prioritizechacha: constants.SSL_OP_PRIORITIZE_CHACHA,
};
const inverse: Readonly<Record<string, number | undefined>> = {
  sessionticket: constants.SSL_OP_NO_TICKET,
  compression: constants.SSL_OP_NO_COMPRESSION,
  encryptthenmac: constants.SSL_OP_NO_ENCRYPT_THEN_MAC,
};
/** Words of `Options` that change nothing, or nothing that Node lets us change. */
const withoutEffect: ReadonlySet<string> = new Set(['bugs', 'dhsingle', 'ecdhsingle']);
const beyondNode: ReadonlySet<string> = new Set([
  'emptyfragments',
  'middleboxcompat',
  'antireplay',
  'extendedmastersecret',
  'canames',
  'ktls',
  'strictcertcheck',
  'txcertificatecompression',
  'rxcertificatecompression',
  'ktlstxzerocopysendfile',
  'ignoreunexpectedeof',
  'preferno-dhekex',
  'preferno_dhekex',
  'prefernodhekex',
]);

function setOption(tuning: Tuning, word: string): void {
  const off = word.startsWith('-');
  const name = word.replace(/^[+-]/, '').trim().toLowerCase();
  const bit = bits[name] ?? inverse[name];
  if (bit === undefined) {
    if (withoutEffect.has(name)) return;
    throw beyondNode.has(name) ? new BeyondNode() : new BadValue();
  }
  const sets = name in inverse ? off : !off;
  tuning.options = sets ? tuning.options | bit : tuning.options & ~bit;
}

const order: readonly TlsProtocol[] = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** A version as `MinProtocol` and `MaxProtocol` spell it; null for `None`, no limit. */
function versionOf(text: string): TlsProtocol | null {
  if (text === 'None') return null;
  const found = order.find((word) => word === text);
  if (found === undefined || found === 'SSLv2') throw new BadValue();
  return found;
}

function bounded(tuning: Tuning, text: string, keeps: (at: number, limit: number) => boolean): void {
  const limit = versionOf(text);
  if (limit === null) return;
  tuning.protocols = tuning.protocols.filter((word) => keeps(order.indexOf(word), order.indexOf(limit)));
}

/** `Protocol ALL,-TLSv1.2`: a word alone or with a plus is on, with a minus off. */
function setProtocol(tuning: Tuning, word: string): void {
  const off = word.startsWith('-');
  const name = word.replace(/^[+-]/, '').trim().toLowerCase();
  const meant = name === 'all' ? order : order.filter((one) => one.toLowerCase() === name);
  if (meant.length === 0) throw new BadValue();
  const rest = tuning.protocols.filter((one) => !meant.includes(one));
  tuning.protocols = off ? rest : [...rest, ...meant];
}

const acts: Readonly<Record<string, Act>> = {
  ciphersuites: (tuning, value) => {
    createSecureContext({ ciphers: value });
    tuning.suites = value;
  },
  cipherstring: (tuning, value) => {
    createSecureContext({ ciphers: value });
    tuning.ciphers = value;
  },
  signaturealgorithms: (tuning, value) => {
    createSecureContext({ sigalgs: value });
    tuning.sigalgs = value;
  },
  groups: setGroups,
  curves: setGroups,
  minprotocol: (tuning, value) => bounded(tuning, value, (at, limit) => at >= limit),
  maxprotocol: (tuning, value) => bounded(tuning, value, (at, limit) => at <= limit),
  protocol: (tuning, value) => {
    for (const word of value.split(',')) setProtocol(tuning, word.trim());
  },
  options: (tuning, value) => {
    for (const word of value.split(',')) setOption(tuning, word.trim());
  },
};

function setGroups(tuning: Tuning, value: string): void {
  createSecureContext({ ecdhCurve: value });
  tuning.curves = value;
}

/** Commands that OpenSSL knows and Node has no way to carry out. */
const foreign: ReadonlySet<string> = new Set([
  'clientsignaturealgorithms',
  'ecdhparameters',
  'dhparameters',
  'certificate',
  'privatekey',
  'serverinfofile',
  'chaincapath',
  'chaincafile',
  'chaincastore',
  'verifycapath',
  'verifycafile',
  'verifycastore',
  'requestcapath',
  'requestcafile',
  'requestcastore',
  'clientcapath',
  'clientcafile',
  'clientcastore',
  'verifymode',
  'recordpadding',
  'numtickets',
]);

/** Carries one command out; what was not done is given back. */
export function command(tuning: Tuning, [name, value]: readonly [string, string]): Undone | null {
  const word = name.toLowerCase();
  const act = acts[word];
  if (!act) return undone(name, value, foreign.has(word) ? null : `${UNKNOWN}:cmd=${name}`);
  try {
    act(tuning, value);
    return null;
  } catch (error) {
    if (error instanceof BeyondNode) return undone(name, value, null);
    const before = error instanceof BadValue ? '' : badValueWords(word, value, error);
    return undone(name, value, `${before}${BAD_VALUE}:cmd=${name}, value=${value}`);
  }
}

const UNKNOWN = 'error:0A000182:SSL routines::unknown cmd name';
const BAD_VALUE = 'error:0A000180:SSL routines::bad value';

const undone = (name: string, value: string, refused: string | null): Undone => ({ command: [name, value], refused });

/** What OpenSSL says before its `bad value`; Node hides it for groups and signature algorithms. */
function badValueWords(word: string, value: string, error: unknown): string {
  if (word === 'groups' || word === 'curves') return `${groupWords(value)} `;
  return word === 'signaturealgorithms' ? '' : `${opensslWords(error)} `;
}

/** OpenSSL's words for a list of groups that it does not take. */
export const groupWords = (value: string): string =>
  `error:0A080106:SSL routines::passed invalid argument:group '${value}' cannot be set`;
