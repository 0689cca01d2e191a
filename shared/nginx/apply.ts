/** Takes one well-formed directive into the level it stands on. */
import type { AuthTarget } from '../auth/lookup.ts';
import type { Protocol } from '../machine/machine.ts';
import { readAuthTarget } from './auth-target.ts';
import { bytesOf } from './bytes.ts';
import { applyCoreDirective } from './core.ts';
import type { DirectiveRow, Kind } from './directives.ts';
import { readErrorLog } from './error-log.ts';
import { readListen } from './listen.ts';
import type { Listen, MailServer, Resolver } from './mail.ts';
import { readNetworks } from './network.ts';
import type { Directive } from './parse.ts';
import type { Place } from './report.ts';
import { readResolver } from './resolver.ts';
import type { Scope } from './scope.ts';
import { readSessionCache } from './session-cache.ts';
import { fullName, type TlsChecks } from './ssl.ts';
import { readValue } from './values.ts';

/** What is known while a configuration is read. */
export interface Reading extends TlsChecks {
  readonly hostname: string;
  readonly servers: Scope[];
  mail: Scope | null;
  /** Every address and port that is listened on so far, in nginx's form. */
  readonly addresses: Set<string>;
  /** Shared session caches by name, with their sizes. */
  readonly zones: Map<string, number>;
  /** Where servers and addresses are written. */
  readonly places: Map<MailServer | Listen | AuthTarget | Resolver, Place>;
}

/** One directive with its arguments, the level it stands on, and all that is known. */
interface Application {
  readonly directive: Directive;
  readonly name: string;
  readonly args: readonly string[];
  readonly first: string;
  readonly scope: Scope;
  readonly reading: Reading;
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

/** The place of an argument (from 0), as nginx counts lines. */
function placeOfArg({ directive, reading }: Application, arg: number): Place {
  return reading.report.placeOf(directive, directive.args[arg]);
}

function complain(application: Application, error: string, arg = 0): void {
  application.reading.report.error(error, placeOfArg(application, arg));
}

function applyListen(application: Application): void {
  const { args, first, scope, reading } = application;
  const { addresses, port, ssl, problems, notes } = readListen(args);
  for (const { message, arg } of problems) complain(application, message, arg);
  for (const { message, arg } of notes) reading.report.note(message, placeOfArg(application, arg));
  if (port === null) {
    scope.portLost = true;
    return;
  }
  const place = placeOfArg(application, 0);
  scope.protocol ??= PORTS.get(port) ?? null;
  if (ssl) scope.tls = { mode: 'listen ... ssl', place };
  for (const { text, listen } of addresses) {
    const address = listen.unix === undefined ? text : `unix:${listen.unix}`;
    if (reading.addresses.has(address)) {
      complain(application, `duplicate "${text}" address and port pair`);
      continue;
    }
    reading.addresses.add(address);
    const whole = { text: first, ...listen, line: place.line };
    reading.places.set(whole, place);
    scope.listens.push(whole);
  }
}

function applyProtocol(application: Application): void {
  const protocol = PROTOCOLS.find((one) => one === application.first);
  if (protocol) application.scope.protocol = protocol;
  else complain(application, `unknown protocol "${application.first}"`);
}

function applyAuthHttp(application: Application): void {
  const result = readAuthTarget(application.first);
  if ('error' in result) {
    complain(application, result.error);
    return;
  }
  application.scope.authHttp = result.target;
  application.reading.places.set(result.target, placeOfArg(application, 0));
}

function applyErrorLog(application: Application): void {
  const result = readErrorLog(application.args);
  if ('error' in result) complain(application, result.error, result.arg);
  else application.scope.errorLogs.push(result.log);
}

function applyPair({ name, args: [key = '', value = ''], scope }: Application): void {
  const pairs = scope.pairs.get(name) ?? [];
  pairs.push([bytesOf(key), bytesOf(value)]);
  scope.pairs.set(name, pairs);
}

function applyFile(application: Application): void {
  const { name, first, scope } = application;
  const { trial, folder } = application.reading;
  const file = { path: first, ...placeOfArg(application, 0) };
  scope.files.set(name, [...(scope.files.get(name) ?? []), file]);
  const error = name === 'ssl_password_file' ? (trial?.passwords(fullName(file, folder)) ?? null) : null;
  if (error !== null) complain(application, error);
}

function applyNetwork(application: Application): void {
  const { first, scope, reading } = application;
  const result = readNetworks(first);
  if ('error' in result) {
    complain(application, result.error);
    return;
  }
  if (result.warning !== null) reading.report.warning(result.warning, placeOfArg(application, 0));
  scope.realIpFrom.push(...result.networks);
}

function applyResolver(application: Application): void {
  const { args, first, scope, reading } = application;
  const result = first === 'off' ? { resolver: null } : readResolver(args);
  if ('error' in result) {
    complain(application, result.error, result.arg);
    return;
  }
  scope.resolver = result.resolver ?? 'off';
  if (result.resolver !== null) reading.places.set(result.resolver, placeOfArg(application, 0));
}

function applySessionCache(application: Application): void {
  const { args, scope, reading } = application;
  const result = readSessionCache(args, scope.sessionCache, reading.zones);
  if ('error' in result) complain(application, result.error, result.arg);
  else scope.sessionCache = result.cache;
}

/** The kinds with a form of their own. */
const SPECIAL: Readonly<Partial<Record<Kind, (application: Application) => void>>> = {
  listen: applyListen,
  protocol: applyProtocol,
  auth_http: applyAuthHttp,
  error_log: applyErrorLog,
  pair: applyPair,
  file: applyFile,
  files: applyFile,
  network: applyNetwork,
  resolver: applyResolver,
  session_cache: applySessionCache,
};

function applyValue(application: Application, row: DirectiveRow): void {
  const { directive, args, scope, reading } = application;
  const { report } = reading;
  const result = readValue(row, args, scope.values.get(row.name) ?? null);
  if (result === null) return;
  if ('error' in result) {
    complain(application, result.error, result.arg);
    return;
  }
  for (const word of result.repeated) report.warning(`duplicate value "${word}"`, report.placeOf(directive));
  if (row.kind === 'size' && Number(result.value) > BUFFER_MAX) {
    complain(application, `"${row.name}" is at most 16m in the lab`);
  }
  scope.values.set(row.name, result.value);
  if (row.name === 'starttls' && scope.tls === null) {
    scope.tls = { mode: 'starttls', place: report.placeOf(directive) };
  }
}

/** Takes a directive whose name, place and number of arguments are right. */
export function applyDirective(directive: Directive, row: DirectiveRow, scope: Scope, reading: Reading): void {
  const { report } = reading;
  const place = report.placeOf(directive);
  if (row.repeat === 'error' && scope.seen.has(row.name)) {
    report.error(`"${row.name}" directive is duplicate`, place);
    return;
  }
  scope.places.set(row.name, place);
  const args = directive.args.map((word) => word.text);
  const special = SPECIAL[row.kind];
  if (special) special({ directive, name: row.name, args, first: args[0] ?? '', scope, reading });
  else if (scope.context === 'mail' || scope.context === 'server') {
    applyValue({ directive, name: row.name, args, first: args[0] ?? '', scope, reading }, row);
  } else if (!applyCoreDirective(directive, args, scope, report)) {
    applyValue({ directive, name: row.name, args, first: args[0] ?? '', scope, reading }, row);
  }
}
