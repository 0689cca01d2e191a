/** Limits of nginx's processes that are no limits of the lab: two of its deliberate differences. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLab, type LabHandle } from '../../../electron/lab/lab.ts';

let folder = '';
let lab: LabHandle | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-limits-'));
});
afterEach(async () => {
  await lab?.stop();
  lab = null;
  await rm(folder, { recursive: true, force: true });
});

async function opened(main: string): Promise<LabHandle> {
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `${main}\nmail { server_name mx.test; auth_http 127.0.0.1:1; server { listen 127.0.0.1; protocol pop3; } }\n`,
  );
  lab = await createLab({ host: 'browser', dbFile: ':memory:', file });
  return lab;
}

test('worker_connections ends nobody: the system says how many there may be', async () => {
  const { listeners } = await opened('events { worker_connections 1; }');
  const port = listeners()[0]?.port ?? 0;
  const clients = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = connect(port, '127.0.0.1');
      const [greeting] = await once(socket, 'data');
      return { socket, greeting: String(greeting) };
    }),
  );
  expect(new Set(clients.map(({ greeting }) => greeting))).toEqual(new Set(['+OK POP3 ready\r\n']));
  for (const { socket } of clients) socket.destroy();
});

test('worker_processes is for the command line: what has a window is one process', async () => {
  const { listeners, view } = await opened('worker_processes 2;\nevents {}');
  expect(listeners().map(({ state }) => state)).toEqual(['listening']);
  expect(view().problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { isPrimary, workers } = await import('node:cluster').then((module) => module.default);
  expect(isPrimary).toBe(true);
  expect(Object.keys(workers ?? {})).toEqual([]);
});
