/** `ssl_conf_command`: the commands of SSL_CONF_cmd(3) and those of their values that can be judged without OpenSSL. */

const COMMANDS = `
SignatureAlgorithms ClientSignatureAlgorithms Groups Curves CipherString Ciphersuites ECDHParameters DHParameters
MinProtocol MaxProtocol Protocol Options RecordPadding NumTickets VerifyMode Certificate PrivateKey ServerInfoFile
ChainCAPath ChainCAFile ChainCAStore VerifyCAPath VerifyCAFile VerifyCAStore RequestCAFile RequestCAPath RequestCAStore
ClientCAFile ClientCAPath ClientCAStore
`;

const OPTIONS = `
SessionTicket EmptyFragments Bugs Compression ServerPreference NoResumptionOnRenegotiation DHSingle ECDHSingle
UnsafeLegacyRenegotiation UnsafeLegacyServerConnect ClientRenegotiation EncryptThenMac NoRenegotiation AllowNoDHEKEX
PreferNoDHEKEX PrioritizeChaCha MiddleboxCompat AntiReplay ExtendedMasterSecret CANames KTLS StrictCertCheck
TxCertificateCompression RxCertificateCompression KTLSTxZerocopySendfile IgnoreUnexpectedEOF
`;

const PROTOCOLS = 'ALL SSLv2 SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3 DTLSv1 DTLSv1.2';

const words = (text: string) => new Set(text.trim().toLowerCase().split(/\s+/));

const KNOWN = words(COMMANDS);
const LISTS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['options', words(OPTIONS)],
  ['protocol', words(PROTOCOLS)],
]);
const VERSIONS = new Set(['None', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3', 'DTLSv1', 'DTLSv1.2']);

/** What OpenSSL says of a value that it does not take. */
export function badValue(name: string, value: string): string {
  return `error:0A000180:SSL routines::bad value:cmd=${name}, value=${value}`;
}

/** nginx's words for a command that OpenSSL refuses. */
export function commandFailed(name: string, value: string, reason: string): string {
  return `SSL_CONF_cmd("${name}", "${value}") failed (SSL: ${reason})`;
}

/** What is wrong with one command, in nginx's words; null where nothing is, or only OpenSSL can tell. */
export function commandError(name: string, value: string): string | null {
  const command = name.toLowerCase();
  if (!KNOWN.has(command))
    return commandFailed(name, value, `error:0A000182:SSL routines::unknown cmd name:cmd=${name}`);
  const list = LISTS.get(command);
  const unknown = list && value.split(',').some((word) => !list.has(word.trim().replace(/^[+-]/, '').toLowerCase()));
  const version = command === 'minprotocol' || command === 'maxprotocol';
  return unknown || (version && !VERSIONS.has(value)) ? commandFailed(name, value, badValue(name, value)) : null;
}
