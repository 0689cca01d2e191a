import { describe, expect, it } from 'vitest';
import { TIMER_MAX_MS } from '../../../shared/nginx/build.ts';
import type { MailServer } from '../../../shared/nginx/mail.ts';
import { readMail } from '../../../shared/nginx/read.ts';
import { SSL_DEFAULTS } from '../../../shared/nginx/ssl.ts';

const OPTIONS = { file: 'nginx.conf', hostname: 'Mail.Host.Example' };

function servers(text: string): readonly MailServer[] {
  const { conf, problems: found } = readMail(text, OPTIONS);
  if (conf === null) throw new Error(found.map((problem) => problem.message).join('\n'));
  return conf.servers;
}

/** The one server of a mail section. */
function one(inServer: string, inMail = ''): MailServer {
  const [server] = servers(
    `mail { ${inMail} auth_http 127.0.0.1:9000; server { listen 3333; protocol smtp; ${inServer} } }`,
  );
  if (server === undefined) throw new Error('there is a server');
  return server;
}

describe('values', () => {
  it('are nginx defaults where nothing is said', () => {
    expect(one('')).toEqual({
      line: 1,
      protocol: 'smtp',
      listens: [{ text: '3333', host: '*', port: 3333, line: 1 }],
      serverName: 'mail.host.example',
      timeoutMs: 60_000,
      maxErrors: 5,
      authHttp: { text: '127.0.0.1:9000', host: '127.0.0.1', address: '127.0.0.1', port: 9000, uri: '/' },
      authHttpTimeoutMs: 60_000,
      authHttpHeaders: [],
      xclient: true,
      proxySmtpAuth: false,
      proxyPassErrorMessage: false,
      proxyTimeoutMs: 86_400_000,
      proxyBuffer: 4096,
      smtpAuth: ['plain', 'login'],
      smtpCapabilities: [],
      smtpClientBuffer: 4096,
      smtpGreetingDelayMs: 0,
      imapAuth: ['plain'],
      imapCapabilities: ['IMAP4', 'IMAP4rev1', 'UIDPLUS'],
      imapClientBuffer: 4096,
      pop3Auth: ['plain'],
      pop3Capabilities: ['TOP', 'USER', 'UIDL'],
      errorLogs: [{ sink: 'logs/error.log', level: 'error', implied: true }],
      starttls: 'off',
      ssl: SSL_DEFAULTS,
      authHttpPassClientCert: false,
      proxyProtocol: 'off',
      realIpFrom: [],
      resolver: null,
      resolverTimeoutMs: 30_000,
    });
  });

  it('are those of the server', () => {
    const server = one(
      `server_name mx.test; timeout 1m30; max_errors 3; auth_http_timeout 500ms; xclient OFF; proxy_smtp_auth on;
       proxy_pass_error_message on; proxy_timeout 1h; proxy_buffer 8k; smtp_auth None EXTERNAL; smtp_auth login;
       smtp_capabilities "SIZE 10485760" 8BITMIME; smtp_capabilities DSN; smtp_client_buffer 1m;
       smtp_greeting_delay 20ms; auth_http_header X-Key "s e"; auth_http_header X-Key ""; error_log a.log; error_log stderr info;`,
    );
    expect(server).toMatchObject({
      serverName: 'mx.test',
      timeoutMs: 90_000,
      maxErrors: 3,
      authHttpTimeoutMs: 500,
      xclient: false,
      proxySmtpAuth: true,
      proxyPassErrorMessage: true,
      proxyTimeoutMs: 3_600_000,
      proxyBuffer: 8192,
      smtpAuth: ['login', 'external', 'none'],
      smtpCapabilities: ['SIZE 10485760', '8BITMIME', 'DSN'],
      smtpClientBuffer: 1_048_576,
      smtpGreetingDelayMs: 20,
      authHttpHeaders: [
        ['X-Key', 's e'],
        ['X-Key', ''],
      ],
      errorLogs: [
        { sink: 'a.log', level: 'error' },
        { sink: 'stderr', level: 'info' },
      ],
    });
  });

  it('of IMAP and POP3 are those of the server, the mechanisms in the order in which they are shown', () => {
    const server = one(
      `imap_auth external login; imap_capabilities IMAP4rev1 "ID X"; imap_client_buffer 64; protocol pop3;
       pop3_auth cram-md5 apop; pop3_auth plain; pop3_capabilities UIDL;`,
      'imap_auth plain; pop3_capabilities TOP;',
    );
    expect(server).toMatchObject({
      protocol: 'pop3',
      imapAuth: ['login', 'external'],
      imapCapabilities: ['IMAP4rev1', 'ID X'],
      imapClientBuffer: 64,
      pop3Auth: ['plain', 'apop', 'cram-md5'],
      pop3Capabilities: ['UIDL'],
    });
  });

  it('come from the mail section where the server says nothing', () => {
    const inMail =
      'timeout 5s; smtp_auth none; smtp_capabilities A B; auth_http_header X 1; xclient off; server_name a;';
    expect(one('', inMail)).toMatchObject({
      timeoutMs: 5000,
      smtpAuth: ['none'],
      smtpCapabilities: ['A', 'B'],
      authHttpHeaders: [['X', '1']],
      xclient: false,
      serverName: 'a',
    });
  });

  it('that are lists are replaced as a whole', () => {
    const inMail =
      'smtp_auth plain none; smtp_capabilities A B; auth_http_header X 1; auth_http_header Y 2; error_log a;';
    expect(one('smtp_auth login; smtp_capabilities C; auth_http_header Z 3; error_log b;', inMail)).toMatchObject({
      smtpAuth: ['login'],
      smtpCapabilities: ['C'],
      authHttpHeaders: [['Z', '3']],
      errorLogs: [{ sink: 'b', level: 'error' }],
    });
  });

  it('of the mail section count wherever they stand in it', () => {
    const text = 'mail { server { listen 25; } auth_http 127.0.0.1; timeout 5s; } error_log stderr warn;';
    expect(servers(text)[0]).toMatchObject({ timeoutMs: 5000, errorLogs: [{ sink: 'stderr', level: 'warn' }] });
  });

  it('an empty name is the name of the machine, even over a name in the mail section', () => {
    expect(one('server_name "";', 'server_name a;').serverName).toBe('mail.host.example');
  });

  it('the last auth_http and the last protocol count', () => {
    const server = one('auth_http 127.0.0.1:1; auth_http 127.0.0.1:2; protocol imap; protocol smtp;');
    expect(server.authHttp.port).toBe(2);
  });

  it('for the wire are byte strings', () => {
    const server = one('server_name é; smtp_capabilities "😀\\r\\n"; auth_http_header X é; auth_http 127.0.0.1/é;');
    expect(server).toMatchObject({
      serverName: '\xc3\xa9',
      smtpCapabilities: ['\xf0\x9f\x98\x80\r\n'],
      authHttpHeaders: [['X', '\xc3\xa9']],
      authHttp: { uri: '/\xc3\xa9' },
    });
  });

  it('of time are never longer than a timer can wait', () => {
    expect(one('proxy_timeout 52w;').proxyTimeoutMs).toBe(TIMER_MAX_MS);
  });
});

