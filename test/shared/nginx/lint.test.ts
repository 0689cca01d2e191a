import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../shared/lab/problem.ts';
import { adviceOn } from '../../../shared/nginx/lint.ts';
import { readMail } from '../../../shared/nginx/read.ts';
import type { ConfText } from '../../../shared/nginx/written.ts';

/** What is said about a configuration that must load. */
function lintsOf(source: ConfText): readonly Problem[] {
  const { conf, problems } = readMail(source.text, { hostname: 'mx.test', ...source });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return adviceOn({ conf, problems }, source).filter(({ id }) => id !== undefined);
}

const smtp = (inServer: string, inMail = '') =>
  `mail { auth_http 127.0.0.1:9000; ${inMail} server { listen 127.0.0.1:3333; protocol smtp; ${inServer} } }`;
const imap = (inServer: string, inMail = '') => smtp(inServer, inMail).replace('protocol smtp', 'protocol imap');
const pop3 = (inServer: string, inMail = '') => smtp(inServer, inMail).replace('protocol smtp', 'protocol pop3');
const server = (inServer: string) => `mail { auth_http 127.0.0.1:9000; server { ${inServer} } }`;

const tls = 'ssl_certificate a.pem; ssl_certificate_key a.key;';
const verify = 'ssl_verify_client on; ssl_client_certificate ca.pem;';

