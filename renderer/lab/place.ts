/** Places of problems in the text. */

/** From the place to the end of the word that stands there, in characters; kept inside the text. */
export function spanOf(
  text: string,
  { line, column }: { readonly line: number; readonly column: number },
): { from: number; to: number } {
  let start = 0;
  for (let at = 1; at < line; at += 1) {
    const next = text.indexOf('\n', start);
    if (next < 0) break;
    start = next + 1;
  }
  const end = text.indexOf('\n', start) < 0 ? text.length : text.indexOf('\n', start);
  const from = Math.min(start + Math.max(0, column - 1), end);
  const word = /^[^\s,;{}[\]]+/.exec(text.slice(from, end))?.[0].length ?? 0;
  if (word > 0) return { from, to: from + word };
  // Nothing stands there (a missing value, an unclosed block): mark the character before, so that there is a mark.
  return { from: Math.max(start, from - 1), to: from };
}
