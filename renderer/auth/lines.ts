/** An answer of an auth service, line by line, each with the traps that stand in it. */
import type { Mark } from '../../shared/auth/answer-marks.ts';

/** One line as it is shown. */
export interface MarkedLine {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** What takes the place of a secret. */
export const STARS = '••••';

/** Cuts at line feeds; a line end is shown by the cut itself. `secret`: ranges that are starred out. */
export function markedLines(
  bytes: string,
  marks: readonly Mark[],
  secret: readonly (readonly [number, number])[] = [],
): readonly MarkedLine[] {
  const lines: MarkedLine[] = [];
  for (let from = 0; from < bytes.length; ) {
    const feed = bytes.indexOf('\n', from);
    const to = feed < 0 ? bytes.length : feed + 1;
    const own = marks.filter((mark) => mark.from >= from && mark.from < to);
    lines.push({ text: starred(bytes, from, to, secret), marks: own });
    from = to;
  }
  // A trap behind the last byte, where something is missing, belongs to the last line.
  const last = lines.pop();
  if (!last) return lines;
  const behind = marks.filter((mark) => mark.from >= bytes.length);
  return [...lines, { ...last, marks: [...last.marks, ...behind] }];
}

function starred(bytes: string, from: number, to: number, secret: readonly (readonly [number, number])[]): string {
  let text = '';
  let at = from;
  for (const [start, end] of secret) {
    if (end <= from || start >= to) continue;
    text += bytes.slice(at, Math.max(start, from)) + STARS;
    at = Math.min(end, to);
  }
  return (text + bytes.slice(at, to)).replace(/\r?\n$/, '');
}
