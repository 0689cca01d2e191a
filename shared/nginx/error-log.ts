/** `error_log SINK [LEVEL]` (src/core/ngx_log.c, src/core/ngx_syslog.c). */
import { parseUrl } from './inet.ts';
import type { ErrorLog } from './mail.ts';

/** A sink, or what is wrong in nginx's words, and with which argument (from 0). */
export type ErrorLogResult = { readonly log: ErrorLog } | { readonly error: string; readonly arg: number };

const LEVELS: readonly ErrorLog['level'][] = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'];
const DEBUG_LEVELS = ['core', 'alloc', 'mutex', 'event', 'http', 'mail', 'stream'].map((part) => `debug_${part}`);
/** In the order of their numbers (RFC 3164 4.1.1). */
export const FACILITIES = (
  'kern user mail daemon auth intern lpr news uucp clock authpriv ftp ntp audit alert cron ' +
  'local0 local1 local2 local3 local4 local5 local6 local7'
).split(' ');
const SEVERITIES = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'];
const TAG_MAX = 32;
const SYSLOG_PORT = 514;

function serverError(server: string): string | null {
  const result = parseUrl(server, { listen: false, uriPart: false, defaultPort: SYSLOG_PORT });
  return 'error' in result ? `${result.error} in syslog server "${server}"` : null;
}

function tagError(tag: string): string | null {
  if (tag.length > TAG_MAX) return `syslog tag length exceeds ${TAG_MAX}`;
  return /^[A-Za-z0-9_]*$/.test(tag) ? null : 'syslog "tag" only allows alphanumeric characters and underscore';
}

/** What is wrong with one `name=value` of a syslog sink. */
function syslogPartError(part: string, seen: Set<string>): string | null {
  const [, name = '', value = ''] = /^(server|facility|severity|tag)=(.*)$/s.exec(part) ?? [];
  if (name === '') return part === 'nohostname' ? null : `unknown syslog parameter "${part}"`;
  if (seen.has(name)) return `duplicate syslog "${name}"`;
  seen.add(name);
  if (name === 'server') return serverError(value);
  if (name === 'tag') return tagError(value);
  const words = name === 'facility' ? FACILITIES : SEVERITIES;
  return words.includes(value) ? null : `unknown syslog ${name} "${value}"`;
}

function sinkError(sink: string): string | null {
  if (sink.startsWith('memory:')) return 'nginx was built without debug support';
  if (!sink.startsWith('syslog:')) return null;
  const seen = new Set<string>();
  for (const part of sink.slice('syslog:'.length).split(',')) {
    const error = syslogPartError(part, seen);
    if (error !== null) return error;
  }
  return seen.has('server') ? null : 'no syslog server specified';
}

/** Reads the arguments of one `error_log`. */
export function readErrorLog(args: readonly string[]): ErrorLogResult {
  const [sink = '', ...words] = args;
  const error = sinkError(sink);
  if (error !== null) return { error, arg: 0 };
  let level: ErrorLog['level'] | null = null;
  let parts = false;
  for (const [index, word] of words.entries()) {
    const found = LEVELS.find((name) => name === word) ?? null;
    if (found !== null && (level !== null || parts)) return { error: `duplicate log level "${word}"`, arg: index + 1 };
    const part = found === null && DEBUG_LEVELS.includes(word) && level === null;
    if (found === null && !part) return { error: `invalid log level "${word}"`, arg: index + 1 };
    level = found ?? level;
    parts ||= part;
  }
  return { log: { sink, level: parts ? 'debug' : (level ?? 'error') } };
}
