/**
 * Configurations for a comparison with a real nginx. `text` is what the lab reads; nginx gets it behind one line that
 * loads its mail module, names a pid file and, unless `events` is in the text, opens an events section.
 */

/** What the lab says where it differs on purpose from the nginx that Debian 12 ships (1.22.1). */
export interface Difference {
  /** The lab's first error, without its place; null when it accepts the text. */
  readonly ours: string | null;
  readonly because: string;
}

export interface Case {
  readonly name: string;
  readonly text: string;
  /** A difference that is meant; the test fails when it is no longer there. */
  readonly differs?: Difference;
}

const NOT_YET = 'the lab does not run this yet and says so';
const NEWER = 'nginx 1.31 says it in these words';

function notYet(what: string): Difference {
  return { ours: `${what} that this version of the lab does not run yet`, because: NOT_YET };
}

function directiveNotYet(name: string): Difference {
  return notYet(`"${name}" is a directive of nginx`);
}

function parameterNotYet(name: string): Difference {
  return notYet(`"${name}" is a parameter of nginx's "listen"`);
}

/** A server that runs, with `lines` in it. */
function server(lines: string): string {
  return `mail {\n  auth_http 127.0.0.1:9000;\n  server {\n    listen 127.0.0.1:3333;\n    protocol smtp;\n    ${lines}\n  }\n}\n`;
}

function mail(lines: string): string {
  return `mail {\n  ${lines}\n}\n`;
}

function listen(args: string): string {
  return `mail {\n  auth_http 127.0.0.1:9000;\n  server {\n    protocol smtp;\n    listen ${args};\n  }\n}\n`;
}

function authHttp(argument: string): string {
  return `mail {\n  server {\n    listen 127.0.0.1:3333;\n    protocol smtp;\n    auth_http ${argument};\n  }\n}\n`;
}

const TUTORIAL = `mail {
    server_name mail.test.com;
    auth_http   http://127.0.0.1:8000;
    xclient     off;
    server {
        listen     3333;
        protocol   smtp;
        smtp_auth  none;
    }
}
`;

const FORM: readonly Case[] = [
  { name: 'the tutorial', text: TUTORIAL },
  { name: 'with CRLF', text: TUTORIAL.replaceAll('\n', '\r\n') },
  { name: 'CRLF and an error', text: 'mail {\r\n  timeout\r\n  3s;\r\n  foo;\r\n}\r\n' },
  { name: 'an empty mail section', text: 'mail { }' },
  { name: 'an empty text', text: '' },
  { name: 'comments only', text: '# nothing\n   # here' },
  { name: 'a byte order mark', text: `\ufeff${TUTORIAL}` },
  { name: 'an unknown directive', text: server('smpt_auth none;') },
  { name: 'names are case-sensitive', text: server('Timeout 3s;') },
  { name: 'an http directive in mail', text: mail('proxy_pass http://127.0.0.1;') },
  { name: 'a mail directive outside of mail', text: 'server_name a;' },
  { name: 'listen in mail', text: mail('listen 25;') },
  { name: 'server outside of mail', text: 'server { }' },
  { name: 'a server in a server', text: server('server { }') },
  { name: 'mail in mail', text: mail('mail { }') },
  { name: 'a main directive in mail', text: mail('worker_processes 1;') },
  { name: 'no argument', text: server('timeout;') },
  { name: 'two arguments for one', text: server('server_name a b;') },
  { name: 'a header without a value', text: server('auth_http_header X-Key;') },
  { name: 'an argument for a block', text: 'mail x { }' },
  { name: 'a block for a directive', text: server('timeout 3s { }') },
  { name: 'a directive for a block', text: mail('server;') },
  { name: 'a lone semicolon', text: server(';') },
  { name: 'a lone opening brace', text: server('{ }') },
  { name: 'a brace too many', text: `${TUTORIAL}}` },
  { name: 'a brace in a directive', text: 'mail { timeout }' },
  { name: 'the end in a directive', text: 'mail { server' },
  { name: 'the end in a block', text: 'mail {\n  server {\n    listen 25;\n' },
  { name: 'the end in quotes', text: 'mail { server_name "a;\n}\n' },
  { name: 'mail twice', text: 'mail { }\nmail { }\n' },
  { name: 'the place of an error is the line of the semicolon', text: server('timeout\n  3x\n  ;') },
  { name: 'an error before a fault of form', text: server('foo; "a"b;') },
  { name: 'a fault of form before an error', text: server('"a"b; foo;') },
];

