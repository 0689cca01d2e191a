/**
 * `npm run bench`: nginx against `mail-lab run`, on this machine, in one run, in turns. Loopback only.
 *
 *   npm run bench -- [--sessions N] [--rounds N] [--json]     sessions a second, everything recorded
 *   npm run bench -- --relay                                  messages of 100 MB
 *   npm run bench -- --idle N                                 memory of N sessions that say nothing
 *   npm run bench -- --window [--rate N] [--seconds N]        the window while sessions rush by, mail-lab alone
 *   npm run bench -- --mailbox                                lists and searches over 10,000 messages, mail-lab alone
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Weight, weigh } from './idle.ts';
import { benchMailbox, type MailboxResult } from './mailbox.ts';
import type { Program } from './program.ts';
import { type MailProxy, recorded, startLab, startNginx, startSink } from './proxies.ts';
import { compare, type Load, type Result } from './rounds.ts';
import { benchWindow, type WindowLoad, type WindowResult } from './window.ts';

const MEGABYTE = 1024 * 1024;
const RELAY: Load = { parallel: 1, size: 100 * MEGABYTE, sessions: 1, rounds: 7 };

/** What a run found; `--json` prints it. */
interface Report {
  readonly mode: 'sessions' | 'relay' | 'idle';
  readonly results: readonly Result[];
  readonly weights: readonly Weight[];
  /** mail-lab's median rate over nginx's; null in idle mode. */
  readonly ratio: number | null;
}

interface Wanted {
  readonly json: boolean;
  readonly idle: number | null;
  readonly relay: boolean;
  readonly mailbox: boolean;
  readonly window: WindowLoad | null;
  readonly load: Load;
}

