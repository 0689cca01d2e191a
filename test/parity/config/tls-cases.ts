/** Cases of TLS: what a server must have, the values, and the files that are named. */
import { type Case, listen, mail, server, tls } from './case.ts';

const inTwo = (outer: string, inner: string) =>
  mail(`auth_http 127.0.0.1:9000; ${outer} server { listen 127.0.0.1:3333; protocol smtp; ${inner} }`);

/** nginx places these complaints at the end of the mail section. */
const oneLine = (lines: string) => tls(lines).replaceAll('\n', ' ');

/** Certificates and keys. */
export const CERTIFICATES: readonly Case[] = [
  { name: 'STARTTLS with a certificate', text: tls('') },
  { name: 'TLS at once with a certificate', text: inTwo('ssl_certificate cert.pem; ssl_certificate_key key.pem;', '') },
  {
    name: 'a listener with a certificate',
    text: listen('127.0.0.1:3333 ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem'),
  },
  { name: 'files are not looked at without TLS', text: server('ssl_certificate none.pem; ssl_dhparam none.pem;') },
  { name: 'a certificate without a key', text: server('starttls on; ssl_certificate cert.pem;') },
  { name: 'a certificate without a key on a listener', text: listen('127.0.0.1:3333 ssl; ssl_certificate a.pem') },
  {
    name: 'the line of the listener counts',
    text: server('ssl_certificate a.pem;\nstarttls\n  on;\nlisten 127.0.0.1:3334\n  ssl; listen 127.0.0.1:3335;'),
  },
  {
    name: 'the line of the last listener with TLS counts',
    text: server('ssl_certificate a.pem;\nlisten 127.0.0.1:3334 ssl;\nlisten 127.0.0.1:3335 ssl;\nstarttls on;'),
  },
  { name: 'STARTTLS of the mail section', text: inTwo('\nstarttls on; ssl_certificate a.pem;', '') },
  { name: 'STARTTLS off in the server', text: inTwo('starttls on;', 'starttls off;') },
  {
    name: 'fewer keys than certificates',
    text: server('starttls only; ssl_certificate a.pem; ssl_certificate b.pem; ssl_certificate_key a.key;'),
  },
  {
    name: 'fewer keys than certificates on a listener',
    text: listen('127.0.0.1:3333 ssl; ssl_certificate a.pem; ssl_certificate b.pem; ssl_certificate_key a.key'),
  },
  { name: 'more keys than certificates', text: tls('ssl_certificate_key none.pem;') },
  {
    name: 'two certificates',
    text: tls('ssl_certificate other.pem; ssl_certificate_key other.key;'),
  },
  {
    name: 'certificates of the server replace those of the mail section',
    text: inTwo(
      'ssl_certificate none.pem; ssl_certificate none.pem; ssl_certificate_key none.pem;',
      'starttls on; ssl_certificate cert.pem; ssl_certificate_key key.pem;',
    ),
  },
  {
    name: 'keys are inherited alone',
    text: inTwo('ssl_certificate_key key.pem;', 'starttls on; ssl_certificate cert.pem;'),
  },
  {
    name: 'a certificate that is not there',
    text: server('starttls on; ssl_certificate none.pem; ssl_certificate_key key.pem;'),
  },
  {
    name: 'whole names',
    text: server('starttls on; ssl_certificate FOLDER/cert.pem; ssl_certificate_key FOLDER/none.key;'),
  },
  { name: 'an empty name', text: server('starttls on; ssl_certificate ""; ssl_certificate_key "";') },
  {
    name: 'a certificate that is none',
    text: server('starttls on; ssl_certificate key.pem; ssl_certificate_key key.pem;'),
  },
  {
    name: 'a certificate that is a folder',
    text: server('starttls on; ssl_certificate prefix; ssl_certificate_key key.pem;'),
    files: { 'prefix/a': '' },
  },
  {
    name: 'a broken certificate',
    text: server('starttls on; ssl_certificate broken.pem; ssl_certificate_key key.pem;'),
  },
  { name: 'a chain', text: server('starttls on; ssl_certificate chain.pem; ssl_certificate_key key.pem;') },
  {
    name: 'a broken chain',
    text: server('starttls on; ssl_certificate brokenchain.pem; ssl_certificate_key key.pem;'),
  },
  {
    name: 'a key that is not there',
    text: server('starttls on; ssl_certificate cert.pem; ssl_certificate_key none.key;'),
  },
  {
    name: 'a key that is none',
    text: server('starttls on; ssl_certificate cert.pem; ssl_certificate_key cert.pem;'),
  },
  {
    name: 'the key of another certificate',
    text: server('starttls on; ssl_certificate cert.pem; ssl_certificate_key other.key;'),
  },
  {
    name: 'a key of another kind',
    text: server('starttls on; ssl_certificate cert.pem; ssl_certificate_key rsa.key;'),
  },
  {
    name: 'an encrypted key with its passphrase',
    text: server('starttls on; ssl_certificate cert.pem; ssl_certificate_key locked.key; ssl_password_file pass.txt;'),
  },
  {
    name: 'an encrypted key with a wrong passphrase',
    text: server('starttls on; ssl_certificate cert.pem; ssl_certificate_key locked.key; ssl_password_file wrong.txt;'),
    loosely: true,
  },
  { name: 'passphrases that are not there', text: server('ssl_password_file none.txt;') },
  { name: 'passphrases in a folder', text: server('ssl_password_file prefix;'), files: { 'prefix/a': '' } },
  { name: 'passphrases twice', text: server('ssl_password_file pass.txt; ssl_password_file pass.txt;') },
  {
    name: 'a certificate in the configuration itself',
    text: server('starttls on; ssl_certificate data:none; ssl_certificate_key key.pem;'),
  },
];

