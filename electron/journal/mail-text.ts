/**
 * The text of a message as a search sees it: its headers, and those parts that are text, decoded. Attachments are left
 * out. No full reading of MIME (the window has a library for that): what is odd here is searched as it stands.
 */
import { decodedField } from './subject.ts';

/** Text of one message that is searched, in bytes of its parts. */
const TEXT_MAX = 1_000_000;

/** Headers are searched this far, in bytes. */
const HEADER_MAX = 65_536;

/** Parts inside one another, and parts in all. */
const DEPTH_MAX = 20;
const PARTS_MAX = 1000;

/** What a walk over the parts has found. */
interface Found {
  readonly texts: string[];
  /** Bytes of text still to be taken. */
  room: number;
  parts: number;
  attachments: boolean;
}

/** Bytes of the header block, with the empty line that ends it; all of them when there is none (RFC 5322 2.1). */
export function headerLength(raw: Buffer): number {
  if (raw[0] === 10) return 1;
  if (raw[0] === 13 && raw[1] === 10) return 2;
  // In windows that grow: a body of CR LF alone would be read to its end for an empty line of LF.
  for (let size = HEADER_MAX; ; size *= 8) {
    const start = raw.subarray(0, size);
    const unix = start.indexOf('\n\n', 0, 'latin1');
    const crlf = (unix < 0 ? start : start.subarray(0, unix + 2)).indexOf('\r\n\r\n', 0, 'latin1');
    if (crlf >= 0) return crlf + 4;
    if (unix >= 0) return unix + 2;
    if (size >= raw.length) return raw.length;
  }
}

/** The header block as one text, its folded lines joined. */
function headerText(raw: Buffer, length: number): string {
  return raw
    .subarray(0, Math.min(length, HEADER_MAX))
    .toString('latin1')
    .replace(/\r?\n(?=[ \t])/g, '');
}

/** The values of a header field, one after the other. */
function field(header: string, name: string): string {
  const values = [...header.matchAll(new RegExp(`^${name}[ \\t]*:(.*)$`, 'gim'))].map(([, value = '']) => value.trim());
  return values.map((value) => decodedField(value.replace(/\r$/, ''))).join(', ');
}

function parameter(value: string, name: string): string | null {
  const [, quoted, plain] = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(value) ?? [];
  return quoted ?? plain ?? null;
}

function transferDecoded(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(bytes.toString('latin1'), 'base64');
  if (encoding !== 'quoted-printable') return bytes;
  const text = bytes
    .toString('latin1')
    .replace(/=[ \t]*\r?\n/g, '')
    .replace(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}

function charsetDecoded(bytes: Buffer, charset: string): string {
  if (/^(?:utf-?8|us-ascii)$/i.test(charset)) return bytes.toString('utf8');
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** The parts between the delimiter lines of a multipart body (RFC 2046 5.1.1). */
function* partsOf(body: Buffer, boundary: string): Generator<Buffer> {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  let from = -1;
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const isLine = at === 0 || body[at - 1] === 10;
    if (isLine) {
      if (from >= 0) yield body.subarray(from, at);
      const after = at + delimiter.length;
      const isLast = body[after] === 45 && body[after + 1] === 45;
      const end = body.indexOf(10, after);
      if (isLast || end < 0) return;
      from = end + 1;
    }
    at = body.indexOf(delimiter, at + delimiter.length);
  }
  if (from >= 0) yield body.subarray(from);
}

function walk(entity: Buffer, depth: number, found: Found): void {
  found.parts += 1;
  if (found.parts > PARTS_MAX || depth > DEPTH_MAX || found.room <= 0) return;
  const length = headerLength(entity);
  const header = headerText(entity, length);
  const body = entity.subarray(length);
  const type = field(header, 'content-type') || 'text/plain';
  const boundary = /^multipart\//i.test(type) ? parameter(type, 'boundary') : null;
  if (/^\s*attachment/i.test(field(header, 'content-disposition'))) {
    found.attachments = true;
  } else if (boundary !== null && boundary !== '') {
    for (const part of partsOf(body, boundary)) {
      if (found.parts > PARTS_MAX || found.room <= 0) break;
      walk(part, depth + 1, found);
    }
  } else if (/^message\/rfc822/i.test(type)) {
    walk(body, depth + 1, found);
  } else if (/^(?:text|multipart)\//i.test(type) || !type.includes('/')) {
    const taken = body.subarray(0, found.room);
    found.room -= taken.length;
    const encoding = field(header, 'content-transfer-encoding').toLowerCase();
    found.texts.push(charsetDecoded(transferDecoded(taken, encoding), parameter(type, 'charset') ?? 'utf-8'));
  } else {
    found.attachments = true;
  }
}

/** A text as searches compare it: in small letters, every run of white space one space. */
export function searchable(text: string): string {
  // NUL ends a text for SQLite's LIKE.
  return text
    .toLowerCase()
    .toWellFormed()
    .replaceAll('\0', '\u2400')
    .replace(/\s\s+|[^\S ]/g, ' ');
}

/** What a message says. */
export interface MailText {
  /** Its header block. */
  readonly head: string;
  /** Its parts that are text. */
  readonly body: string;
  readonly from: string;
  /** To, Cc and Bcc. */
  readonly to: string;
  /** A part of it is no text, or is marked as an attachment. */
  readonly attachments: boolean;
}

/** Reads a message for searches; all of it searchable. */
export function mailText(raw: Buffer): MailText {
  const header = headerText(raw, headerLength(raw));
  const found: Found = { texts: [], room: TEXT_MAX, parts: 0, attachments: false };
  walk(raw, 0, found);
  return {
    head: searchable(decodedField(header)),
    body: searchable(found.texts.join(' ')),
    from: searchable(field(header, 'from')),
    to: searchable(['to', 'cc', 'bcc'].map((name) => field(header, name)).join(' ')),
    attachments: found.attachments,
  };
}
