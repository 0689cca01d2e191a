/** Lab files on disk: read whole, written so that a crash leaves either the old text or the new. */
import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { fileError, UserError } from './user-error.ts';

/** Bytes; the contract's limit for a text. */
const FILE_MAX = 5_000_000;

/** Reads a lab file or an nginx.conf. */
export async function readText(file: string): Promise<string> {
  try {
    const found = await stat(file);
    // A device such as /dev/zero has no end; a pipe (`check <(…)`) has one.
    if (!found.isFile() && !found.isFIFO() && !found.isDirectory())
      throw new UserError(`Cannot read ${file}: it is no file.`);
    const { size } = found;
    if (size > FILE_MAX)
      throw new UserError(`${file} is too large for a lab: ${size} bytes, and at most 5 MB are read.`);
    const text = await readFile(file, 'utf8');
    // A byte order mark is no part of a lab file; nginx takes it for a part of the first word.
    if (file.endsWith('.conf')) return text;
    return text.startsWith('\ufeff') ? text.slice(1) : text;
  } catch (error) {
    throw error instanceof UserError ? error : fileError('read', file, error);
  }
}

/** Writes next to the file and moves it into place; a link is followed, the file's mode stays. */
export async function writeText(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const beside = `${target}.${process.pid}.tmp`;
  try {
    const mode = await stat(target).then(
      (known) => known.mode,
      () => 0o644,
    );
    await writeFile(beside, text, { mode });
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw fileError('write', file, error);
  }
}
