/** The auth service's answer: its bytes, and what nginx makes of them (ngx_mail_auth_http_module.c). */
import type { Bytes, Protocol, Renamed, Verdict } from '../machine/machine.ts';
import { readServer } from './ip.ts';
import type { Header } from './request.ts';

/** An answer before it is bytes. Headers are sent in order; values are byte strings. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly Header[];
}

/** nginx's buffer for the whole answer, status line included; what is beyond it is never read. */
export const ANSWER_MAX = 1024;

/** Longer waits than a timer can take (2^31 - 1 ms, 24 days) are cut to that. */
const WAIT_MAX_MS = 2_147_483_647;

const phrases: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The answer's bytes: a status line, the headers, no body. */
export function encodeAnswer(answer: Answer): Bytes {
  let text = `HTTP/1.0 ${answer.status} ${phrases[answer.status] ?? 'Answer'}\r\n`;
  for (const [name, value] of answer.headers) text += `${name}: ${value}\r\n`;
  return `${text}\r\n`;
}

/** What the proxy knows of the question and needs to judge the answer. */
export interface About {
  readonly protocol: Protocol;
  /** IMAP and POP3 need a password for the upstream: the client's own (plain), or one from `Auth-Pass`. */
  readonly passwordKnown: boolean;
}

/** How far reading got. `end` is the index after the last byte that was needed. */
export type Scan =
  | { readonly state: 'more' }
  | { readonly state: 'done'; readonly headers: readonly Header[]; readonly end: number }
  | { readonly state: 'bad-response'; readonly detail: Bytes; readonly end: number }
  | { readonly state: 'bad-header'; readonly detail: Bytes; readonly end: number };

/**
 * Reads the answer as far as it has come; `more` means that nginx would wait for more bytes. nginx closes the connection
 * at `done` (the blank line) and at once at anything bad; it never looks beyond `ANSWER_MAX` bytes.
 */
export function scanAnswer(bytes: Bytes): Scan {
  const text = bytes.length > ANSWER_MAX ? bytes.slice(0, ANSWER_MAX) : bytes;
  const from = statusLine(text);
  if (typeof from !== 'number') return from;
  const headers: Header[] = [];
  for (let start = from; ; ) {
    const line = headerLine(text, start);
    if (line.state !== 'header') return line.state === 'done' ? { ...line, headers } : line;
    headers.push(line.header);
    start = line.end;
  }
}

/**
 * Where the headers begin: after a line that starts with `HTTP/`, or at 0 where there is none. The status itself is
 * ignored (pitfall B4).
 */
function statusLine(text: Bytes): number | Exclude<Scan, { state: 'done' }> {
  const magic = 'HTTP/';
  if (!text.startsWith(magic)) return text.length < magic.length && magic.startsWith(text) ? { state: 'more' } : 0;
  const stop = /[\r\n]/g;
  stop.lastIndex = magic.length;
  const found = stop.exec(text);
  if (!found) return { state: 'more' };
  if (found[0] === '\n') return found.index + 1;
  if (found.index + 1 === text.length) return { state: 'more' };
  if (text[found.index + 1] === '\n') return found.index + 2;
  return { state: 'bad-response', detail: text.slice(0, found.index), end: found.index + 2 };
}

type Line =
  | { readonly state: 'more' }
  | { readonly state: 'header'; readonly header: Header; readonly end: number }
  | { readonly state: 'done'; readonly end: number }
  | { readonly state: 'bad-header'; readonly detail: Bytes; readonly end: number };

/** One line of the header block from `start` (ngx_mail_auth_http_parse_header_line). */
function headerLine(text: Bytes, start: number): Line {
  const bad = (end: number): Line => ({ state: 'bad-header', detail: lineAt(text, start), end });
  const lineEnd = (at: number): number | null | undefined => {
    if (text[at] === '\n') return at + 1;
    if (at + 1 >= text.length) return undefined;
    return text[at + 1] === '\n' ? at + 2 : null;
  };
  const first = text[start];
  if (first === undefined) return { state: 'more' };
  if (first === '\r' || first === '\n') {
    const end = lineEnd(start);
    if (end === undefined) return { state: 'more' };
    return end === null ? bad(start + 2) : { state: 'done', end };
  }
  if (!/[a-z0-9]/i.test(first)) return bad(start + 1);
  const name = /^[a-z0-9-]*/i.exec(text.slice(start))?.[0] ?? '';
  const at = start + name.length;
  const after = text[at];
  if (after === undefined) return { state: 'more' };
  if (after !== ':' && after !== '\r' && after !== '\n') return bad(at + 1);
  const stop = /[\r\n]/g;
  stop.lastIndex = at;
  const found = stop.exec(text);
  if (!found) return { state: 'more' };
  const end = lineEnd(found.index);
  if (end === undefined) return { state: 'more' };
  if (end === null) return bad(found.index + 2);
  // Only spaces around a value are dropped; a TAB belongs to it.
  const value = after === ':' ? text.slice(at + 1, found.index).replace(/^ +| +$/g, '') : '';
  return { state: 'header', header: [name, value], end };
}

