/**
 * Every directive of a configuration with a mail section, one row each: where it may stand, what it takes, and what
 * the lab does with it. From the `ngx_command_t` tables of nginx 1.31.
 */

/** Where a directive may stand: outside of all blocks, or directly in the block named. */
export type Context = 'main' | 'events' | 'mail' | 'server';

/** How the arguments are read. */
export type Kind =
  | 'block'
  | 'flag'
  | 'time'
  | 'seconds'
  | 'size'
  | 'offset'
  | 'number'
  | 'string'
  | 'enum'
  /** A set of words; several uses add up. */
  | 'words'
  /** Any words in order; several uses add up. */
  | 'list'
  /** A name and a value; several uses add up. */
  | 'pair'
  /** Anything, any number of times. */
  | 'any'
  /** The name of a file; an empty one is none. */
  | 'file'
  /** The name of a file; several uses add up. */
  | 'files'
  | 'network'
  | 'resolver'
  | 'session_cache'
  | 'listen'
  | 'protocol'
  | 'auth_http'
  | 'error_log'
  | 'include'
  | 'load_module'
  | 'processes'
  | 'connections'
  | 'method'
  | 'affinity'
  | 'priority'
  | 'pool';

/** What a second use on the same level does: an error, or it replaces, or it adds to the first. */
export type Repeat = 'error' | 'last' | 'add';

/**
 * `runs`: the lab does what it says. `inert`: it has no effect on a mail session, in nginx or in the lab. `skipped`: a
 * part of nginx that the lab leaves out, with a note.
 */
export type State = 'runs' | 'inert' | 'skipped';

/** One row of the table. */
export interface DirectiveRow {
  readonly name: string;
  readonly contexts: readonly Context[];
  /** The least and the most arguments. */
  readonly args: readonly [number, number];
  readonly kind: Kind;
  readonly repeat: Repeat;
  readonly state: State;
  /** The value when it is not written, as it would be written. */
  readonly default?: string;
  /** The words that an `enum` or `words` directive takes. */
  readonly values?: readonly string[];
}

const REPEAT: Readonly<Partial<Record<Kind, Repeat>>> = {
  words: 'add',
  list: 'add',
  pair: 'add',
  any: 'add',
  files: 'add',
  network: 'add',
  session_cache: 'last',
  listen: 'add',
  error_log: 'add',
  include: 'add',
  load_module: 'add',
  pool: 'add',
  auth_http: 'last',
  protocol: 'last',
};

const MORE = Number.POSITIVE_INFINITY;
const MAIN: readonly Context[] = ['main'];
const EVENTS: readonly Context[] = ['events'];
const MAIL: readonly Context[] = ['mail'];
const SERVER: readonly Context[] = ['server'];
const BOTH: readonly Context[] = ['mail', 'server'];
const ANY: readonly Context[] = ['main', 'events', 'mail', 'server'];

type Extra = Partial<Pick<DirectiveRow, 'repeat' | 'state' | 'default' | 'values'>>;

/** A number for `args`: exactly so many. */
function row(
  name: string,
  contexts: readonly Context[],
  args: number | readonly [number, number],
  kind: Kind,
  extra: Extra = {},
): DirectiveRow {
  const range: readonly [number, number] = typeof args === 'number' ? [args, args] : args;
  return { name, contexts, args: range, kind, repeat: REPEAT[kind] ?? 'error', state: 'runs', ...extra };
}

const inert = { state: 'inert' } as const;

/** Words of `smtp_auth` in the order in which EHLO shows them. */
export const SMTP_AUTH_WORDS = ['plain', 'login', 'cram-md5', 'external', 'none'] as const;
/** Words of `imap_auth` in the order in which CAPABILITY shows them. */
export const IMAP_AUTH_WORDS = ['plain', 'login', 'cram-md5', 'external'] as const;
/** Words of `pop3_auth`; apop is never shown. */
export const POP3_AUTH_WORDS = ['plain', 'apop', 'cram-md5', 'external'] as const;