const WORDS: readonly Case[] = [
  { name: 'a hash within a word', text: server('server_name a#b;') },
  { name: 'a hash after a quote', text: server('server_name "a"#b;') },
  { name: 'a closing brace within a word', text: server('server_name a}b;') },
  { name: 'quotes within a word', text: server('server_name ab"c"d;') },
  { name: 'a word after a quote', text: server('server_name "a"b;') },
  { name: 'a parenthesis after a quote starts a word', text: server('server_name "a")b;') },
  { name: 'an escaped space', text: server('server_name a\\ b;') },
  { name: 'an escaped semicolon', text: server('server_name a\\;b;') },
  { name: 'an escaped quote', text: server('server_name "a\\"b";') },
  { name: 'an unknown escape is kept', text: server('server_nam\\e a;') },
  { name: 'a known escape is not', text: server('"server\\tname" a;') },
  { name: 'a variable', text: server('server_name $\u007ba}b;') },
  { name: 'a variable with a space', text: server('server_name a$\u007bb c};') },
  { name: 'a dollar before a quote', text: server('server_name "$";') },
  { name: 'two dollars', text: server('server_name $$\u007ba}{;') },
  { name: 'a longest word', text: `${'a'.repeat(4095)};` },
  { name: 'a word too long', text: `\n${'a'.repeat(4096)};` },
  { name: 'a longest quoted word', text: server(`server_name "${'a'.repeat(4094)}"; foo;`) },
  { name: 'a longest quoted word before a space', text: server(`server_name "${'a'.repeat(4093)}" b;`) },
  { name: 'a quoted word too long before a space', text: server(`server_name "${'a'.repeat(4094)}" b;`) },
  { name: 'a longest word before a space', text: `${'a'.repeat(4094)} b;` },
  { name: 'a word too long before a space', text: `${'a'.repeat(4095)} b;` },
  { name: 'a longest word before the end', text: `${'a'.repeat(4096)}` },
  { name: 'a longest word before a last space', text: `${'a'.repeat(4095)} ` },
  { name: 'a quoted word too long at its end', text: server(`server_name "${'a'.repeat(4095)}";`) },
  { name: 'a quoted word too long', text: server(`server_name '${'a'.repeat(4096)}';`) },
  { name: 'a quote never closed', text: server(`server_name "a\n${'b\n'.repeat(4000)}`) },
  { name: 'a longest comment', text: `#${'a'.repeat(4094)}\nfoo;` },
  { name: 'a comment too long', text: `\n\n#${'a'.repeat(4095)}\nfoo;` },
  { name: 'long white space', text: `mail${' '.repeat(5000)}{${'\n'.repeat(5000)}foo;` },
  { name: 'a long word of wide letters', text: `a${'é'.repeat(2047)};` },
  { name: 'a too long word of wide letters', text: `${'é'.repeat(2048)};` },
];