/** The line at `start`, for the report of what was wrong with it. */
const lineAt = (text: Bytes, start: number): Bytes => /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? '';

/** What nginx does with an answer that ended here: all of it came, or the service closed the connection. */
export function decodeAnswer(bytes: Bytes, about: About): Verdict {
  const scan = scanAnswer(bytes);
  switch (scan.state) {
    case 'done':
      return judge(scan.headers, about);
    case 'more':
      return { type: 'error', error: bytes.length > ANSWER_MAX ? 'too-large' : 'closed' };
    default:
      return { type: 'error', error: scan.state, detail: scan.detail };
  }
}

/** What the headers say. Mutable while they are read, in order, as the last of a kind wins. */
interface Reading {
  /** The last `Auth-Status` that is neither OK nor WAIT: a later OK does not undo it. */
  error?: Bytes;
  wait: boolean;
  server: Bytes;
  port: Bytes;
  user?: Bytes;
  password?: Bytes;
  seconds: number;
  code: Bytes;
}

function read(headers: readonly Header[]): Reading {
  const reading: Reading = { wait: false, server: '', port: '', seconds: 0, code: '' };
  for (const [name, value] of headers) readHeader(reading, name.toLowerCase(), value);
  return reading;
}

function readHeader(reading: Reading, name: string, value: Bytes): void {
  switch (name) {
    case 'auth-status':
      if (value === 'WAIT') reading.wait = true;
      else if (value !== 'OK') reading.error = value;
      break;
    case 'auth-server':
      reading.server = value;
      break;
    case 'auth-port':
      reading.port = value;
      break;
    case 'auth-user':
      reading.user = value;
      break;
    case 'auth-pass':
      reading.password = value;
      break;
    case 'auth-wait':
      reading.seconds = number(value) ?? reading.seconds;
      break;
    case 'auth-error-code':
      reading.code = value;
      break;
    default:
  }
}

/** Decimal digits only (ngx_atoi); null for anything else, and for what does not fit in 63 bits. */
const number = (text: Bytes): number | null =>
  /^\d+$/.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER * 1024 ? Number(text) : null;

/** nginx's order: error, WAIT, server and port, password, address, port. */
function judge(headers: readonly Header[], about: About): Verdict {
  const reading = read(headers);
  const renamed: Renamed = {
    ...(reading.user === undefined ? {} : { user: reading.user }),
    ...(reading.password === undefined ? {} : { password: reading.password }),
  };
  const waitMs = Math.min(reading.seconds * 1000, WAIT_MAX_MS);
  const { error, code } = reading;
  // In SMTP an empty text counts as no error; IMAP and POP3 have built their error line by then.
  if (error !== undefined && (error !== '' || about.protocol !== 'smtp')) {
    return {
      type: 'reject',
      message: error,
      ...(code && about.protocol === 'smtp' ? { code } : {}),
      waitMs,
      ...renamed,
    };
  }
  if (reading.wait) return { type: 'wait', waitMs, ...renamed };
  return { ...route(reading, about, renamed), ...(waitMs > 0 ? { waitMs } : {}), ...renamed };
}

type Routed = Extract<Verdict, { type: 'route' | 'error' }>;

function route(reading: Reading, about: About, renamed: Renamed): Routed {
  const { server: given, port: digits } = reading;
  if (given === '' || digits === '') return { type: 'error', error: 'no-server-or-port' };
  if (about.protocol !== 'smtp' && !about.passwordKnown && renamed.password === undefined) {
    return { type: 'error', error: 'no-password' };
  }
  const server = readServer(given);
  if (server === null) return { type: 'error', error: 'bad-address', detail: given };
  const port = number(digits);
  if (port === null || port < 1 || port > 65535) return { type: 'error', error: 'bad-port', detail: digits };
  return { type: 'route', server, port, name: `${given}:${digits}` };
}
