/** Other programs as child processes: started, asked what they cost, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Nothing in the bench runs longer than this, ms: a hanging program must not hang the bench. */
const LONGEST = 180_000;
/** Kernel clock ticks a second, as /proc counts CPU time (sysconf(_SC_CLK_TCK), 100 on every Linux). */
const TICKS = 100;

const packages: Readonly<Record<string, string>> = {
  nginx: 'nginx libnginx-mod-mail',
  'smtp-source': 'postfix',
  'smtp-sink': 'postfix',
};

/** A program that runs in the background. */
export interface Program {
  readonly pid: number;
  /** CPU time so far, seconds. */
  cpu(): number;
  /** Memory now, and the most it ever was, bytes. */
  memory(): { readonly now: number; readonly peak: number };
  stop(): Promise<void>;
}

/** Full path of a system program; throws a sentence that names the package. */
function find(name: string): string {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  throw new Error(`The bench needs ${name}. Install it with: apt-get install ${packages[name] ?? name}`);
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('close', resolve));
}

/** What /proc tells of the process that `child` is. */
export function watch(child: ChildProcess, stopSignal: NodeJS.Signals = 'SIGTERM'): Program {
  const pid = child.pid ?? 0;
  const proc = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'latin1');
  const kilobytes = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(proc('status'))?.[1]);
  return {
    pid,
    cpu: () => {
      // The name in parentheses may hold spaces; utime and stime are the 12th and 13th fields behind it.
      const fields = proc('stat').split(') ').at(-1)?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    memory: () => ({ now: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024 }),
    stop: async () => {
      child.kill(stopSignal);
      const kill = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended(child);
      clearTimeout(kill);
    },
  };
}

/** Runs a program to its end; answers with the seconds it took. Throws what it said if it failed. */
export async function run(name: string, args: readonly string[]): Promise<number> {
  const began = process.hrtime.bigint();
  const child = spawn(find(name), args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: LONGEST });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await ended(child);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  if (code !== 0) throw new Error(`${name} failed (${code ?? `killed after ${seconds.toFixed(0)} s`}): ${said.trim()}`);
  return seconds;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Starts a server; resolves when `port` takes connections. */
export async function serve(name: string, args: readonly string[], port: number): Promise<Program> {
  const child = spawn(find(name), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const patience = Date.now() + 10_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > patience) {
      child.kill('SIGKILL');
      throw new Error(`${name} does not listen on 127.0.0.1:${port}: ${said.trim()}`);
    }
    await pause(20);
  }
  return watch(child);
}
