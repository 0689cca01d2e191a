/** How an IMAP server writes strings, flags and times (RFC 3501 9). */
import type { Bytes } from '../../machine/machine.ts';

/** Longer strings go as literals: many clients read a quoted one into a buffer of one line. */
const QUOTED_MAX = 1000;

/** A string in quotes, or as a literal where quotes cannot hold it. */
export function string(text: Bytes): Bytes {
  if (text.length > QUOTED_MAX || !/^[ -~]*$/.test(text)) return literal(text);
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`;
}

/** A literal. It cannot hold NUL (RFC 3501 9, CHAR8): those of a broken message become 0x80, so that its size stays. */
export const literal = (bytes: Bytes): Bytes =>
  `{${bytes.length}}\r\n${bytes.includes('\0') ? bytes.replaceAll('\0', '\x80') : bytes}`;

/** A string, or NIL. */
export const nstring = (text: Bytes | null): Bytes => (text === null ? 'NIL' : string(text));

/** A name as an atom where it can be one that nobody takes for something else. */
export const astring = (text: Bytes): Bytes =>
  /^[!#$&'+-Z^-z|}~]+$/.test(text) && text.toUpperCase() !== 'NIL' ? text : string(text);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const two = (value: number): string => `${value}`.padStart(2, '0');

/** `17-Jul-1996 02:44:25 +0000`, the day with a space before a single digit (RFC 3501 9, date-day-fixed). */
export function dateTime(ms: number): string {
  const date = new Date(ms);
  const day = `${date.getUTCDate()}`.padStart(2, ' ');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${day}-${months[date.getUTCMonth()]}-${`${date.getUTCFullYear()}`.padStart(4, '0')} ${clock} +0000`;
}

/** The number of a month by its English name of three letters, from 0; -1 for another word. */
export const monthOf = (name: string): number =>
  months.findIndex((month) => month.toLowerCase() === name.toLowerCase());

/** Flags in parentheses. */
export const flagList = (flags: readonly string[]): Bytes => `(${flags.join(' ')})`;
