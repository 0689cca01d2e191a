/** Cases of several files. */
import { type Case, mail, server } from './case.ts';

const SERVER = 'server {\n  listen 127.0.0.1:3334;\n  protocol smtp;\n}\n';

export const INCLUDE: readonly Case[] = [
  { name: 'a file', text: server('include sub/timeout.conf;'), files: { 'sub/timeout.conf': 'timeout 5s;\n' } },
  { name: 'a file that is not there', text: server('\ninclude none.conf;') },
  { name: 'a folder that is not there', text: server('include none/*.conf;') },
  { name: 'nothing that matches', text: server('include *.none; include ?.none; include [n]one/x;') },
  { name: 'no name', text: server('include;') },
  { name: 'two names', text: server('include a b;') },
  { name: 'a block', text: server('include a { }') },
  { name: 'an error in it', text: server('include bad.conf;'), files: { 'bad.conf': '\n\n  foo bar;\n' } },
  {
    name: 'an error behind it',
    text: server('include good.conf;\nfoo;'),
    files: { 'good.conf': '# nothing\n\n\n' },
  },
  {
    name: 'a directive twice, once in each',
    text: server('timeout 1s; include twice.conf;'),
    files: { 'twice.conf': '\ntimeout 2s;' },
  },
  { name: 'a server', text: mail('auth_http 127.0.0.1;\ninclude server.conf;'), files: { 'server.conf': SERVER } },
  {
    name: 'a server that lacks auth_http',
    text: mail('include server.conf;'),
    files: { 'server.conf': `\n${SERVER}` },
  },
  {
    name: 'a server without a listen',
    text: mail('include empty.conf;'),
    files: { 'empty.conf': '\n\nserver {\n  protocol smtp;\n}\n' },
  },
  { name: 'a server on the main level', text: 'include server.conf;', files: { 'server.conf': SERVER } },
  {
    name: 'a mail section',
    text: 'include mail.conf;',
    files: { 'mail.conf': mail(`auth_http 127.0.0.1; ${SERVER}`) },
  },
  { name: 'a brace too many', text: server('include brace.conf;'), files: { 'brace.conf': 'timeout 1s;\n}\n' } },
  {
    name: 'a block that is not closed',
    text: mail('auth_http 127.0.0.1; include open.conf; }'),
    files: { 'open.conf': SERVER.slice(0, -2) },
  },
  { name: 'a directive that is not ended', text: server('include end.conf; ;'), files: { 'end.conf': 'timeout 1s' } },
  {
    name: 'a file in a file, from the folder of the first',
    text: server('include sub/one.conf;'),
    files: { 'sub/one.conf': 'include sub/two.conf;\n', 'sub/two.conf': '\n foo;\n' },
  },
  {
    name: 'a file that is not there, in a file',
    text: server('include sub/lost.conf;'),
    files: { 'sub/lost.conf': '\ninclude two.conf;\n', 'sub/two.conf': '' },
  },
  {
    name: 'many in order',
    text: server('include many/*.conf;'),
    files: { 'many/b.conf': 'foo;', 'many/B.conf': 'bar;', 'many/a.conf': 'timeout 1s;', 'many/.hidden.conf': 'no;' },
  },
  {
    name: 'hidden ones when they are meant',
    text: server('include dots/.*.conf;'),
    files: { 'dots/.hidden.conf': 'hidden;', 'dots/a.conf': 'timeout 1s;' },
  },
  {
    name: 'a set of letters',
    text: server('include sets/[!a-c]x?.conf;'),
    files: { 'sets/ax1.conf': 'a;', 'sets/dx.conf': 'short;', 'sets/dx1.conf': '\nfound;', 'sets/dx12.conf': 'long;' },
  },
  {
    name: 'a set with a bracket in it',
    text: server('include brackets/[]x].conf;'),
    files: { 'brackets/].conf': 'bracket;', 'brackets/y.conf': 'y;' },
  },
  {
    name: 'a set with a range that runs backwards, one with a dash, and one with two ranges',
    text: server('include ranges/[c-a]; include ranges/[-x].conf; include ranges/[a-cx-z]*;'),
    files: { 'ranges/b': 'timeout 1s;', 'ranges/-.conf': 'server_name a;', 'ranges/yy': '\n\nmax_errors x;' },
  },
  { name: 'a set that is not closed', text: server('include closed/[ab*;'), files: { 'closed/[ab.conf': 'closed;' } },
  { name: 'a star for nothing', text: server('include star/a*.conf;'), files: { 'star/a.conf': 'star;' } },
  { name: 'a backslash at the end', text: server("include 'slash/*\\';"), files: { 'slash/a': 'a;' } },
  { name: 'two slashes', text: server('include double//*.conf;'), files: { 'double/a.conf': '\ndouble;' } },
  { name: 'a folder that matches', text: server('include dir/*;'), files: { 'dir/inner/a.conf': 'inner;' } },
  { name: 'one folder up', text: server('include up/../up/*.conf;'), files: { 'up/a.conf': 'up;' } },
  {
    name: 'whole names',
    text: server('include FOLDER/whole/a.conf; include FOLDER/whole/*b.conf;'),
    files: { 'whole/a.conf': 'timeout 1s;', 'whole/ab.conf': '\nwhole;' },
  },
  { name: 'a whole name that is not there', text: server('include FOLDER/none/a.conf;') },
  { name: 'a name through a file', text: server('include cert.pem/a.conf;') },
  { name: 'a name that is too long', text: server(`include ${'a'.repeat(300)}.conf;`) },
  { name: 'a bracket alone', text: server('include open/a[b.conf;'), files: { 'open/a[b.conf': '\n\nbracket;' } },
  {
    name: 'folders by a pattern',
    text: server('include fold*/*/x.conf;'),
    files: { 'folder2/b/x.conf': 'two;', 'folder1/c/x.conf': 'timeout 1s;', 'folder1/x.conf': 'up;' },
  },
  {
    name: 'two stars are one',
    text: server('include stars/**.conf;'),
    files: { 'stars/deep/x.conf': 'deep;', 'stars/x.conf': '\nflat;' },
  },
  {
    name: 'an escaped star',
    text: server('include esc/\\*[x].conf;'),
    files: { 'esc/*x.conf': 'star;', 'esc/axx.conf': 'letter;' },
  },
  { name: 'a folder', text: server('include folder;'), files: { 'folder/a.conf': '' } },
  {
    name: 'a line of TLS in a file',
    text: server('include tls.conf;'),
    files: { 'tls.conf': '\nstarttls on;\nssl_certificate a.pem;' },
  },
  {
    name: 'words that break off',
    text: server('include broken.conf;'),
    files: { 'broken.conf': 'timeout 1s;\n"a"b;\n' },
  },
  {
    name: 'several in several places',
    text: 'include main/*.conf;\nmail {\n  include mail/*.conf;\n}\n',
    files: {
      'main/a.conf': 'worker_processes 2;',
      'mail/a.conf': 'auth_http 127.0.0.1;',
      'mail/b.conf': `${SERVER}server {\n listen 3335; \n}\n`,
    },
  },
  { name: 'in events', text: 'events { include events.conf; }', files: { 'events.conf': 'use telepathy;' } },
  { name: 'no events', text: 'mail { }', bare: true },
  {
    name: 'events in a file',
    text: 'include events2.conf; mail { }',
    bare: true,
    files: { 'events2.conf': 'events { }' },
  },
  { name: 'an error before missing events', text: 'mail { foo; }', bare: true },
];
