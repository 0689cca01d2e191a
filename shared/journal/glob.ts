/**
 * Patterns over short texts: `*` is any run of characters, `?` one character, letters of ASCII match in either case.
 * SQLite's LIKE follows the same rules, so that a filter means the same in memory and in the database.
 */

/** A text as patterns see it, and as the database keeps it: well-formed, with visible stand-ins for NUL and line feed. */
export function comparable(text: string): string {
  if (!/[\0\n\ud800-\udfff]/.test(text)) return text;
  // NUL ends a text for SQLite's LIKE, and line feeds separate the values of one column.
  return text.toWellFormed().replaceAll('\0', '\u2400').replaceAll('\n', '\u240a');
}

/** Lower-cases ASCII only, as LIKE does: other letters are compared as they are. */
export function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** A text as patterns compare it. */
export function fold(text: string): string {
  return foldAscii(comparable(text));
}

function width(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/**
 * Whether the folded `text` as a whole matches the folded `pattern`. Never more than length × length steps: at a dead
 * end only the last `*` has to take one character more, because an earlier one could not do better.
 */
export function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const wanted = pattern[p];
    if (wanted === '*') {
      star = p;
      resume = t;
      p += 1;
    } else if (wanted === '?') {
      p += 1;
      t += width(text, t);
    } else if (wanted === text[t]) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += width(text, resume);
      t = resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
