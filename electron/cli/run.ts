/** `mail-lab run FILE`: the lab headless, in the foreground. */
import type { Command } from 'commander';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import { createLab, type LabHandle } from '../lab/lab.ts';
import { isNginxConf } from '../lab/plan.ts';
import { type ConsentOptions, consentOptions } from './options.ts';
import { complain, complainOf, complainOfListeners, exitCodes, listeningLines, report, say } from './output.ts';
import { createRecordingWatch } from './recording.ts';
import { onSignals } from './signals.ts';

interface RunOptions extends ConsentOptions {
  readonly prefix?: string;
  readonly json?: boolean;
  readonly db?: string;
  readonly debug?: boolean;
}

/** One finished session as one line; these fields and no others. */
function sessionLine(summary: SessionSummary): string {
  const { id, protocol, listener, client, user, from, to, rule, upstream, outcome, reply } = summary;
  const { authCalls, bytesIn, bytesOut, ms, error } = summary;
  const who = { id, protocol, listener, client, user, from, to };
  const what = { rule, upstream, outcome, reply, authCalls, bytesIn, bytesOut, ms, error };
  return `${JSON.stringify({ ...who, ...what })}\n`;
}

/** Gathers lines, so that a thousand sessions a second are not a thousand writes. */
function createPrinter() {
  let lines = '';
  const flush = () => {
    if (lines !== '') process.stdout.write(lines);
    lines = '';
  };
  const print = (line: string) => {
    if (lines === '') setImmediate(flush);
    lines += line;
  };
  return { print, flush };
}

const isError = ({ severity }: Problem) => severity === 'error';

async function run(file: string, options: RunOptions): Promise<void> {
  const { print, flush } = createPrinter();
  const journal = createRecordingWatch();
  const lab = await createLab({
    host: 'browser',
    headless: true,
    dbFile: options.db ?? ':memory:',
    file,
    allowLan: options.allowLan ?? false,
    allow: options.allow ?? [],
    prefix: options.prefix ?? null,
    onChanged: journal.look,
    ...(options.json ? { onEnded: (summary) => print(sessionLine(summary)) } : {}),
  });
  const isBare = isNginxConf(lab.view());
  const { problems } = lab.view();
  complainOf(problems, file, isBare);
  journal.start(lab);
  complainOfListeners(lab.listeners());
  const listening = listeningLines(lab.listeners());
  if (problems.some(isError) || listening.length === 0) {
    if (!problems.some(isError)) complain(`nothing of ${file} could be listened on`);
    await lab.stop();
    process.exitCode = exitCodes.input;
    return;
  }
  const onFault = (error: unknown) => void report(error, options.debug ?? false);
  onSignals({
    stop: async () => {
      await lab.stop();
      flush();
      journal.end();
    },
    reload: () => reload(lab, file, isBare),
    onFault,
  });
  for (const line of listening) say(line);
  say('ready');
}

/** SIGHUP: the old configuration stays if the new one has an error. */
async function reload(lab: LabHandle, file: string, isBare: boolean): Promise<void> {
  const before = new Set(listeningLines(lab.listeners()));
  const problems = await lab.reload();
  complainOf(problems, file, isBare);
  if (problems.some(isError)) return complain(`${file} was not reloaded; the lab runs on as it was`);
  complainOfListeners(lab.listeners());
  for (const line of listeningLines(lab.listeners())) if (!before.has(line)) say(line);
  say('reloaded');
}

/** Adds the subcommand. */
export function addRun(program: Command): void {
  const command = program.command('run').argument('<FILE>', 'a lab file or an nginx.conf');
  consentOptions(command)
    .description('run a lab without a window until it is told to stop')
    .option('--prefix <DIR>', "look relative names up here instead of in the file's own folder")
    .option('--json', 'print one JSON object a line for every finished session')
    .option('--db <FILE>', 'keep the journal in this file (in memory without it)')
    .action((file: string, _options: unknown, self: Command) => run(file, self.optsWithGlobals()));
}
