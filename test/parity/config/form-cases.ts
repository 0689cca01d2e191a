/** Cases of the grammar: directives and blocks, words, quotes and comments. */
import { type Case, mail, server } from './case.ts';

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

/** Directives and blocks. */
export const FORM: readonly Case[] = [
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

/** Words, quotes and comments. */
export const WORDS: readonly Case[] = [
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