describe('TLS', () => {
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

describe('listen', () => {
  it.each([
    ['25', [['*', 25]]],
    ['*:25', [['*', 25]]],
    ['0.0.0.0:25', [['*', 25]]],
    ['127.0.0.1:25', [['127.0.0.1', 25]]],
    ['127.0.0.1', [['127.0.0.1', 0]]],
    ['127.1:25', [['127.0.0.1', 25]]],
    ['[::1]:25', [['::1', 25]]],
    ['[0:0::1]', [['::1', 0]]],
    ['[::]:25', [['::', 25]]],
    [
      'LocalHost:25',
      [
        ['127.0.0.1', 25],
        ['::1', 25],
      ],
    ],
    [
      '127.0.0.1:25-27',
      [
        ['127.0.0.1', 25],
        ['127.0.0.1', 26],
        ['127.0.0.1', 27],
      ],
    ],
  ])('%s', (text, expected) => {
    const [server] = servers(`mail { server {\n listen ${text};\n protocol smtp; auth_http 127.0.0.1; } }`);
    expect(server?.listens.map(({ host, port }) => [host, port])).toEqual(expected);
    expect(server?.listens.map((listen) => [listen.text, listen.line])).toEqual(expected.map(() => [text, 2]));
  });

  it.each([
    ['ssl', { ssl: true }],
    ['proxy_protocol ssl', { ssl: true, proxyProtocol: true }],
    ['bind', { bind: true }],
    ['ipv6only=on', { bind: true }],
    ['so_keepalive=off', { bind: true, keepalive: false }],
    ['so_keepalive=on', { bind: true, keepalive: { idleMs: null, intervalMs: null, count: null } }],
    ['so_keepalive=30m::10', { bind: true, keepalive: { idleMs: 1_800_000, intervalMs: null, count: 10 } }],
    ['so_keepalive=:5', { bind: true, keepalive: { idleMs: null, intervalMs: 5000, count: null } }],
    ['rcvbuf=8k', { bind: true }],
    ['multipath', { bind: true }],
  ])('parameters: %s', (parameters, expected) => {
    const [server] = servers(`mail { auth_http 127.0.0.1; server { listen 25 ${parameters}; } }`);
    expect(server?.listens).toEqual([{ text: '25', host: '*', port: 25, line: 1, ...expected }]);
  });

  it('takes IPv4 through IPv6 only on an IPv6 address', () => {
    const [server] = servers(
      'mail { auth_http 127.0.0.1; server { listen [::]:25 ipv6only=off; listen 26 ipv6only=off; } }',
    );
    expect(server?.listens.map(({ host, ipv6only }) => [host, ipv6only])).toEqual([
      ['::', false],
      ['*', undefined],
    ]);
  });

  it('takes a unix socket', () => {
    const [server] = servers(
      'mail { auth_http 127.0.0.1; server { protocol imap; listen UNIX:/run/a.sock proxy_protocol; } }',
    );
    expect(server?.listens).toEqual([
      { text: 'UNIX:/run/a.sock', host: 'unix:', port: 0, unix: '/run/a.sock', line: 1, proxyProtocol: true },
    ]);
  });

  it('says what has no effect in the lab', () => {
    const { problems } = readMail('mail { auth_http 127.0.0.1; server { listen 25 sndbuf=8k; } }', OPTIONS);
    expect(problems).toMatchObject([
      { severity: 'note', message: '"sndbuf" has no effect in the lab: the system\'s own applies', column: 48 },
    ]);
  });

  it('keeps the backlog', () => {
    const [server] = servers('mail { server { listen 25 backlog=7; auth_http 127.0.0.1; } }');
    expect(server?.listens).toEqual([{ text: '25', host: '*', port: 25, line: 1, backlog: 7, bind: true }]);
  });

  it.each([
    [25, 'smtp'],
    [465, 'smtp'],
    [587, 'smtp'],
    [143, 'imap'],
    [993, 'imap'],
    [110, 'pop3'],
    [995, 'pop3'],
  ])('port %i is %s', (port, protocol) => {
    expect(servers(`mail { server { listen ${port}; auth_http 127.0.0.1; } }`)[0]?.protocol).toBe(protocol);
  });
});

describe('auth_http', () => {
  it.each([
    ['127.0.0.1', { host: '127.0.0.1', address: '127.0.0.1', port: 80, uri: '/' }],
    ['http://localhost:8000/a?b=c#d', { host: 'localhost', address: '127.0.0.1', port: 8000, uri: '/a?b=c#d' }],
    ['auth.test?x=1', { host: 'auth.test', address: 'auth.test', port: 80, uri: '?x=1' }],
    ['http://[0::1]:81/', { host: '[0::1]', address: '::1', port: 81, uri: '/' }],
    ['unix:/run/a', { host: 'localhost', address: '', port: 0, unix: '/run/a', uri: '/' }],
    ['http://unix:/run/a:/b:c', { host: 'localhost', address: '', port: 0, unix: '/run/a', uri: '/b:c' }],
  ])('%s', (text, expected) => {
    expect(one(`auth_http ${text.includes('#') ? `"${text}"` : text};`).authHttp).toEqual({ text, ...expected });
  });
});