function number(text: string, name: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${most}, not ${JSON.stringify(text)}.`);
}

function wanted(): Wanted {
  const { values } = parseArgs({
    options: {
      sessions: { type: 'string', default: '4000' },
      rounds: { type: 'string', default: '9' },
      idle: { type: 'string' },
      relay: { type: 'boolean', default: false },
      mailbox: { type: 'boolean', default: false },
      window: { type: 'boolean', default: false },
      rate: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '120' },
      json: { type: 'boolean', default: false },
    },
  });
  const rounds = number(values.rounds, 'rounds', 50);
  const sessions = number(values.sessions, 'sessions', 50_000);
  const rate = number(values.rate, 'rate', 20_000);
  const seconds = number(values.seconds, 'seconds', 86_400);
  return {
    json: values.json,
    window: values.window ? { rate, seconds } : null,
    relay: values.relay,
    mailbox: values.mailbox,
    idle: values.idle === undefined ? null : number(values.idle, 'idle', 15_000),
    load: values.relay ? { ...RELAY, rounds } : { parallel: 20, size: 1000, sessions, rounds },
  };
}

const mega = (bytes: number): string => `${(bytes / MEGABYTE).toFixed(1)} MB`;

function rateLine(result: Result, load: Load): string {
  const unit = load.size >= MEGABYTE ? 'MB/s' : 'sessions/s';
  const scale = load.size >= MEGABYTE ? load.size / MEGABYTE : 1;
  const digits = (value: number): string => (value * scale).toFixed(0);
  return (
    `${result.name.padEnd(9)} ${digits(result.median).padStart(6)} ${unit} ` +
    `(min ${digits(result.min)}, max ${digits(result.max)})  cpu ${result.cpu.toFixed(1)} s  ` +
    `rss ${mega(result.memory.now)} (peak ${mega(result.memory.peak)})`
  );
}

function weightLine(weight: Weight): string {
  const kilobytes = (weight.bytesEach / 1024).toFixed(1);
  return `${weight.name.padEnd(9)} ${kilobytes.padStart(6)} kB a session  (${mega(weight.before)} -> ${mega(weight.held)})`;
}

function print(report: Report, load: Load): void {
  for (const weight of report.weights) console.log(weightLine(weight));
  for (const result of report.results) console.log(rateLine(result, load));
  if (report.ratio !== null) console.log(`ratio     ${report.ratio.toFixed(2)} of nginx`);
}

function ratio(results: readonly Result[]): number {
  const of = (name: string): number => results.find((result) => result.name === name)?.median ?? Number.NaN;
  return of('mail-lab') / of('nginx');
}

async function measure(proxies: readonly MailProxy[], want: Wanted): Promise<Report> {
  if (want.idle !== null) {
    const weights: Weight[] = [];
    for (const proxy of proxies) weights.push(await weigh(proxy, want.idle));
    return { mode: 'idle', results: [], weights, ratio: null };
  }
  const tell = (name: string, rate: number): void => {
    if (!want.json) process.stderr.write(`  ${name} ${rate.toFixed(rate < 100 ? 2 : 0)}\n`);
  };
  const results = await compare(proxies, want.load, tell);
  return { mode: want.relay ? 'relay' : 'sessions', results, weights: [], ratio: ratio(results) };
}

/** Fails if the journal does not hold every session that went through. */
function checkJournal(folder: string, want: Wanted): void {
  const sent = want.idle ?? want.load.sessions * (want.load.rounds + 1);
  const found = recorded(folder);
  if (found !== sent) throw new Error(`${sent} sessions went through mail-lab, but its journal holds ${found}.`);
}

async function bench(want: Wanted): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'mail-lab-bench-'));
  const running: Program[] = [];
  try {
    const sink = await startSink();
    running.push(sink);
    const nginx = await startNginx(join(folder, 'nginx'), sink.port, Math.max(1000, want.idle ?? 0));
    running.push(nginx);
    const lab = await startLab(join(folder, 'lab'), sink.port);
    running.push(lab);
    const report = await measure([nginx, lab], want);
    await lab.stop();
    running.pop();
    checkJournal(join(folder, 'lab'), want);
    return report;
  } finally {
    await Promise.all(running.map((program) => program.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

function mailboxLines({ kind, megabytes, delivered, ms }: MailboxResult): string {
  const times = Object.entries(ms).map(([what, time]) => `  ${what.padEnd(24)} ${time.toFixed(1).padStart(6)} ms`);
  const filled = `10,000 messages of ${kind} (${megabytes.toFixed(0)} MB): ${delivered.toFixed(0)} deliveries/s`;
  return [filled, ...times].join('\n');
}

function windowLines({ rate, input, long, frames, busy, samples }: WindowResult): string {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const memory = samples.map(
    (one) =>
      `  ${String(one.second).padStart(5)} s  ${String(one.sessions).padStart(8)} sessions` +
      `  window ${mega(one.window)} (rss ${mega(one.windowRss)})  lab ${mega(one.lab)} (rss ${mega(one.labRss)})`,
  );
  return [
    `${rate.toFixed(0)} sessions/s recorded and shown`,
    `input to picture  median ${ms(input.median)}, 95 % ${ms(input.p95)}, max ${ms(input.max)} of ${input.count} inputs`,
    `long tasks        ${long.count}, together ${ms(long.sum)}, max ${ms(long.max)}`,
    `frames            ${frames.perSecond.toFixed(0)}/s, gaps 99 % ${ms(frames.p99)}, max ${ms(frames.max)}`,
    `page's thread     ${(busy * 100).toFixed(0)} % busy`,
    'memory in use after collections',
    ...memory,
  ].join('\n');
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mail-lab-bench-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function mailbox(folder: string, json: boolean): Promise<void> {
  await benchMailbox(folder, (result) => console.log(json ? JSON.stringify(result) : mailboxLines(result)));
}

async function window(folder: string, load: WindowLoad, json: boolean): Promise<void> {
  const result = await benchWindow(folder, load);
  console.log(json ? JSON.stringify(result) : windowLines(result));
}

try {
  const want = wanted();
  const load = want.window;
  if (want.mailbox) await inFolder((folder) => mailbox(folder, want.json));
  else if (load !== null) await inFolder((folder) => window(folder, load, want.json));
  else {
    const report = await bench(want);
    if (want.json) console.log(JSON.stringify(report, null, 2));
    else print(report, want.load);
  }
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
