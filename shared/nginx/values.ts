/** The arguments of the plain kinds of directives, and nginx's complaints about them (src/core/ngx_conf_file.c). */
import type { DirectiveRow } from './directives.ts';
import { parseMilliseconds, parseNumber, parseOffset, parseSeconds, parseSize } from './units.ts';

/** Times in ms, sizes in bytes; words and lists as lists. */
export type Value = boolean | number | string | readonly string[];

/** A value, or what is wrong with it: which argument (from 0), in nginx's words. */
export type ValueResult =
  | { readonly value: Value; readonly repeated: readonly string[] }
  | { readonly error: string; readonly arg: number };

const INVALID_VALUE = 'invalid value';
const INVALID_NUMBER = 'invalid number';

function plain(value: Value): ValueResult {
  return { value, repeated: [] };
}

function counted(row: DirectiveRow, value: number | null, complaint: string): ValueResult {
  return value === null ? { error: `"${row.name}" directive ${complaint}`, arg: 0 } : plain(value);
}

function flag(row: DirectiveRow, word: string): ValueResult {
  const lower = word.toLowerCase();
  if (lower === 'on' || lower === 'off') return plain(lower === 'on');
  return { error: `invalid value "${word}" in "${row.name}" directive, it must be "on" or "off"`, arg: 0 };
}

/** The word of the table that `word` means; capitals do not matter. */
function known(row: DirectiveRow, word: string): string | null {
  return row.values?.find((value) => value.toLowerCase() === word.toLowerCase()) ?? null;
}

function choice(row: DirectiveRow, word: string): ValueResult {
  const value = known(row, word);
  return value === null ? { error: `invalid value "${word}"`, arg: 0 } : plain(value);
}

function words(row: DirectiveRow, args: readonly string[], earlier: readonly string[]): ValueResult {
  const set = new Set(earlier);
  const repeated: string[] = [];
  for (const [arg, word] of args.entries()) {
    const value = known(row, word);
    if (value === null) return { error: `invalid value "${word}"`, arg };
    if (set.has(value)) repeated.push(word);
    set.add(value);
  }
  return { value: (row.values ?? []).filter((value) => set.has(value)), repeated };
}

/** Reads the arguments of one directive; `earlier` is what the same level holds already. */
export function readValue(row: DirectiveRow, args: readonly string[], earlier: Value | null): ValueResult | null {
  const first = args[0] ?? '';
  const list = Array.isArray(earlier) ? earlier : [];
  switch (row.kind) {
    case 'flag':
      return flag(row, first);
    case 'time':
      return counted(row, parseMilliseconds(first), INVALID_VALUE);
    case 'seconds':
      return counted(row, parseSeconds(first), INVALID_VALUE);
    case 'size':
      return counted(row, parseSize(first), INVALID_VALUE);
    case 'offset':
      return counted(row, first === 'off' ? 0 : parseOffset(first), INVALID_VALUE);
    case 'number':
      return counted(row, parseNumber(first), INVALID_NUMBER);
    case 'processes':
      return first === 'auto' ? plain(first) : counted(row, parseNumber(first), INVALID_VALUE);
    case 'priority':
      return counted(row, parseNumber(first.replace(/^[+-]/, '')), INVALID_NUMBER);
    case 'enum':
      return choice(row, first);
    case 'words':
      return words(row, args, list);
    case 'list':
      return plain([...list, ...args]);
    case 'string':
      return plain(first);
    default:
      return null;
  }
}
