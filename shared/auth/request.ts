/** The bytes of nginx's question to the auth service: one HTTP/1.0 GET, everything in headers. */
import type { Bytes, Method, Peer, Protocol, Proxied } from '../machine/machine.ts';
import type { AuthTarget, Lookup } from './lookup.ts';
import { percentDecode, percentEncode } from './text.ts';

type Tls = NonNullable<Lookup['tls']>;

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
  if (lookup.proxied) text += proxiedLines(lookup.proxied);
  if (lookup.method === 'none') {
    text += `Auth-SMTP-Helo: ${lookup.helo ?? ''}\r\nAuth-SMTP-From: ${lookup.from ?? ''}\r\n`;
    text += `Auth-SMTP-To: ${lookup.to ?? ''}\r\n`;
  }
  if (lookup.tls) text += tlsLines(lookup.tls);
  for (const [name, value] of lookup.headers) text += `${name}: ${value}\r\n`;
  return `${text}\r\n`;
}

const proxiedLines = ({ source, destination }: Proxied): Bytes =>
  `Proxy-Protocol-Addr: ${source.address}\r\nProxy-Protocol-Port: ${source.port}\r\n` +
  `Proxy-Protocol-Server-Addr: ${destination.address}\r\nProxy-Protocol-Server-Port: ${destination.port}\r\n`;

/** nginx leaves out what is empty, such as the subject of a certificate without one; the order is its own. */
function tlsLines({ protocol, cipher, verify, certificate }: Tls): Bytes {
  let text = 'Auth-SSL: on\r\n';
  const add = (name: string, value: Bytes | undefined) => {
    if (value) text += `Auth-SSL-${name}: ${value}\r\n`;
  };
  add('Protocol', protocol);
  add('Cipher', cipher);
  add('Verify', verify);
  add('Subject', certificate?.subject);
  add('Issuer', certificate?.issuer);
  add('Serial', certificate?.serial);
  add('Fingerprint', certificate?.fingerprint);
  add('Cert', percentEncode(certificate?.pem ?? ''));
  return text;
}

/**
 * The question in a request's bytes. Tolerant, for curl and other hands: any method, any order of headers, either line
 * end; what is missing gets what `lookupOf` gives it.
 */
export function decodeRequest(bytes: Bytes): Lookup {
  const headers: Header[] = [];
  // Line by line without splitting: a hundred thousand recorded questions are read in one go.
  for (let start = lineAfter(bytes, 0); start < bytes.length; start = lineAfter(bytes, start)) {
    const stop = bytes.indexOf('\n', start);
    let end = stop < 0 ? bytes.length : stop;
    if (bytes[end - 1] === '\r') end--;
    if (end <= start) break;
    const colon = bytes.indexOf(':', start);
    if (colon > start && colon < end) headers.push([bytes.slice(start, colon), trimmed(bytes, colon + 1, end)]);
  }
  return lookupOf(headers);
}

function lineAfter(bytes: Bytes, start: number): number {
  const stop = bytes.indexOf('\n', start);
  return stop < 0 ? bytes.length : stop + 1;
}

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t';

/** White space around a header's value is no part of it (RFC 9110 5.5). */
function trimmed(bytes: Bytes, start: number, end: number): Bytes {
  let from = start;
  let to = end;
  while (from < to && isBlank(bytes[from])) from++;
  while (to > from && isBlank(bytes[to - 1])) to--;
  return bytes.slice(from, to);
}

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
  'proxy-protocol-addr',
  'proxy-protocol-port',
  'proxy-protocol-server-addr',
  'proxy-protocol-server-port',
  'auth-smtp-helo',
  'auth-smtp-from',
  'auth-smtp-to',
  'auth-ssl',
  'auth-ssl-protocol',
  'auth-ssl-cipher',
  'auth-ssl-verify',
  'auth-ssl-subject',
  'auth-ssl-issuer',
  'auth-ssl-serial',
  'auth-ssl-fingerprint',
  'auth-ssl-cert',
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
    ...proxiedOf(fields),
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

function proxiedOf(fields: ReadonlyMap<string, Bytes>): Pick<Lookup, 'proxied'> {
  const source = peerOf(fields, 'proxy-protocol-addr', 'proxy-protocol-port');
  const destination = peerOf(fields, 'proxy-protocol-server-addr', 'proxy-protocol-server-port');
  return source && destination ? { proxied: { source, destination } } : {};
}

function peerOf(fields: ReadonlyMap<string, Bytes>, name: string, portName: string): Peer | null {
  const address = fields.get(name);
  const port = fields.get(portName) ?? '';
  return address === undefined ? null : { address, port: /^\d{1,5}$/.test(port) ? Number(port) : 0 };
}

function tlsOf(fields: ReadonlyMap<string, Bytes>): Pick<Lookup, 'tls'> {
  if (fields.get('auth-ssl')?.toLowerCase() !== 'on') return {};
  const of = (name: string): Bytes => fields.get(`auth-ssl-${name}`) ?? '';
  const verify = of('verify');
  const pem = percentDecode(of('cert'));
  const certificate = {
    subject: of('subject'),
    issuer: of('issuer'),
    serial: of('serial'),
    fingerprint: of('fingerprint'),
    ...(pem === '' ? {} : { pem }),
  };
  const shown = Object.values(certificate).some((value) => value !== '');
  return {
    tls: {
      protocol: of('protocol'),
      cipher: of('cipher'),
      ...(verify === '' ? {} : { verify }),
      ...(shown ? { certificate } : {}),
    },
  };
}
