/** File names by wildcards as nginx's `include` reads them: glob(3) in the C locale, without braces or `**`. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a pattern has wildcards, as nginx asks (`ngx_conf_include()`). */
export const isPattern = (text: string): boolean => /[*?[]/.test(text);

/** One set in brackets, such as `[a-c]` or `[!.]`, and where it ends; null where the bracket stands for itself. */
function bracket(pattern: string, at: number): { readonly source: string; readonly end: number } | null {
  const negated = /[!^]/.test(pattern.charAt(at + 1));
  const from = at + (negated ? 2 : 1);
  // A bracket right at the beginning belongs to the set.
  const end = pattern.indexOf(']', from + 1);
  if (end < 0) return null;
  const set = pattern.slice(from, end).replace(/[\\\]^[]/g, '\\$&');
  return { source: negated ? `[^${set}]` : `[${set}]`, end };
}

function regExpOf(segment: string): RegExp {
  let source = '';
  for (let at = 0; at < segment.length; at++) {
    const char = segment.charAt(at);
    const set = char === '[' ? bracket(segment, at) : null;
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (set !== null) {
      source += set.source;
      at = set.end;
    } else {
      if (char === '\\' && at + 1 < segment.length) at += 1;
      source += segment.charAt(at).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    }
  }
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    // A range that runs backwards matches nothing.
    return /(?!)/;
  }
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
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The names that match below `folder`, relative to it, sorted by their bytes. A name with a dot in front must be meant. */
export function glob(folder: string, pattern: string): readonly string[] {
  let found: readonly string[] = [pattern.startsWith('/') ? '/' : ''];
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    const matches = regExpOf(segment);
    const below = (base: string) =>
      namesIn(join(folder, base)).filter((name) => matches.test(name) && (!name.startsWith('.') || segment[0] === '.'));
    found = found.flatMap((base) => (isPattern(segment) ? below(base) : [segment]).map((name) => join(base, name)));
  }
  return found.filter((path) => exists(join(folder, path))).sort((one, other) => (one < other ? -1 : 1));
}
