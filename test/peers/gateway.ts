/**
 * The production-like example as it is run: `mail-lab run nginx.conf`, an auth service that knows one account, Dovecot
 * and Postfix behind it. Only its ports are others: free ones.
 */
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Journal, openJournal } from '../../electron/journal/journal.ts';
import { startCli, stopChild } from '../e2e/fixtures/browser-host.ts';
import { certificates } from '../parity/harness/certificates.ts';
import { freePorts } from '../parity/harness/sockets.ts';
import { type Account, startDovecot } from './dovecot.ts';
import { startPostfix } from './postfix.ts';
import type { Server } from './run.ts';

const example = join(import.meta.dirname, '../../examples/production');

/** The one who may log in; the password has what clients and proxies trip over. */
export const account: Account = { user: 'ann@example.com', password: 'pa ss%+' };

/** The gateway's doors, by the port they have in the example. */
const doors = [10025, 10026, 10587, 10465, 10143, 10993, 10110, 10995, 10080, 10090] as const;

/** A port of the example. */
export type Door = (typeof doors)[number];

/** Everything that runs. */
export interface Gateway {
  /** For files of the clients; goes away with the gateway. */
  readonly folder: string;
  /** The certificate that clients must trust. */
  readonly ca: string;
  readonly postfix: Server;
  /** The headers of every question that the auth service had. */
  readonly questions: readonly http.IncomingHttpHeaders[];
  port(door: Door): number;
  /** Stops the gateway and opens its journal. */
  read(): Promise<Journal>;
  /** Stops everything and takes away what it left. */
  stop(): Promise<void>;
}

type Ports = ReadonlyMap<number, number>;

/** The auth service of the gateway: it knows the account, and where each protocol's server is. */
async function startAuth(port: number, upstreams: Readonly<Record<string, number>>) {
  const questions: http.IncomingHttpHeaders[] = [];
  const server = http.createServer(({ headers }, response) => {
    questions.push(headers);
    const password = decodeURIComponent(`${headers['auth-pass'] ?? ''}`);
    const known = headers['auth-user'] === account.user && password === account.password;
    response.setHeader('Auth-Status', known || headers['auth-method'] === 'none' ? 'OK' : 'Invalid login or password');
    response.setHeader('Auth-Server', '127.0.0.1');
    response.setHeader('Auth-Port', `${upstreams[`${headers['auth-protocol']}`] ?? 0}`);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const stop = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  return { questions, stop };
}

/** A copy of the example whose ports are free ones, with a certificate. */
async function copied(folder: string, ports: Ports): Promise<string> {
  const home = join(folder, 'gateway');
  await cp(example, home, { recursive: true, filter: (path) => !/\/(tls|logs|modules)$/.test(path) });
  await mkdir(join(home, 'tls'));
  await mkdir(join(home, 'logs'));
  for (const [from, to] of [
    ['server.crt', 'mail.example.com.crt'],
    ['server.key', 'mail.example.com.key'],
    ['ca.crt', 'clients-ca.crt'],
  ] as const)
    await cp(join(certificates(), from), join(home, 'tls', to));
  const files = (await readdir(home, { recursive: true })).filter((file) => file.endsWith('.conf'));
  for (const file of files) {
    const text = await readFile(join(home, file), 'utf8');
    await writeFile(
      join(home, file),
      text.replace(/\b10\d{3}\b/g, (port) => `${ports.get(Number(port)) ?? port}`),
    );
  }
  return join(home, 'nginx.conf');
}

/** Starts the gateway with all its peers. Should one of them not start, the others are stopped again. */
export async function startGateway(): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'peers-'));
  const running: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    return await start(folder, running);
  } catch (error) {
    for (const stop of running.reverse()) await stop();
    throw error;
  }
}

async function start(folder: string, running: (() => Promise<unknown>)[]): Promise<Gateway> {
  // Dovecot's mail processes and Postfix's smtpd are other users.
  await chmod(folder, 0o755);
  const free = await freePorts(Array.from({ length: doors.length + 3 }, () => '127.0.0.1'));
  const ports = new Map<number, number>(doors.map((door, i) => [door, free[i] ?? 0]));
  const [smtp = 0, imap = 0, pop3 = 0] = free.slice(doors.length);
  const dovecot = await startDovecot(folder, { imap, pop3 }, account);
  running.push(() => dovecot.stop());
  const postfix = await startPostfix(folder, smtp);
  running.push(() => postfix.stop());
  const auth = await startAuth(ports.get(10090) ?? 0, { smtp, imap, pop3 });
  running.push(auth.stop);
  const conf = await copied(folder, ports);
  const db = join(folder, 'journal.db');
  const { child } = await startCli(['run', conf, '--db', db], /ready/, folder);
  running.push(() => stopChild(child));
  return {
    folder,
    ca: join(certificates(), 'ca.crt'),
    postfix,
    questions: auth.questions,
    port: (door) => ports.get(door) ?? 0,
    async read() {
      await stopChild(child);
      return openJournal({ file: db });
    },
    async stop() {
      for (const stop of running.reverse()) await stop();
    },
  };
}
