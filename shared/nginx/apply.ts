/** Takes one well-formed directive into the level it stands on. */
import type { Protocol } from '../machine/machine.ts';
import { readAuthTarget } from './auth-target.ts';
import { bytesOf } from './bytes.ts';
import { applyCoreDirective } from './core.ts';
import type { DirectiveRow } from './directives.ts';
import { readErrorLog } from './error-log.ts';
import { readListen } from './listen.ts';
import type { Directive } from './parse.ts';
import { notYet, placeOf, type Report } from './report.ts';
import type { Scope } from './scope.ts';
import { readValue } from './values.ts';

/** What is known while a text is read. */
export interface Reading {
  readonly report: Report;
  readonly hostname: string;
  readonly servers: Scope[];
  mail: Scope | null;
  /** Every address and port that is listened on so far, in nginx's form. */
  readonly addresses: Set<string>;
}

/** The largest buffer of one session in the lab, in bytes. */
const BUFFER_MAX = 16 * 1024 * 1024;

const PROTOCOLS: readonly Protocol[] = ['smtp', 'imap', 'pop3'];
const PORTS: ReadonlyMap<number, Protocol> = new Map([
  [25, 'smtp'],
  [465, 'smtp'],
  [587, 'smtp'],
  [143, 'imap'],
  [993, 'imap'],
  [110, 'pop3'],
  [995, 'pop3'],
]);

function applyListen(directive: Directive, args: readonly string[], scope: Scope, reading: Reading): void {
  const { addresses, port, backlog, problems } = readListen(args);
  for (const { message, arg } of problems) reading.report.error(message, placeOf(directive, directive.args[arg]));
  if (port === null) {
    scope.portLost = true;
    return;
  }
  const place = placeOf(directive, directive.args[0]);
  const name = PORTS.get(port);
  if (scope.protocol === null && name !== undefined) scope.protocol = { name, place };
  for (const { text, host, port: one } of addresses) {
    if (reading.addresses.has(text)) {
      reading.report.error(`duplicate "${text}" address and port pair`, place);
      continue;
    }
    reading.addresses.add(text);
    const listen = { text: args[0] ?? '', host, port: one, line: reading.report.line(place) };
    scope.listens.push(backlog === null ? listen : { ...listen, backlog });
  }
}

function applyProtocol(directive: Directive, name: string, scope: Scope, reading: Reading): void {
  const place = placeOf(directive, directive.args[0]);
  const protocol = PROTOCOLS.find((one) => one === name);
  if (protocol) scope.protocol = { name: protocol, place };
  else reading.report.error(`unknown protocol "${name}"`, place);
}

function applyAuthHttp(directive: Directive, text: string, scope: Scope, reading: Reading): void {
  const result = readAuthTarget(text);
  if ('error' in result) reading.report.error(result.error, placeOf(directive, directive.args[0]));
  else scope.authHttp = result.target;
}

function applyErrorLog(directive: Directive, args: readonly string[], scope: Scope, reading: Reading): void {
  const result = readErrorLog(args);
  if ('error' in result) reading.report.error(result.error, placeOf(directive, directive.args[result.arg]));
  else scope.errorLogs.push(result.log);
}

function applyInclude(directive: Directive, scope: Scope, reading: Reading): void {
  const place = placeOf(directive);
  if (scope.context === 'main' || scope.context === 'events') {
    reading.report.warning('"include" is skipped: the lab reads one file, so what it names is left out', place);
  } else reading.report.error(notYet('"include" is a directive of nginx'), place);
}

/** True when the directive was one of those with a form of their own. */
function applySpecial(directive: Directive, args: readonly string[], scope: Scope, reading: Reading): boolean {
  const [first = '', second = ''] = args;
  switch (directive.name.text) {
    case 'listen':
      applyListen(directive, args, scope, reading);
      return true;
    case 'protocol':
      applyProtocol(directive, first, scope, reading);
      return true;
    case 'auth_http':
      applyAuthHttp(directive, first, scope, reading);
      return true;
    case 'auth_http_header':
      scope.headers.push([bytesOf(first), bytesOf(second)]);
      return true;
    case 'error_log':
      applyErrorLog(directive, args, scope, reading);
      return true;
    case 'include':
      applyInclude(directive, scope, reading);
      return true;
    default:
      return scope.context === 'main' || scope.context === 'events'
        ? applyCoreDirective(directive, args, scope, reading.report)
        : false;
  }
}

function applyValue(directive: Directive, row: DirectiveRow, args: readonly string[], scope: Scope, report: Report) {
  const result = readValue(row, args, scope.values.get(row.name) ?? null);
  if (result === null) return true;
  if ('error' in result) {
    report.error(result.error, placeOf(directive, directive.args[result.arg]));
    return false;
  }
  for (const word of result.repeated) report.warning(`duplicate value "${word}"`, placeOf(directive));
  if (row.kind === 'size' && Number(result.value) > BUFFER_MAX) {
    report.error(`"${row.name}" is at most 16m in the lab`, placeOf(directive, directive.args[0]));
  }
  scope.values.set(row.name, result.value);
  return true;
}

/** Takes a directive whose name, place and number of arguments are right. */
export function applyDirective(directive: Directive, row: DirectiveRow, scope: Scope, reading: Reading): void {
  const { report } = reading;
  const args = directive.args.map((word) => word.text);
  if (row.repeat === 'error' && scope.seen.has(row.name)) {
    report.error(`"${row.name}" directive is duplicate`, placeOf(directive));
    return;
  }
  if (applySpecial(directive, args, scope, reading)) return;
  if (!applyValue(directive, row, args, scope, report)) return;
  const word = row.kind === 'any' ? args[0] : args[0]?.toLowerCase();
  if (row.state === 'later' && (row.fine === undefined || word !== row.fine)) {
    report.error(notYet(`"${row.name}" is a directive of nginx`), placeOf(directive));
  }
}
