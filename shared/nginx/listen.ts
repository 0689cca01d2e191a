/** `listen ADDRESS [parameter …]` (`ngx_mail_core_listen()` in src/mail/ngx_mail_core_module.c). */
import { parseUrl, type Url } from './inet.ts';
import { notYet } from './report.ts';
import { parseNumber, parseSeconds, parseSize } from './units.ts';

/** One address and port of a `listen`: in `duplicate` form for nginx's message, and what to bind. */
export interface ListenAddress {
  /** `0.0.0.0:25`, `[::1]:25`. */
  readonly text: string;
  readonly host: string;
  readonly port: number;
}

/** Something wrong, with the argument it is about (from 0). */
export interface ListenProblem {
  readonly message: string;
  readonly arg: number;
}

/** What one `listen` asks for. */
export interface ListenResult {
  readonly addresses: readonly ListenAddress[];
  /** Null when the address is not valid. */
  readonly port: number | null;
  readonly backlog: number | null;
  readonly problems: readonly ListenProblem[];
}

/** How many ports one range may open in the lab. */
const RANGE_MAX = 100;

/** What a parameter of `listen` does: an error in nginx's words, or something the lab cannot do, or nothing more. */
type Parameter = { readonly error: string } | { readonly later: string } | { readonly backlog: number } | null;

function backlog(text: string, whole: string): Parameter {
  const value = parseNumber(text);
  return value === null || value === 0 ? { error: `invalid backlog "${whole}"` } : { backlog: value };
}

function bufferSize(name: string, text: string): Parameter {
  return parseSize(text) === null ? { error: `invalid ${name} "${name}=${text}"` } : { later: name };
}

function ipv6only(text: string, family: Url['family']): Parameter {
  if (text === 'on') return null;
  // Only an IPv6 address can take IPv4 clients too.
  if (text === 'off') return family === 'inet6' ? { later: 'ipv6only=off' } : null;
  return { error: text.startsWith('o') ? `invalid ipv6only flags "${text}"` : `invalid parameter "ipv6only=${text}"` };
}

function keepalive(text: string): Parameter {
  if (text === 'off') return null;
  const [idle = '', interval = '', ...rest] = text.split(':');
  const numbers = [
    idle === '' ? 0 : parseSeconds(idle),
    interval === '' ? 0 : parseSeconds(interval),
    rest.join(':') === '' ? 0 : parseNumber(rest.join(':')),
  ];
  const valid = text === 'on' || (!numbers.includes(null) && numbers.some((number) => number !== 0));
  return valid ? { later: 'so_keepalive' } : { error: `invalid so_keepalive value: "${text}"` };
}

function parameter(whole: string, family: Url['family']): Parameter {
  const equals = whole.indexOf('=');
  const name = equals < 0 ? whole : whole.slice(0, equals);
  const value = equals < 0 ? null : whole.slice(equals + 1);
  if (value === null) {
    if (name === 'bind') return null;
    if (name === 'ssl' || name === 'proxy_protocol' || name === 'multipath') return { later: name };
  } else {
    if (name === 'backlog') return backlog(value, whole);
    if (name === 'rcvbuf' || name === 'sndbuf') return bufferSize(name, value);
    if (name === 'ipv6only') return ipv6only(value, family);
    if (name === 'so_keepalive') return keepalive(value);
  }
  return { error: `invalid parameter "${whole}"` };
}

function addressesOf(url: Url): readonly ListenAddress[] {
  const hosts = url.family === 'name' ? ['127.0.0.1', '::1'] : [url.address];
  const ports = Array.from({ length: url.lastPort - url.port + 1 }, (_, index) => url.port + index);
  return hosts.flatMap((host) =>
    ports.map((port) => ({
      text: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
      host: host === '0.0.0.0' ? '*' : host,
      port,
    })),
  );
}

/** Why the address cannot be listened on; nginx's reason first, then the lab's own. */
function addressError(text: string, url: Url): string | null {
  if (url.family === 'name' && url.host.toLowerCase() !== 'localhost') {
    return `host not found in "${text}" of the "listen" directive`;
  }
  if (url.family === 'unix') return notYet('a unix socket is an address of nginx');
  if (url.lastPort - url.port >= RANGE_MAX) {
    return `"${text}" asks for more than ${RANGE_MAX} ports, which is the most that the lab opens for one "listen"`;
  }
  return null;
}

/** Reads the arguments of one `listen`. A name other than `localhost` is not found: the lab looks up no names here. */
export function readListen(args: readonly string[]): ListenResult {
  const [text = '', ...parameters] = args;
  const result = parseUrl(text, { listen: true, uriPart: false, defaultPort: 0 });
  if ('error' in result) {
    const problem = { message: `${result.error} in "${text}" of the "listen" directive`, arg: 0 };
    return { addresses: [], port: null, backlog: null, problems: [problem] };
  }
  const { url } = result;
  const problems: ListenProblem[] = [];
  const missing: ListenProblem[] = [];
  const error = addressError(text, url);
  if (error !== null) (url.family === 'name' ? problems : missing).push({ message: error, arg: 0 });
  let queue: number | null = null;
  for (const [index, word] of parameters.entries()) {
    const read = parameter(word, url.family);
    if (read === null) continue;
    if ('backlog' in read) queue = read.backlog;
    else if ('error' in read) problems.push({ message: read.error, arg: index + 1 });
    else missing.push({ message: notYet(`"${read.later}" is a parameter of nginx's "listen"`), arg: index + 1 });
  }
  // What nginx complains of comes before what only the lab cannot do.
  return {
    addresses: error === null ? addressesOf(url) : [],
    port: url.port,
    backlog: queue,
    problems: [...problems, ...missing],
  };
}
