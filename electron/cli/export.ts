/** `mail-lab export FILE --to nginx --out DIR`: the lab as what runs without it. */
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { exportLab } from '../lab/export.ts';
import { writeExport } from '../lab/export-write.ts';
import { readText } from '../lab/files.ts';
import { isNginxConf, readPlan } from '../lab/plan.ts';
import { complain, complainOf, exitCodes, say } from './output.ts';
import { locate, type PrefixOptions, prefixOption } from './prefix.ts';

interface ExportOptions extends PrefixOptions {
  readonly out: string;
  readonly force?: boolean;
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
  await writeExport(made, out, { force, how: 'write over what is there with --force' });
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
