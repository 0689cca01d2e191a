/** `--prefix DIR`: the folder that relative names of a configuration begin in (nginx `-p`). */
import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../lab/user-error.ts';

export interface PrefixOptions {
  readonly prefix?: string;
}

/** A file, and where its relative names begin. */
export interface Located {
  /** As the user would name it from where he stands. */
  readonly file: string;
  /** Absolute; null: in the file's own folder. */
  readonly prefix: string | null;
}

/** Adds the option. */
export function prefixOption(command: Command): Command {
  return command.option('-p, --prefix <DIR>', "look relative names up here instead of in the file's own folder");
}

/** As in nginx, a file that is not here is looked for under the prefix. */
export function locate(file: string, { prefix }: PrefixOptions): Located {
  if (prefix === undefined) return { file, prefix: null };
  if (!statSync(prefix, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`There is no folder ${prefix}: --prefix names the one that relative names begin in.`);
  const under = join(prefix, file);
  const isUnder = !isAbsolute(file) && !existsSync(file) && existsSync(under);
  return { file: isUnder ? under : file, prefix: resolve(prefix) };
}
