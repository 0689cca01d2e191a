/** `mail-lab check FILE`: like `nginx -t`, with advice about what is valid and yet hardly meant. */
import type { Command } from 'commander';
import { BROKEN } from '../../shared/lab/problem.ts';
import { provePlan } from '../lab/proving.ts';
import { type ConsentOptions, consentOptions } from './options.ts';
import { complainOf, exitCodes, fileOf, say } from './output.ts';
import { locate, type PrefixOptions, prefixOption } from './prefix.ts';
import { readFile } from './read.ts';

interface CheckOptions extends ConsentOptions, PrefixOptions {
  readonly json?: boolean;
}

async function check(given: string, { json, ...options }: CheckOptions): Promise<void> {
  const { file, prefix } = locate(given, options);
  const { plan, problems: read, isBare, text } = await readFile(file, { ...options, prefix });
  const proven = plan && (await provePlan(plan, text));
  const problems = [...read, ...(proven?.problems ?? [])];
  // A promise that does not hold is what whoever wrote it wants this command to fail for.
  const ok = plan !== null && !problems.some(({ id }) => id === BROKEN);
  if (json) {
    const named = problems.map((problem) => ({ ...problem, file: fileOf(problem, file, isBare) }));
    say(JSON.stringify({ ok, problems: named }));
  } else {
    complainOf(problems, file, isBare, true);
    if (ok) say(`mail-lab: ${file} is ok`);
  }
  if (!ok) process.exitCode = exitCodes.input;
}

/** Adds the subcommand. */
export function addCheck(program: Command): void {
  const command = program.command('check').argument('<FILE>', 'a lab file or an nginx.conf');
  prefixOption(consentOptions(command))
    .option('--json', 'everything as one JSON object: whether it is ok, and each problem and lint with its place')
    .description('tell everything that is wrong with a file or hardly meant, and run nothing')
    .action(check);
}