/** All other directives of TLS. */
export const TLS: readonly Case[] = [
  { name: 'protocols', text: tls('ssl_protocols tlsv1.2 TLSv1.3;') },
  { name: 'an unknown protocol', text: server('ssl_protocols TLSv1.4;') },
  { name: 'ciphers', text: tls('ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:HIGH;') },
  { name: 'unknown ciphers', text: tls('ssl_ciphers none;') },
  { name: 'no ciphers', text: tls('ssl_ciphers "";') },
  { name: 'ciphers of TLS 1.3 alone', text: tls('ssl_ciphers TLS_AES_128_GCM_SHA256;') },
  { name: 'ciphers twice', text: tls('ssl_ciphers HIGH; ssl_ciphers HIGH;') },
  { name: 'an unknown preference', text: server('ssl_prefer_server_ciphers yes;') },
  { name: 'curves', text: tls('ssl_ecdh_curve X25519:prime256v1;') },
  { name: 'an unknown curve', text: tls('ssl_ecdh_curve prime256v1:none;') },
  { name: 'parameters that are not there', text: tls('ssl_dhparam none.pem;') },
  { name: 'parameters that are none', text: tls('ssl_dhparam cert.pem;') },
  { name: 'parameters twice', text: server('ssl_dhparam a; ssl_dhparam a;') },
  { name: 'a certificate authority', text: tls('ssl_verify_client on; ssl_client_certificate cert.pem;') },
  { name: 'a wrong word', text: server('ssl_verify_client maybe;') },
  { name: 'a wrong depth', text: server('ssl_verify_depth deep;') },
  { name: 'any certificate', text: tls('ssl_verify_client optional_no_ca;') },
  {
    name: 'an authority that is not there',
    text: tls('ssl_verify_client optional; ssl_client_certificate none.pem;'),
  },
  { name: 'an authority that is none', text: tls('ssl_verify_client on; ssl_client_certificate key.pem;') },
  { name: 'an authority nobody asks for', text: tls('ssl_client_certificate none.pem;') },
  {
    name: 'a trusted certificate that is not there',
    text: tls('ssl_verify_client on; ssl_client_certificate cert.pem; ssl_trusted_certificate none.pem;'),
  },
  {
    name: 'a list of revoked certificates that is not there',
    text: tls('ssl_verify_client on; ssl_client_certificate cert.pem; ssl_crl none.pem;'),
  },
  {
    name: 'a list of revoked certificates that is none',
    text: tls('ssl_verify_client on; ssl_client_certificate cert.pem; ssl_crl key.pem;'),
  },
  { name: 'an empty list of revoked certificates', text: tls('ssl_verify_client optional_no_ca; ssl_crl "";') },
  { name: 'a session cache', text: server('ssl_session_cache builtin:1000 shared:SSL:10m;') },
  { name: 'no session cache', text: server('ssl_session_cache off; ssl_session_cache none;') },
  { name: 'a cache without a name', text: server('ssl_session_cache shared::10m;') },
  { name: 'a cache without a size', text: server('ssl_session_cache shared:SSL;') },
  { name: 'a cache with a wrong size', text: server('ssl_session_cache shared:SSL:10x;') },
  { name: 'a cache with two sizes', text: server('ssl_session_cache shared:SSL:10m:10m;') },
  { name: 'a cache too small', text: server('ssl_session_cache shared:SSL:31k;') },
  { name: 'a cache just large enough', text: server('ssl_session_cache shared:SSL:32k;') },
  { name: 'a cache of two sizes', text: inTwo('ssl_session_cache shared:a:1m;', 'ssl_session_cache shared:a:2m;') },
  { name: 'a cache twice', text: inTwo('ssl_session_cache shared:a:1m;', 'ssl_session_cache shared:a:1m;') },
  { name: 'a builtin cache of nothing', text: server('ssl_session_cache builtin:;') },
  { name: 'a builtin cache of letters', text: server('ssl_session_cache builtin:x;') },
  { name: 'a cache in capitals', text: server('ssl_session_cache Off;') },
  { name: 'three caches', text: server('ssl_session_cache off none off;') },
  { name: 'months of a session', text: server('ssl_session_timeout 1M;') },
  { name: 'milliseconds of a session', text: server('ssl_session_timeout 100ms;') },
  { name: 'no tickets', text: tls('ssl_session_tickets off;') },
  { name: 'a key for tickets', text: tls('ssl_session_ticket_key ticket48.key; ssl_session_ticket_key ticket48.key;') },
  { name: 'a key for tickets that is not there', text: oneLine('ssl_session_ticket_key none.key;') },
  { name: 'a key for tickets that is too long', text: oneLine('ssl_session_ticket_key cert.pem;') },
  { name: 'commands', text: tls('ssl_conf_command MinProtocol TLSv1.2; ssl_conf_command options -SessionTicket;') },
  { name: 'more commands', text: tls('ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;') },
  { name: 'groups', text: tls('ssl_conf_command Groups X25519:P-256;') },
  { name: 'an unknown command', text: tls('ssl_conf_command Foo bar;') },
  { name: 'a version that is none', text: tls('ssl_conf_command MinProtocol TLSv1.4;') },
  { name: 'an unknown option', text: tls('ssl_conf_command Options PrioritizeChaCha,-Foo;') },
  { name: 'unknown suites', text: tls('ssl_conf_command Ciphersuites TLS_NONE;') },
  { name: 'unknown groups', text: tls('ssl_conf_command Groups X25519:none;') },
  { name: 'an unknown cipher string', text: tls('ssl_conf_command CipherString none;') },
  { name: 'a command without a value', text: server('ssl_conf_command Options;') },
  { name: 'commands are not tried without TLS', text: server('ssl_conf_command Foo bar;') },
  {
    name: 'protocols of mail are checked before TLS',
    text: mail('auth_http 127.0.0.1; server { listen 3333; }\nserver { listen 25; starttls on; ssl_certificate a; }'),
  },
  {
    name: 'TLS is checked before auth_http',
    text: mail('server { listen 3333; protocol imap; }\nserver { listen 25; starttls on; ssl_certificate a; }'),
  },
  { name: 'passing certificates on', text: tls('auth_http_pass_client_cert on;') },
  { name: 'passing them on perhaps', text: server('auth_http_pass_client_cert maybe;') },
];
