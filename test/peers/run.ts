/** Real programs as child processes: what they need, what they say, and how they are stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How a program ended, in its own words. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

const packages: Readonly<Record<string, string>> = {
  dovecot: 'dovecot-imapd dovecot-pop3d',
};
const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/** Where a program is; throws what to install if it is nowhere. */
export function program(name: string): string {
  for (const place of places) {
    const path = join(place, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The next place may have it.
    }
  }
  throw new Error(`These tests need ${name}. Install it with: apt-get install ${packages[name] ?? name}`);
}

/** Runs a program to its end; `input` is what it reads. */
export function run(name: string, args: readonly string[], input = ''): Promise<Outcome> {
  const child = spawn(program(name), args, { timeout: 30_000 });
  let output = '';
  const hear = (chunk: Buffer): void => {
    output += chunk.toString('latin1');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.stdin.on('error', () => undefined);
  child.stdin.end(Buffer.from(input, 'latin1'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** A server that runs in the foreground. */
export interface Server {
  /** Everything it has said. */
  output(): string;
  /** Resolves when what it says, all in all, matches. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when it is gone. */
  stop(kill?: (child: ChildProcess) => void): Promise<void>;
}

/** Starts a server. */
export function serve(name: string, args: readonly string[]): Server {
  const child = spawn(program(name), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let changed: () => void = () => undefined;
  const hear = (chunk: Buffer): void => {
    output += chunk.toString('latin1');
    changed();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  let over = false;
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      over = true;
      changed();
      resolve();
    });
  });
  return {
    output: () => output,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        changed = () => {
          const match = pattern.exec(output);
          if (match !== null) resolve(match);
          else if (over) reject(new Error(`${name} ended: ${output}`));
        };
        changed();
      }),
    async stop(kill = (one) => one.kill('SIGTERM')) {
      if (!over) kill(child);
      await gone;
    },
  };
}
