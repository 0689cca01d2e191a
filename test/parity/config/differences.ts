/** Where the lab differs on purpose from the nginx that Debian 12 ships, with the reason. */
import { authHttp, type Case, listen, server, tls } from './case.ts';

const OWN_CERTIFICATE = 'the lab shows a certificate of its own, and warns that nginx would not start';
const NEWER = 'nginx 1.31 says it in these words';

/** Every difference that is meant. */
export const DIFFERENT: readonly Case[] = [
  {
    name: 'STARTTLS without a certificate',
    text: server('starttls on;'),
    differs: { ours: null, because: OWN_CERTIFICATE },
  },
  {
    name: 'TLS without a certificate',
    text: listen('127.0.0.1:3333 ssl; ssl_certificate_key key.pem'),
    differs: { ours: null, because: OWN_CERTIFICATE },
  },
  {
    name: 'client certificates without an authority',
    text: tls('ssl_verify_client on;'),
    differs: { ours: 'no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client', because: NEWER },
  },
  {
    name: 'client certificates with an authority that is not shown',
    text: tls('ssl_verify_client on; ssl_trusted_certificate cert.pem;'),
    differs: { ours: null, because: 'enough for a newer nginx' },
  },
  {
    name: 'addresses of one family only',
    text: server('resolver 127.0.0.1 ipv4=off;'),
    differs: { ours: null, because: 'came with nginx 1.23.1' },
  },
  {
    name: 'addresses of no family',
    text: server('resolver 127.0.0.1 ipv4=off ipv6=off;'),
    differs: { ours: '"ipv4" and "ipv6" cannot both be "off"', because: 'came with nginx 1.23.1' },
  },
  {
    name: 'a wrong flag of a family',
    text: server('resolver 127.0.0.1 ipv4=no;'),
    differs: { ours: 'invalid parameter: ipv4=no', because: 'came with nginx 1.23.1' },
  },
  {
    name: 'a name server on a unix socket',
    text: server('resolver unix:/a;'),
    differs: {
      ours: 'a name server has an IP address, so the lab cannot ask "unix:/a"',
      because: 'nginx takes it, and cannot ask it either',
    },
  },
  {
    name: 'several paths',
    text: listen('3333 multipath'),
    differs: { ours: null, because: 'newer than nginx 1.22' },
  },
  {
    name: 'a file that includes itself',
    text: server('include round.conf;'),
    files: { 'round.conf': '\ninclude round.conf;' },
    differs: {
      ours: '"include" goes round in a circle: nginx.conf includes round.conf includes round.conf',
      because: 'nginx opens it again and again, until it may open no more files or crashes',
    },
  },
  {
    name: 'a module that is not there',
    text: 'load_module modules/none.so;\nevents { }',
    bare: true,
    differs: { ours: null, because: 'the lab needs no modules, and a file from another system should open' },
  },
  {
    name: 'a user that is not there',
    text: 'user nobody-of-this-name;',
    differs: { ours: null, because: 'the lab runs as who starts it, and a file from another system should open' },
  },
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
    differs: { ours: null, because: 'came with nginx 1.31.4' },
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