const VALUES: readonly Case[] = [
  { name: 'flags may have capitals', text: server('xclient OFF; proxy_smtp_auth On;') },
  { name: 'a wrong flag', text: server('xclient maybe;') },
  { name: 'a flag twice', text: server('xclient off; xclient off;') },
  { name: 'twice before wrong', text: server('xclient off; xclient maybe;') },
  { name: 'once on each level', text: `mail {\n  xclient off;\n${server('xclient on;').slice('mail {'.length)}` },
  { name: 'a time of units', text: server('timeout 1h30m; proxy_timeout "1m 30s"; auth_http_timeout 1m30;') },
  { name: 'times rising', text: server('timeout 1s1m;') },
  { name: 'a unit twice', text: server('timeout 1m1m;') },
  { name: 'a fraction of a second', text: server('timeout 1.5s;') },
  { name: 'years', text: server('timeout 1y;') },
  { name: 'months', text: server('timeout 1M;') },
  { name: 'milliseconds', text: server('timeout 1s500ms; smtp_greeting_delay 20ms;') },
  { name: 'no time', text: server('timeout "";') },
  { name: 'a time too long', text: server('timeout 99999999999999999;') },
  { name: 'a size', text: server('proxy_buffer 8K; smtp_client_buffer 1m;') },
  { name: 'gigabytes', text: server('proxy_buffer 1g;') },
  { name: 'a unit alone', text: server('smtp_client_buffer k;') },
  { name: 'a size too big', text: server('smtp_client_buffer 99999999999999999999;') },
  { name: 'a wrong number', text: server('max_errors -1;') },
  { name: 'a number too big', text: server('max_errors 99999999999999999999;') },
  { name: 'a number twice', text: server('max_errors 3; max_errors 3;') },
  { name: 'a name twice', text: server('server_name ""; server_name a;') },
  { name: 'a wrong word', text: server('smtp_auth plain nothing;') },
  { name: 'words may have capitals', text: server('smtp_auth Plain LOGIN cram-MD5 external none;') },
  { name: 'a word twice is a warning', text: server('smtp_auth plain plain;') },
  { name: 'words of two lines', text: server('smtp_auth plain; smtp_auth none;') },
  { name: 'imap_auth has no none', text: server('imap_auth none;') },
  { name: 'pop3_auth has no login', text: server('pop3_auth login;') },
  {
    name: 'other protocols may be set up',
    text: server('imap_capabilities IMAP4; pop3_auth apop; imap_client_buffer 8k;'),
  },
  { name: 'proxy does nothing', text: server('proxy on;') },
  { name: 'capabilities add up', text: server('smtp_capabilities "SIZE 10" 8BITMIME; smtp_capabilities DSN;') },
  { name: 'headers add up', text: server('auth_http_header X-A a; auth_http_header X-A "";') },
  { name: 'no resolver', text: server('resolver off; resolver_timeout 5s;') },
  { name: 'no TLS', text: server('starttls OFF;') },
  { name: 'a wrong starttls', text: server('starttls maybe;') },
  { name: 'a log', text: server('error_log stderr info; error_log stderr;') },
  { name: 'a wrong level', text: server('error_log stderr Info;') },
  { name: 'a level twice', text: server('error_log stderr info info;') },
  { name: 'two levels', text: server('error_log stderr info warn;') },
  { name: 'a part of debug', text: server('error_log stderr debug_mail debug_core;') },
  { name: 'a part of debug and a level', text: server('error_log stderr debug_mail info;') },
  { name: 'a level and a part of debug', text: server('error_log stderr info debug_mail;') },
  {
    name: 'syslog',
    text: server('error_log syslog:server=127.0.0.1:5140,facility=mail,tag=lab_1,severity=info,nohostname;'),
  },
  { name: 'syslog without a server', text: server('error_log syslog:tag=a;') },
  { name: 'syslog with a wrong port', text: server('error_log syslog:server=127.0.0.1:x;') },
  { name: 'syslog with an unknown facility', text: server('error_log syslog:server=127.0.0.1,facility=x;') },
  { name: 'syslog with an unknown severity', text: server('error_log syslog:server=127.0.0.1,severity=x;') },
  { name: 'syslog with a wrong tag', text: server('error_log syslog:server=127.0.0.1,tag=a-b;') },
  { name: 'syslog with a long tag', text: server(`error_log syslog:server=127.0.0.1,tag=${'a'.repeat(33)};`) },
  { name: 'syslog with two servers', text: server('error_log syslog:server=127.0.0.1,server=127.0.0.1;') },
  { name: 'syslog with something else', text: server('error_log syslog:server=127.0.0.1,x=y;') },
];

