/** The two proxies that are compared, with the same mail {} block, the same upstream, and each its own auth service. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openJournal } from '../../electron/journal/journal.ts';
import { startCli } from '../e2e/fixtures/browser-host.ts';
import { freePorts } from '../e2e/fixtures/ports.ts';
import { type Program, serve, watch } from './program.ts';

const MODULE = '/usr/lib/nginx/modules/ngx_mail_module.so';
const BUILT = join(import.meta.dirname, '../../out/main/cli.js');

/** A running proxy. */
export interface MailProxy extends Program {
  readonly name: 'nginx' | 'mail-lab';
  readonly port: number;
}

function mailBlock(port: number, auth: number): string {
  return `mail {
    server_name bench.test;
    auth_http   127.0.0.1:${auth}/auth;
    xclient     off;
    timeout     300s;
    server {
        listen     127.0.0.1:${port};
        protocol   smtp;
        smtp_auth  none;
    }
}
`;
}

/** nginx in one process, which also answers its own auth_http. Files that it writes stay in `folder`. */
export async function startNginx(folder: string, upstream: number, connections: number): Promise<MailProxy> {
  if (!existsSync(MODULE)) {
    throw new Error("The bench needs nginx's mail module. Install it with: apt-get install libnginx-mod-mail");
  }
  const [port = 0, auth = 0] = await freePorts(2);
  await mkdir(join(folder, 'logs'), { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const conf = `load_module ${MODULE};
daemon off;
master_process off;
pid nginx.pid;
error_log error.log error;
worker_rlimit_nofile ${connections + 200};
events { worker_connections ${connections + 100}; }
http {
    access_log off;
${temporary.map((kind) => `    ${kind}_temp_path ${kind};`).join('\n')}
    server {
        listen 127.0.0.1:${auth};
        location / {
            add_header Auth-Status OK always;
            add_header Auth-Server 127.0.0.1 always;
            add_header Auth-Port ${upstream} always;
            return 200;
        }
    }
}
${mailBlock(port, auth)}`;
  await writeFile(join(folder, 'nginx.conf'), conf);
  const program = await serve('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], port);
  return { ...program, name: 'nginx', port };
}

/** `mail-lab run`, its journal in `folder`. */
export async function startLab(folder: string, upstream: number): Promise<MailProxy> {
  if (!existsSync(BUILT)) throw new Error('There is no out/main/cli.js to measure. Build it with: npm run build');
  const [port = 0, auth = 0] = await freePorts(2);
  await mkdir(folder, { recursive: true });
  const lab = `lab: 1
name: bench
proxy: |
${mailBlock(port, auth).replace(/^(?=.)/gm, '  ')}
auth:
  listen: 127.0.0.1:${auth}
  transport: in-process
  rules: []
  otherwise: { route: sink }
upstreams:
  sink: { smtp: 127.0.0.1:${upstream}, external: true }
`;
  const file = join(folder, 'bench.lab.yaml');
  await writeFile(file, lab);
  const { child } = await startCli(['run', file, '--db', journalIn(folder)], /^ready$/, folder);
  return { ...watch(child), name: 'mail-lab', port };
}

const journalIn = (folder: string): string => join(folder, 'journal.db');

/** How many sessions the journal of a stopped mail-lab holds. */
export function recorded(folder: string): number {
  const journal = openJournal({ file: journalIn(folder) });
  try {
    return journal.counts().sessions;
  } finally {
    journal.close();
  }
}

/** The upstream of both. */
export async function startSink(): Promise<Program & { readonly port: number }> {
  const [port = 0] = await freePorts(1);
  // As root it insists on becoming somebody else.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  return { ...(await serve('smtp-sink', [...user, '-c', `127.0.0.1:${port}`, '1000'], port)), port };
}
