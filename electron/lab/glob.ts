/** File names by wildcards as nginx's `include` reads them: glob(3) in the C locale, without braces or `**`. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Any run of letters, or one letter that must pass. */
type Piece = '*' | ((letter: string) => boolean);

/** Folders that one pattern may go through: a pattern of stars alone would walk through the whole disk. */
const FOLDERS_MAX = 1000;

/** Whether a pattern has wildcards, as nginx asks (`ngx_conf_include()`). */
export const isPattern = (text: string): boolean => /[*?[]/.test(text);

/** The letters of a set, such as `a-c]` of `[a-c]`; a range that runs backwards has none. */
function inSet(set: readonly string[], letter: string): boolean {
  for (let at = 0; at < set.length; at++) {
    const from = set[at] ?? '';
    const to = set[at + 1] === '-' ? (set[at + 2] ?? null) : null;
    if (to === null ? letter === from : from <= letter && letter <= to) return true;
    if (to !== null) at += 2;
  }
  return false;
}

/** A set in brackets that begins at `at`, and where it ends; null where the bracket stands for itself. */
function bracket(letters: readonly string[], at: number): { readonly piece: Piece; readonly end: number } | null {
  const negated = letters[at + 1] === '!' || letters[at + 1] === '^';
  const from = at + (negated ? 2 : 1);
  // A bracket right at the beginning belongs to the set.
  const end = letters.indexOf(']', from + 1);
  if (end < 0) return null;
  const set = letters.slice(from, end);
  return { piece: (letter) => inSet(set, letter) !== negated, end };
}

function piecesOf(segment: string): readonly Piece[] {
  const letters = [...segment];
  const pieces: Piece[] = [];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? '';
    const set = letter === '[' ? bracket(letters, at) : null;
    if (letter === '*') pieces.push('*');
    else if (letter === '?') pieces.push(() => true);
    else if (set !== null) {
      pieces.push(set.piece);
      at = set.end;
    } else {
      // A backslash takes the meaning from what follows.
      if (letter === '\\' && at + 1 < letters.length) at += 1;
      const own = letters[at];
      pieces.push((other) => other === own);
    }
  }
  return pieces;
}

/** Goes back to the last star only, which is enough: no name takes longer than its length times that of the pattern. */
function matches(pieces: readonly Piece[], name: string): boolean {
  const letters = [...name];
  let piece = 0;
  let star = -1;
  let resume = 0;
  for (let at = 0; at < letters.length; ) {
    const one = pieces[piece];
    if (one === '*') {
      star = piece;
      resume = at;
      piece += 1;
    } else if (one?.(letters[at] ?? '')) {
      piece += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      piece = star + 1;
    } else return false;
  }
  return pieces.slice(piece).every((one) => one === '*');
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // glob(3) passes over what it cannot read.
    return [];
  }
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The names below `folder` that match, sorted by their letters; null where there are too many folders to look into. A
 * name with a dot in front matches only a pattern with one.
 */
export function glob(folder: string, pattern: string): readonly string[] | null {
  let found: readonly string[] = [''];
  let folders = 0;
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    if (!isPattern(segment)) {
      found = found.map((base) => join(base, segment));
      continue;
    }
    folders += found.length;
    if (folders > FOLDERS_MAX) return null;
    const pieces = piecesOf(segment);
    const fits = (name: string) => matches(pieces, name) && (!name.startsWith('.') || segment.startsWith('.'));
    found = found.flatMap((base) =>
      namesIn(join(folder, base))
        .filter(fits)
        .map((name) => join(base, name)),
    );
  }
  return found.filter((path) => exists(join(folder, path))).sort((one, other) => (one < other ? -1 : 1));
}
