/**
 * The status line of an answer: the first one of POP3, the tagged one of IMAP, which comes last. A fault's text that
 * means yes takes its place where the server says yes: what was asked for is done, and what else is said is said.
 */
import type { Bytes } from '../machine/machine.ts';

/** How a text of a fault begins that means that what was asked for is done; null: it means something else. */
export function yesOf(reply: Bytes): '+OK' | 'OK' | null {
  if (/^\+OK(?![^ \r\n])/i.test(reply)) return '+OK';
  return /(?:^|[\r\n])OK(?![^ ])[^\r\n]*$/i.test(reply) ? 'OK' : null;
}

/** `said` with `line` instead of its status line, where that begins with `yes` (`+OK`, `a1 OK`); null: there is none. */
export function withStatusLine(said: Bytes, yes: Bytes, line: Bytes): Bytes | null {
  const last = said.lastIndexOf('\n', said.length - 2) + 1;
  const at = [0, last].find((start) => said.startsWith(yes, start) && /^[ \r\n]/.test(said.charAt(start + yes.length)));
  if (at === undefined) return null;
  const end = said.indexOf('\n', at);
  return said.slice(0, at) + line + (end < 0 ? '' : said.slice(end + 1));
}
