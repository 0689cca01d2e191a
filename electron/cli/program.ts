/** The command line's subcommands, and how every one of them ends. */
import { Command, CommanderError } from 'commander';
import { packageVersion } from '../lab/package-root.ts';
import { meaningOf } from '../lab/user-error.ts';
import { addCheck } from './check.ts';
import { addExam } from './exam.ts';
import { addExport } from './export.ts';
import { complain, exitCodes, report } from './output.ts';
import { addRoute } from './route.ts';
import { addRun } from './run.ts';
import { addServe } from './serve.ts';
import { addTest } from './test.ts';

function createProgram(): Command {
  const program = new Command('mail-lab')
    .description('See, step by step and with reasons, how mail flows through an NGINX mail proxy')
    .version(packageVersion())
    .option('--debug', 'show all of an internal error')
    .exitOverride()
    .configureOutput({ outputError: (text) => complain(text.trim().replace(/^error: /, '')) });
  for (const add of [addRun, addServe, addCheck, addRoute, addTest, addExam, addExport]) add(program);
  // Subcommands made with command() take over what was set before; --debug may stand after them too.
  for (const command of program.commands) command.option('--debug', 'show all of an internal error');
  return program;
}

/** What could not be printed ends a command, unless it stays in the foreground and ends in order (`onSignals`). */
function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (process.stdout.listenerCount('error') > 1) return;
    // A reader that went away, such as `head`, wants no more.
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.fine);
    complain(`the output cannot be written: ${meaningOf(error.code ?? error.message)}`);
    process.exit(exitCodes.input);
  });
  process.stderr.on('error', () => undefined);
}

/** Runs what `argv` (as in process.argv) asks for; the exit code is left in process.exitCode. */
export async function main(argv: readonly string[]): Promise<void> {
  const debug = argv.includes('--debug');
  watchOutput();
  process.on('uncaughtException', (error) => process.exit(report(error, debug)));
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    // Help and the version are no errors; commander has printed its own.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    else process.exitCode = report(error, debug);
  }
}