const LISTEN: readonly Case[] = [
  { name: 'a port', text: listen('3333') },
  { name: 'every address', text: listen('*:3333') },
  { name: 'an address', text: listen('127.0.0.1:3333') },
  { name: 'an address without a port', text: listen('127.0.0.1') },
  { name: 'an IPv6 address', text: listen('[::1]:3333') },
  { name: 'localhost', text: listen('localhost:3333') },
  { name: 'a range', text: listen('127.0.0.1:3333-3335') },
  { name: 'a range of ports alone', text: listen('3333-3335') },
  { name: 'a range falling', text: listen('127.0.0.1:3335-3333') },
  { name: 'port 0', text: listen('0') },
  { name: 'port 65536', text: listen('127.0.0.1:65536') },
  { name: 'a range up to 65536', text: listen('1-65536') },
  { name: 'a port with letters', text: listen('127.0.0.1:smtp') },
  { name: 'nothing before the port', text: listen(':3333') },
  { name: 'an empty word', text: listen('""') },
  { name: 'a path', text: listen('127.0.0.1/mail') },
  { name: 'an open bracket', text: listen('[::1') },
  { name: 'letters after a bracket', text: listen('[::1]x') },
  { name: 'empty brackets', text: listen('[]:3333') },
  { name: 'no IPv6 address', text: listen('[::g]:3333') },
  { name: 'IPv6 with two gaps', text: listen('[1::2::3]:3333') },
  { name: 'IPv6 too long', text: listen('[1:2:3:4:5:6:7:8:9]:3333') },
  { name: 'IPv6 with a gap of nothing', text: listen('[1:2:3:4:5:6:7::8]:3333') },
  { name: 'IPv6 with a gap of nothing at its end', text: listen('[1:2:3:4:5:6:7::]:3333') },
  { name: 'IPv6 too short', text: listen('[1:2:3]:3333') },
  { name: 'IPv6 with a zone', text: listen('[fe80::1%lo]:3333') },
  { name: 'IPv6 that ends in a short IPv4', text: listen('[::1.2.3]:3333') },
  { name: 'a name that is not there', text: listen('nothing.invalid:3333') },
  { name: 'a word that is no port', text: listen('33x') },
  { name: 'a unix socket without a path', text: listen('unix:') },
  { name: 'a unix socket with a long path', text: listen(`unix:/${'a'.repeat(107)}`) },
  { name: 'the same port twice', text: listen('3333; listen *:3333') },
  { name: 'the same address in two forms', text: listen('127..0.1:3333; listen 127.0.0.01:3333') },
  { name: 'the same IPv6 address in two forms', text: listen('[::1]:3333; listen [0:0::0:1]:3333') },
  { name: 'the same mapped address', text: listen('[::ffff:1.2.3.4]:3333; listen [::ffff:102:304]:3333') },
  { name: 'an old form of an address', text: listen('127.1:3333; listen 0x7f.0.0.01:3333') },
  { name: 'a number that is no address', text: listen('256.1.1.1:3333') },
  { name: 'IPv6 with a colon at its end', text: listen('[1::2:]:3333; listen [1::2:0]:3333') },
  { name: 'IPv6 that nginx shows dotted', text: listen('[::ffff]:3333; listen [::0.0.255.255]:3333') },
  { name: 'no port twice', text: listen('127.0.0.1; listen 127.0.0.1') },
  { name: 'a port within a range', text: listen('3333-3335; listen 3334') },
  { name: 'two servers on one port', text: server('} server { listen 127.0.0.1:3333; protocol smtp;') },
  { name: 'an address and every address', text: listen('127.0.0.1:3333; listen 3333') },
  { name: 'harmless parameters', text: listen('127.0.0.1:3333 bind backlog=10 ipv6only=on so_keepalive=off') },
  { name: 'no backlog', text: listen('3333 backlog=0') },
  { name: 'a wrong buffer', text: listen('3333 rcvbuf=x') },
  { name: 'wrong IPv6 flags', text: listen('3333 ipv6only=ox') },
  { name: 'an empty keepalive', text: listen('3333 so_keepalive=::') },
  { name: 'no listen', text: mail('auth_http 127.0.0.1:80;\n  server\n  {\n    protocol smtp;\n  }') },
  { name: 'no protocol', text: mail('server { listen 3333; }') },
  { name: 'a wrong protocol', text: mail('server { protocol SMTP; }') },
  { name: 'the last protocol counts', text: listen('3333; protocol imap; protocol smtp') },
  { name: 'no auth_http', text: mail('server { listen 3333; protocol smtp; }') },
  {
    name: 'protocols are checked before auth_http',
    text: mail('server { listen 3333; protocol smtp; }\nserver { listen 3334; }'),
  },
  { name: 'a later problem of form comes first', text: mail('server { listen 3333; }\nfoo;') },
  { name: 'what follows the mail section comes last', text: `${mail('server { listen 3333; }')}foo;` },
];

