/** The lab's proxy as a whole nginx.conf. Its text stays as it is, but for what another place makes necessary. */
import { directiveNamed } from '../nginx/directives.ts';
import { INCLUDE_DEPTH_MAX, type Include } from '../nginx/include.ts';
import type { Listen, MailConf, MailServer } from '../nginx/mail.ts';
import { type Directive, parse } from '../nginx/parse.ts';
import { fullName } from '../nginx/ssl.ts';
import { isLoopback } from '../wire/loopback.ts';
import { comment } from './print.ts';

/** A configuration's text with everything it includes, and where its relative names begin. */
export interface Written {
  readonly text: string;
  readonly folder: string;
}

/** What a configuration is to be made into. */
export interface Target {
  readonly conf: MailConf;
  /** Whether an `auth_http` argument, as written, names the lab's own service, and then what to write instead. */
  readonly authHttp: (text: string) => string | null;
  /** Put before everything, without the number signs. */
  readonly head: readonly string[];
  /** Main-level directives that are written unless the text has them: name and whole line. */
  readonly defaults: readonly (readonly [string, string])[];
  /** `load_module` of the mail module: its path, or null where it is built in. */
  readonly module: string | null;
  /** Other programs reach the proxy through the container's own address only. */
  readonly container: boolean;
  /** Names of certificate and key for the servers that have none. */
  readonly certificate: readonly [string, string] | null;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function apply(text: string, edits: readonly Edit[]): string {
  let rest = text;
  for (const { from, to, text: put } of edits.toSorted((a, b) => b.from - a.from)) {
    rest = rest.slice(0, from) + put + rest.slice(to);
  }
  return rest;
}

const endOf = ({ end }: Directive): number => end.offset + end.raw.length;

/** Blocks that the lab does not run, and which are taken over as they stand. */
const foreign = ['http', 'stream'];

/** All directives of a text, those of foreign blocks left out. */
function* directivesIn(children: readonly Directive[]): Generator<Directive> {
  for (const directive of children) {
    yield directive;
    if (directive.block && !foreign.includes(directive.name.text)) yield* directivesIn(directive.block.children);
  }
}

/** Puts the included files where they are included; the text has been read and found right. */
export function flatten(text: string, include: Include, depth = 0): string {
  const edits: Edit[] = [];
  for (const directive of directivesIn(parse(text).file.children)) {
    const [pattern] = directive.args;
    if (directive.name.text !== 'include' || pattern === undefined || depth > INCLUDE_DEPTH_MAX) continue;
    const parts = include(pattern.text).map((file) => {
      const read = file.read();
      const inner = 'text' in read ? flatten(read.text, include, depth + 1) : '';
      return `# ${comment(file.name)}:\n${inner.replace(/\n?$/, '\n')}`;
    });
    const put = [`# include ${comment(pattern.text)} is here:\n`, ...parts, '# end of what was included\n'];
    edits.push({ from: directive.name.offset, to: endOf(directive), text: put.join('') });
  }
  return apply(text, edits);
}

/** Blocks of a configuration that the lab did not run. */
export const foreignBlocks = (text: string): readonly string[] =>
  parse(text).file.children.flatMap(({ name }) => (foreign.includes(name.text) ? [name.text] : []));

/** Files on this disk that a configuration names. */
export function filesNamed({ text, folder }: Written): readonly string[] {
  const names = [...directivesIn(parse(text).file.children)].flatMap((directive) => pathsOf(directive, folder));
  return [...new Set(names.map(({ path }) => path))].filter((path) => path.startsWith('/'));
}

/** The words of a directive that name a file, and its whole name. */
function pathsOf({ name, args }: Directive, folder: string) {
  const kind = directiveNamed(name.text)?.kind;
  if (kind !== 'file' && kind !== 'files') return [];
  return args.flatMap((word) => {
    if (word.text === '') return [];
    return [{ word, path: fullName({ path: word.text, file: '', line: 0, column: 0 }, folder).path }];
  });
}

/** A word as nginx reads it back. */
const printWord = (text: string): string =>
  /^[^\s;{}"'\\#$]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Whether a server speaks TLS and has no certificate: the lab shows one of its own there. */
export const lacksCertificate = ({ listens, starttls, ssl }: MailServer): boolean =>
  ssl.certificates.length === 0 && (starttls !== 'off' || listens.some((listen) => listen.ssl));

/** The whole file. */
export function wholeConf({ text, folder }: Written, target: Target): string {
  const { children } = parse(text).file;
  const listens = new Map(target.conf.servers.flatMap((server) => server.listens).map((one) => [one.text, one]));
  const edits = [...directivesIn(children)].flatMap((directive) => editsOf(directive, { folder, listens }, target));
  const names = new Set(children.map(({ name }) => name.text));
  const module = target.module === null ? [] : [`load_module ${printWord(target.module)};`];
  const hasModule = children.some(isMailModule);
  const defaults = target.defaults.filter(([name]) => !names.has(name)).map(([, line]) => line);
  const events = names.has('events') ? [] : ['events {', '    worker_connections 1024;', '}', ''];
  const first = [...target.head.map((line) => `# ${line}`.trimEnd()), ''];
  if (module.length > 0 && !hasModule) first.push(...module);
  if (defaults.length > 0) first.push(...defaults, '');
  // A module is loaded before the first block, or not at all.
  const late = names.has('load_module');
  const body = apply(text, edits).replace(/\n?$/, '\n');
  const parts = late ? [...first, body, ...events] : [...first, ...events, body];
  return parts.join('\n').replace(/\n+$/, '\n');
}

const isMailModule = ({ name, args }: Directive): boolean =>
  name.text === 'load_module' && /(^|\/)ngx_mail_module\.so$/.test(args[0]?.text ?? '');

interface Around {
  readonly folder: string;
  readonly listens: ReadonlyMap<string, Listen>;
}

function editsOf(directive: Directive, { folder, listens }: Around, target: Target): readonly Edit[] {
  const { name, args, end } = directive;
  const [first] = args;
  const whole = (text: string): Edit => ({ from: name.offset, to: endOf(directive), text });
  const word = (text: string): readonly Edit[] =>
    first ? [{ from: first.offset, to: first.offset + first.raw.length, text: printWord(text) }] : [];
  if (name.text === 'mail' && target.certificate !== null) {
    const [certificate, key] = target.certificate;
    const at = end.offset + 1;
    const text = `\n    ssl_certificate     ${printWord(certificate)};\n    ssl_certificate_key ${printWord(key)};\n`;
    return [{ from: at, to: at, text }];
  }
  if (isMailModule(directive)) return target.module === null ? [whole('')] : word(target.module);
  if (name.text === 'daemon' && target.container) return [whole('daemon off;')];
  if (name.text === 'auth_http') {
    const other = target.authHttp(first?.text ?? '');
    return other === null || other === first?.text ? [] : word(other);
  }
  const listen = name.text === 'listen' && target.container ? listens.get(first?.text ?? '') : undefined;
  if (listen && isLoopback(listen.host)) return word(everyAddress(listen));
  return pathsOf(directive, folder).flatMap(({ word: { text, raw, offset }, path }) =>
    path === text ? [] : [{ from: offset, to: offset + raw.length, text: printWord(path) }],
  );
}

/** A loopback listener on every address of its kind. */
const everyAddress = ({ host, port }: Listen): string => (host.includes(':') ? `[::]:${port}` : String(port));

/** Whether two listeners become one when each loopback address is made to all addresses. */
export function collides({ servers }: MailConf): boolean {
  const addresses = servers.flatMap(({ listens }) =>
    listens
      .filter(({ unix }) => unix === undefined)
      .map((one) => (isLoopback(one.host) ? everyAddress(one) : textOf(one))),
  );
  return new Set(addresses).size < addresses.length;
}

const textOf = (listen: Listen): string => {
  if (listen.host === '*') return String(listen.port);
  return listen.host === '::' ? `[::]:${listen.port}` : listen.text;
};