/** ID, what gives the lint, the text that is marked, and what is so near to it that it must not. */
const cases: readonly (readonly [id: string, gives: string, at: string, nearly: string])[] = [
  [
    'A3',
    server('listen 25; auth_http 127.0.0.1:9000/oauth2/auth;'),
    '127.0.0.1:9000/oauth2',
    smtp('auth_http a.b.c.d;'),
  ],
  [
    'A3',
    server('listen 25; auth_http 127.0.0.1/verify;'),
    '127.0.0.1/verify',
    server('listen 25; auth_http 127.0.0.1/mail/verify-login;'),
  ],
  [
    'A6',
    server('listen 25; auth_http auth.internal:9000/;'),
    'auth.internal',
    server('listen 25; auth_http localhost:9000/;'),
  ],
  [
    'A6',
    server('listen 25; auth_http auth.internal;'),
    'auth.internal',
    server('listen 25; auth_http unix:/run/auth.sock;'),
  ],
  ['A9', smtp('auth_http_header X-Port $remote_port;'), '$remote_port', smtp('auth_http_header X-Key "pa$word";')],
  ['A9', smtp('server_name $host;'), '$host', smtp('error_log logs/$host.log info;')],
  ['E4', server('listen 465;'), '465', server('listen 465 proxy_protocol; set_real_ip_from 10.0.0.1;')],
  ['E4', server(`listen 993; ${tls}`).replace('993;', '993 ;'), '993', server(`listen 993 ssl; ${tls}`)],
  ['E4', server(`listen 587 ssl; ${tls}`), '587', server(`listen 587; starttls on; ${tls}`)],
  ['F1', smtp('smtp_capabilities STARTTLS;'), 'STARTTLS', smtp(`starttls on; ${tls} smtp_capabilities PIPELINING;`)],
  ['F1', smtp('smtp_capabilities XCLIENT;'), 'XCLIENT', smtp('smtp_capabilities X-CLIENT;')],
  [
    'F1',
    smtp('smtp_capabilities "PIPELINING 8BITMIME";'),
    '"PIPELINING',
    smtp('smtp_capabilities "SIZE 1000" 8BITMIME;'),
  ],
  ['F1', pop3('pop3_capabilities "TOP USER";'), '"TOP', pop3('pop3_capabilities TOP USER "LOGIN-DELAY 900";')],
  ['F1', pop3('pop3_capabilities USER UTF8;'), 'UTF8', pop3('pop3_capabilities USER RESP-CODES;')],
  ['F1', pop3('pop3_capabilities USER STLS;'), 'STLS', pop3('pop3_capabilities USER;')],
  ['F1', imap('imap_capabilities IDLE;'), 'imap_capabilities', imap('imap_capabilities IDLE imap4rev1;')],
  [
    'F1',
    imap('imap_capabilities IMAP4rev1 LOGINDISABLED;'),
    'LOGINDISABLED',
    imap('imap_capabilities "IMAP4rev1 IDLE";'),
  ],
  ['F2', smtp('smtp_capabilities CHUNKING;'), 'CHUNKING', imap('', 'smtp_capabilities CHUNKING;')],
  [
    'F2',
    smtp('', 'smtp_capabilities 8BITMIME BINARYMIME;'),
    'BINARYMIME',
    smtp('smtp_capabilities 8BITMIME;', 'smtp_capabilities CHUNKING;'),
  ],
  ['F3', imap('imap_capabilities IMAP4rev1 ID;'), 'ID;', imap('imap_capabilities IMAP4rev1 IDLE;')],
  ['F3', imap('imap_capabilities "IMAP4rev1 ID IDLE";'), '"IMAP4rev1', imap('imap_capabilities "IMAP4rev1 UIDPLUS";')],
  [
    'F8',
    imap('imap_capabilities IMAP4rev1 AUTH=XOAUTH2;'),
    'AUTH=XOAUTH2',
    imap('imap_capabilities IMAP4rev1 SASL-IR;'),
  ],
  ['F8', smtp('smtp_capabilities "AUTH PLAIN OAUTHBEARER";'), '"AUTH', smtp('smtp_capabilities AUTHX;')],
  ['F8', pop3('pop3_capabilities USER "SASL XOAUTH2";'), '"SASL', pop3('pop3_capabilities USER UIDL;')],
  ['F9', smtp('smtp_capabilities "AUTH PLAIN";'), '"AUTH', smtp('smtp_auth plain;')],
  ['F9', imap('imap_capabilities IMAP4rev1 AUTH=PLAIN;'), 'AUTH=PLAIN', imap('imap_auth plain login;')],
  ['G1', server('listen 25 proxy_protocol;'), '25', server('listen 25 proxy_protocol; set_real_ip_from 192.0.2.1;')],
  [
    'G5',
    server('listen 25 proxy_protocol; set_real_ip_from 0.0.0.0/0;'),
    '0.0.0.0/0',
    server('listen 25 proxy_protocol; set_real_ip_from 10.0.0.0/8;'),
  ],
  [
    'G5',
    `mail { auth_http 127.0.0.1:9000; set_real_ip_from ::/0; server { listen 25 proxy_protocol; } }`,
    '::/0',
    `mail { auth_http 127.0.0.1:9000; set_real_ip_from ::/0; server { listen 25; } }`,
  ],
  ['H1', `http { mail { } } ${smtp('')}`, 'mail { }', `http { server { } } ${smtp('')}`],
  [
    'H1',
    `load_module modules/ngx_stream_module.so; ${smtp('')}`,
    'modules/',
    `load_module modules/ngx_mail_module.so; load_module modules/ngx_stream_module.so; ${smtp('')}`,
  ],
  ['N1', smtp('imap_auth plain;'), 'imap_auth', smtp('', 'imap_auth plain;')],
  ['N1', imap('xclient off;'), 'xclient', smtp('xclient off;')],
  [
    'N1',
    server(`listen 993 ssl; starttls on; ${tls}`),
    'starttls',
    server(`listen 993 ssl; listen 143; starttls on; ${tls}`),
  ],
  [
    'N1',
    server(`listen 143; ${tls}`),
    'ssl_certificate a',
    `mail { ${tls} auth_http 127.0.0.1:9000; server { listen 143; } }`,
  ],
  [
    'N1',
    server(`listen 993 ssl; ${tls} auth_http_pass_client_cert on;`),
    'auth_http_pass',
    server(`listen 993 ssl; ${tls} ${verify} auth_http_pass_client_cert on;`),
  ],
  ['N1', smtp('set_real_ip_from 10.0.0.1;'), 'set_real_ip_from', smtp('', 'set_real_ip_from 10.0.0.1;')],
  [
    'Q14',
    smtp('smtp_auth plain external;'),
    'smtp_auth',
    server(`listen 465 ssl; ${tls} ${verify} smtp_auth plain external;`),
  ],
  ['Q17', smtp('timeout 5s;'), 'timeout', smtp('timeout 30s;')],
  [
    'Q25',
    server(`listen 25; smtp_auth none; starttls only; ${tls}`),
    'starttls',
    server(`listen 25; smtp_auth none; starttls on; ${tls}`),
  ],
  ['Q26', smtp('smtp_auth none plain;'), 'smtp_auth', smtp('smtp_auth none;')],
  ['Q35', imap('proxy_timeout 10m;'), 'proxy_timeout', imap('proxy_timeout 30m;')],
  ['Q35', imap('', 'proxy_timeout 10m;'), 'proxy_timeout', pop3('proxy_timeout 10m;')],
  ['Q38', smtp('proxy on;'), 'proxy', smtp('proxy_smtp_auth on;')],
  [
    'Q39',
    server('listen 127.0.0.1; protocol smtp;'),
    '127.0.0.1;',
    server('listen unix:/run/mail.sock; protocol smtp;'),
  ],
  ['Q42', smtp('smtp_auth cram-md5;'), 'smtp_auth', smtp('smtp_auth plain cram-md5;')],
  ['Q43', smtp('server_name mx\\.test;'), 'mx', smtp('server_name "mx\\\\test";')],
  ['Q43', smtp('auth_http_header X-Key a\\;b;'), 'a\\;b', smtp('error_log C:\\mail.log info;')],
  ['Q44', smtp('smtp_capabilities "SIZE\\r\\n250 X";'), '"SIZE', smtp('smtp_capabilities "SIZE 1";')],
  ['Q44', smtp('auth_http_header X-A "a\\nX-B: b";'), '"a', smtp('auth_http_header X-A "a b";')],
  [
    'Q45',
    smtp('auth_http_header X-B b;', 'auth_http_header X-A a;'),
    'auth_http_header X-B',
    smtp('auth_http_header x-a b;', 'auth_http_header X-A a;'),
  ],
  ['Q46', smtp('error_log logs/mail.log;'), 'error_log', smtp('error_log logs/mail.log; error_log logs/all.log info;')],
  ['Q46', smtp('', 'error_log logs/mail.log notice;'), 'notice', `error_log logs/error.log; ${smtp('')}`],
];