const AUTH: readonly Case[] = [
  { name: 'an address', text: authHttp('127.0.0.1') },
  { name: 'with a scheme, a port and a path', text: authHttp('http://127.0.0.1:9000/auth?a=b:c') },
  { name: 'a question right after the host', text: authHttp('127.0.0.1?x=1') },
  { name: 'an IPv6 address', text: authHttp('http://[::1]:9000/auth') },
  { name: 'localhost', text: authHttp('http://localhost:9000/auth') },
  { name: 'a unix socket', text: authHttp('http://unix:/tmp/auth.sock:/auth') },
  { name: 'a question after brackets', text: authHttp('[::1]?x') },
  { name: 'no possible name', text: authHttp('a]b') },
  { name: 'https', text: authHttp('https://127.0.0.1/') },
  { name: 'a scheme in capitals', text: authHttp('HTTP://127.0.0.1') },
  { name: 'no host', text: authHttp('http://') },
  { name: 'no port', text: authHttp('127.0.0.1:') },
  { name: 'port 0', text: authHttp('127.0.0.1:0/') },
  { name: 'a range', text: authHttp('127.0.0.1:80-90') },
  { name: 'an open bracket', text: authHttp('[::1') },
  { name: 'letters after a bracket', text: authHttp('[::1]x') },
  { name: 'no IPv6 address', text: authHttp('[::g]') },
  { name: 'a unix socket without a path', text: authHttp('unix:') },
  { name: 'the last one counts', text: authHttp('127.0.0.1; auth_http localhost') },
];

const MAIN: readonly Case[] = [
  {
    name: 'the usual',
    text: 'worker_processes auto;\nworker_rlimit_nofile 1000;\nevents {\n  worker_connections 100;\n  use epoll;\n}\n',
  },
  { name: 'wrong processes', text: 'worker_processes many;' },
  { name: 'processes twice', text: 'worker_processes 1;\nworker_processes 1;' },
  { name: 'a wrong limit', text: 'worker_rlimit_core 2x;' },
  { name: 'a wrong number', text: 'worker_rlimit_nofile x;' },
  { name: 'a wrong flag', text: 'daemon yes;' },
  { name: 'a wrong priority', text: 'worker_priority high;' },
  { name: 'priorities', text: 'worker_priority -5;' },
  { name: 'a wrong affinity', text: 'worker_cpu_affinity 0101 01x1;' },
  { name: 'too much affinity', text: 'worker_cpu_affinity auto 01 01;' },
  { name: 'a wrong debug point', text: 'debug_points go;' },
  { name: 'a pool without threads', text: 'thread_pool a max_queue=1;' },
  { name: 'a pool of no threads', text: 'thread_pool a threads=0;' },
  { name: 'a pool twice', text: 'thread_pool a threads=1;\nthread_pool a threads=1;' },
  { name: 'a wrong queue', text: 'thread_pool a threads=1 max_queue=x;' },
  { name: 'a module too late', text: 'events { }\nload_module modules/x.so;' },
  { name: 'events twice', text: 'events { }\nevents { }' },
  { name: 'wrong connections', text: 'events {\n  worker_connections many;\n}' },
  { name: 'an unknown method', text: 'events {\n  use telepathy;\n}' },
  { name: 'something else in events', text: 'events {\n  timeout 3s;\n}' },
  { name: 'an http section', text: 'http {\n  server {\n    listen 127.0.0.1:8080;\n  }\n}\n' },
];

