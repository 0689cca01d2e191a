/** Lines as nginx cuts them. */
import type { Bytes } from '../machine/machine.ts';

/** The line without its end (LF, or CR LF); undefined when a CR stands anywhere but right before the LF. */
export function lineBody(line: Bytes): Bytes | undefined {
  const text = line.slice(0, bodyEnd(line));
  return text.includes('\r') ? undefined : text;
}

/** Where the line's end begins; its length where it has none. */
export function bodyEnd(line: Bytes): number {
  if (!line.endsWith('\n')) return line.length;
  return line.endsWith('\r\n') ? line.length - 2 : line.length - 1;
}

/** The words of a text; any number of spaces stands between two. */
export const words = (text: Bytes): readonly Bytes[] => text.split(' ').filter((word) => word !== '');

/**
 * Reads a SASL continuation line: nginx splits it at spaces like the arguments of a command, of which there may be `max`,
 * and uses the first one only, which is empty when the line is empty or starts with a space. Undefined is a syntax error.
 */
export function continuation(line: Bytes, max: number): Bytes | undefined {
  const text = lineBody(line);
  if (text === undefined) return undefined;
  const [first = '', ...more] = text.split(' ');
  return more.filter((word) => word !== '').length >= max ? undefined : first;
}
