/** What was typed before, for ↑ and ↓, as a terminal keeps it. */

export interface Past {
  /** Oldest first. */
  readonly lines: readonly string[];
  /** Where ↑ has gone; `lines.length` is the line being typed. */
  readonly at: number;
  /** The line being typed when ↑ was pressed first. */
  readonly draft: string;
}

export const noPast: Past = { lines: [], at: 0, draft: '' };

const LINES_MAX = 200;

/** Remembers a sent line; the same one twice in a row is kept once. */
export function remember(past: Past, line: string): Past {
  const lines = line === '' || past.lines.at(-1) === line ? past.lines : [...past.lines, line].slice(-LINES_MAX);
  return { lines, at: lines.length, draft: '' };
}

/** One line back (-1) or forth (1); `typed` is what stands in the field now. null when there is none. */
export function recall(past: Past, by: 1 | -1, typed: string): { past: Past; line: string } | null {
  const at = past.at + by;
  if (at < 0 || at > past.lines.length) return null;
  const draft = past.at === past.lines.length ? typed : past.draft;
  return { past: { ...past, at, draft }, line: past.lines[at] ?? draft };
}
