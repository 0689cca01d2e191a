/** Who keeps the logs that a configuration names: a lab that runs headless, and nobody who only looks. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLab, type LabHandle, type LabOptions } from '../../../electron/lab/lab.ts';

let folder = '';
let labs: LabHandle[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-logs-'));
});
afterEach(async () => {
  for (const lab of labs) await lab.stop();
  labs = [];
  await rm(folder, { recursive: true, force: true });
});

const confOf = (logs: string): string =>
  `${logs}\nevents {}\nmail { server_name mx.test; auth_http 127.0.0.1:1; server { listen 127.0.0.1; protocol pop3; } }\n`;

async function labOf(text: string, more: Partial<LabOptions> = {}): Promise<LabHandle> {
  const file = join(folder, 'nginx.conf');
  await writeFile(file, text);
  const lab = await createLab({ host: 'browser', headless: true, dbFile: ':memory:', file, ...more });
  labs.push(lab);
  return lab;
}
const headless = (said: string[] = []): Partial<LabOptions> => ({ onLogProblem: (sentence) => said.push(sentence) });

/** A client that logs in, in vain. */
async function login(lab: LabHandle): Promise<void> {
  const socket = connect(lab.listeners()[0]?.port ?? 0, '127.0.0.1');
  socket.write('USER u\r\nPASS p\r\n');
  socket.resume();
  await once(socket, 'close');
}
const read = (name: string) => readFile(join(folder, name), 'utf8');

describe('a headless lab', () => {
  test('writes what nginx would, where the configuration says, and the end of the process', async () => {
    const lab = await labOf(confOf('error_log main.log notice;'), headless());
    await login(lab);
    await lab.stop();
    expect(await read('main.log')).toMatch(
      /^\S+ \S+ \[error\] \d+#0: \*\d+ recv\(\) failed \(111: Connection refused\) while in http auth state, client: 127\.0\.0\.1, server: 127\.0\.0\.1:\d+, login: "u"\n\S+ \S+ \[notice\] \d+#0: exit\n$/,
    );
  });

  test('looks relative names up under the prefix', async () => {
    const prefix = await mkdtemp(join(folder, 'prefix-'));
    await labOf(confOf('error_log main.log;'), { ...headless(), prefix });
    expect(existsSync(join(prefix, 'main.log'))).toBe(true);
    expect(existsSync(join(folder, 'main.log'))).toBe(false);
  });

  test('does not start with a log that cannot be opened, and says so as nginx does', async () => {
    const lab = await labOf(confOf('\nerror_log no/such.log;'), headless());
    expect(lab.view().problems.filter(({ severity }) => severity === 'error')).toEqual([
      {
        severity: 'error',
        message: `open() "${join(folder, 'no/such.log')}" failed (2: No such file or directory)`,
        hint: expect.stringContaining('make it'),
        file: 'nginx.conf',
        line: 2,
        column: 1,
      },
    ]);
    expect(lab.listeners()).toEqual([]);
  });

  test('runs on as it was when a reload names such a log', async () => {
    const lab = await labOf(confOf('error_log main.log;'), headless());
    const before = lab.listeners();
    await writeFile(join(folder, 'nginx.conf'), confOf('error_log no/such.log;').replace('pop3', 'smtp'));
    expect((await lab.reload()).some(({ message }) => message.startsWith('open() '))).toBe(true);
    expect(lab.listeners()).toEqual(before);
    await login(lab);
    await lab.stop();
    expect(await read('main.log')).toContain('recv() failed');
  });

  test('leaves a syslog on another machine alone unless it was allowed', async () => {
    const said: string[] = [];
    await labOf(confOf('error_log syslog:server=192.0.2.1;'), headless(said));
    expect(said).toEqual([expect.stringContaining('--allow 192.0.2.1:514')]);
    const allowed: string[] = [];
    await labOf(confOf('error_log syslog:server=192.0.2.1;'), { ...headless(allowed), allow: ['192.0.2.1:514'] });
    expect(allowed).toEqual([]);
  });
});

describe('a lab that is looked at', () => {
  test('writes into no log of the configuration that it opens, and does not ask for its folder', async () => {
    const lab = await labOf(confOf('error_log main.log info; error_log no/such.log;'));
    expect(lab.listeners()).toHaveLength(1);
    await login(lab);
    await lab.logs.reopen();
    lab.logs.process('notice', 'nothing');
    await lab.stop();
    expect(existsSync(join(folder, 'main.log'))).toBe(false);
  });
});
