/** How a server speaks TLS where the configuration says nothing of it. */
import type { SslConf } from './mail.ts';

/** nginx's defaults (ngx_mail_ssl_module.c). */
export const SSL_DEFAULTS: SslConf = {
  certificates: [],
  passwordFile: null,
  protocols: ['TLSv1.2', 'TLSv1.3'],
  ciphers: 'HIGH:!aNULL:!MD5',
  preferServerCiphers: false,
  ecdhCurve: 'auto',
  dhparam: null,
  sessionCache: 'none',
  sessionTimeoutMs: 300_000,
  sessionTickets: true,
  ticketKeys: [],
  verifyClient: 'off',
  verifyDepth: 1,
  clientCertificate: null,
  trustedCertificate: null,
  crl: null,
  commands: [],
};
