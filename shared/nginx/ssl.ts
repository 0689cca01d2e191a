/** How a server speaks TLS, and what it lacks for that (src/mail/ngx_mail_ssl_module.c). */
import { TLS_PROTOCOLS, VERIFY_CLIENT } from './directives.ts';
import type { FileName, SslConf } from './mail.ts';
import type { Report } from './report.ts';
import { newScope, type Scope, type TlsUse, Values } from './scope.ts';

/** Names that stand for themselves: whole ones, and those of OpenSSL's stores and engines. */
const WHOLE = /^(?:[/\\]|[A-Za-z]:[/\\]|data:|engine:|store:)/;

/** Something that nginx would say of what TLS directives name; at a file, or at the server as a whole. */
export interface TlsComplaint {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly at: FileName | null;
}

/** Tries what TLS directives name, as nginx does when it starts: for who can open files and ask OpenSSL. */
export interface TlsTrial {
  /** What is wrong with an `ssl_password_file`, which is opened where it is named; null: nothing. */
  passwords(file: FileName): string | null;
  /** What is wrong with ciphers and certificates, in nginx's order. */
  own(ssl: SslConf): readonly TlsComplaint[];
  /** What is wrong with all that nginx looks at after those. */
  rest(ssl: SslConf): readonly TlsComplaint[];
}

/** nginx looks for these files in the folder of its configuration, not under its prefix. */
export function fullName(file: FileName, folder: string | null): FileName {
  if (folder === null || WHOLE.test(file.path)) return file;
  return { ...file, path: `${folder.replace(/[/\\]$/, '')}/${file.path}` };
}

/** The values of the innermost level first; `folder` is that of the configuration file. */
export function sslOf(values: Values, folder: string | null): SslConf {
  const files = (name: string) => values.files(name).map((file) => fullName(file, folder));
  const one = (name: string) => {
    const file = values.file(name);
    return file === null ? null : fullName(file, folder);
  };
  const keys = files('ssl_certificate_key');
  return {
    certificates: files('ssl_certificate').flatMap((certificate, index) => {
      const key = keys[index];
      return key === undefined ? [] : [{ certificate, key }];
    }),
    passwordFile: one('ssl_password_file'),
    protocols: values.words('ssl_protocols', TLS_PROTOCOLS),
    ciphers: values.text('ssl_ciphers'),
    preferServerCiphers: values.flag('ssl_prefer_server_ciphers'),
    ecdhCurve: values.text('ssl_ecdh_curve'),
    dhparam: one('ssl_dhparam'),
    sessionCache: values.first((level) => level.sessionCache) ?? 'none',
    sessionTimeoutMs: values.number('ssl_session_timeout') * 1000,
    sessionTickets: values.flag('ssl_session_tickets'),
    ticketKeys: files('ssl_session_ticket_key'),
    verifyClient: values.word('ssl_verify_client', VERIFY_CLIENT, 'off'),
    verifyDepth: values.number('ssl_verify_depth'),
    clientCertificate: one('ssl_client_certificate'),
    trustedCertificate: one('ssl_trusted_certificate'),
    crl: one('ssl_crl'),
    commands: values.pairs('ssl_conf_command'),
  };
}

/** nginx's defaults. */
export const SSL_DEFAULTS: SslConf = sslOf(new Values([newScope('mail', { file: '', line: 1, column: 1 })]), null);

/** What makes the server speak TLS; null when nothing does. */
function tlsUse(server: Scope, values: Values): TlsUse | null {
  if (server.tls?.mode === 'listen ... ssl') return server.tls;
  return values.text('starttls') === 'off' ? null : values.first((level) => level.tls);
}

/** What a configuration's TLS is checked with. */
export interface TlsChecks {
  readonly report: Report;
  readonly folder: string | null;
  readonly trial: TlsTrial | null;
}

/**
 * What a server that speaks TLS lacks, as nginx checks it when the mail section is complete. Without any certificate
 * nginx does not start; the lab makes one of its own and says so.
 */
export function checkSsl(server: Scope, mail: Scope, { report, folder, trial }: TlsChecks): void {
  const values = new Values([server, mail]);
  const use = tlsUse(server, values);
  if (use === null) return;
  const ssl = sslOf(values, folder);
  const tell = (complaints: readonly TlsComplaint[]) => {
    for (const { severity, message, at } of complaints) {
      const { file, line, column } = at ?? server.place;
      report.once(severity, message, { file, line, column });
    }
  };
  checkCertificates(values, use, report);
  tell(trial?.own(ssl) ?? []);
  if (lacksAuthority(ssl)) {
    const place = values.first((level) => level.places.get('ssl_verify_client')) ?? use.place;
    report.error('no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client', place);
  }
  tell(trial?.rest(ssl) ?? []);
}

function checkCertificates(values: Values, { mode, place }: TlsUse, report: Report): void {
  const certificates = values.files('ssl_certificate');
  const keys = values.files('ssl_certificate_key');
  const [uncovered] = keys.length < certificates.length ? certificates.slice(-1) : [];
  if (certificates.length === 0) {
    const missing = `no "ssl_certificate" is defined for the "${mode}" directive`;
    report.once('warning', `nginx would not start: ${missing}; the lab shows clients a certificate of its own`, place);
  } else if (keys.length === 0) {
    report.error(`no "ssl_certificate_key" is defined for the "${mode}" directive`, place);
  } else if (uncovered !== undefined) {
    const which = `certificate "${uncovered.path}" and the "${mode}" directive`;
    report.error(`no "ssl_certificate_key" is defined for ${which}`, place);
  }
}

/** Whether clients are asked for certificates, and nothing says whose are good. */
function lacksAuthority({ verifyClient, clientCertificate, trustedCertificate }: SslConf): boolean {
  const asked = verifyClient === 'on' || verifyClient === 'optional';
  return asked && clientCertificate === null && trustedCertificate === null;
}
