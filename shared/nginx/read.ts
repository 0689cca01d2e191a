/** From the text of a configuration to the values that each server runs by, or to all that is wrong with it. */
import type { Problem } from '../lab/problem.ts';
import { applyDirective, type Reading } from './apply.ts';
import { bytesOf } from './bytes.ts';
import { directiveNamed, IMAP_AUTH_WORDS, POP3_AUTH_WORDS, SMTP_AUTH_WORDS } from './directives.ts';
import { ELSEWHERE } from './elsewhere.ts';
import type { MailConf, MailServer } from './mail.ts';
import { type Directive, parse } from './parse.ts';
import { placeOf, Report } from './report.ts';
import { newScope, type Scope, Values } from './scope.ts';
import { SSL_DEFAULTS } from './ssl.ts';

/** The longest that a timer can wait, in ms. */
export const TIMER_MAX_MS = 2 ** 31 - 1;

/** Where the text comes from and where it runs. */
export interface ReadOptions {
  /** The name for `Problem.file`. */
  readonly file: string;
  /** The machine's name: the server name where none is given. */
  readonly hostname: string;
  /** The line of `file` on which the text begins, when it is embedded in another file. */
  readonly firstLine?: number;
}

/** The configuration, or null when any problem is an error. */
export interface ReadResult {
  readonly conf: MailConf | null;
  readonly problems: readonly Problem[];
}

/** What is wrong with the form of a directive where it stands, in nginx's order of asking. */
function formError(directive: Directive, scope: Scope): string | null {
  const name = directive.name.text;
  const row = directiveNamed(name);
  if (row === null && !ELSEWHERE.has(name)) return `unknown directive "${name}"`;
  if (row === null || !row.contexts.includes(scope.context)) return `"${name}" directive is not allowed here`;
  const isBlock = row.kind === 'block';
  if (!isBlock && directive.block !== null) return `directive "${name}" is not terminated by ";"`;
  if (isBlock && directive.block === null) return `directive "${name}" has no opening "{"`;
  const [least, most] = row.args;
  const count = directive.args.length;
  if (count < least || count > most) return `invalid number of arguments in "${name}" directive`;
  return null;
}

/** Reads the directives of one block; blocks inside are read where they stand, as nginx does. */
function readBlock(children: readonly Directive[], scope: Scope, reading: Reading): void {
  for (const directive of children) {
    const row = directiveNamed(directive.name.text);
    const error = formError(directive, scope);
    if (error !== null) reading.report.error(error, placeOf(directive));
    else if (row !== null && row.kind !== 'block') applyDirective(directive, row, scope, reading);
    else if (row !== null) readInner(directive, scope, reading);
    scope.seen.add(directive.name.text);
  }
}

function readInner(directive: Directive, outer: Scope, reading: Reading): void {
  const name = directive.name.text;
  if (name !== 'server' && outer.seen.has(name)) {
    reading.report.error(`"${name}" directive is duplicate`, placeOf(directive));
    return;
  }
  if (name === 'http' || name === 'stream') {
    reading.report.warning(`"${name}" is skipped: the lab runs only the "mail" section`, placeOf(directive));
    return;
  }
  const context = name === 'mail' || name === 'server' ? name : 'events';
  const scope = newScope(context, placeOf(directive, directive.end));
  if (context === 'server') reading.servers.push(scope);
  if (context === 'mail') reading.mail = scope;
  readBlock(directive.block?.children ?? [], scope, reading);
  const closed = directive.block?.close ?? null;
  if (closed === null) return;
  if (context === 'server' && !scope.seen.has('listen')) {
    // At the line of `{`, though nginx notices it at the `}`.
    reading.report.error('no "listen" is defined for server', scope.place);
  }
  if (context === 'mail') checkServers(scope, reading);
}

