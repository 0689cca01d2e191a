/** Text of any size cut into rows for a list that draws only what is on screen. Pure. */

/** Characters of one row: a line without an end must not become one row without an end. */
const ROW_MAX = 1000;
/** Rows of one text; what is behind them is in the last. */
const ROWS_MAX = 2_000_000;

/** Where each row begins: at the lines' beginnings, and again within long lines. Never empty. */
export function rowStarts(text: string): Uint32Array<ArrayBuffer> {
  const starts: number[] = [];
  for (let at = 0; at < text.length && starts.length < ROWS_MAX; ) {
    const lf = text.indexOf('\n', at);
    const next = lf < 0 ? text.length : lf + 1;
    // A row may be a little longer, so that no row holds only the line's end.
    for (; next - at > ROW_MAX + 2 && starts.length < ROWS_MAX; at += ROW_MAX) starts.push(at);
    starts.push(at);
    at = next;
  }
  return Uint32Array.from(starts.length === 0 ? [0] : starts);
}

/** The number of the line that each row belongs to, from 1 on. */
export function lineNumbers(text: string, starts: Uint32Array): Uint32Array<ArrayBuffer> {
  let line = 1;
  return Uint32Array.from(starts, (at) => {
    if (at > 0 && text.charCodeAt(at - 1) === 10) line += 1;
    return line;
  });
}

/** The row that holds the character at `at`. */
export function rowAt(starts: Uint32Array, at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The text of a row, its line's end included. */
export function rowText(text: string, starts: Uint32Array, row: number): string {
  return text.slice(starts[row] ?? 0, Math.min(starts[row + 1] ?? text.length, (starts[row] ?? 0) + 2 * ROW_MAX));
}
