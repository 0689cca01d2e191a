/** Where the lab differs on purpose from the nginx that Debian 12 ships, with the reason. */
import { authHttp, type Case, type Difference, listen, server } from './case.ts';

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

/** Every difference that is meant. */
export const DIFFERENT: readonly Case[] = [
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
