/** Configurations drawn by lot from the table of directives: well formed, with right and wrong values. */
import fc from 'fast-check';
import { DIRECTIVES, type DirectiveRow, type Kind } from '../../../shared/nginx/directives.ts';

/** Arguments by kind; behind `!` those that are mostly wrong, and are drawn seldom. */
const BY_KIND: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  flag: ['on', 'off', 'ON', 'Off', '!maybe', '!""'],
  time: ['3s', '1m30', '500ms', '1h30m', '"1m 30s"', '0', '!1y', '!1M', '!1s1m', '!x'],
  seconds: ['300', '1h', '1y2M', '2w', '!1ms', '!x'],
  size: ['4k', '8K', '1m', '100', '0', '!1g', '!x', '!-1'],
  number: ['1', '0', '007', '!-1', '!x', '!1e3'],
  string: ['a', '""', '"a b"', 'ä', '!a;#'],
  list: ['A', '"A B" C', '""', 'A A'],
  pair: ['X-A a', 'X-A ""', '!X-A', '!a b c'],
  file: ['cert.pem', '""', '!none.pem'],
  network: ['10.0.0.0/8', '10.1.2.3/8', '::1', '2001:db8::1/32', 'unix:', '10.1', '!10.0.0.0/33', '![::1]', '!unix:/a'],
  resolver: [
    'off',
    '127.0.0.1',
    '[::1]:5353 valid=1h',
    '127.0.0.1 ipv6=off',
    '!valid=3s',
    '!127.0.0.1:x',
    '!127.0.0.1 valid=x',
  ],
  session_cache: [
    'off',
    '!none',
    'builtin',
    'shared:a:1m',
    'builtin:9 shared:b:32k',
    '!shared:a:2m',
    '!shared:c',
    '!shared:d:1k',
  ],
  protocol: ['smtp', 'imap', 'pop3', 'smtp', '!SMTP', '!http'],
  auth_http: [
    '127.0.0.1',
    'http://127.0.0.1:9000/auth',
    'unix:/a:/b',
    '[::1]?x',
    '!https://127.0.0.1/',
    '![::1',
    '!a]b',
  ],
  error_log: [
    'stderr',
    'stderr info',
    'stderr debug_mail',
    '!stderr info info',
    '!stderr Info',
    'syslog:server=127.0.0.1',
    '!syslog:tag=a',
  ],
  include: ['pieces/one.conf', 'pieces/*.conf', '!none.conf', '*.none', '!pieces/bad.conf'],
};

/** Where the kind says too little, or where the two nginx differ on purpose. */
const BY_NAME: Readonly<Record<string, readonly string[]>> = {
  proxy_protocol: ['on', 'off', 'ON'],
  ssl_certificate: ['cert.pem', '!other.pem', '!none.pem', '!key.pem'],
  ssl_certificate_key: ['key.pem', '!other.key', 'rsa.key', '!none.key', '!cert.pem'],
  ssl_client_certificate: ['cert.pem', 'other.pem', '!none.pem', '!key.pem'],
  ssl_password_file: ['pass.txt', 'wrong.txt', '!none.txt'],
  ssl_session_ticket_key: ['ticket48.key'],
  ssl_ciphers: ['HIGH', 'HIGH:!aNULL:!MD5', 'ECDHE-ECDSA-AES128-GCM-SHA256', '!none', '!""'],
  ssl_ecdh_curve: ['auto', 'prime256v1', 'X25519:secp384r1', '!none'],
  ssl_dhparam: ['""', '!none.pem', '!cert.pem'],
  ssl_conf_command: [
    'Options -SessionTicket',
    'MinProtocol TLSv1.2',
    '!Foo bar',
    '!Options Foo',
    '!Options',
    '!Groups none',
  ],
};

/** Rows of directives that nginx 1.22 does not know, or that are for blocks. */
const LEFT_OUT: ReadonlySet<string> = new Set(['server', 'listen', 'ssl_certificate_compression']);

function argsOf(row: DirectiveRow): fc.Arbitrary<string> {
  const values = row.values ?? [];
  const words = [...values, ...values.map((word) => word.toUpperCase()), '!zzz'];
  const pool = BY_NAME[row.name] ?? (values.length > 0 ? words : (BY_KIND[row.kind] ?? ['a']));
  const wrong = [...pool.filter((word) => word.startsWith('!')).map((word) => word.slice(1)), 'a b c', '', '{ }'];
  return fc.oneof(
    { weight: 25, arbitrary: fc.constantFrom(...pool.filter((word) => !word.startsWith('!'))) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
}

function directive(context: 'mail' | 'server'): fc.Arbitrary<string> {
  const rows = DIRECTIVES.filter((row) => row.contexts.includes(context) && !LEFT_OUT.has(row.name));
  const known = fc.constantFrom(...rows).chain((row) => argsOf(row).map((args) => `${row.name} ${args};`));
  const foreign = fc.constantFrom('foo;', 'proxy_pass a;', 'worker_processes 1;', 'listen 127.0.0.1:3300;', ';', '# a');
  return fc.oneof({ weight: 200, arbitrary: known }, { weight: 1, arbitrary: foreign });
}

const address = fc.constantFrom(
  ...['127.0.0.1:3301', '127.0.0.1:3302', '3303', '[::1]:3304', '*:3305', '127.0.0.1:3306-3308', '127.0.0.1:3309'],
  ...['unix:/tmp/parity-random.sock', '[::1]:3310-3311', '127.0.0.1:3312', 'localhost:3313', '127.0.0.1:3314'],
);
const parameters = fc.oneof(
  { weight: 30, arbitrary: fc.subarray(['ssl', 'proxy_protocol', 'bind', 'backlog=9', 'rcvbuf=8k'], { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom(['backlog=0'], ['backlog=x'], ['so_keepalive=::'], ['ipv6only=on', 'ssl']) },
);
const listen = fc.tuple(address, parameters).map(([at, more]) => `listen ${[at, ...more].join(' ')};`);

const lines = (one: fc.Arbitrary<string>, maxLength: number, minLength = 0) => fc.array(one, { minLength, maxLength });

const server = fc
  .tuple(
    fc.oneof({ weight: 30, arbitrary: lines(listen, 2, 1) }, { weight: 1, arbitrary: fc.constant([]) }),
    fc.constantFrom(
      'protocol smtp;',
      'protocol imap;',
      'protocol pop3;',
      'protocol smtp;',
      'protocol imap; listen 143;',
    ),
    lines(directive('server'), 6),
  )
  .map(([listens, protocol, rest]) => ['server {', ...listens, protocol, ...rest, '}'].join('\n'));

/** A mail section; what is inherited is often enough to start. */
export const configuration = fc
  .tuple(
    fc.oneof({ weight: 12, arbitrary: fc.constant('auth_http 127.0.0.1;') }, { weight: 1, arbitrary: fc.constant('') }),
    fc.constant('ssl_certificate cert.pem; ssl_certificate_key key.pem; ssl_client_certificate cert.pem;'),
    lines(directive('mail'), 2),
    fc.array(server, { minLength: 1, maxLength: 2 }),
  )
  .map((parts) => `mail {\n${parts.flat().join('\n')}\n}\n`);

/** The files that they may include. */
export const PIECES: Readonly<Record<string, string>> = {
  'pieces/one.conf': 'timeout 7s;\n',
  'pieces/two.conf': '\nauth_http_header X-B b;\n',
  'pieces/bad.conf': '\n\nfoo;\n',
};
