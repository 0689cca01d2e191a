/** Lints about single directives: what they do not do, and what they do besides. */
import type { Lint } from '../lab/problem.ts';
import type { Protocol } from '../machine/machine.ts';
import { type LintedServer, lintAt } from './linted-server.ts';
import type { Placed } from './parse.ts';
import type { Written } from './written.ts';

/** Directives whose arguments go over the wire or are compared, so that every character counts. */
const SPOKEN = /^(?:server_name|auth_http|auth_http_header|(?:smtp|imap|pop3)_capabilities)$/;

/** Paths of services made for `auth_request` of nginx's http part. */
const VERIFIERS =
  /^\/(?:oauth2\/auth|outpost\.goauthentik\.io\/|api\/(?:verify|authz)|_vouch|(?:auth\/)?verify\b|auth-proxy\b|auth[_-]request\b|validate\b)/;

/** Variables of nginx's other parts; a `$` in front of anything else may belong to a key. */
const VARIABLE = new RegExp(
  '\\$(?:\\{\\w+\\}|(?:(?:proxy_protocol|realip|remote|server|ssl|upstream|http|arg|cookie|geoip|request|time|tcpinfo)_\\w+|' +
    'host|hostname|binary_remote_addr|bytes_(?:sent|received)|connection|connections_\\w+|msec|nginx_version|pid|' +
    'protocol|scheme|uri|args|status)\\b)',
);

/** Shorter than this, people and slow links do not get through a login. */
const HURRY_MS = 10_000;

/** A client in IDLE says something at least that often (RFC 2177 3). */
const IDLE_MS = 29 * 60_000;

