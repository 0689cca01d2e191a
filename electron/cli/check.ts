/** `mail-lab check FILE`: like `nginx -t`. */
import type { Command } from 'commander';
import { type ConsentOptions, consentOptions } from './options.ts';
import { complainOf, exitCodes, say } from './output.ts';
import { readFile } from './read.ts';

async function check(file: string, options: ConsentOptions): Promise<void> {
  const { plan, problems, isBare } = await readFile(file, options);
  complainOf(problems, file, isBare);
  if (plan) say(`mail-lab: ${file} is ok`);
  else process.exitCode = exitCodes.input;
}

/** Adds the subcommand. */
export function addCheck(program: Command): void {
  const command = program.command('check').argument('<FILE>', 'a lab file or an nginx.conf');
  consentOptions(command).description('tell everything that is wrong with a file, and run nothing').action(check);
}