describe('each lint', () => {
  it.each(cases)('%s is given where it is due, and not for its neighbour: %s', (id, gives, at, nearly) => {
    const text = nearly.replace('a.b.c.d', '127.0.0.1');
    const found = lintsOf({ text: gives, file: 'nginx.conf' }).filter((one) => one.id === id);
    expect(found.map(({ line, column }) => [line, column])).toEqual([[1, gives.lastIndexOf(at) + 1]]);
    expect(lintsOf({ text, file: 'nginx.conf' }).map((one) => one.id)).not.toContain(id);
  });
});

/** What a configuration that does not load is told. */
const errors = (text: string) => {
  const source = { text, file: 'nginx.conf' };
  return adviceOn(readMail(text, { ...source, hostname: 'mx.test' }), source);
};

/** ID, and an error with its hint; beside it one that has none. */
const hints: readonly (readonly [id: string, bad: string, without: string])[] = [
  ['A4', smtp('proxy_pass http://127.0.0.1;'), smtp('proxy_set_header A b;')],
  ['A4', 'mail { upstream a { } }', 'mail { geo a { } }'],
  ['A4', server('listen 25; location / { }'), server('listen 25; lokation / { }')],
  [
    'A5',
    'mail { auth_http https://127.0.0.1/; server { listen 25; } }',
    'mail { auth_http 127.0.0.1:x; server { listen 25; } }',
  ],
  ['A6', smtp('resolver ns.example.com;'), smtp('resolver 127.0.0.1:x;')],
  ['A6', smtp('set_real_ip_from lb.example.com;'), smtp('set_real_ip_from a b;')],
  ['C4', server('listen 25 default_server;'), server('listen 25 nonsense;')],
  ['C4', server('listen 25; listen 25;'), server('listen 25; timeout 1s; timeout 2s;')],
  ['E1', smtp('proxy_ssl on;'), smtp('proxy_sssl on;')],
  ['E5', smtp('ssl on;'), smtp('sssl on;')],
  ['F8', smtp('smtp_auth xoauth2;'), smtp('smtp_auth gssapi;')],
  ['F10', imap('imap_auth none;'), imap('imap_auth nothing;')],
  ['F10', pop3('pop3_auth none;'), smtp('starttls none;')],
  ['G6', smtp('proxy_protocol v1;'), smtp('xclient v1;')],
  ['H1', 'events { mail { } }', 'events { male { } }'],
  ['H2', 'mail { server { listen 25; } }', 'mail { server { auth_http 127.0.0.1; protocol smtp; } }'],
  ['Q40', server('listen 3333;'), server('listen x:;')],
  ['Q40', server('listen 3333; protocol SMTP;'), server('listen 3333; protocol http;')],
  ['Q41', smtp('server_name a b;'), smtp('timeout 1 2;')],
  ['Q42', pop3('pop3_auth login;'), imap('imap_auth apop;')],
  ['Q46', smtp('access_log off;'), smtp('acess_log off;')],
];

describe('each hint', () => {
  it.each(hints)('%s stands beside its error, and not beside its neighbour: %s', (id, bad, without) => {
    const found = errors(bad).filter((one) => one.id === id);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: 'error', hint: expect.stringMatching(/^\S.*\.$/) });
    const others = errors(without);
    expect(others.some(({ severity }) => severity === 'error')).toBe(true);
    expect(others.filter((one) => one.id !== undefined)).toEqual([]);
  });
});

