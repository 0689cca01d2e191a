/** From what the levels of a configuration hold to the values that each server runs by. */
import { bytesOf } from './bytes.ts';
import { IMAP_AUTH_WORDS, POP3_AUTH_WORDS, PROXY_PROTOCOL, SMTP_AUTH_WORDS, STARTTLS } from './directives.ts';
import type { ErrorLog, MailServer, ProcessConf } from './mail.ts';
import { type Scope, Values } from './scope.ts';
import { sslOf } from './ssl.ts';

/** The longest that a timer can wait, in ms. */
export const TIMER_MAX_MS = 2 ** 31 - 1;

/** Where nginx logs when it is told nothing. */
const LOGS: readonly ErrorLog[] = [{ sink: 'logs/error.log', level: 'error', implied: true }];

function logsOf(levels: readonly Scope[]): readonly ErrorLog[] {
  const logs = new Values(levels).innermost((level) => level.errorLogs);
  return logs.length > 0 ? logs : LOGS;
}

/** What a server stands in. */
export interface Surroundings {
  readonly mail: Scope;
  readonly main: Scope;
  /** The machine's name. */
  readonly hostname: string;
  /** The folder of the configuration file; null leaves names of files as written. */
  readonly folder: string | null;
}

/** One server, or null when it lacks what every server must have. */
export function buildServer(server: Scope, { mail, main, hostname, folder }: Surroundings): MailServer | null {
  const authHttp = server.authHttp ?? mail.authHttp;
  const { protocol } = server;
  if (authHttp === null || protocol === null) return null;
  const values = new Values([server, mail]);
  const time = (name: string) => Math.min(values.number(name), TIMER_MAX_MS);
  const name = values.text('server_name');
  const resolver = values.first((level) => level.resolver);
  return {
    line: server.place.line,
    protocol,
    listens: server.listens,
    serverName: bytesOf(name === '' ? hostname.toLowerCase() : name),
    timeoutMs: time('timeout'),
    maxErrors: values.number('max_errors'),
    authHttp,
    authHttpTimeoutMs: time('auth_http_timeout'),
    authHttpHeaders: values.pairs('auth_http_header'),
    xclient: values.flag('xclient'),
    proxySmtpAuth: values.flag('proxy_smtp_auth'),
    proxyPassErrorMessage: values.flag('proxy_pass_error_message'),
    proxyTimeoutMs: time('proxy_timeout'),
    proxyBuffer: values.number('proxy_buffer'),
    smtpAuth: values.words('smtp_auth', SMTP_AUTH_WORDS),
    smtpCapabilities: values.list('smtp_capabilities').map(bytesOf),
    smtpClientBuffer: values.number('smtp_client_buffer'),
    smtpGreetingDelayMs: time('smtp_greeting_delay'),
    imapAuth: values.words('imap_auth', IMAP_AUTH_WORDS),
    imapCapabilities: values.list('imap_capabilities').map(bytesOf),
    imapClientBuffer: values.number('imap_client_buffer'),
    pop3Auth: values.words('pop3_auth', POP3_AUTH_WORDS),
    pop3Capabilities: values.list('pop3_capabilities').map(bytesOf),
    errorLogs: logsOf([server, mail, main]),
    starttls: values.word('starttls', STARTTLS, 'off'),
    ssl: sslOf(values, folder),
    authHttpPassClientCert: values.flag('auth_http_pass_client_cert'),
    proxyProtocol: values.word('proxy_protocol', PROXY_PROTOCOL, 'off'),
    realIpFrom: values.innermost((level) => level.realIpFrom),
    resolver: resolver === 'off' ? null : resolver,
    resolverTimeoutMs: time('resolver_timeout'),
  };
}

/** What stands outside of the mail section. */
export function buildProcess(main: Scope): ProcessConf {
  const workers = main.values.get('worker_processes') ?? 1;
  const shutdown = main.values.get('worker_shutdown_timeout');
  const pid = main.values.get('pid');
  return {
    workers: workers === 'auto' ? workers : Number(workers),
    shutdownTimeoutMs: shutdown === undefined ? null : Math.min(Number(shutdown), TIMER_MAX_MS),
    errorLogs: logsOf([main]),
    pid: pid === undefined ? null : String(pid),
  };
}
