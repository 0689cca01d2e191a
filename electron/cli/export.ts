/** `mail-lab export FILE --to nginx --out DIR`: the lab as what runs without it. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Export } from '../../shared/export/nginx.ts';
import { exportLab } from '../lab/export.ts';
import { readText } from '../lab/files.ts';
import { isNginxConf, readPlan } from '../lab/plan.ts';
import { codeOf, fileError, UserError } from '../lab/user-error.ts';
import { complain, complainOf, exitCodes, say } from './output.ts';
import { locate, type PrefixOptions, prefixOption } from './prefix.ts';

interface ExportOptions extends PrefixOptions {
  readonly out: string;
  readonly force?: boolean;
}

/** What stands in a folder; null where there is none. */
async function contentsOf(folder: string): Promise<readonly string[] | null> {
  try {
    if (!(await stat(folder)).isDirectory())
      throw new UserError(`${folder} is a file: name a folder with --out, which need not be there yet.`);
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error instanceof UserError ? error : fileError('read', folder, error);
  }
}

async function writeAll({ files, folders }: Export, out: string): Promise<void> {
  let at = out;
  try {
    for (const folder of ['.', ...folders]) {
      at = join(out, folder);
      await mkdir(at, { recursive: true });
    }
    for (const { name, text, mode } of files) {
      at = join(out, name);
      await mkdir(dirname(at), { recursive: true });
      // A file of before may be readable for everyone, or a link.
      await rm(at, { force: true });
      await writeFile(at, text, { mode, flag: 'wx' });
    }
  } catch (error) {
    throw fileError('write', at, error);
  }
}

async function exportFile(given: string, { out, force = false, ...options }: ExportOptions): Promise<void> {
  const { file, prefix } = locate(given, options);
  // Nothing is bound or reached here.
  const source = { text: await readText(file), file: resolve(file) };
  const consent = { allowLan: true, allow: new Set<string>() };
  const { plan, problems } = await readPlan(source, { hostname: hostname(), consent, prefix });
  complainOf(problems, file, isNginxConf(source));
  if (!plan) {
    process.exitCode = exitCodes.input;
    return;
  }
  const made = await exportLab(source, plan, prefix);
  const contents = await contentsOf(out);
  if (contents !== null && contents.length > 0 && !force)
    throw new UserError(`${out} is not empty: choose another folder, or write over what is there with --force.`);
  await writeAll(made, out);
  for (const { name, what } of made.files) say(`wrote ${join(out, name)}: ${what}`);
  for (const note of made.notes) complain(`[notice] ${note}`);
}

/** Adds the subcommand. */
export function addExport(program: Command): void {
  const command = program
    .command('export')
    .argument('<FILE>', 'a lab file')
    .description('write an nginx.conf, an auth service without dependencies, and a compose file')
    .addOption(new Option('--to <KIND>', 'what to write').choices(['nginx']).makeOptionMandatory())
    .requiredOption('-o, --out <DIR>', 'the folder to write to')
    .option('--force', 'write over files that are there');
  prefixOption(command).action(exportFile);
}
