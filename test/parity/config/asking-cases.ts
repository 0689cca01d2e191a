/** Cases of `resolver` and of `set_real_ip_from`. */
import { type Case, mail, server } from './case.ts';

/** Who is asked for the names of clients. */
export const RESOLVER: readonly Case[] = [
  { name: 'an address', text: server('resolver 127.0.0.1;') },
  { name: 'several', text: server('resolver [::1]:5353 127.0.0.1:5353 10.1 localhost valid=1h ipv6=off;') },
  { name: 'off and more', text: server('resolver off 127.0.0.1;') },
  { name: 'off behind an address', text: server('resolver 127.0.0.1 off;') },
  { name: 'off is case-sensitive', text: server('resolver OFF;') },
  { name: 'nothing', text: server('resolver;') },
  { name: 'no server', text: server('resolver valid=30s;') },
  { name: 'a wrong time', text: server('resolver 127.0.0.1 valid=x;') },
  { name: 'no time', text: server('resolver 127.0.0.1 valid=;') },
  { name: 'milliseconds', text: server('resolver 127.0.0.1 valid=30ms;') },
  { name: 'years', text: server('resolver 127.0.0.1 valid=1y2M;') },
  { name: 'a wrong flag', text: server('resolver 127.0.0.1 ipv6=no;') },
  { name: 'a flag in capitals', text: server('resolver 127.0.0.1 ipv6=OFF;') },
  { name: 'a wrong port', text: server('resolver 127.0.0.1:domain;') },
  { name: 'an open bracket', text: server('resolver [::1:53;') },
  { name: 'no IPv6 address', text: server('resolver [::g];') },
  { name: 'a path', text: server('resolver 127.0.0.1/8;') },
  { name: 'an unknown setting', text: server('resolver 127.0.0.1 cache=off;') },
  { name: 'a name that is not there', text: server('resolver nothing.invalid;') },
  { name: 'twice', text: server('resolver 127.0.0.1; resolver off;') },
  { name: 'twice off', text: server('resolver off; resolver off;') },
  { name: 'on both levels', text: mail(`resolver 127.0.0.1; ${server('resolver off;').slice('mail {'.length, -2)}`) },
  { name: 'a wrong timeout', text: server('resolver_timeout x;') },
];

/** Whose PROXY headers are believed. */
export const REAL_IP: readonly Case[] = [
  {
    name: 'networks',
    text: server('set_real_ip_from 10.0.0.0/8; set_real_ip_from 2001:db8::/32; set_real_ip_from 0.0.0.0/0;'),
  },
  { name: 'addresses', text: server('set_real_ip_from 10.0.0.1; set_real_ip_from ::1; set_real_ip_from ::/0;') },
  { name: 'unix sockets', text: server('set_real_ip_from unix:;') },
  { name: 'one unix socket', text: server('set_real_ip_from unix:/a;') },
  { name: 'an old form of an address', text: server('set_real_ip_from 10.1; set_real_ip_from 0x7f000001;') },
  { name: 'localhost', text: server('set_real_ip_from localhost;') },
  { name: 'every bit', text: server('set_real_ip_from 255.255.255.255;') },
  { name: 'every bit, as a network', text: server('set_real_ip_from 255.255.255.255/32;') },
  { name: 'low bits are a warning', text: server('set_real_ip_from 10.0.0.1/8; set_real_ip_from 2001:db8::1/32;') },
  { name: 'too many bits', text: server('set_real_ip_from 10.0.0.0/33;') },
  { name: 'too many bits of IPv6', text: server('set_real_ip_from ::/129;') },
  { name: 'no bits', text: server('set_real_ip_from 10.0.0.0/;') },
  { name: 'letters for bits', text: server('set_real_ip_from 10.0.0.0/x;') },
  { name: 'an old form of a network', text: server('set_real_ip_from 10.0.0/8;') },
  { name: 'a lone zero', text: server('set_real_ip_from 0/0;') },
  { name: 'brackets', text: server('set_real_ip_from [::1];') },
  { name: 'a port', text: server('set_real_ip_from 127.0.0.1:25;') },
  { name: 'an empty word', text: server('set_real_ip_from "";') },
  { name: 'a name that is not there', text: server('set_real_ip_from nothing.invalid;') },
  { name: 'two', text: server('set_real_ip_from 10.0.0.0/8 11.0.0.0/8;') },
  { name: 'none', text: server('set_real_ip_from;') },
];