/** What nginx checks when the mail section is complete: one thing for all servers, then the next. */
function checkServers(mail: Scope, reading: Reading): void {
  for (const server of reading.servers) {
    const { protocol, seen, portLost } = server;
    // A server whose `protocol` or `listen` is faulty has been complained of already.
    if (protocol === null && !seen.has('protocol') && seen.has('listen') && !portLost) {
      reading.report.error('unknown mail protocol for server', server.place);
    }
  }
  for (const server of reading.servers) {
    if (server.seen.has('auth_http') || mail.seen.has('auth_http')) continue;
    reading.report.error('no "auth_http" is defined for server', server.place);
  }
}

function buildServer(server: Scope, mail: Scope, main: Scope, reading: Reading): MailServer | null {
  const authHttp = server.authHttp ?? mail.authHttp;
  const protocol = server.protocol?.name;
  if (authHttp === null || protocol === undefined) return null;
  const values = new Values([server, mail]);
  const time = (name: string) => Math.min(values.number(name), TIMER_MAX_MS);
  const name = values.text('server_name');
  const logs = new Values([server, mail, main]).innermost((level) => level.errorLogs);
  const auth = <W extends string>(name: string, words: readonly W[]): readonly W[] => {
    const chosen = values.list(name);
    return words.filter((word) => chosen.includes(word));
  };
  return {
    line: reading.report.line(server.place),
    protocol,
    listens: server.listens,
    serverName: bytesOf(name === '' ? reading.hostname.toLowerCase() : name),
    timeoutMs: time('timeout'),
    maxErrors: values.number('max_errors'),
    authHttp,
    authHttpTimeoutMs: time('auth_http_timeout'),
    authHttpHeaders: values.innermost((level) => level.headers),
    xclient: values.flag('xclient'),
    proxySmtpAuth: values.flag('proxy_smtp_auth'),
    proxyPassErrorMessage: values.flag('proxy_pass_error_message'),
    proxyTimeoutMs: time('proxy_timeout'),
    proxyBuffer: values.number('proxy_buffer'),
    smtpAuth: auth('smtp_auth', SMTP_AUTH_WORDS),
    smtpCapabilities: values.list('smtp_capabilities').map(bytesOf),
    smtpClientBuffer: values.number('smtp_client_buffer'),
    smtpGreetingDelayMs: time('smtp_greeting_delay'),
    imapAuth: auth('imap_auth', IMAP_AUTH_WORDS),
    imapCapabilities: values.list('imap_capabilities').map(bytesOf),
    imapClientBuffer: values.number('imap_client_buffer'),
    pop3Auth: auth('pop3_auth', POP3_AUTH_WORDS),
    pop3Capabilities: values.list('pop3_capabilities').map(bytesOf),
    errorLogs: logs.length > 0 ? logs : [{ sink: 'logs/error.log', level: 'error' }],
    starttls: 'off',
    ssl: SSL_DEFAULTS,
    authHttpPassClientCert: false,
    proxyProtocol: 'off',
    realIpFrom: [],
    resolver: null,
    resolverTimeoutMs: 30_000,
  };
}

/**
 * Reads a configuration: a whole nginx.conf, or its mail section alone. Never throws. Problems come in nginx's order
 * (the first error is the one that `nginx -t` prints) and in its words, without the ` in FILE:LINE` at their end.
 */
export function readMail(text: string, options: ReadOptions): ReadResult {
  const report = new Report(options.file, options.firstLine ?? 1);
  const main = newScope('main', { line: 1, column: 1 });
  const reading: Reading = { report, hostname: options.hostname, servers: [], mail: null, addresses: new Set() };
  const { file, fault } = parse(text);
  readBlock(file.children, main, reading);
  if (fault !== null) report.error(fault.message, fault);
  const { mail } = reading;
  if (mail === null && !report.failed) {
    report.warning('there is no "mail" section, so the proxy listens to nothing', { line: 1, column: 1 });
  }
  if (report.failed) return { conf: null, problems: report.problems };
  const servers = reading.servers.flatMap((server) => buildServer(server, mail ?? main, main, reading) ?? []);
  return { conf: { servers }, problems: report.problems };
}
