/** `mail-lab run` and the logs of its nginx.conf: written like nginx's, and opened anew on USR1 (not on Windows). */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dialogue } from '../../e2e/fixtures/dialogue.ts';
import { freePorts } from '../../e2e/fixtures/ports.ts';
import { Command, killAll } from './command.ts';

// Each of them starts a whole process.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let port: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  [port = 0] = await freePorts(1);
});
afterEach(async () => {
  killAll();
  await rm(folder, { recursive: true, force: true });
});

const write = (logs: string, server = '') =>
  writeFile(
    join(folder, 'nginx.conf'),
    `${logs}\nevents {}\nmail { auth_http 127.0.0.1:1; server { listen 127.0.0.1:${port}; protocol pop3; ${server} } }\n`,
  );
const read = (name: string) => readFile(join(folder, name), 'utf8');

/** A login that fails: one line of level error. */
async function login(): Promise<void> {
  const client = await dialogue({ host: '127.0.0.1', port });
  await client.until(/ready/);
  client.write('USER u\r\nPASS p\r\n');
  await client.closed();
}
const failures = (text: string) => text.split('\n').filter((line) => line.includes('recv() failed (111')).length;

test('files under the prefix and standard error; a moved file is let go on USR1', async () => {
  await mkdir(join(folder, 'logs'));
  await write('error_log logs/main.log notice;', 'error_log logs/pop3.log; error_log stderr;');
  const command = new Command(['run', 'nginx.conf', '--prefix', folder], folder);
  await command.line(/^ready$/);
  await login();
  await command.line(/^\d{4}\/.* \[error\] \d+#0: \*\d+ recv\(\) failed \(111: Connection refused\)/, command.err);
  if (process.platform !== 'win32') {
    await rename(join(folder, 'logs/pop3.log'), join(folder, 'logs/pop3.log.1'));
    command.child.kill('SIGUSR1');
    await expect.poll(() => existsSync(join(folder, 'logs/pop3.log'))).toBe(true);
    await login();
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(failures(await read('logs/pop3.log.1'))).toBe(1);
    expect(await read('logs/main.log')).toMatch(
      /^\S+ \S+ \[notice\] \d+#0: reopening logs\n\S+ \S+ \[notice\] \d+#0: exiting\n\S+ \S+ \[notice\] \d+#0: exit\n$/,
    );
    expect(failures(await read('logs/pop3.log'))).toBe(1);
  }
});

test('a log whose folder is not there: nothing runs, in nginx’s words and with what to do', async () => {
  await write('error_log no/such.log;');
  const command = new Command(['run', 'nginx.conf'], folder);
  expect(await command.ended).toBe(1);
  expect(command.out).toEqual([]);
  expect(command.err).toEqual([
    expect.stringMatching(
      /^mail-lab: \[emerg\] open\(\) ".*such\.log" failed \(2: No such file or directory\) in nginx\.conf:1$/,
    ),
    expect.stringMatching(/^mail-lab: \[hint\] a log is kept where its folder exists/),
  ]);
});

test('nobody asked for a log: none is made', async () => {
  await write('');
  const command = new Command(['run', 'nginx.conf'], folder);
  await command.line(/^ready$/);
  await login();
  expect(existsSync(join(folder, 'logs'))).toBe(false);
  expect(command.err).toEqual([]);
});
