import { describe, expect, it } from 'vitest';
import { readMail } from '../../../shared/nginx/read.ts';
import { SSL_DEFAULTS } from '../../../shared/nginx/ssl.ts';
import { OPTIONS, one } from './servers.ts';

describe('TLS', () => {
  it('has nginx 1.31 defaults', () => {
    expect(SSL_DEFAULTS).toEqual({
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
    });
  });

  const file = (path: string, line = 1) => expect.objectContaining({ path, file: 'nginx.conf', line });

  it('is what the server says, in pairs and in order', () => {
    const { ssl, starttls, authHttpPassClientCert } = one(
      `starttls Only; ssl_certificate a.pem; ssl_certificate b.pem; ssl_certificate_key a.key;
       ssl_certificate_key /etc/b.key; ssl_password_file pass; ssl_protocols TLSv1.3 tlsv1; ssl_ciphers HIGH;
       ssl_prefer_server_ciphers on; ssl_ecdh_curve X25519; ssl_dhparam dh; ssl_session_cache builtin shared:a:1m;
       ssl_session_timeout 1M; ssl_session_tickets off; ssl_session_ticket_key t1; ssl_session_ticket_key t2;
       ssl_verify_client optional; ssl_verify_depth 3; ssl_client_certificate ca; ssl_trusted_certificate ca2;
       ssl_crl crl; ssl_conf_command Options A; ssl_conf_command Options B; auth_http_pass_client_cert on;`,
    );
    expect({ starttls, authHttpPassClientCert }).toEqual({ starttls: 'only', authHttpPassClientCert: true });
    expect(ssl).toEqual({
      certificates: [
        { certificate: file('a.pem'), key: file('a.key') },
        { certificate: file('b.pem'), key: file('/etc/b.key', 2) },
      ],
      passwordFile: file('pass', 2),
      protocols: ['TLSv1', 'TLSv1.3'],
      ciphers: 'HIGH',
      preferServerCiphers: true,
      ecdhCurve: 'X25519',
      dhparam: file('dh', 3),
      sessionCache: 'kept',
      sessionTimeoutMs: 2_592_000_000,
      sessionTickets: false,
      ticketKeys: [file('t1', 4), file('t2', 4)],
      verifyClient: 'optional',
      verifyDepth: 3,
      clientCertificate: file('ca', 5),
      trustedCertificate: file('ca2', 5),
      crl: file('crl', 6),
      commands: [
        ['Options', 'A'],
        ['Options', 'B'],
      ],
    });
  });

  it('is inherited, certificates and keys apart, and an empty name undoes a file', () => {
    const { ssl, starttls } = one(
      'ssl_certificate own.pem; ssl_conf_command Options C; ssl_crl "";',
      'starttls on; ssl_certificate a; ssl_certificate b; ssl_certificate_key k; ssl_conf_command A B; ssl_crl c; ssl_dhparam d;',
    );
    expect(starttls).toBe('on');
    expect(ssl).toMatchObject({
      certificates: [{ certificate: { path: 'own.pem' }, key: { path: 'k' } }],
      commands: [['Options', 'C']],
      crl: null,
      dhparam: { path: 'd' },
    });
  });

  it.each([
    ['', 'none'],
    ['ssl_session_cache off;', 'off'],
    ['ssl_session_cache none;', 'none'],
    ['ssl_session_cache builtin;', 'kept'],
    ['ssl_session_cache shared:a:1m;', 'kept'],
    ['ssl_session_cache off shared:a:1m;', 'off'],
    ['ssl_session_cache shared:a:1m; ssl_session_cache none;', 'none'],
  ])('%j keeps sessions: %s', (text, expected) => {
    expect(one(text).ssl.sessionCache).toBe(expected);
  });

  it('names files in the folder of the configuration, not under a prefix', () => {
    const text =
      'mail { auth_http 127.0.0.1; ssl_certificate a/b.pem; ssl_certificate_key /c.key; ssl_crl data:x; server { listen 25; } }';
    const { conf } = readMail(text, { ...OPTIONS, folder: '/etc/nginx/' });
    expect(conf?.servers[0]?.ssl).toMatchObject({
      certificates: [{ certificate: { path: '/etc/nginx/a/b.pem' }, key: { path: '/c.key' } }],
      crl: { path: 'data:x' },
    });
  });
});

describe('who is asked and believed', () => {
  it('a resolver with its settings', () => {
    expect(one('resolver 127.0.0.1 [::1]:5353 localhost:54 valid=1h ipv6=off; resolver_timeout 2s;')).toMatchObject({
      resolver: {
        servers: [
          { address: '127.0.0.1', port: 53 },
          { address: '::1', port: 5353 },
          { address: '127.0.0.1', port: 54 },
          { address: '::1', port: 54 },
        ],
        validMs: 3_600_000,
        ipv4: true,
        ipv6: false,
      },
      resolverTimeoutMs: 2000,
    });
  });

  it('a server may do without the one of the mail section', () => {
    expect(one('', 'resolver 127.0.0.1;').resolver).toMatchObject({ servers: [{ address: '127.0.0.1' }] });
    expect(one('resolver off;', 'resolver 127.0.0.1;').resolver).toBeNull();
  });

  it('networks in normal form, without the bits that do not count', () => {
    const text = `set_real_ip_from 10.1.2.3/8; set_real_ip_from unix:; set_real_ip_from 2001:DB8:ffff::1/36;
      set_real_ip_from 127.1; set_real_ip_from ::1; set_real_ip_from 0.0.0.0/0; set_real_ip_from localhost;`;
    expect(one(text).realIpFrom).toEqual([
      { type: 'network', address: '10.0.0.0', bits: 8 },
      { type: 'unix' },
      { type: 'network', address: '2001:db8:f000::', bits: 36 },
      { type: 'network', address: '127.0.0.1', bits: 32 },
      { type: 'network', address: '::1', bits: 128 },
      { type: 'network', address: '0.0.0.0', bits: 0 },
      { type: 'network', address: '127.0.0.1', bits: 32 },
      { type: 'network', address: '::1', bits: 128 },
    ]);
    expect(one('set_real_ip_from unix:;', 'set_real_ip_from 10.0.0.0/8;').realIpFrom).toEqual([{ type: 'unix' }]);
  });

  it('the header for the upstream', () => {
    expect(one('').proxyProtocol).toBe('off');
    expect(one('proxy_protocol V2;').proxyProtocol).toBe('v2');
  });
});

describe('outside of the mail section', () => {
  const processOf = (text: string) => readMail(`${text} mail { }`, OPTIONS).conf?.process;

  it('is what the process runs by', () => {
    const text =
      'worker_processes auto; worker_shutdown_timeout 10s; pid /run/nginx.pid; error_log a; error_log b info;';
    expect(processOf(text)).toEqual({
      workers: 'auto',
      shutdownTimeoutMs: 10_000,
      errorLogs: [
        { sink: 'a', level: 'error' },
        { sink: 'b', level: 'info' },
      ],
      pid: '/run/nginx.pid',
    });
  });

  it('has defaults', () => {
    const logs = [{ sink: 'logs/error.log', level: 'error', implied: true }];
    expect(processOf('')).toMatchObject({ workers: 1, shutdownTimeoutMs: null, errorLogs: logs, pid: null });
    expect(processOf('worker_processes 4;')).toMatchObject({ workers: 4 });
  });
});
