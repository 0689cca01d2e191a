/** Bytes and texts spelled so that they stand in any file, on any screen, as what they are. */
import type { Bytes } from '../machine/machine.ts';

const hex = (char: string, width: number): string => char.charCodeAt(0).toString(16).padStart(width, '0');

/**
 * Characters that would do something instead of standing there: control bytes, what turns around the writing behind
 * it, line separators, halves of pairs, and what no XML may hold.
 */
const unruly =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const names: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\n': '\\n' };

/** A text with everything unruly in it spelled out, as `\r`, `\x00` or `\u202e`. */
export function spelled(text: string): string {
  return text.replace(unruly, (char) => names[char] ?? (char <= '\xff' ? `\\x${hex(char, 2)}` : `\\u${hex(char, 4)}`));
}

/** Bytes as a text of one line: UTF-8 where they are valid UTF-8, else `\xe9`; nothing unruly. */
export function readable(bytes: Bytes): string {
  return spelled(bytes.replace(/[\x80-\xff]+/g, eightBit));
}

/** The lines of a command, a reply or a head, each readable, without their line ends; odd ends are spelled out. */
export function readableLines(bytes: Bytes): readonly string[] {
  const lines = bytes.split('\r\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map(readable);
}

function eightBit(run: string): string {
  try {
    return decodeURIComponent([...run].map((char) => `%${hex(char, 2)}`).join(''));
  } catch {
    return [...run].map((char) => `\\x${hex(char, 2)}`).join('');
  }
}
