/** What TLS directives name, tried as nginx tries it when it starts: files, ciphers, curves and OpenSSL's commands. */
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { FileName, SslConf } from '../../shared/nginx/mail.ts';
import type { TlsComplaint, TlsTrial } from '../../shared/nginx/ssl.ts';
import { badValue, commandError, commandFailed } from '../../shared/nginx/ssl-commands.ts';
import { withoutEffect } from '../tls/context.ts';
import { dhparamError, loadCertificate, loadKey, loadPasswords, storeError, ticketKeyError } from './tls-load.ts';

const NO_CIPHER = 'error:0A0000B9:SSL routines::no cipher match';
const noGroup = (name: string) => `error:0A080106:SSL routines::passed invalid argument:group '${name}' cannot be set`;

/** Whether OpenSSL takes the setting. */
function takes(options: SecureContextOptions): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}

/** Ciphers of TLS 1.3 are no part of the list that nginx sets. */
function takesCiphers(list: string): boolean {
  const older = list.split(':').filter((name) => name !== '' && !name.startsWith('TLS_'));
  return older.length > 0 && takes({ ciphers: older.join(':') });
}

function unknownGroup(list: string): string | null {
  return list.split(':').find((name) => !takes({ ecdhCurve: name })) ?? null;
}

function complaint(message: string | null, at: FileName | null): readonly TlsComplaint[] {
  return message === null ? [] : [{ severity: 'error', message, at }];
}

function certificateComplaints({ certificates }: SslConf, passwords: readonly string[]): readonly TlsComplaint[] {
  return certificates.flatMap(({ certificate, key }) => {
    const loaded = loadCertificate(certificate.path);
    if ('error' in loaded) return complaint(loaded.error, certificate);
    const own = loadKey(key.path, loaded.value, passwords);
    return 'error' in own ? complaint(own.error, key) : [];
  });
}

/** Nothing of these is opened under `ssl_verify_client off`. */
function verifyComplaints({
  verifyClient,
  clientCertificate,
  trustedCertificate,
  crl,
}: SslConf): readonly TlsComplaint[] {
  if (verifyClient === 'off') return [];
  const store = (file: FileName | null, call: string) => (file ? complaint(storeError(file.path, call), file) : []);
  return [
    ...store(clientCertificate, 'SSL_CTX_load_verify_locations'),
    ...store(trustedCertificate, 'SSL_CTX_load_verify_locations'),
    ...store(crl, 'X509_LOOKUP_load_file'),
  ];
}

/** What only OpenSSL can tell of a command's value. */
function valueError(name: string, value: string): string | null {
  const command = name.toLowerCase();
  const said = (reason: string) => commandFailed(name, value, `${reason} ${badValue(name, value)}`);
  if (command === 'ciphersuites' && value !== '' && !takes({ ciphers: value })) return said(NO_CIPHER);
  if (command === 'cipherstring' && !takesCiphers(value)) return said(NO_CIPHER);
  const group = command === 'groups' || command === 'curves' ? unknownGroup(value) : null;
  return group === null ? null : said(noGroup(group));
}

function settingComplaints(ssl: SslConf): readonly TlsComplaint[] {
  const group = ssl.ecdhCurve === 'auto' ? null : unknownGroup(ssl.ecdhCurve);
  const curves = group && `SSL_CTX_set1_curves_list("${ssl.ecdhCurve}") failed (SSL: ${noGroup(group)})`;
  return [
    ...(ssl.dhparam ? complaint(dhparamError(ssl.dhparam.path), ssl.dhparam) : []),
    ...complaint(curves, null),
    ...ssl.ticketKeys.flatMap((file) => complaint(ticketKeyError(file.path), file)),
    ...ssl.commands.flatMap(([name, value]) =>
      complaint(commandError(name, value) ?? valueError(name, value), null).slice(0, 1),
    ),
  ];
}

function cipherComplaints({ ciphers }: SslConf): readonly TlsComplaint[] {
  return takesCiphers(ciphers)
    ? []
    : complaint(`SSL_CTX_set_cipher_list("${ciphers}") failed (SSL: ${NO_CIPHER})`, null);
}

/** Tries files on this machine, and settings on the OpenSSL of this program. */
export const tlsTrial: TlsTrial = {
  passwords: (file) => {
    const loaded = loadPasswords(file.path);
    return 'error' in loaded ? loaded.error : null;
  },
  own: (ssl) => {
    const passwords = ssl.passwordFile ? loadPasswords(ssl.passwordFile.path) : { value: [] };
    // Passphrases that cannot be read were complained of where they are named.
    const known = 'value' in passwords ? passwords.value : [];
    return [...cipherComplaints(ssl), ...certificateComplaints(ssl, known)];
  },
  rest: (ssl) => [
    ...verifyComplaints(ssl),
    ...settingComplaints(ssl),
    ...withoutEffect(ssl).map((message) => ({ severity: 'warning', message, at: null }) as const),
  ],
};
