/** From the text of a configuration to the values that each server runs by, or to all that is wrong with it. */
import type { AuthTarget } from '../auth/lookup.ts';
import type { Problem } from '../lab/problem.ts';
import { applyDirective, type Reading } from './apply.ts';
import { buildProcess, buildServer } from './build.ts';
import { directiveNamed } from './directives.ts';
import { ELSEWHERE } from './elsewhere.ts';
import { type Include, Includes } from './include.ts';
import type { Listen, MailConf, MailServer, Resolver } from './mail.ts';
import { type Directive, parse } from './parse.ts';
import { type Place, Report } from './report.ts';
import { newScope, type Scope } from './scope.ts';
import { checkSsl, type TlsTrial } from './ssl.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** Where the text comes from and where it runs. */
export interface ReadOptions {
  /** The name for `Problem.file`. */
  readonly file: string;
  /** The machine's name: the server name where none is given. */
  readonly hostname: string;
  /** The line of `file` on which the text begins, when it is embedded in another file. */
  readonly firstLine?: number;
  /** The folder of the configuration file, with which names of TLS files are made whole (`FileName`). */
  readonly folder?: string;
  /** Finds included files; without it an `include` is an error. */
  readonly include?: Include;
  /** Tries what TLS directives name; without it only what the text itself tells is checked. */
  readonly trial?: TlsTrial;
  /** The text is meant to be all that nginx reads: unless it is a mail section alone, it needs an `events` section too. */
  readonly whole?: boolean;
}

/** Where parts of a configuration are written. */
type Places = ReadonlyMap<MailServer | Listen | AuthTarget | Resolver, Place>;

/** The configuration, or null when any problem is an error. */
export interface ReadResult {
  readonly conf: MailConf | null;
  readonly problems: readonly Problem[];
  /** Where the servers of `conf`, their addresses and their resolvers are written. */
  readonly places: Places;
}

/** A configuration that is being read, with the files it is made of. */
interface Whole extends Reading {
  readonly includes: Includes;
  /** Some text broke off or could not be read, so that what is missing may stand there. */
  broken: boolean;
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

/** Reads one text into a level. */
function readText(text: string, scope: Scope, reading: Whole): void {
  const { report } = reading;
  const { file, fault } = parse(text);
  readBlock(file.children, scope, reading);
  if (text.startsWith(BYTE_ORDER_MARK) && report.failed) {
    const hint = 'the file begins with a byte order mark, which nginx takes for a letter: save it as UTF-8 without one';
    report.warning(hint, report.at({ line: 1, column: 1 }));
  }
  if (fault === null) return;
  reading.broken = true;
  report.error(fault.message, report.at(fault));
}

/** Reads the directives of one block; blocks inside are read where they stand, as nginx does. */
function readBlock(children: readonly Directive[], scope: Scope, reading: Whole): void {
  const { report } = reading;
  for (const directive of children) {
    const name = directive.name.text;
    const row = directiveNamed(name);
    const error = formError(directive, scope);
    if (error !== null) report.error(error, report.placeOf(directive));
    else if (row === null) continue;
    else if (row.kind === 'block') readInner(directive, scope, reading);
    else if (row.kind === 'include') readIncluded(directive, scope, reading);
    else applyDirective(directive, row, scope, reading);
    scope.seen.add(name);
  }
}

/** Reads included files into the level on which the `include` stands. */
function readIncluded(directive: Directive, scope: Scope, reading: Whole): void {
  const { report, includes } = reading;
  const [pattern] = directive.args;
  const whole = includes.follow(pattern?.text ?? '', report.placeOf(directive, pattern), report, (file, text) => {
    const { source } = report;
    report.source = { file, firstLine: 1 };
    readText(text, scope, reading);
    report.source = source;
  });
  if (!whole) reading.broken = true;
}

function readInner(directive: Directive, outer: Scope, reading: Whole): void {
  const { report } = reading;
  const name = directive.name.text;
  if (name !== 'server' && outer.seen.has(name)) {
    report.error(`"${name}" directive is duplicate`, report.placeOf(directive));
    return;
  }
  if (name === 'http' || name === 'stream') {
    report.note(`"${name}" is skipped: the lab runs only the "mail" section`, report.placeOf(directive));
    return;
  }
  const context = name === 'mail' || name === 'server' ? name : 'events';
  const scope = newScope(context, report.placeOf(directive, directive.end));
  if (context === 'server') reading.servers.push(scope);
  if (context === 'mail') reading.mail = scope;
  readBlock(directive.block?.children ?? [], scope, reading);
  if (directive.block?.close === null || reading.broken) return;
  if (context === 'server' && !scope.seen.has('listen')) {
    // At the line of `{`, though nginx notices it at the `}`.
    report.error('no "listen" is defined for server', scope.place);
  }
  if (context === 'mail') checkServers(scope, reading);
}

/** What nginx checks when the mail section is complete: one thing for all servers, then the next. */
function checkServers(mail: Scope, reading: Reading): void {
  const { servers, report } = reading;
  for (const server of servers) {
    const { protocol, seen, portLost } = server;
    // A server whose `protocol` or `listen` is faulty has been complained of already.
    if (protocol === null && !seen.has('protocol') && seen.has('listen') && !portLost) {
      report.error('unknown mail protocol for server', server.place);
    }
  }
  for (const server of servers) checkSsl(server, mail, reading);
  for (const server of servers) {
    if (server.seen.has('auth_http') || mail.seen.has('auth_http')) continue;
    report.error('no "auth_http" is defined for server', server.place);
  }
}

/** What nginx says of a text as a whole, when all of it is read. */
function checkWhole(main: Scope, reading: Reading, whole: boolean): void {
  const { report, mail } = reading;
  if (report.failed) return;
  const more = [...main.seen].some((name) => name !== 'mail' && name !== 'include');
  if (whole && more && !main.seen.has('events')) report.error('no "events" section in configuration', main.place);
  if (mail === null) report.warning('there is no "mail" section, so the proxy listens to nothing', main.place);
}

/**
 * Reads a configuration: a whole nginx.conf, or its mail section alone. Never throws. Problems come in nginx's order
 * (the first error is the one that `nginx -t` prints) and in its words, without the ` in FILE:LINE` at their end.
 */
export function readMail(text: string, options: ReadOptions): ReadResult {
  const report = new Report({ file: options.file, firstLine: options.firstLine ?? 1 });
  const main = newScope('main', report.at({ line: 1, column: 1 }));
  const reading: Whole = {
    report,
    hostname: options.hostname,
    folder: options.folder ?? null,
    trial: options.trial ?? null,
    servers: [],
    mail: null,
    addresses: new Set(),
    zones: new Map(),
    places: new Map(),
    includes: new Includes(options.include ?? null, options.file),
    broken: false,
  };
  readText(text, main, reading);
  checkWhole(main, reading, options.whole === true);
  const { problems } = report;
  const { mail, places } = reading;
  if (report.failed) return { conf: null, problems, places };
  const { hostname, folder } = reading;
  const servers = reading.servers.flatMap((scope) => {
    const server = buildServer(scope, { mail: mail ?? main, main, hostname, folder });
    if (server !== null) places.set(server, scope.place);
    return server ?? [];
  });
  return { conf: { servers, process: buildProcess(main) }, problems, places };
}
