/** The bytes of nginx's question to the auth service: one HTTP/1.0 GET, everything in headers. */
import type { Bytes, Method, Protocol } from '../machine/machine.ts';
import type { AuthTarget, Lookup } from './lookup.ts';
import { percentDecode, percentEncode } from './text.ts';

/** A header's name and value, as spelled. */
export type Header = readonly [string, Bytes];

const methods: readonly string[] = ['plain', 'apop', 'cram-md5', 'external', 'none'] satisfies readonly Method[];
const protocols: readonly string[] = ['smtp', 'imap', 'pop3'] satisfies readonly Protocol[];

/** The question as nginx writes it, byte for byte (ngx_mail_auth_http_create_request). */
export function encodeRequest(lookup: Lookup, target: AuthTarget): Bytes {
  let text =
    `GET ${target.uri} HTTP/1.0\r\nHost: ${target.host}\r\nAuth-Method: ${lookup.method}\r\n` +
    `Auth-User: ${percentEncode(lookup.user)}\r\nAuth-Pass: ${percentEncode(lookup.password)}\r\n`;
  if (lookup.salt !== undefined) text += `Auth-Salt: ${lookup.salt}\r\n`;
  text += `Auth-Protocol: ${lookup.protocol}\r\nAuth-Login-Attempt: ${lookup.attempt}\r\nClient-IP: ${lookup.clientIp}\r\n`;
  if (lookup.clientHost) text += `Client-Host: ${lookup.clientHost}\r\n`;
  if (lookup.method === 'none') {
    text += `Auth-SMTP-Helo: ${lookup.helo ?? ''}\r\nAuth-SMTP-From: ${lookup.from ?? ''}\r\n`;
    text += `Auth-SMTP-To: ${lookup.to ?? ''}\r\n`;
  }
  if (lookup.tls) {
    text += `Auth-SSL: on\r\nAuth-SSL-Protocol: ${lookup.tls.protocol}\r\nAuth-SSL-Cipher: ${lookup.tls.cipher}\r\n`;
  }
  for (const [name, value] of lookup.headers) text += `${name}: ${value}\r\n`;
  return `${text}\r\n`;
}

/**
 * The question in a request's bytes. Tolerant, for curl and other hands: any method, any order of headers, either line
 * end; what is missing gets what `lookupOf` gives it.
 */
export function decodeRequest(bytes: Bytes): Lookup {
  const lines = bytes.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const blank = lines.indexOf('', 1);
  const headers: Header[] = [];
  for (const line of lines.slice(1, blank < 0 ? lines.length : blank)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.push([line.slice(0, colon), trimSpaces(line.slice(colon + 1))]);
  }
  return lookupOf(headers);
}

/** White space around a header's value is no part of it (RFC 9110 5.5). */
const trimSpaces = (value: Bytes): Bytes => value.replace(/^[ \t]+|[ \t]+$/g, '');

/** The headers that are fields of the lookup, lower-cased. */
const known = new Set([
  'host',
  'auth-method',
  'auth-user',
  'auth-pass',
  'auth-salt',
  'auth-protocol',
  'auth-login-attempt',
  'client-ip',
  'client-host',
  'auth-smtp-helo',
  'auth-smtp-from',
  'auth-smtp-to',
  'auth-ssl',
  'auth-ssl-protocol',
  'auth-ssl-cipher',
]);

/**
 * The question in a request's headers. Of a header that comes twice the first one counts, as nginx writes its own before
 * those of `auth_http_header`. Missing ones: method none if there is a recipient and plain otherwise, protocol smtp,
 * attempt 1, client 127.0.0.1.
 */
export function lookupOf(headers: readonly Header[]): Lookup {
  const fields = new Map<string, Bytes>();
  const others: Header[] = [];
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (known.has(key) && !fields.has(key)) fields.set(key, value);
    else others.push([name, value]);
  }
  const method = methodOf(fields);
  const salt = fields.get('auth-salt');
  const clientHost = fields.get('client-host');
  return {
    method,
    user: percentDecode(fields.get('auth-user') ?? ''),
    password: percentDecode(fields.get('auth-pass') ?? ''),
    ...(salt === undefined ? {} : { salt }),
    protocol: protocolOf(fields.get('auth-protocol')),
    attempt: attemptOf(fields.get('auth-login-attempt')),
    clientIp: fields.get('client-ip') || '127.0.0.1',
    ...(clientHost ? { clientHost } : {}),
    ...(method === 'none' ? envelope(fields) : {}),
    ...tlsOf(fields),
    headers: others,
  };
}

function methodOf(fields: ReadonlyMap<string, Bytes>): Method {
  const given = fields.get('auth-method')?.toLowerCase();
  if (given !== undefined && isMethod(given)) return given;
  return fields.has('auth-smtp-to') ? 'none' : 'plain';
}

const isMethod = (text: string): text is Method => methods.includes(text);
const isProtocol = (text: string): text is Protocol => protocols.includes(text);

function protocolOf(text: Bytes | undefined): Protocol {
  const given = text?.toLowerCase();
  return given !== undefined && isProtocol(given) ? given : 'smtp';
}

function attemptOf(text: Bytes | undefined): number {
  const attempt = /^\d{1,9}$/.test(text ?? '') ? Number(text) : 1;
  return attempt > 0 ? attempt : 1;
}

const envelope = (fields: ReadonlyMap<string, Bytes>): Pick<Lookup, 'helo' | 'from' | 'to'> => ({
  helo: fields.get('auth-smtp-helo') ?? '',
  from: fields.get('auth-smtp-from') ?? '',
  to: fields.get('auth-smtp-to') ?? '',
});

const tlsOf = (fields: ReadonlyMap<string, Bytes>): Pick<Lookup, 'tls'> =>
  fields.get('auth-ssl')?.toLowerCase() === 'on'
    ? { tls: { protocol: fields.get('auth-ssl-protocol') ?? '', cipher: fields.get('auth-ssl-cipher') ?? '' } }
    : {};
