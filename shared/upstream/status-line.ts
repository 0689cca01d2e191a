/**
 * The status line of an answer: the first one of POP3, the tagged one of IMAP, which comes last. A fault's text that
 * means yes takes its place where the server says yes: what was asked for is done, and what else is said is said.
 */
import type { Bytes } from '../machine/machine.ts';

/** Whether the text of a fault means that what was asked for is done: `+OK …`, `OK …`. */
export const isYes = (reply: Bytes): boolean => /^(?:\+OK|OK)(?![^ ])/i.test(reply);

/** `said` with `line` instead of its status line, where that begins with `yes` (`+OK`, `a1 OK`); null: there is none. */
export function withStatusLine(said: Bytes, yes: Bytes, line: Bytes): Bytes | null {
  const last = said.lastIndexOf('\n', said.length - 2) + 1;
  const at = [0, last].find((start) => said.startsWith(yes, start) && /^[ \r\n]/.test(said.charAt(start + yes.length)));
  if (at === undefined) return null;
  const end = said.indexOf('\n', at);
  return said.slice(0, at) + line + (end < 0 ? '' : said.slice(end + 1));
}
