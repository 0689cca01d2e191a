/** `mail-lab run FILE`: the lab headless, in the foreground, and with nginx's signals. */
import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Problem } from '../../shared/lab/problem.ts';
import { createLab, type LabHandle } from '../lab/lab.ts';
import { isNginxConf } from '../lab/plan.ts';
import { UserError } from '../lab/user-error.ts';
import { createSpread } from '../workers/spread.ts';
import { type NginxOptions, nginxOptions, refused } from './nginx-habits.ts';
import { type ConsentOptions, consentOptions } from './options.ts';
import { complain, complainOf, complainOfListeners, exitCodes, listeningLines, report, say } from './output.ts';
import { createPidFile } from './pid-file.ts';
import { createPrinter } from './printer.ts';
import { createRecordingWatch, type RecordingWatch } from './recording.ts';
import { onSignals } from './signals.ts';

interface RunOptions extends ConsentOptions, NginxOptions {
  readonly prefix?: string;
  readonly json?: boolean;
  readonly db?: string;
  readonly debug?: boolean;
}

/** A lab that runs. */
interface Run {
  readonly lab: LabHandle;
  readonly file: string;
  readonly isBare: boolean;
  /** Notes the process where the configuration wants it. */
  readonly notePid: () => void;
  /** Says the last things. */
  readonly end: () => void;
}

/** The longest a timer waits: 24 days. */
const LONGEST_MS = 2_147_483_647;

const isError = ({ severity }: Problem) => severity === 'error';

/** As nginx does, a file that is not here is looked for under the prefix. */
function findFile(file: string, prefix: string | undefined): string {
  if (prefix === undefined) return file;
  if (!statSync(prefix, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`There is no folder ${prefix}: --prefix names the one that relative names begin in.`);
  const under = join(prefix, file);
  return !isAbsolute(file) && !existsSync(file) && existsSync(under) ? under : file;
}

/** Where `pid` of a bare nginx.conf points; a lab file's is the real nginx's business. */
function pidPath(lab: LabHandle, file: string, prefix: string | undefined): string | null {
  const pid = lab.conf()?.process?.pid ?? null;
  return pid === null ? null : resolve(prefix ?? dirname(file), pid);
}

function startLab(file: string, options: RunOptions, journal: RecordingWatch, print: ReturnType<typeof createPrinter>) {
  return createLab({
    host: 'browser',
    headless: true,
    dbFile: options.db ?? ':memory:',
    file,
    allowLan: options.allowLan ?? false,
    allow: options.allow ?? [],
    prefix: options.prefix ?? null,
    onChanged: journal.look,
    ...(options.json ? { onEnded: print.print } : {}),
    proxy: (wiring) =>
      createSpread(wiring, {
        started: (pid) => say(`start worker process ${pid}`),
        lost: (sentence) => complain(`[alert] ${sentence}`),
        differs: (sentence) => complain(`[warn] ${sentence}`),
      }),
  });
}

/** null when nothing runs, and why was said. */
async function start(file: string, options: RunOptions): Promise<Run | null> {
  const printer = createPrinter();
  const journal = createRecordingWatch();
  const lab = await startLab(file, options, journal, printer);
  const isBare = isNginxConf(lab.view());
  const { problems } = lab.view();
  complainOf(problems, file, isBare);
  journal.start(lab);
  complainOfListeners(lab.listeners());
  const listening = listeningLines(lab.listeners());
  if (problems.some(isError) || listening.length === 0) {
    if (!problems.some(isError)) complain(`nothing of ${file} could be listened on`);
    await lab.stop();
    return null;
  }
  const pidFile = createPidFile();
  const notePid = () => {
    if (isBare) pidFile.change(pidPath(lab, file, options.prefix));
  };
  const end = () => {
    pidFile.change(null);
    printer.flush();
    journal.end();
  };
  notePid();
  for (const line of listening) say(line);
  say('ready');
  return { lab, file, isBare, notePid, end };
}

async function run(given: string, options: RunOptions): Promise<void> {
  const file = findFile(given, options.prefix);
  const started = start(file, options);
  // From now on a signal is answered as soon as everything is up.
  const whenUp = (work: (run: Run) => Promise<void>) => async () => {
    const running = await started.catch(() => null);
    if (running) await work(running);
  };
  const ending = (how: (lab: LabHandle) => Promise<void>) =>
    whenUp(async ({ lab, end }) => {
      await how(lab);
      end();
    });
  onSignals({
    stop: ending((lab) => lab.stop()),
    quit: ending((lab) => {
      say('gracefully shutting down');
      return lab.quit();
    }),
    reload: whenUp(reload),
    onFault: (error) => void report(error, options.debug ?? false),
  });
  if ((await started) === null) process.exitCode = exitCodes.input;
  // A reload may leave nothing that listens; the next one finds the process still there.
  else setInterval(() => undefined, LONGEST_MS);
}

/** SIGHUP: the old configuration stays if the new one has an error. */
async function reload({ lab, file, isBare, notePid }: Run): Promise<void> {
  const before = new Set(listeningLines(lab.listeners()));
  const problems = await lab.reload();
  complainOf(problems, file, isBare);
  if (problems.some(isError)) return complain(`${file} was not reloaded; the lab runs on as it was`);
  complainOfListeners(lab.listeners());
  for (const line of listeningLines(lab.listeners())) if (!before.has(line)) say(line);
  notePid();
  say('reloaded');
}

/** Adds the subcommand. */
export function addRun(program: Command): void {
  const command = program.command('run').argument('[FILE]', 'a lab file or an nginx.conf');
  nginxOptions(consentOptions(command))
    .usage('[options] <FILE>')
    .description('run a lab without a window until it is told to stop')
    .option('-p, --prefix <DIR>', "look relative names up here instead of in the file's own folder")
    .option('--json', 'print one JSON object a line for every finished session')
    .option('--db <FILE>', 'keep the journal in this file (in memory without it)')
    .action((file: string | undefined, _options: unknown, self: Command) => {
      const options: RunOptions = self.optsWithGlobals();
      const wrong = refused(options);
      if (wrong !== null) self.error(wrong, { exitCode: exitCodes.usage });
      const given = file ?? options.c;
      return given === undefined ? self.error("missing required argument 'FILE'") : run(given, options);
    });
}