const DIFFERENT: readonly Case[] = [
  { name: 'STARTTLS', text: server('starttls on;'), differs: directiveNotYet('starttls') },
  { name: 'TLS', text: listen('3333 ssl'), differs: parameterNotYet('ssl') },
  { name: 'a certificate', text: server('ssl_certificate a.pem;'), differs: directiveNotYet('ssl_certificate') },
  { name: 'PROXY from the client', text: listen('3333 proxy_protocol'), differs: parameterNotYet('proxy_protocol') },
  { name: 'PROXY to the upstream', text: server('proxy_protocol on;'), differs: directiveNotYet('proxy_protocol') },
  { name: 'a resolver', text: server('resolver 127.0.0.1;'), differs: directiveNotYet('resolver') },
  { name: 'real IP', text: server('set_real_ip_from 10.0.0.0/8;'), differs: directiveNotYet('set_real_ip_from') },
  { name: 'socket buffers', text: listen('3333 rcvbuf=8k'), differs: parameterNotYet('rcvbuf') },
  { name: 'keepalive', text: listen('3333 so_keepalive=30m::10'), differs: parameterNotYet('so_keepalive') },
  { name: 'IPv4 through IPv6', text: listen('[::]:3333 ipv6only=off'), differs: parameterNotYet('ipv6only=off') },
  { name: 'IMAP', text: server('protocol imap;'), differs: notYet('"imap" is a protocol of nginx') },
  {
    name: 'POP3 by its port',
    text: mail('server { listen 127.0.0.1:110; auth_http 127.0.0.1; }'),
    differs: notYet('"pop3" is a protocol of nginx'),
  },
  {
    name: 'a unix socket',
    text: listen('unix:parity.sock'),
    differs: notYet('a unix socket is an address of nginx'),
  },
  { name: 'an include of nothing', text: server('include *.nothing;'), differs: directiveNotYet('include') },
  {
    name: 'many ports',
    text: listen('127.0.0.1:3001-3101'),
    differs: {
      ours: '"127.0.0.1:3001-3101" asks for more than 100 ports, which is the most that the lab opens for one "listen"',
      because: 'a limit of the lab',
    },
  },
  {
    name: 'a large buffer',
    text: server('proxy_buffer 17m;'),
    differs: { ours: '"proxy_buffer" is at most 16m in the lab', because: 'a limit of the lab' },
  },
  {
    name: 'a name for auth_http that is not there',
    text: authHttp('nothing.invalid'),
    differs: { ours: null, because: 'the lab looks names up when it connects; a pure reader cannot' },
  },
  {
    name: 'an unknown parameter',
    text: listen('3333 default_server'),
    differs: { ours: 'invalid parameter "default_server"', because: NEWER },
  },
  {
    name: 'an unknown form of ipv6only',
    text: listen('3333 ipv6only=x'),
    differs: { ours: 'invalid parameter "ipv6only=x"', because: NEWER },
  },
  {
    name: 'ssl on',
    text: server('ssl off;'),
    differs: { ours: 'unknown directive "ssl"', because: 'removed in nginx 1.25.1' },
  },
  {
    name: 'PROXY version 2',
    text: server('proxy_protocol v2;'),
    differs: {
      ours: '"proxy_protocol" is a directive of nginx that this version of the lab does not run yet',
      because: 'v2 came with nginx 1.31.4',
    },
  },
  {
    name: 'a wrong version of PROXY',
    text: server('proxy_protocol v1;'),
    differs: { ours: 'invalid value "v1"', because: 'no longer a flag since nginx 1.31.4' },
  },
  {
    name: 'certificate compression',
    text: server('ssl_certificate_compression off;'),
    differs: { ours: null, because: 'came with nginx 1.29.1' },
  },
  {
    name: 'a log in memory',
    text: server('error_log memory:32k debug;'),
    differs: { ours: 'nginx was built without debug support', because: "Debian's nginx is built with it" },
  },
  {
    name: 'a user who is not there',
    text: 'user nobody-of-this-name;',
    differs: { ours: null, because: 'the lab does not change its user, and does not ask for it' },
  },
  {
    name: 'a method of another system',
    text: 'events {\n  use kqueue;\n}',
    differs: { ours: null, because: 'it changes nothing in the lab, and a file from another system should open' },
  },
  {
    name: 'a stream section',
    text: 'stream { }',
    differs: { ours: null, because: "skipped with a warning; Debian's nginx has it in a module that is not loaded" },
  },
];

/** All cases by topic. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  form: FORM,
  words: WORDS,
  values: VALUES,
  listen: LISTEN,
  auth_http: AUTH,
  main: MAIN,
  'meant differences': DIFFERENT,
};
