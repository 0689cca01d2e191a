/** Mail addresses as they stand in command lines, and the bytes of names as a person reads them. */
import type { Bytes } from '../machine/machine.ts';

/** The mailbox of a `MAIL` or `RCPT` command line. */
export interface MailPath {
  /** The command line, or the bare address, as it was given. */
  readonly raw: Bytes;
  /** Decoded and lower-cased for comparison, `local@domain`; '' is the null sender `<>`. */
  readonly address: string;
  readonly local: string;
  /** '' where there is no `@`. */
  readonly domain: string;
  /** What follows the path: `NOTIFY=NEVER SIZE=100`. */
  readonly parameters: Bytes;
}

/** `MAIL FROM:` or `RCPT TO:`, in any case, with any white space; nginx asks neither for the colon nor for the word. */
const verb = /^[ \t]*(?:mail|rcpt)[ \t]+(?:(?:from|to)(?:[ \t]*:|[ \t]+|$))?/i;

/**
 * Parses the mailbox out of a whole command line (`RCPT TO:<a@b> NOTIFY=NEVER`), or out of a bare address. Tolerant as
 * mail servers are: brackets may be missing, a source route is dropped (RFC 5321 4.1.1.3 and F.2), a quoted local part
 * may hold anything. A text that is no path at all is its own address.
 */
export function parsePath(raw: Bytes): MailPath {
  const rest = raw.replace(verb, '').replace(/^[ \t]+/, '');
  const bracketed = rest.startsWith('<');
  const start = bracketed ? 1 : 0;
  const end = pathEnd(rest, start, bracketed);
  const mailbox = decodeUtf8(withoutRoute(withoutBlanks(rest.slice(start, end)))).toLowerCase();
  const parameters = withoutBlanks(rest.slice(rest[end] === '>' ? end + 1 : end));
  const at = lastAt(mailbox);
  return {
    raw,
    address: mailbox,
    local: unquote(at < 0 ? mailbox : mailbox.slice(0, at)),
    domain: at < 0 ? '' : mailbox.slice(at + 1),
    parameters,
  };
}

/** Only blanks are white space here: the byte 0xa0 may be the last of a UTF-8 character. */
const withoutBlanks = (text: Bytes): Bytes => text.replace(/^[ \t]+|[ \t]+$/g, '');

/** Where the path ends: at the closing bracket, or without brackets at white space; quoted strings are skipped. */
function pathEnd(text: Bytes, start: number, bracketed: boolean): number {
  let quoted = false;
  let blank = -1;
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (quoted && char === '\\') i++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && bracketed && char === '>') return i;
    else if (!quoted && (char === ' ' || char === '\t') && blank < 0) {
      if (!bracketed) return i;
      blank = i;
    }
  }
  // A bracket that is never closed ends the path where brackets were not meant to be: at the first white space.
  return blank < 0 ? text.length : blank;
}

/** Drops the source route of `@one,@two:user@three`. */
const withoutRoute = (mailbox: Bytes): Bytes => (mailbox.startsWith('@') ? mailbox.replace(/^@[^:]*:/, '') : mailbox);

/** The `@` between local part and domain: the last one, since only a quoted local part may hold others. */
const lastAt = (mailbox: string): number => mailbox.lastIndexOf('@');

/** `"john smith"` and `"a\"b"` without their quoting; an unquoted local part as it is. */
const unquote = (local: string): string =>
  local.length >= 2 && local.startsWith('"') && local.endsWith('"')
    ? local.slice(1, -1).replace(/\\(.)/g, '$1')
    : local;

/** Where the continuation bytes of a sequence may begin and end, by its first byte (Unicode, table 3-7). */
function sequence(lead: number): { readonly more: number; readonly low: number; readonly high: number } | null {
  if (lead >= 0xc2 && lead <= 0xdf) return { more: 1, low: 0x80, high: 0xbf };
  if (lead >= 0xe0 && lead <= 0xef)
    return { more: 2, low: lead === 0xe0 ? 0xa0 : 0x80, high: lead === 0xed ? 0x9f : 0xbf };
  if (lead >= 0xf0 && lead <= 0xf4)
    return { more: 3, low: lead === 0xf0 ? 0x90 : 0x80, high: lead === 0xf4 ? 0x8f : 0xbf };
  return null;
}

/**
 * Decodes a byte string as UTF-8 for the screen, as the WHATWG decoder does: every maximal invalid part becomes one
 * U+FFFD. Characters above 0xff, which are no bytes, stay as they are.
 */
export function decodeUtf8(bytes: Bytes): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes below 0x80 are exactly what needs no decoding.
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes;
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const [char, used] = decodeOne(bytes, i);
    text += char;
    i += used;
  }
  return text;
}

/** One character at `i`, and how many bytes it took. */
function decodeOne(bytes: Bytes, i: number): readonly [string, number] {
  const lead = bytes.charCodeAt(i);
  if (lead < 0x80 || lead > 0xff) return [bytes.charAt(i), 1];
  const form = sequence(lead);
  if (form === null) return ['\ufffd', 1];
  let point = lead & (0x3f >> form.more);
  for (let n = 1; n <= form.more; n++) {
    const next = i + n < bytes.length ? bytes.charCodeAt(i + n) : -1;
    const low = n === 1 ? form.low : 0x80;
    const high = n === 1 ? form.high : 0xbf;
    if (next < low || next > high) return ['\ufffd', n];
    point = (point << 6) | (next & 0x3f);
  }
  return [String.fromCodePoint(point), form.more + 1];
}
