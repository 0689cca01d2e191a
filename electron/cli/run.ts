/** `mail-lab run FILE`: the lab headless, in the foreground, and with nginx's signals. */
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Problem } from '../../shared/lab/problem.ts';
import { createLab, type LabHandle } from '../lab/lab.ts';
import { isNginxConf } from '../lab/plan.ts';
import { createSpread } from '../workers/spread.ts';
import { type NginxOptions, nginxOptions, refused } from './nginx-habits.ts';
import { type ConsentOptions, consentOptions } from './options.ts';
import { complain, complainOf, complainOfListeners, exitCodes, listeningLines, report, say } from './output.ts';
import { createPidFile } from './pid-file.ts';
import { type Located, locate, type PrefixOptions, prefixOption } from './prefix.ts';
import { createPrinter } from './printer.ts';
import { createRecordingWatch, type RecordingWatch } from './recording.ts';
import { onSignals } from './signals.ts';

interface RunOptions extends ConsentOptions, NginxOptions, PrefixOptions {
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

/** Where `pid` of a bare nginx.conf points; a lab file's is the real nginx's business. */
function pidPath(lab: LabHandle, { file, prefix }: Located): string | null {
  const pid = lab.conf()?.process?.pid ?? null;
  return pid === null ? null : resolve(prefix ?? dirname(file), pid);
}

/** A line about the process, for nginx's log. */
type Line = Parameters<LabHandle['logs']['process']>;

async function startLab(
  { file, prefix }: Located,
  options: RunOptions,
  journal: RecordingWatch,
  print: ReturnType<typeof createPrinter>,
) {
  // Workers serve before there is a lab to write their lines down.
  const early: Line[] = [];
  let note = (...line: Line): void => void early.push(line);
  const lab = await createLab({
    host: 'browser',
    headless: true,
    dbFile: options.db ?? ':memory:',
    file,
    allowLan: options.allowLan ?? false,
    allow: options.allow ?? [],
    prefix,
    onChanged: journal.look,
    onLogProblem: complain,
    ...(options.json ? { onEnded: print.print } : {}),
    proxy: (wiring) =>
      createSpread(wiring, {
        started: (pid) => {
          say(`start worker process ${pid}`);
          note('notice', `start worker process ${pid}`);
        },
        lost: (level, sentence) => {
          complain(`[${level}] ${sentence}`);
          note(level, sentence);
        },
        differs: (sentence) => complain(`[warn] ${sentence}`),
      }),
  });
  note = (...line) => lab.logs.process(...line);
  for (const line of early) note(...line);
  return lab;
}

/** null when nothing runs, and why was said. */
async function start(located: Located, options: RunOptions): Promise<Run | null> {
  const { file } = located;
  const printer = createPrinter();
  const journal = createRecordingWatch();
  const lab = await startLab(located, options, journal, printer);
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
    if (isBare) pidFile.change(pidPath(lab, located));
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
  const started = start(locate(given, options), options);
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
    stop: ending((lab) => {
      lab.logs.process('notice', 'exiting');
      return lab.stop();
    }),
    quit: ending((lab) => {
      say('gracefully shutting down');
      lab.logs.process('notice', 'gracefully shutting down');
      return lab.quit();
    }),
    reload: whenUp(reload),
    reopen: whenUp(async ({ lab }) => {
      lab.logs.process('notice', 'reopening logs');
      await lab.logs.reopen();
    }),
    onFault: (error) => void report(error, options.debug ?? false),
  });
  if ((await started) === null) process.exitCode = exitCodes.input;
  // A reload may leave nothing that listens; the next one finds the process still there.
  else setInterval(() => undefined, LONGEST_MS);
}

/** SIGHUP: the old configuration stays if the new one has an error. */
async function reload({ lab, file, isBare, notePid }: Run): Promise<void> {
  const before = new Set(listeningLines(lab.listeners()));
  lab.logs.process('notice', 'reconfiguring');
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
  nginxOptions(prefixOption(consentOptions(command)))
    .usage('[options] <FILE>')
    .description('run a lab without a window until it is told to stop')
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