describe('places', () => {
  it('are those of the file a directive stands in', () => {
    const inner = '\nsmtp_capabilities\n  CHUNKING;';
    const include = () => [{ name: 'conf.d/smtp.conf', read: () => ({ text: inner }) }];
    const text = 'mail { auth_http 127.0.0.1:9000; server { listen 25; include conf.d/*.conf; } }';
    const [lint, ...more] = lintsOf({ text, file: 'nginx.conf', include });
    expect(more).toEqual([]);
    expect(lint).toMatchObject({ id: 'F2', file: 'conf.d/smtp.conf', line: 3, column: 3 });
  });

  it('are those of the file that the text stands in', () => {
    const [lint] = lintsOf({ text: smtp('\n  proxy on;'), file: 'lab', firstLine: 4 });
    expect(lint).toMatchObject({ id: 'Q38', file: 'lab', line: 5, column: 3 });
  });

  it('come once for what counts for several servers, in the order of the text', () => {
    const two = `mail { auth_http a.test; smtp_capabilities CHUNKING; server { listen 25; } server { listen 587; proxy on; } }`;
    expect(lintsOf({ text: two, file: 'nginx.conf' }).map(({ id }) => id)).toEqual(['A6', 'F2', 'Q38']);
  });

  it('end where a file includes itself', () => {
    const include = () => [{ name: 'a.conf', read: () => ({ text: 'ssl on; include a.conf;' }) }];
    const source = { text: 'include a.conf;', file: 'nginx.conf', include };
    const found = adviceOn(readMail(source.text, { ...source, hostname: 'mx.test' }), source);
    expect(found.some(({ id }) => id === 'E5')).toBe(true);
  });
});

describe('texts put together by chance', () => {
  const piece = fc.constantFrom(
    ...[
      'mail {',
      'server {',
      'http {',
      'listen 25;',
      'listen 993 ssl;',
      'protocol smtp;',
      'auth_http a:1/verify;',
      '}',
      '}',
    ],
    ...[
      'smtp_capabilities "',
      'CHUNKING',
      '" ;',
      'include x;',
      'server_name \\',
      ';',
      'proxy on;',
      '$a',
      'timeout 1;',
      '#',
      '\n',
    ],
  );

  it('are read to their end, and what is said has its place in them', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const text = pieces.join(' ');
        const include = () => [{ name: 'x', read: () => ({ text: text.slice(0, text.length / 2) }) }];
        const source = { text, file: 'nginx.conf', include };
        for (const one of adviceOn(readMail(text, { ...source, hostname: 'mx.test' }), source)) {
          expect(one.line).toBeGreaterThan(0);
          expect(one.line).toBeLessThanOrEqual(text.split('\n').length);
          expect(one.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('nothing is said', () => {
  it('about the tutorial', () => {
    const lab = readFileSync(new URL('../../../examples/tutorial.lab.yaml', import.meta.url), 'utf8');
    const text = /^proxy: \|.*\n((?: {2}.*\n)+)/m.exec(lab)?.[1] ?? '';
    expect(text).toContain('listen     3333');
    expect(lintsOf({ text, file: 'nginx.conf' })).toEqual([]);
  });

  it('about a sound configuration for production', () => {
    const text = `
user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log warn;
pid /run/nginx.pid;
events { worker_connections 4096; }
http { include mime.types; server { listen 80; location / { proxy_pass http://127.0.0.1; } } }
mail {
  server_name mail.example.org;
  auth_http 127.0.0.1:9000/auth;
  auth_http_header X-Auth-Key "secret";
  proxy_pass_error_message on;
  imap_capabilities IMAP4rev1 UIDPLUS IDLE LITERAL+ SASL-IR;
  pop3_capabilities TOP USER UIDL RESP-CODES;
  smtp_capabilities "SIZE 52428800" PIPELINING 8BITMIME ENHANCEDSTATUSCODES DSN SMTPUTF8;
  ssl_certificate /etc/ssl/mail.pem;
  ssl_certificate_key /etc/ssl/mail.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  server { listen 25; listen [::]:25; smtp_auth none; xclient on; starttls on; }
  server { listen 465 ssl; smtp_auth plain login; }
  server { listen 587; starttls only; smtp_auth plain login; }
  server { listen 143; listen 993 ssl; starttls only; imap_auth plain login; }
  server { listen 110; listen 995 ssl; starttls only; pop3_auth plain; }
}
`;
    expect(lintsOf({ text, file: 'nginx.conf' })).toEqual([]);
  });
});

describe('blocks within blocks', () => {
  it('are looked into as deep as nginx has them', () => {
    const text = `${'mail {'.repeat(20_000)}${'}'.repeat(20_000)}`;
    const { conf, problems } = readMail(text, { file: 'nginx.conf', hostname: 'mx.test' });
    expect(problems.map(({ message }) => message)).toEqual(['"mail" directive is not allowed here']);
    expect(adviceOn({ conf, problems }, { text, file: 'nginx.conf' }).map(({ id }) => id)).toEqual(['H1']);
  });
});
