import { describe, expect, it } from 'vitest';
import { TIMER_MAX_MS } from '../../../shared/nginx/build.ts';
import { readMail } from '../../../shared/nginx/read.ts';
import { SSL_DEFAULTS } from '../../../shared/nginx/ssl.ts';
import { OPTIONS, one, servers } from './servers.ts';

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