/** Words of `ssl_protocols`. */
export const TLS_PROTOCOLS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
/** Values of `starttls`. */
export const STARTTLS = ['off', 'on', 'only'] as const;
/** Values of `ssl_verify_client`. */
export const VERIFY_CLIENT = ['off', 'on', 'optional', 'optional_no_ca'] as const;
/** Values of `proxy_protocol`. */
export const PROXY_PROTOCOL = ['off', 'on', 'v2'] as const;

/** The table. */
export const DIRECTIVES: readonly DirectiveRow[] = [
  row('include', ANY, 1, 'include'),
  row('error_log', ['main', 'mail', 'server'], [1, MORE], 'error_log', { default: 'logs/error.log error' }),

  row('events', MAIN, 0, 'block', inert),
  row('mail', MAIN, 0, 'block'),
  row('http', MAIN, 0, 'block', { state: 'skipped' }),
  row('stream', MAIN, 0, 'block', { state: 'skipped' }),
  row('daemon', MAIN, 1, 'flag', inert),
  row('debug_points', MAIN, 1, 'enum', { ...inert, values: ['stop', 'abort'] }),
  row('env', MAIN, 1, 'any', inert),
  row('load_module', MAIN, 1, 'load_module', inert),
  row('lock_file', MAIN, 1, 'string', inert),
  row('master_process', MAIN, 1, 'flag', inert),
  row('pcre_jit', MAIN, 1, 'flag', inert),
  row('pid', MAIN, 1, 'string'),
  row('quic_bpf', MAIN, 1, 'flag', inert),
  row('ssl_engine', MAIN, 1, 'string', inert),
  row('ssl_object_cache_inheritable', MAIN, 1, 'flag', inert),
  row('thread_pool', MAIN, [2, 3], 'pool', inert),
  row('timer_resolution', MAIN, 1, 'time', inert),
  row('user', MAIN, [1, 2], 'string', inert),
  row('worker_cpu_affinity', MAIN, [1, MORE], 'affinity', inert),
  row('worker_priority', MAIN, 1, 'priority', inert),
  row('worker_processes', MAIN, 1, 'processes'),
  row('worker_rlimit_core', MAIN, 1, 'offset', inert),
  row('worker_rlimit_nofile', MAIN, 1, 'number', inert),
  row('worker_shutdown_timeout', MAIN, 1, 'time'),
  row('working_directory', MAIN, 1, 'string', inert),

  row('accept_mutex', EVENTS, 1, 'flag', inert),
  row('accept_mutex_delay', EVENTS, 1, 'time', inert),
  row('debug_connection', EVENTS, 1, 'any', inert),
  row('epoll_events', EVENTS, 1, 'number', inert),
  row('multi_accept', EVENTS, 1, 'flag', inert),
  row('use', EVENTS, 1, 'method', inert),
  row('worker_aio_requests', EVENTS, 1, 'number', inert),
  row('worker_connections', EVENTS, 1, 'connections', inert),

  row('server', MAIL, 0, 'block', { repeat: 'add' }),
  row('listen', SERVER, [1, MORE], 'listen'),
  row('protocol', SERVER, 1, 'protocol'),
  row('server_name', BOTH, 1, 'string', { default: '' }),
  row('timeout', BOTH, 1, 'time', { default: '60s' }),
  row('max_errors', BOTH, 1, 'number', { default: '5' }),
  row('resolver', BOTH, [1, MORE], 'resolver'),
  row('resolver_timeout', BOTH, 1, 'time', { default: '30s' }),
  row('auth_http', BOTH, 1, 'auth_http'),
  row('auth_http_timeout', BOTH, 1, 'time', { default: '60s' }),
  row('auth_http_header', BOTH, 2, 'pair'),
  row('auth_http_pass_client_cert', BOTH, 1, 'flag', { default: 'off' }),
  row('proxy', BOTH, 1, 'flag', { ...inert, default: 'off' }),
  row('proxy_buffer', BOTH, 1, 'size', { default: '4k' }),
  row('proxy_timeout', BOTH, 1, 'time', { default: '24h' }),
  row('proxy_pass_error_message', BOTH, 1, 'flag', { default: 'off' }),
  row('proxy_smtp_auth', BOTH, 1, 'flag', { default: 'off' }),
  row('proxy_protocol', BOTH, 1, 'enum', { default: 'off', values: PROXY_PROTOCOL }),
  row('xclient', BOTH, 1, 'flag', { default: 'on' }),
  row('set_real_ip_from', BOTH, 1, 'network'),

  row('smtp_auth', BOTH, [1, MORE], 'words', { default: 'plain login', values: SMTP_AUTH_WORDS }),
  row('smtp_capabilities', BOTH, [1, MORE], 'list'),
  row('smtp_client_buffer', BOTH, 1, 'size', { default: '4k' }),
  row('smtp_greeting_delay', BOTH, 1, 'time', { default: '0' }),

  row('imap_auth', BOTH, [1, MORE], 'words', { default: 'plain', values: IMAP_AUTH_WORDS }),
  row('imap_capabilities', BOTH, [1, MORE], 'list', { default: 'IMAP4 IMAP4rev1 UIDPLUS' }),
  row('imap_client_buffer', BOTH, 1, 'size', { default: '4k' }),
  row('pop3_auth', BOTH, [1, MORE], 'words', { default: 'plain', values: POP3_AUTH_WORDS }),
  row('pop3_capabilities', BOTH, [1, MORE], 'list', { default: 'TOP USER UIDL' }),

  row('starttls', BOTH, 1, 'enum', { default: 'off', values: STARTTLS }),
  row('ssl_certificate', BOTH, 1, 'files'),
  row('ssl_certificate_compression', BOTH, 1, 'flag', { ...inert, default: 'off' }),
  row('ssl_certificate_key', BOTH, 1, 'files'),
  row('ssl_ciphers', BOTH, 1, 'string', { default: 'HIGH:!aNULL:!MD5' }),
  row('ssl_client_certificate', BOTH, 1, 'file'),
  row('ssl_conf_command', BOTH, 2, 'pair'),
  row('ssl_crl', BOTH, 1, 'file'),
  row('ssl_dhparam', BOTH, 1, 'file'),
  row('ssl_ecdh_curve', BOTH, 1, 'string', { default: 'auto' }),
  row('ssl_password_file', BOTH, 1, 'file'),
  row('ssl_prefer_server_ciphers', BOTH, 1, 'flag', { default: 'off' }),
  row('ssl_protocols', BOTH, [1, MORE], 'words', { default: 'TLSv1.2 TLSv1.3', values: TLS_PROTOCOLS }),
  row('ssl_session_cache', BOTH, [1, 2], 'session_cache', { default: 'none' }),
  row('ssl_session_ticket_key', BOTH, 1, 'files'),
  row('ssl_session_tickets', BOTH, 1, 'flag', { default: 'on' }),
  row('ssl_session_timeout', BOTH, 1, 'seconds', { default: '300' }),
  row('ssl_trusted_certificate', BOTH, 1, 'file'),
  row('ssl_verify_client', BOTH, 1, 'enum', { default: 'off', values: VERIFY_CLIENT }),
  row('ssl_verify_depth', BOTH, 1, 'number', { default: '1' }),
];

const BY_NAME: ReadonlyMap<string, DirectiveRow> = new Map(DIRECTIVES.map((entry) => [entry.name, entry]));

/** The row of a directive; names are case-sensitive. */
export function directiveNamed(name: string): DirectiveRow | null {
  return BY_NAME.get(name) ?? null;
}

/** The names that may stand in `context`, or all of them, sorted: what an editor offers. */
export function directiveNames(context: Context | null = null): readonly string[] {
  const rows = context === null ? DIRECTIVES : DIRECTIVES.filter((entry) => entry.contexts.includes(context));
  return rows.map((entry) => entry.name).sort();
}
