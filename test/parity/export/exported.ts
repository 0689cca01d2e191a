/** An export as a person makes and starts it: `mail-lab export`, `node auth-service.mjs`, `nginx -p`. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../../electron/cli/cli.ts', import.meta.url));
const nginx = '/usr/sbin/nginx';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. */
function run(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** A lab's export in a folder of its own. */
export interface Exported {
  readonly folder: string;
  readonly said: Ended;
  read(name: string): Promise<string>;
  /** `nginx -t`, of another file of the export too. */
  check(file?: string, more?: readonly string[]): Promise<Ended>;
  startService(): Promise<void>;
  /** Answers with the exit code. */
  stopService(): Promise<number | null>;
  startNginx(): Promise<void>;
  stop(): Promise<void>;
}

/** Exports a lab file of this text. */
export async function exported(lab: string): Promise<Exported> {
  if (!existsSync(nginx)) throw new Error('These tests need real nginx. Install it with: apt-get install nginx');
  const home = await mkdtemp(join(tmpdir(), 'export-'));
  const folder = join(home, 'out');
  await writeFile(join(home, 'my.lab.yaml'), lab);
  const said = await run(process.execPath, [cli, 'export', 'my.lab.yaml', '--to', 'nginx', '--out', 'out'], home);
  const prefix = ['-p', folder, '-c'];
  let service: ChildProcess | null = null;
  let proxied = false;
  const stopService = async (): Promise<number | null> => {
    if (service === null || service.exitCode !== null) return service?.exitCode ?? null;
    const gone = once(service, 'exit');
    service.kill('SIGTERM');
    const [code] = await gone;
    return code;
  };
  return {
    stopService,
    folder,
    said,
    read: (name) => readFile(join(folder, name), 'utf8'),
    check: (file = 'nginx.conf', more = []) => run(nginx, ['-t', ...prefix, file, ...more], folder),
    async startService() {
      service = spawn(process.execPath, ['auth-service.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
      if (!service.stdout) throw new Error('The service has no output.');
      await once(createInterface({ input: service.stdout }), 'line');
    },
    async startNginx() {
      // It leaves for the background when it listens.
      const child = spawn(nginx, [...prefix, 'nginx.conf'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
      const [code] = await once(child, 'exit');
      if (code !== 0) throw new Error(`nginx does not start: ${code}`);
      proxied = true;
    },
    async stop() {
      if (proxied) await stopNginx(folder, prefix);
      await stopService();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** nginx has ended when it has removed the file with its process id. */
async function stopNginx(folder: string, prefix: readonly string[]): Promise<void> {
  await run(nginx, [...prefix, 'nginx.conf', '-s', 'stop'], folder);
  while (existsSync(join(folder, 'logs/nginx.pid'))) await new Promise((resolve) => setTimeout(resolve, 10));
}
