/** `mail-lab run` as somebody who knows nginx runs it: its signals, its pid file, its prefix, its options. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, watch, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { type Dialogue, dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { listenerOf } from '../../e2e/fixtures/listeners.ts';
import { freePorts, withFreePorts } from '../../e2e/fixtures/ports.ts';
import { Command, killAll } from './command.ts';
import { loadOn } from './load.ts';

// Each of them starts a whole process.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let file: string;
let text: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  file = join(folder, 'a.lab.yaml');
  text = await withFreePorts(tutorialText);
  await writeFile(file, text);
});
afterEach(async () => {
  killAll();
  await rm(folder, { recursive: true, force: true });
});

async function started(args: readonly string[] = [file, '--json']): Promise<Command> {
  const command = new Command(['run', ...args], folder);
  await command.line(/^ready$/);
  return command;
}

/** A session that has come so far: 0 greeted, 1 HELO, 2 MAIL, 3 relaying, 4 in the middle of its message. */
async function session(steps: number): Promise<Dialogue> {
  const client = await dialogue(listenerOf(text, 'proxy'));
  await client.until(REPLY);
  const lines = ['HELO laptop', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<user@hr.abc.com>', 'DATA'].slice(0, steps);
  for (const line of lines) await client.say(line);
  return client;
}

/** What is left of it goes on as if nothing had happened. */
async function finish(client: Dialogue, steps: number): Promise<void> {
  const lines = ['HELO laptop', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<user@hr.abc.com>', 'DATA', 'hello\r\n.'];
  const replies = [/^250 /, /^250 /, /^250 /, /^354 /, /^250 /];
  for (const [at, line] of lines.entries()) if (at >= steps) expect(await client.say(line)).toMatch(replies[at] ?? /-/);
  await client.say('QUIT');
  await client.closed();
}

/** Waits until the proxy takes nobody any more. */
async function refusing(): Promise<void> {
  const load = loadOn(listenerOf(text, 'proxy'), 1);
  await load.failure('ECONNREFUSED');
  await load.stop();
}

const sessionsOf = ({ out }: Command) =>
  out.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { outcome: string; error: string });

describe('HUP', () => {
  test('sessions in every phase go on, on the configuration they began with', async () => {
    const command = await started();
    const clients = await Promise.all([0, 1, 2, 3, 4].map(session));
    await writeFile(file, text.replace('mail.test.com', 'new.test.com'));
    command.child.kill('SIGHUP');
    await command.line(/^reloaded$/);
    const fresh = await dialogue(listenerOf(text, 'proxy'));
    expect(await fresh.until(REPLY)).toBe('220 new.test.com ESMTP ready\r\n');
    expect(await clients[0]?.say('HELO again')).toBe('250 mail.test.com\r\n');
    for (const [steps, client] of clients.entries()) await finish(client, steps);
    fresh.end();
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(sessionsOf(command).filter(({ outcome }) => outcome === 'relayed')).toHaveLength(5);
    expect(command.err).toEqual([]);
  });

  test('hundreds of reloads under load: nobody is refused or reset', async () => {
    const command = await started();
    const waiting = await session(2);
    const load = loadOn(listenerOf(text, 'proxy'), 4);
    for (let nth = 1; nth <= 200; nth += 1) {
      await writeFile(file, text.replace('mail.test.com', `n${nth}.test.com`));
      command.child.kill('SIGHUP');
      await command.lines(/^reloaded$/, nth);
    }
    const { failures, sessions } = await load.stop();
    expect(failures).toEqual([]);
    expect(sessions).toBeGreaterThan(50);
    await finish(waiting, 2);
    command.child.kill('SIGQUIT');
    expect(await command.ended).toBe(0);
    expect(command.err).toEqual([]);
  });

  test('worker_shutdown_timeout closes the relays of before, not who has yet to log in, nor who comes later', async () => {
    await writeFile(file, text.replace('  mail {', '  worker_shutdown_timeout 50ms;\n  mail {'));
    const command = await started();
    const [early, relayed] = [await session(1), await session(4)];
    command.child.kill('SIGHUP');
    await command.line(/^reloaded$/);
    const later = await session(4);
    await relayed.closed();
    await finish(later, 4);
    await early.say('NOOP');
    await early.say('QUIT');
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.err).toEqual([]);
  });

  test('signals that come while it reloads are answered together', async () => {
    const command = await started();
    for (let nth = 0; nth < 20; nth += 1) command.child.kill('SIGHUP');
    await command.line(/^reloaded$/);
    await writeFile(file, text.replace('smtp_auth', 'smpt_auth'));
    command.child.kill('SIGHUP');
    await command.line(/was not reloaded/, command.err);
    expect(command.out.filter((line) => line === 'reloaded').length).toBeLessThan(20);
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
  });

  test('the file is gone: the lab runs on, and says why', async () => {
    const command = await started();
    await rm(file);
    command.child.kill('SIGHUP');
    expect(await command.line(/Cannot read/, command.err)).toContain('there is no such file');
    await finish(await session(0), 0);
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
  });
});

