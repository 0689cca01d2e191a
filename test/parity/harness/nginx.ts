/** Real nginx, one process per configuration, in the foreground and in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Running, System } from './system.ts';

const binary = '/usr/sbin/nginx';
const module = '/usr/lib/nginx/modules/ngx_mail_module.so';

function demand(): void {
  const missing = [...(existsSync(binary) ? [] : ['nginx']), ...(existsSync(module) ? [] : ['libnginx-mod-mail'])];
  if (missing.length === 0) return;
  throw new Error(`The parity tests need real nginx. Install it with: apt-get install ${missing.join(' ')}`);
}

/** The whole file around a `mail` block. */
function whole(mail: string): string {
  return [
    `load_module ${module};`,
    'daemon off;',
    'master_process off;',
    'pid nginx.pid;',
    'lock_file nginx.lock;',
    'error_log error.log error;',
    'events { worker_connections 4096; }',
    mail,
  ].join('\n');
}

/** Resolves with true once the file with the process id is there (nginx writes it after it has bound every port). */
async function up(child: ChildProcess, pidFile: string): Promise<boolean> {
  let exited = false;
  child.once('exit', () => {
    exited = true;
  });
  while (!exited) {
    if (existsSync(pidFile) && (await readFile(pidFile, 'utf8')) !== '') return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

async function start(mail: string): Promise<Running | null> {
  demand();
  const folder = await mkdtemp(path.join(tmpdir(), 'parity-nginx-'));
  await mkdir(path.join(folder, 'logs'));
  await writeFile(path.join(folder, 'nginx.conf'), whole(mail), 'latin1');
  const child = spawn(binary, ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const running = await up(child, path.join(folder, 'nginx.pid'));
  if (running) {
    return {
      async stop() {
        child.kill('SIGTERM');
        await closed;
        await rm(folder, { recursive: true, force: true });
      },
    };
  }
  await closed;
  await rm(folder, { recursive: true, force: true });
  if (complaint.includes('Address already in use')) return null;
  throw new Error(`nginx does not start: ${complaint}`);
}

/** Debian's nginx. */
export const nginx: System = { name: 'nginx', start };
