/** How a server speaks TLS, and what it lacks for that (src/mail/ngx_mail_ssl_module.c). */
import { TLS_PROTOCOLS, VERIFY_CLIENT } from './directives.ts';
import type { SslConf } from './mail.ts';
import type { Report } from './report.ts';
import { newScope, type Scope, type TlsUse, Values } from './scope.ts';

/** The values of the innermost level first. */
export function sslOf(values: Values): SslConf {
  const keys = values.files('ssl_certificate_key');
  return {
    certificates: values.files('ssl_certificate').flatMap((certificate, index) => {
      const key = keys[index];
      return key === undefined ? [] : [{ certificate, key }];
    }),
    passwordFile: values.file('ssl_password_file'),
    protocols: values.words('ssl_protocols', TLS_PROTOCOLS),
    ciphers: values.text('ssl_ciphers'),
    preferServerCiphers: values.flag('ssl_prefer_server_ciphers'),
    ecdhCurve: values.text('ssl_ecdh_curve'),
    dhparam: values.file('ssl_dhparam'),
    sessionCache: values.first((level) => level.sessionCache) ?? 'none',
    sessionTimeoutMs: values.number('ssl_session_timeout') * 1000,
    sessionTickets: values.flag('ssl_session_tickets'),
    ticketKeys: values.files('ssl_session_ticket_key'),
    verifyClient: values.word('ssl_verify_client', VERIFY_CLIENT, 'off'),
    verifyDepth: values.number('ssl_verify_depth'),
    clientCertificate: values.file('ssl_client_certificate'),
    trustedCertificate: values.file('ssl_trusted_certificate'),
    crl: values.file('ssl_crl'),
    commands: values.pairs('ssl_conf_command'),
  };
}

/** nginx's defaults. */
export const SSL_DEFAULTS: SslConf = sslOf(new Values([newScope('mail', { file: '', line: 1, column: 1 })]));

/** What makes the server speak TLS; null when nothing does. */
function tlsUse(server: Scope, values: Values): TlsUse | null {
  if (server.tls?.mode === 'listen ... ssl') return server.tls;
  return values.text('starttls') === 'off' ? null : values.first((level) => level.tls);
}

/**
 * What a server that speaks TLS lacks, as nginx checks it when the mail section is complete. Without any certificate
 * nginx does not start; the lab makes one of its own and says so.
 */
export function checkSsl(server: Scope, mail: Scope, report: Report): void {
  const values = new Values([server, mail]);
  const use = tlsUse(server, values);
  if (use === null) return;
  const { mode, place } = use;
  const certificates = values.files('ssl_certificate');
  const keys = values.files('ssl_certificate_key');
  const [uncovered] = keys.length < certificates.length ? certificates.slice(-1) : [];
  if (certificates.length === 0) {
    const missing = `no "ssl_certificate" is defined for the "${mode}" directive`;
    report.warning(`nginx would not start: ${missing}; the lab shows clients a certificate of its own`, place);
  } else if (keys.length === 0) {
    report.error(`no "ssl_certificate_key" is defined for the "${mode}" directive`, place);
  } else if (uncovered !== undefined) {
    const which = `certificate "${uncovered.path}" and the "${mode}" directive`;
    report.error(`no "ssl_certificate_key" is defined for ${which}`, place);
  }
  const verify = values.text('ssl_verify_client');
  if (verify !== 'on' && verify !== 'optional') return;
  if (values.file('ssl_client_certificate') !== null || values.file('ssl_trusted_certificate') !== null) return;
  report.error(
    'no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client',
    values.first((level) => level.places.get('ssl_verify_client')) ?? place,
  );
}