describe('QUIT', () => {
  test('nobody new comes in; who is there finishes, and then it ends', async () => {
    const command = await started();
    const clients = await Promise.all([0, 2, 4].map(session));
    command.child.kill('SIGQUIT');
    await refusing();
    for (const [nth, client] of clients.entries()) await finish(client, [0, 2, 4][nth] ?? 0);
    expect(await command.ended).toBe(0);
    expect(sessionsOf(command).filter(({ outcome, error }) => outcome === 'relayed' && error === null)).toHaveLength(3);
  });

  test('worker_shutdown_timeout closes who is relayed, not who has yet to log in', async () => {
    await writeFile(file, text.replace('  mail {', '  worker_shutdown_timeout 50ms;\n  mail {'));
    const command = await started();
    const [early, relayed] = [await session(1), await session(4)];
    command.child.kill('SIGQUIT');
    await relayed.closed();
    expect(await early.say('NOOP')).toBe('250 2.0.0 OK\r\n');
    await early.say('QUIT');
    expect(await command.ended).toBe(0);
    expect(sessionsOf(command).map(({ outcome }) => outcome)).toEqual(['relayed', 'quit']);
  });

  test.each(['SIGQUIT', 'SIGTERM', 'SIGINT'] as const)('a further %s ends what hangs', async (signal) => {
    const command = await started();
    const client = await session(2);
    command.child.kill('SIGQUIT');
    await command.line(/^gracefully shutting down$/);
    command.child.kill('SIGHUP');
    expect(await command.line(/SIGHUP/, command.err)).toBe('mail-lab: SIGHUP is not followed: the lab is stopping');
    command.child.kill(signal);
    await client.closed();
    expect(await command.ended).toBe(0);
    expect(sessionsOf(command)).toMatchObject([{ outcome: 'closed', error: 'session.stopped' }]);
  });
});

test('TERM ends everybody at once', async () => {
  const command = await started();
  const clients = await Promise.all([0, 3].map(session));
  command.child.kill('SIGTERM');
  for (const client of clients) await client.closed();
  expect(await command.ended).toBe(0);
  expect(sessionsOf(command)).toHaveLength(2);
});

test('a signal that comes before everything is up is answered then', async () => {
  const command = new Command(['run', file], folder);
  // The first line is written when the listeners are up, before everything is said.
  await command.line(/listening/);
  command.child.kill('SIGHUP');
  await command.line(/^reloaded$/);
  command.child.kill('SIGQUIT');
  expect(await command.ended).toBe(0);
});

