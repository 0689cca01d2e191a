/** Writes an export into a folder. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Export } from '../../shared/export/nginx.ts';
import { codeOf, fileError, UserError } from './user-error.ts';

/** What stands in a folder; null where there is none. */
async function contentsOf(folder: string): Promise<readonly string[] | null> {
  try {
    if (!(await stat(folder)).isDirectory())
      throw new UserError(`${folder} is a file: name a folder, which need not be there yet.`);
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error instanceof UserError ? error : fileError('read', folder, error);
  }
}

/** `force` writes over the files of an export that are there, and leaves all others; `how` says how to ask for it. */
export async function writeExport(
  { files, folders }: Export,
  folder: string,
  { force, how }: { readonly force: boolean; readonly how: string },
): Promise<void> {
  const contents = await contentsOf(folder);
  if (contents !== null && contents.length > 0 && !force)
    throw new UserError(`${folder} is not empty: choose another folder, or ${how}.`);
  let at = folder;
  try {
    for (const inner of ['.', ...folders]) {
      at = join(folder, inner);
      await mkdir(at, { recursive: true });
    }
    for (const { name, text, mode } of files) {
      at = join(folder, name);
      await mkdir(dirname(at), { recursive: true });
      // A file of before may be readable for everyone, or a link.
      await rm(at, { force: true });
      await writeFile(at, text, { mode, flag: 'wx' });
    }
  } catch (error) {
    throw fileError('write', at, error);
  }
}
