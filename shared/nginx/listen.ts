/** `listen ADDRESS [parameter …]` (`ngx_mail_core_listen()` in src/mail/ngx_mail_core_module.c). */
import { parseUrl, type Url } from './inet.ts';
import type { Listen } from './mail.ts';
import { parseNumber, parseSeconds, parseSize } from './units.ts';

/** One address and port of a `listen`. */
export interface ListenAddress {
  /** As nginx names it in `duplicate "…"`: `0.0.0.0:25`, `[::1]:25`, `unix:/a`. */
  readonly text: string;
  readonly listen: Omit<Listen, 'text' | 'line'>;
}

/** Something to say, with the argument it is about (from 0). */
export interface ListenRemark {
  readonly message: string;
  readonly arg: number;
}

/** What one `listen` asks for. */
export interface ListenResult {
  readonly addresses: readonly ListenAddress[];
  /** Null when the address is not valid. */
  readonly port: number | null;
  readonly ssl: boolean;
  readonly problems: readonly ListenRemark[];
  readonly notes: readonly ListenRemark[];
}

/** How many ports one range may open in the lab. */
const RANGE_MAX = 100;

type Settings = Pick<Listen, 'backlog' | 'ssl' | 'proxyProtocol' | 'bind' | 'ipv6only' | 'keepalive'>;

/** What a parameter of `listen` sets, or an error in nginx's words, or what the lab does not do of it. */
type Parameter = { readonly set: Settings } | { readonly error: string } | { readonly idle: string };

/** Parameters that set something of the socket ask for a socket of its own, too. */
function ofSocket(settings: Settings): Parameter {
  return { set: { ...settings, bind: true } };
}

function backlog(text: string, whole: string): Parameter {
  const value = parseNumber(text);
  return value === null || value === 0 ? { error: `invalid backlog "${whole}"` } : ofSocket({ backlog: value });
}

function bufferSize(name: string, text: string): Parameter {
  return parseSize(text) === null ? { error: `invalid ${name} "${name}=${text}"` } : { idle: name };
}

function ipv6only(text: string, family: Url['family']): Parameter {
  if (text === 'on') return ofSocket({});
  // Only an IPv6 address can take IPv4 clients too.
  if (text === 'off') return ofSocket(family === 'inet6' ? { ipv6only: false } : {});
  return { error: text.startsWith('o') ? `invalid ipv6only flags "${text}"` : `invalid parameter "ipv6only=${text}"` };
}

/** A part of `so_keepalive` in the unit given; 0 when it is left out. */
function keepalivePart(text: string, parse: (text: string) => number | null): number | null {
  return text === '' ? 0 : parse(text);
}

function keepalive(text: string): Parameter {
  if (text === 'off') return ofSocket({ keepalive: false });
  if (text === 'on') return ofSocket({ keepalive: { idleMs: null, intervalMs: null, count: null } });
  const [first = '', second = '', ...rest] = text.split(':');
  const idle = keepalivePart(first, parseSeconds);
  const interval = keepalivePart(second, parseSeconds);
  const count = keepalivePart(rest.join(':'), parseNumber);
  if (idle === null || interval === null || count === null || idle + interval + count === 0) {
    return { error: `invalid so_keepalive value: "${text}"` };
  }
  return ofSocket({
    keepalive: {
      idleMs: idle === 0 ? null : idle * 1000,
      intervalMs: interval === 0 ? null : interval * 1000,
      count: count === 0 ? null : count,
    },
  });
}

/** Parameters that stand alone. */
const WORDS: ReadonlyMap<string, Parameter> = new Map([
  ['bind', ofSocket({})],
  ['ssl', { set: { ssl: true } }],
  ['proxy_protocol', { set: { proxyProtocol: true } }],
  ['multipath', { idle: 'multipath' }],
]);

function parameter(whole: string, family: Url['family']): Parameter {
  const [, name, value = ''] = /^([^=]*)=(.*)$/s.exec(whole) ?? [];
  if (name === 'backlog') return backlog(value, whole);
  if (name === 'rcvbuf' || name === 'sndbuf') return bufferSize(name, value);
  if (name === 'ipv6only') return ipv6only(value, family);
  if (name === 'so_keepalive') return keepalive(value);
  return WORDS.get(whole) ?? { error: `invalid parameter "${whole}"` };
}

/** Where the address is, without the parameters. */
function addressesOf(text: string, url: Url): readonly ListenAddress[] {
  if (url.family === 'unix') return [{ text, listen: { host: 'unix:', port: 0, unix: url.host } }];
  const hosts = url.family === 'name' ? ['127.0.0.1', '::1'] : [url.address];
  const ports = Array.from({ length: url.lastPort - url.port + 1 }, (_, index) => url.port + index);
  return hosts.flatMap((host) =>
    ports.map((port) => ({
      text: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
      listen: { host: host === '0.0.0.0' ? '*' : host, port },
    })),
  );
}

/** Why the address cannot be listened on; nginx's reason, or the lab's own. */
function addressError(text: string, url: Url): string | null {
  if (url.family === 'name' && url.host.toLowerCase() !== 'localhost') {
    return `host not found in "${text}" of the "listen" directive`;
  }
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
    return { addresses: [], port: null, ssl: false, problems: [problem], notes: [] };
  }
  const { url } = result;
  const problems: ListenRemark[] = [];
  const notes: ListenRemark[] = [];
  const error = addressError(text, url);
  if (error !== null) problems.push({ message: error, arg: 0 });
  let settings: Settings = {};
  for (const [index, word] of parameters.entries()) {
    const read = parameter(word, url.family);
    if ('set' in read) settings = { ...settings, ...read.set };
    else if ('error' in read) problems.push({ message: read.error, arg: index + 1 });
    else {
      settings = { ...settings, bind: true };
      notes.push({ message: `"${read.idle}" has no effect in the lab: the system's own applies`, arg: index + 1 });
    }
  }
  const addresses = error === null ? addressesOf(text, url) : [];
  return {
    addresses: addresses.map((one) => ({ ...one, listen: { ...one.listen, ...settings } })),
    port: url.port,
    ssl: settings.ssl === true,
    problems,
    notes,
  };
}