/** A word of which nginx keeps a backslash that the author meant to protect the next character. */
const keepsBackslash = ({ raw }: Placed): boolean => /^(?:[^\\]|\\["'\\trn])*\\[^"'\\trn]/.test(raw);

function lintWords(at: Written): readonly Lint[] {
  if (!SPOKEN.test(at.name)) return [];
  return at.words.flatMap((word, index): readonly Lint[] => {
    if (index === 0) return [];
    const variable = VARIABLE.exec(word.text)?.[0];
    if (variable !== undefined) {
      const port = /remote_port|proxy_protocol_port/.test(variable)
        ? " nginx has no way to tell the auth service the client's port;"
        : '';
      const what = `mail directives know no variables: "${variable}" is sent as it stands;${port} take it out`;
      return [lintAt(at, index, 'A9', what)];
    }
    if (at.name === 'auth_http_header' && /[\r\n]/.test(word.text)) {
      return [lintAt(at, index, 'Q44', 'a line break in it begins another header of the question; take it out')];
    }
    if (!keepsBackslash(word)) return [];
    const what = `the backslash stays: nginx takes away only those of \\" \\' \\\\ \\t \\r \\n; write two for one, or leave it out`;
    return [lintAt(at, index, 'Q43', what, 'note')];
  });
}

function lintProxyFlag(at: Written): readonly Lint[] {
  if (at.name !== 'proxy') return [];
  return [lintAt(at, 0, 'Q38', '"proxy" has no effect: nginx always proxies mail; take it out', 'note')];
}

/** Log levels at which logins, refusals and ends of sessions are not written. */
function lintLog(block: readonly Written[]): readonly Lint[] {
  const logs = block.filter(({ name }) => name === 'error_log');
  if (logs.some(({ args }) => args.some((word) => /^(?:info|debug)/.test(word)))) return [];
  return logs.map((at) => {
    const level = at.args[1] ?? 'error';
    const what = `nginx tells of logins, refusals and ends of sessions at level info, and ${level} leaves them out; write info to see them`;
    return lintAt(at, at.args.length > 1 ? 2 : 0, 'Q46', what, 'note');
  });
}

/**
 * Lints of what stands around the servers. A `mail` inside `http` is found here, as the lab skips `http`; so is a
 * configuration whose modules are loaded one by one, without that of mail.
 */
export function lintFiles(main: readonly Written[], mail: readonly Written[]): readonly Lint[] {
  const lints = mail.flatMap((at) => [...lintWords(at), ...lintProxyFlag(at)]);
  lints.push(...lintLog(mail));
  for (const http of main.filter(({ name }) => name === 'http')) {
    for (const inner of http.children.filter(({ name }) => name === 'mail')) {
      const what =
        'nginx stops here: "mail" stands beside "http", not in it; put it into a file that is included outside of "http"';
      lints.push(lintAt(inner, 0, 'H1', what));
    }
  }
  const loaded = main.filter(({ name }) => name === 'load_module');
  const stream = loaded.find(({ args }) => /ngx_stream_module\.so$/.test(args[0] ?? ''));
  if (mail.length > 0 && stream !== undefined && !loaded.some(({ args }) => /ngx_mail_module/.test(args[0] ?? ''))) {
    const what =
      'stream is loaded as a module and mail is not: if nginx says unknown directive "mail", load modules/ngx_mail_module.so too';
    lints.push(lintAt(stream, 1, 'H1', what, 'note'));
  }
  return lints;
}

function lintAuthHttp(server: LintedServer): readonly Lint[] {
  const at = server.find('auth_http');
  const { authHttp } = server.conf;
  if (at === undefined) return [];
  const lints: Lint[] = [];
  if (VERIFIERS.test(authHttp.uri)) {
    const what = `"${authHttp.uri}" looks like an endpoint for auth_request of nginx's http part, which answers with a status; auth_http needs the headers Auth-Status, Auth-Server and Auth-Port`;
    lints.push(lintAt(at, 1, 'A3', what, 'note'));
  }
  const named = authHttp.unix === undefined && !/^[\d.]+$|:|^localhost$/i.test(authHttp.host);
  if (named) {
    const what = `"${authHttp.host}" is looked up once, when nginx starts, and only its first address is used; reload nginx after a change, and expect no start without DNS`;
    lints.push(lintAt(at, 1, 'A6', what, 'note'));
  }
  return lints;
}

function lintClocks(server: LintedServer): readonly Lint[] {
  const { conf } = server;
  const lints: Lint[] = [];
  if (conf.timeoutMs < HURRY_MS) {
    const what = `timeout is the time for the whole login, not for one command: after ${conf.timeoutMs / 1000} s the client is cut off without a word; give it 60s`;
    lints.push(server.at('timeout', 'Q17', what, 'note'));
  }
  if (conf.protocol === 'imap' && conf.proxyTimeoutMs < IDLE_MS) {
    const what = `an IMAP client that waits in IDLE says something every 29 minutes only, and what the upstream says does not count: it is cut off after ${conf.proxyTimeoutMs / 1000} s; give it 30m or more`;
    lints.push(server.at('proxy_timeout', 'Q35', what, 'note'));
  }
  return lints;
}

/** One header list in a server replaces the whole list around it. */
function lintHidden(server: LintedServer): readonly Lint[] {
  const [first, ...more] = server.own('auth_http_header');
  if (first === undefined) return [];
  const kept = new Set([first, ...more].map(({ args }) => args[0]?.toLowerCase()));
  const hidden = server.around('auth_http_header').map(({ args }) => args[0] ?? '');
  const lost = hidden.filter((name) => !kept.has(name.toLowerCase()));
  if (lost.length === 0) return [];
  const what = `this server no longer sends ${lost.join(', ')}: one auth_http_header here hides all that stand in "mail"; repeat them here`;
  return [lintAt(first, 0, 'Q45', what)];
}

/** The protocol a directive is about, where it is about one only. */
function protocolOf(name: string): Protocol | null {
  if (name === 'xclient' || name === 'proxy_smtp_auth' || name === 'resolver' || name === 'resolver_timeout') {
    return 'smtp';
  }
  return (['smtp', 'imap', 'pop3'] as const).find((one) => name.startsWith(`${one}_`)) ?? null;
}

function lintForeign(server: LintedServer): readonly Lint[] {
  const { protocol } = server.conf;
  return server.block.children.flatMap((at) => {
    const about = protocolOf(at.name);
    if (about === null || about === protocol) return [];
    const what = `"${at.name}" has no effect: it is about ${about.toUpperCase()}, and this server speaks ${protocol.toUpperCase()}`;
    return [lintAt(at, 0, 'N1', what, 'note')];
  });
}

/** Lints of the directives of one server. */
export function lintServer(server: LintedServer): readonly Lint[] {
  return [
    ...server.block.children.flatMap((at) => [...lintWords(at), ...lintProxyFlag(at)]),
    ...lintLog(server.block.children),
    ...lintAuthHttp(server),
    ...lintClocks(server),
    ...lintHidden(server),
    ...lintForeign(server),
  ];
}