test('USR1 opens the logs anew, for who moves them away', async () => {
  await writeFile(file, text.replace('  mail {', '  error_log run.log info;\n  mail {'));
  const command = await started();
  const log = join(folder, 'run.log');
  await rename(log, `${log}.1`);
  const changes = watch(folder);
  command.child.kill('SIGUSR1');
  for await (const _ of changes) if (existsSync(log)) break;
  await finish(await session(0), 0);
  command.child.kill('SIGQUIT');
  expect(await command.ended).toBe(0);
  expect(await readFile(`${log}.1`, 'latin1')).toMatch(/\[notice\] \d+#0: reopening logs\n$/);
  expect(await readFile(log, 'latin1')).toMatch(/ \*1 client 127\.0\.0\.1:\d+ connected to [^\n]*\n/);
});

test('USR2 starts no second program, and says so', async () => {
  const command = await started();
  command.child.kill('SIGUSR2');
  expect(await command.line(/SIGUSR2/, command.err)).toContain('start the new one yourself');
  command.child.kill('SIGTERM');
  expect(await command.ended).toBe(0);
});

describe('a bare nginx.conf', () => {
  let port: number;
  let conf: string;

  /** Writes the file with `main` before everything else. */
  async function write(main: string, listen = port): Promise<void> {
    const server = `server { listen 127.0.0.1:${listen}; protocol smtp; smtp_auth none; }`;
    await writeFile(conf, `${main}\nevents { }\nmail { auth_http 127.0.0.1:${port + 1}; ${server} }\n`);
  }
  beforeEach(async () => {
    [port = 0] = await freePorts(1);
    conf = join(folder, 'nginx.conf');
  });

  test('its pid file is there while it runs, and follows a reload', async () => {
    await write('pid run/lab.pid;');
    await mkdir(join(folder, 'run'));
    const command = await started([conf]);
    const pid = join(folder, 'run', 'lab.pid');
    expect(await readFile(pid, 'latin1')).toBe(`${command.child.pid}\n`);
    await write('pid other.pid;');
    command.child.kill('SIGHUP');
    await command.line(/^reloaded$/);
    expect(existsSync(pid)).toBe(false);
    expect(await readFile(join(folder, 'other.pid'), 'latin1')).toBe(`${command.child.pid}\n`);
    command.child.kill('SIGQUIT');
    expect(await command.ended).toBe(0);
    expect(existsSync(join(folder, 'other.pid'))).toBe(false);
    expect(command.err).toEqual([]);
  });

  test('relative names begin in the prefix, and so does the file where it is not here', async () => {
    const prefix = join(folder, 'prefix');
    await mkdir(join(prefix, 'conf'), { recursive: true });
    conf = join(prefix, 'conf', 'nginx.conf');
    await write('pid lab.pid;');
    const command = await started(['-p', 'prefix', '-c', 'conf/nginx.conf', '-g', 'daemon off;']);
    expect(await readFile(join(prefix, 'lab.pid'), 'latin1')).toBe(`${command.child.pid}\n`);
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    const check = new Command(['check', 'conf/nginx.conf', '--prefix', 'prefix'], folder);
    expect(await check.ended).toBe(0);
    expect(check.out).toEqual(['mail-lab: prefix/conf/nginx.conf is ok']);
  });

  test('a pid file that cannot be written is told, and no reason to stop', async () => {
    await write('pid none/lab.pid;');
    const command = await started([conf]);
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    const path = join(folder, 'none', 'lab.pid');
    expect(command.err).toEqual([`mail-lab: ${path} was not written: there is no such file; the lab runs without it`]);
  });

  test("a running program's pid file is left alone; a dead one's is taken", async () => {
    await write('pid lab.pid;');
    const pid = join(folder, 'lab.pid');
    await writeFile(pid, `${process.pid}\n`);
    const command = await started([conf]);
    expect(await command.line(/left alone/, command.err)).toContain(
      `it names process ${process.pid}, which is running`,
    );
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(await readFile(pid, 'latin1')).toBe(`${process.pid}\n`);
    await writeFile(pid, `${command.child.pid}\n`);
    const second = await started([conf]);
    expect(await readFile(pid, 'latin1')).toBe(`${second.child.pid}\n`);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(second.err).toEqual([]);
  });

  test('started twice, the second finds nothing to listen on and ends', async () => {
    await write('pid lab.pid;');
    const first = await started([conf]);
    const second = new Command(['run', conf], folder);
    expect(await second.ended).toBe(1);
    expect(second.err).toEqual([
      expect.stringContaining(`cannot listen on smtp 127.0.0.1:${port}: another program is using the port`),
      expect.stringContaining('could be listened on'),
    ]);
    expect(await readFile(join(folder, 'lab.pid'), 'latin1')).toBe(`${first.child.pid}\n`);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  });

  test('a reload to a port that is taken leaves nothing to listen on, until the next', async () => {
    const squatter = createServer();
    const [taken = 0] = await freePorts(1);
    await new Promise<void>((done) => {
      squatter.listen(taken, '127.0.0.1', done);
    });
    await write('');
    const command = await started([conf]);
    await write('', taken);
    command.child.kill('SIGHUP');
    expect(await command.line(/cannot listen/, command.err)).toContain(`smtp 127.0.0.1:${taken}`);
    await command.line(/^reloaded$/);
    await write('');
    command.child.kill('SIGHUP');
    await command.lines(/^reloaded$/, 2);
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    await new Promise((done) => squatter.close(done));
  });
});

test.each([
  [['-t', '-c', 'x'], 'use mail-lab check FILE'],
  [['-s', 'reload'], 'kill -s HUP'],
  [['-s', 'quit'], 'kill -s QUIT'],
  [['x', '-g', 'user nobody;'], 'into the file'],
  [['x', '-e', 'log'], 'error_log'],
  [['x', '-q'], '/dev/null'],
  [[], "missing required argument 'FILE'"],
])('run %j of nginx has an answer, and exit 2', async (args, sentence) => {
  const command = new Command(['run', ...args], folder);
  expect(await command.ended).toBe(2);
  expect(command.err).toEqual([expect.stringContaining(sentence)]);
});

test.each(['none', 'a.lab.yaml'])('a prefix that is no folder: %s', async (prefix) => {
  const command = new Command(['run', file, '--prefix', prefix], folder);
  expect(await command.ended).toBe(1);
  expect(command.err).toEqual([
    `mail-lab: There is no folder ${prefix}: --prefix names the one that relative names begin in.`,
  ]);
});
