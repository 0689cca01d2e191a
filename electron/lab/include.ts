/** The files behind `include`: where nginx looks for them, and what it says when it cannot have one. */
import { readFileSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { dirname, isAbsolute, join, parse, relative } from 'node:path';
import type { Include, IncludedFile } from '../../shared/nginx/include.ts';
import { glob, isPattern } from './glob.ts';
import { codeOf } from './user-error.ts';

/** Bytes of one file; the same as for a lab file. */
const FILE_MAX = 5_000_000;

/** Error numbers of Linux and their texts, as nginx prints them. */
const ERRNO: Readonly<Record<string, string>> = {
  EPERM: '1: Operation not permitted',
  ENOENT: '2: No such file or directory',
  EIO: '5: Input/output error',
  EACCES: '13: Permission denied',
  ENOTDIR: '20: Not a directory',
  EISDIR: '21: Is a directory',
  EMFILE: '24: Too many open files',
  ENAMETOOLONG: '36: File name too long',
  ELOOP: '40: Too many levels of symbolic links',
};

/** `open() "PATH" failed (2: No such file or directory)`. */
export function failed(call: string, path: string, error: unknown): string {
  const code = codeOf(error) ?? '';
  return `${call}() "${path}" failed (${ERRNO[code] ?? code})`;
}

function read(path: string): ReturnType<IncludedFile['read']> {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return { error: `pread() "${path}" failed (${ERRNO.EISDIR})` };
    if (path === devNull) return { text: '' };
    if (!found.isFile()) return { error: `"${path}" is a device or a pipe, and the lab includes only files` };
    if (found.size > FILE_MAX) return { error: `"${path}" is larger than 5 MB, which is the most that the lab reads` };
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { error: failed('open', path, error) };
  }
}

/**
 * Finds included files. `folder` is that of the main configuration file, in which relative names are looked up wherever
 * they are written; `shown` is how the folder is named in problems, such as `''` or `nginx`. `note` hears
 * of each file that is looked for, and of the folder of each pattern, with a slash behind it.
 */
export function createInclude(folder: string, shown: string, note?: (path: string) => void): Include {
  const path = (name: string) => (isAbsolute(name) ? name : `${folder.replace(/[/\\]$/, '')}/${name}`);
  /** The same file has the same name, whether it is included by a whole name or not. */
  const nameOf = (name: string) => {
    const inside = relative(folder, path(name));
    const own = inside.startsWith('..') || isAbsolute(inside) ? path(name) : join(shown, inside);
    // The word alone stands for the lab file in problems.
    return own === 'lab' ? './lab' : own;
  };
  const fileOf = (name: string): IncludedFile => {
    note?.(path(name));
    return { name: nameOf(name), read: () => read(path(name)) };
  };
  return (pattern) => {
    if (!isPattern(pattern)) return [fileOf(pattern)];
    note?.(`${dirname(path(pattern))}/`);
    const { root } = parse(pattern);
    const names = glob(root === '' ? folder : root, pattern.slice(root.length));
    return names?.map((name) => fileOf(root + name)) ?? [{ name: pattern, read: () => ({ error: tooWide(pattern) }) }];
  };
}

const tooWide = (pattern: string) =>
  `"${pattern}" matches in too many folders to look into: name the files more exactly`;
