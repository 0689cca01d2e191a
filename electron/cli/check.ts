/** `mail-lab check FILE`: like `nginx -t`, with advice about what is valid and yet hardly meant. */
import type { Command } from 'commander';
import { type ConsentOptions, consentOptions } from './options.ts';
import { complainOf, exitCodes, fileOf, say } from './output.ts';
import { readFile } from './read.ts';

interface CheckOptions extends ConsentOptions {
  readonly json?: boolean;
}

async function check(file: string, { json, ...options }: CheckOptions): Promise<void> {
  const { plan, problems, isBare } = await readFile(file, options);
  if (json) {
    const named = problems.map((problem) => ({ ...problem, file: fileOf(problem, file, isBare) }));
    say(JSON.stringify({ ok: plan !== null, problems: named }));
  } else {
    complainOf(problems, file, isBare, true);
    if (plan) say(`mail-lab: ${file} is ok`);
  }
  if (!plan) process.exitCode = exitCodes.input;
}

/** Adds the subcommand. */
export function addCheck(program: Command): void {
  const command = program.command('check').argument('<FILE>', 'a lab file or an nginx.conf');
  consentOptions(command)
    .option('--json', 'everything as one JSON object: whether it is ok, and each problem and lint with its place')
    .description('tell everything that is wrong with a file or hardly meant, and run nothing')
    .action(check);
}
