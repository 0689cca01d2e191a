/** Addresses as `ngx_parse_url()` of src/core/ngx_inet.c reads them, in `listen`, `auth_http` and `error_log`. */
import { printAddress, readAddress } from '../wire/ip.ts';
import { parseNumber } from './units.ts';

/** What the directive allows (fields of the same names in `ngx_url_t`). */
export interface UrlRules {
  /** `listen`: a lone port, `*` and ranges of ports are addresses too. */
  readonly listen: boolean;
  /** `auth_http`: a path may follow. */
  readonly uriPart: boolean;
  readonly defaultPort: number;
}

/** An address taken apart. */
export interface Url {
  readonly family: 'inet' | 'inet6' | 'unix' | 'name';
  /** The host as written (IPv6 in brackets), the path of a unix socket, or `''` for a lone port. */
  readonly host: string;
  /** The IP literal in its usual form, without brackets; `''` for a name that is not an address. */
  readonly address: string;
  readonly port: number;
  /** The end of a range of ports; the same as `port` without one. */
  readonly lastPort: number;
  readonly uri: string;
}

/** A `Url`, or what is wrong in nginx's words. */
export type UrlResult = { readonly url: Url } | { readonly error: string };

const PORT_MAX = 65_535;

/** `sizeof(sun_path)` on Linux, less the NUL that ends it. */
const UNIX_PATH_MAX = 107;

function validPort(text: string): number | null {
  const port = parseNumber(text);
  return port === null || port < 1 || port > PORT_MAX ? null : port;
}

type Ports = { readonly port: number; readonly lastPort: number } | { readonly error: string };

function parsePorts(text: string, listen: boolean): Ports {
  const dash = listen ? text.indexOf('-') : -1;
  const first = validPort(dash < 0 ? text : text.slice(0, dash));
  const last = dash < 0 ? first : validPort(text.slice(dash + 1));
  if (first === null || last === null) return { error: 'invalid port' };
  return first > last ? { error: 'invalid port range' } : { port: first, lastPort: last };
}

/** An IP literal in its usual form, where it is one of that many words (2: IPv4, 8: IPv6). */
function literal(text: string, words: number): string | null {
  const read = readAddress(text);
  return read?.length === words ? printAddress(read) : null;
}

/** A number as C writes it: `10`, `012` or `0xa`. */
function cNumber(text: string): number | null {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text, 16);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9][0-9]*$/.test(text) ? Number.parseInt(text, 10) : null;
}

/** The other forms that the system takes for an IPv4 address (`inet_aton`): `127.1`, `0x7f.0.0.1`, `2130706433`. */
function systemIpv4(text: string): string | null {
  const numbers = text.split('.').map(cNumber);
  const last = numbers.pop() ?? null;
  const bytes = numbers.filter((number) => number !== null && number <= 255);
  const room = 4 - bytes.length;
  if (last === null || bytes.length < numbers.length || room < 1 || last >= 256 ** room) return null;
  const rest = Array.from({ length: room }, (_, index) => Math.floor(last / 256 ** (room - 1 - index)) % 256);
  return [...bytes, ...rest].join('.');
}

/** Whether a name server could know the name: letters, digits, `-` and `_`, and no number at the end. */
function isName(text: string): boolean {
  return /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?$/i.test(text) && !/(?:^|\.)[0-9]+\.?$/.test(text);
}

function parseUnix(text: string, uriPart: boolean): UrlResult {
  const rest = text.slice('unix:'.length);
  const colon = uriPart ? rest.indexOf(':') : -1;
  const path = colon < 0 ? rest : rest.slice(0, colon);
  if (path === '') return { error: 'no path in the unix domain socket' };
  if (path.length > UNIX_PATH_MAX) return { error: 'too long path in the unix domain socket' };
  const uri = colon < 0 ? '' : rest.slice(colon + 1);
  return { url: { family: 'unix', host: path, address: '', port: 0, lastPort: 0, uri } };
}

/** Cuts `host:port` from the path; null where a path is not allowed. */
function cutUri(text: string, begin: RegExp, rules: UrlRules): { readonly place: string; readonly uri: string } | null {
  const at = text.search(begin);
  if (at < 0) return { place: text, uri: '' };
  if (rules.listen || !rules.uriPart) return null;
  return { place: text.slice(0, at), uri: text.slice(at) };
}

function parseInet6(text: string, rules: UrlRules): UrlResult {
  const end = text.indexOf(']');
  const cut = end < 0 ? null : cutUri(text.slice(end + 1), /\//, rules);
  if (cut === null) return { error: 'invalid host' };
  let ports: Ports = { port: rules.defaultPort, lastPort: rules.defaultPort };
  if (cut.place !== '') {
    if (!cut.place.startsWith(':')) return { error: 'invalid host' };
    ports = parsePorts(cut.place.slice(1), rules.listen);
  }
  if ('error' in ports) return ports;
  if (end === 1) return { error: 'no host' };
  const address = literal(text.slice(1, end), 8);
  if (address === null) return { error: 'invalid IPv6 address' };
  return { url: { family: 'inet6', host: text.slice(0, end + 1), address, ...ports, uri: cut.uri } };
}

/** A `listen` that is only a port or a range of ports; null when it is not one. */
function parseLonePort(text: string): UrlResult | null {
  const parts = text.split('-');
  // What is no number is taken as a host name.
  if (parts.length > 2 || parts.some((part) => parseNumber(part) === null)) return null;
  const ports = parsePorts(text, true);
  return 'error' in ports ? ports : { url: { family: 'inet', host: '', address: '0.0.0.0', ...ports, uri: '' } };
}

function parseInet(text: string, rules: UrlRules): UrlResult {
  const cut = cutUri(text, /[/?]/, rules);
  if (cut === null) return { error: 'invalid host' };
  const colon = cut.place.indexOf(':');
  if (colon < 0 && rules.listen) {
    const lone = parseLonePort(cut.place);
    if (lone !== null) return lone;
  }
  const ports: Ports =
    colon < 0
      ? { port: rules.defaultPort, lastPort: rules.defaultPort }
      : parsePorts(cut.place.slice(colon + 1), rules.listen);
  if ('error' in ports) return ports;
  const host = colon < 0 ? cut.place : cut.place.slice(0, colon);
  if (host === '') return { error: 'no host' };
  if (host === '*' && rules.listen) {
    return { url: { family: 'inet', host, address: '0.0.0.0', ...ports, uri: cut.uri } };
  }
  const address = literal(host, 2) ?? systemIpv4(host);
  if (address === null && !isName(host)) return { error: 'host not found' };
  return { url: { family: address === null ? 'name' : 'inet', host, address: address ?? '', ...ports, uri: cut.uri } };
}

/** Takes an address apart. Names are not looked up: they come back with family `name`. */
export function parseUrl(text: string, rules: UrlRules): UrlResult {
  if (/^unix:/i.test(text)) return parseUnix(text, rules.uriPart);
  return text.startsWith('[') ? parseInet6(text, rules) : parseInet(text, rules);
}
