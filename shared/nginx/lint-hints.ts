/** What helps where nginx's own message is too terse: a sentence for errors that many people meet. */
import type { Problem } from '../lab/problem.ts';
import type { Written } from './written.ts';

/** A message, and perhaps the directive it must be about, with what to say. */
interface Row {
  readonly message: RegExp;
  readonly directive?: RegExp;
  readonly id: string;
  readonly hint: string;
}

const ROWS: readonly Row[] = [
  {
    message: /^"proxy_pass" directive is not allowed here$/,
    id: 'A4',
    hint: 'Mail has no proxy_pass: the auth service that auth_http names answers each login with Auth-Server and Auth-Port.',
  },
  {
    message: /^"upstream" directive is not allowed here$/,
    id: 'A4',
    hint: 'Mail has no upstream groups: the auth service that auth_http names chooses a server for each login.',
  },
  {
    message: /^"location" directive is not allowed here$/,
    id: 'A4',
    hint: 'Mail has no locations: servers are told apart by address and port only.',
  },
  {
    message: /^"access_log" directive is not allowed here$|^unknown directive "access_log"$/,
    id: 'Q46',
    hint: 'Mail has no access log: logins and ends of sessions are in error_log, at level info.',
  },
  {
    message: /in auth_http "https:/,
    id: 'A5',
    hint: 'auth_http speaks plain HTTP only: use http://, and a tunnel or a local proxy where that must be protected.',
  },
  {
    message: /^unknown directive "ssl"$/,
    id: 'E5',
    hint: 'There is no "ssl on" any more (nginx 1.25.1 took it out): write ssl behind the address, "listen 993 ssl;".',
  },
  {
    message: /^(?:unknown directive "proxy_ssl\w*"|"proxy_ssl\w*" directive is not allowed here)$/,
    id: 'E1',
    hint: 'The mail proxy speaks no TLS to the upstream: keep it on the same machine or network, or use a tunnel.',
  },
  {
    message: /^invalid value "none"$/,
    directive: /^(?:imap|pop3)_auth$/,
    id: 'F10',
    hint: 'Only smtp_auth has none: IMAP and POP3 cannot do without a login.',
  },
  {
    message: /^invalid value "login"$/,
    directive: /^pop3_auth$/,
    id: 'Q42',
    hint: 'In pop3_auth the word plain stands for LOGIN too.',
  },
  {
    message: /^invalid value "(?:xoauth2|oauthbearer|oauth2?)"$/i,
    directive: /^(?:smtp|imap|pop3)_auth$/,
    id: 'F8',
    hint: 'nginx has no OAuth for mail: clients need a password, or a proxy that knows XOAUTH2.',
  },
  {
    message: /^invalid value "[^"]*"$/,
    directive: /^proxy_protocol$/,
    id: 'G6',
    hint: 'proxy_protocol is off, on (version 1) or v2.',
  },
  {
    message: /^no "auth_http" is defined for server$/,
    id: 'H2',
    hint: 'Every mail server needs an auth service: write "auth_http HOST:PORT/PATH;" in the server, or once in mail.',
  },
  {
    message: /^unknown mail protocol for server$/,
    id: 'Q40',
    hint: 'nginx guesses the protocol only from the ports 25, 465, 587, 110, 995, 143 and 993: write "protocol smtp;", imap or pop3.',
  },
  {
    message: /^unknown protocol "(?:smtps?|imaps?|pop3s?|pop)"$/i,
    id: 'Q40',
    hint: 'The word is smtp, imap or pop3, in small letters; TLS is the word ssl behind the address of "listen".',
  },
  {
    message: /^invalid number of arguments in "server_name" directive$/,
    id: 'Q41',
    hint: 'In mail, server_name is one name: nginx greets with it, here and upstream.',
  },
  {
    message: /^invalid parameter "(?:default_server|default|http2|reuseport|deferred|udp)"$/,
    directive: /^listen$/,
    id: 'C4',
    hint: 'Mail knows fewer words behind "listen" than http: ssl, proxy_protocol, bind, backlog=, rcvbuf=, sndbuf=, ipv6only=, so_keepalive=.',
  },
  {
    message: /^duplicate "[^"]*" address and port pair$/,
    id: 'C4',
    hint: 'Mail servers are told apart by address and port only, not by name: give each an address or a port of its own.',
  },
  {
    message: /^host not found in /,
    id: 'A6',
    hint: 'The lab looks up no names while it reads a configuration, as nginx does when it starts: write the address itself.',
  },
  {
    message: /^"mail" directive is not allowed here$/,
    id: 'H1',
    hint: '"mail" stands beside "http" and "events", not in them.',
  },
];

/** The hint for a problem, if there is one; `there` are the directives that end on its line. */
export function hintFor(
  problem: Problem,
  there: readonly Written[],
): { readonly id: string; readonly hint: string } | null {
  if (problem.severity !== 'error') return null;
  const row = ROWS.find(
    ({ message, directive }) =>
      message.test(problem.message) && (directive === undefined || there.some(({ name }) => directive.test(name))),
  );
  return row === undefined ? null : { id: row.id, hint: row.hint };
}
