/** Several lines in a field of one: their ends as escapes. Pure. */

/**
 * What is pasted with its line ends as `\r\n`, without the last one; null where it is one line, and can stand as it is.
 * `escaped`: backslashes mean escapes already.
 */
export function escapedLines(pasted: string, escaped: boolean): string | null {
  const lines = pasted.replace(/(?:\r\n|\r|\n)+$/, '').split(/\r\n|\r|\n/);
  if (lines.length === 1) return null;
  return lines.map((line) => (escaped ? line : line.replaceAll('\\', '\\\\'))).join('\\r\\n');
}
