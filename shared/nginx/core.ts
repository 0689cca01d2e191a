/** Directives of nginx outside of `mail` that have checks of their own (src/core/nginx.c, src/event/ngx_event.c). */
import type { Directive } from './parse.ts';
import type { Report } from './report.ts';
import type { Scope } from './scope.ts';
import { parseNumber } from './units.ts';

/** What is wrong, in nginx's words, and with which argument (from 0). */
type Complaint = { readonly error: string; readonly arg: number } | null;

/** Every event method that nginx knows on some system. */
const METHODS = ['epoll', 'poll', 'select', 'kqueue', '/dev/poll', 'eventport'];

/** Blocks that fix the table of modules when they begin. */
const MODULE_USERS = ['events', 'mail', 'http', 'stream'];

function affinity(args: readonly string[]): Complaint {
  const auto = args[0] === 'auto';
  if (auto && args.length > 2) {
    return { error: 'invalid number of arguments in "worker_cpu_affinity" directive', arg: 0 };
  }
  for (const [arg, mask] of args.entries()) {
    const wrong = auto && arg === 0 ? undefined : /[^01 ]/u.exec(mask)?.[0];
    if (wrong !== undefined) return { error: `invalid character "${wrong}" in "worker_cpu_affinity"`, arg };
  }
  return null;
}

function pool(args: readonly string[], scope: Scope): Complaint {
  const [name = '', ...settings] = args;
  const known = `thread_pool ${name}`;
  if (scope.seen.has(known)) return { error: `duplicate thread pool "${name}"`, arg: 0 };
  scope.seen.add(known);
  let threads = name === 'default';
  for (const [index, setting] of settings.entries()) {
    const [, key = '', value = ''] = /^(threads|max_queue)=(.*)$/s.exec(setting) ?? [];
    const number = parseNumber(value);
    if (key !== '' && (number === null || (key === 'threads' && number === 0))) {
      return { error: `invalid ${key} value "${setting}"`, arg: index + 1 };
    }
    threads ||= key === 'threads';
  }
  return threads ? null : { error: '"thread_pool" must have "threads" parameter', arg: 0 };
}

function complaint(name: string, args: readonly string[], scope: Scope): Complaint | undefined {
  const [first = ''] = args;
  switch (name) {
    case 'load_module':
      return MODULE_USERS.some((block) => scope.seen.has(block))
        ? { error: '"load_module" directive is specified too late', arg: 0 }
        : null;
    case 'worker_connections':
      return parseNumber(first) === null ? { error: `invalid number "${first}"`, arg: 0 } : null;
    case 'use':
      return METHODS.includes(first) ? null : { error: `invalid event type "${first}"`, arg: 0 };
    case 'worker_cpu_affinity':
      return affinity(args);
    case 'thread_pool':
      return pool(args, scope);
    default:
      return undefined;
  }
}

/** True when the directive is one of these, right or wrong. */
export function applyCoreDirective(directive: Directive, args: readonly string[], scope: Scope, report: Report) {
  const result = complaint(directive.name.text, args, scope);
  if (result === undefined) return false;
  if (result !== null) report.error(result.error, report.placeOf(directive, directive.args[result.arg]));
  return true;
}
