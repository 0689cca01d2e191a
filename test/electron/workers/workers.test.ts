/** `worker_processes` as a user meets it: several processes, one journal. */
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openJournal } from '../../../electron/journal/journal.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { type Dialogue, dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { listenerOf } from '../../e2e/fixtures/listeners.ts';
import { withFreePorts } from '../../e2e/fixtures/ports.ts';
import { Command, killAll } from '../cli/command.ts';
import { loadOn } from '../cli/load.ts';

// Each of them starts several whole processes.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let file: string;
let text: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  file = join(folder, 'a.lab.yaml');
  text = await withFreePorts(tutorialText);
});
afterEach(async () => {
  killAll();
  await rm(folder, { recursive: true, force: true });
});

/** The lab's text with this at the main level of its configuration. */
const withMain = (main: string) => text.replace('  mail {', `  ${main}\n  mail {`);

async function started(main = 'worker_processes 2;', db = 'j.db'): Promise<Command> {
  await writeFile(file, withMain(main));
  const command = new Command(['run', file, '--json', '--db', join(folder, db)], folder);
  await command.line(/^ready$/);
  return command;
}

async function stopped(command: Command, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  command.child.kill(signal);
  expect(await command.ended).toBe(0);
}

const pidsOf = ({ out }: Command) =>
  out.flatMap((line) => /^start worker process (\d+)$/.exec(line)?.[1] ?? []).map(Number);

interface Session {
  readonly id: number;
  readonly client: string;
  readonly from: string | null;
  readonly outcome: string;
  readonly error: string | null;
}
const sessionsOf = ({ out }: Command) =>
  out.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Session);

/** A session that has said so many lines. */
async function session(lines: readonly string[]): Promise<Dialogue> {
  const client = await dialogue(listenerOf(text, 'proxy'));
  await client.until(REPLY);
  for (const line of lines) await client.say(line);
  return client;
}

const MAIL = ['HELO laptop', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<user@hr.abc.com>', 'DATA', 'hello\r\n.', 'QUIT'];

async function mail(from: string): Promise<void> {
  const client = await session(MAIL.map((line) => line.replace('dev@test.com', from)));
  await client.closed();
}

const many = (count: number) => Array.from({ length: count }, (_, nth) => nth);

/** What differs from one run to the next. */
function timeless({ at, params, ...entry }: Entry): unknown {
  const local = params?.local === undefined ? {} : { local: 'some port' };
  const client = params?.client === undefined ? {} : { client: 'some port' };
  return { ...entry, at: typeof at, params: params && { ...params, ...local, ...client } };
}

/** The journal of a lab that has stopped. */
function journalOf(db: string) {
  const journal = openJournal({ file: join(folder, db) });
  try {
    const { sessions } = journal.list({ filter: '', limit: 1000 });
    const rows = sessions.toReversed();
    return {
      rows,
      entries: rows.map(({ id }) => journal.session(id)?.entries ?? []),
      messages: journal.mail.page({ limit: 1000 }).messages,
    };
  } finally {
    journal.close();
  }
}

describe('one journal', () => {
  test.each(['in-process', 'http'])('of sessions that cannot be told from those of one process, %s', async (how) => {
    text = text.replace('transport: in-process', `transport: ${how}`);
    const found: unknown[] = [];
    for (const workers of [1, 2]) {
      const db = `${workers}.db`;
      const command = await started(`worker_processes ${workers};`, db);
      for (const [nth, rcpt] of ['user@eng.abc.com', 'user@hr.abc.com', 'nobody@\xe9.example'].entries()) {
        const client = await session(MAIL.slice(0, 3).map((line) => line.replace('user@hr.abc.com', rcpt)));
        client.end();
        await command.lines(/^\{/, nth + 1);
      }
      const last = await session(['STARTTLS', 'HELO', 'AUTH PLAIN']);
      await stopped(command);
      await last.closed();
      expect(command.err).toEqual([]);
      const { rows, entries } = journalOf(db);
      found.push({
        rows: rows.map((row) => ({ ...row, client: '', startedAt: 0, ms: typeof row.ms })),
        entries: entries.map((one) => one.map(timeless)),
      });
    }
    expect(found[1]).toEqual(found[0]);
  });

  test('gives every session a number of its own, and every message its session', async () => {
    const command = await started('worker_processes 3;');
    await Promise.all(many(40).map((nth) => mail(`n${nth}@test.com`)));
    await command.lines(/^\{/, 40);
    await stopped(command);
    const { rows, messages } = journalOf('j.db');
    expect(rows.map(({ id }) => id)).toEqual(many(40).map((nth) => nth + 1));
    const senders = new Map(rows.map(({ id, from }) => [id, from]));
    expect(messages).toHaveLength(40);
    expect(messages.map((message) => senders.get(message.session ?? 0))).toEqual(messages.map(({ from }) => from));
    expect(command.err).toEqual([]);
  });

  test('keeps up with workers that run ahead while it stands still', async () => {
    const command = await started();
    const load = loadOn(listenerOf(text, 'proxy'), 8);
    await load.reached(20);
    command.child.kill('SIGSTOP');
    // As much as the pipes hold goes through; then the workers wait.
    await load.reached(60);
    command.child.kill('SIGCONT');
    await load.reached(400);
    const { sessions, failures } = await load.stop();
    expect(failures).toEqual([]);
    await stopped(command, 'SIGQUIT');
    expect(sessionsOf(command)).toHaveLength(sessions);
    expect(new Set(sessionsOf(command).map(({ id }) => id)).size).toBe(sessions);
  });
});

describe('a worker that dies', () => {
  test('is told and replaced; its sessions end, those of the others go on', async () => {
    const command = await started();
    const [victim = 0] = pidsOf(command);
    const clients = await Promise.all(many(12).map(() => session(MAIL.slice(0, 2))));
    process.kill(victim, 'SIGKILL');
    await command.line(new RegExp(`worker process ${victim} exited on signal 9`), command.err);
    await command.lines(/^start worker process/, 3);
    const lives = await Promise.all(clients.map((client) => client.say(MAIL[2] ?? '').catch(() => 'dead')));
    for (const life of lives) expect(['dead', '250 Accepted\r\n']).toContain(life);
    await mail('later@test.com');
    await stopped(command);
    expect(command.err).toEqual([`mail-lab: [alert] worker process ${victim} exited on signal 9`]);
    const relayed = journalOf('j.db').rows.filter(({ outcome }) => outcome === 'relayed');
    expect(relayed).toHaveLength(lives.filter((life) => life !== 'dead').length + 1);
  });

  test('leaves sessions that the journal ends: whole up to there, with the reason', async () => {
    const command = await started();
    const before = pidsOf(command);
    const clients = await Promise.all(many(12).map((nth) => session(MAIL.slice(0, nth % 5))));
    // A worker that is to go writes down first what it has: after this every session is known here.
    command.child.kill('SIGHUP');
    await command.line(/^reloaded$/);
    for (const pid of before) {
      process.kill(pid, 'SIGKILL');
      await command.line(new RegExp(`worker process ${pid} exited on signal 9`), command.err);
    }
    for (const client of clients) await client.closed();
    await stopped(command);
    expect(pidsOf(command)).toHaveLength(4);
    const { rows, entries } = journalOf('j.db');
    expect(rows.map(({ error, place }) => ({ error, place }))).toEqual(
      many(12).map(() => ({ error: 'session.worker-died', place: 'ended' })),
    );
    expect(rows.map(({ ms }) => typeof ms)).toEqual(many(12).map(() => 'number'));
    for (const one of entries) {
      expect(one.map(({ seq }) => seq)).toEqual(many(one.length));
      expect(one.at(-1)).toMatchObject({ kind: 'close', direction: 'out', why: 'session.worker-died' });
    }
    expect(rows.filter(({ outcome }) => outcome === 'relayed')).toHaveLength(4);
  });

  test('may be asked to go by itself, gracefully or at once: it is replaced', async () => {
    const command = await started();
    for (const [nth, signal] of (['SIGTERM', 'SIGQUIT'] as const).entries()) {
      const pid = pidsOf(command).at(-1) ?? 0;
      process.kill(pid, signal);
      await command.line(new RegExp(`\\[notice\\] worker process ${pid} exited with code 0`), command.err);
      await command.lines(/^start worker process/, 3 + nth);
      await mail('dev@test.com');
    }
    await stopped(command);
  });

  test('does not outlive the first process', async () => {
    const command = await started();
    const clients = await Promise.all(many(4).map(() => session(MAIL.slice(0, 1))));
    command.child.kill('SIGKILL');
    expect(await command.ended).toBeNull();
    for (const client of clients) await client.closed();
  });
});

describe('signals', () => {
  test('HUP: new workers take over under load; sessions in every phase go on with the old ones', async () => {
    const command = await started();
    const clients = await Promise.all(many(5).map((nth) => session(MAIL.slice(0, nth))));
    const load = loadOn(listenerOf(text, 'proxy'), 4);
    for (let nth = 1; nth <= 5; nth += 1) {
      await writeFile(file, withMain('worker_processes 2;').replace('mail.test.com', `n${nth}.test.com`));
      command.child.kill('SIGHUP');
      await command.lines(/^reloaded$/, nth);
    }
    const fresh = await dialogue(listenerOf(text, 'proxy'));
    expect(await fresh.until(REPLY)).toBe('220 n5.test.com ESMTP ready\r\n');
    fresh.end();
    expect((await load.stop()).failures).toEqual([]);
    expect(await clients[0]?.say('HELO again')).toBe('250 mail.test.com\r\n');
    for (const [steps, client] of clients.entries()) {
      for (const line of MAIL.slice(Math.max(1, steps))) expect(await client.say(line)).toMatch(/^[23]/);
      await client.closed();
    }
    await stopped(command, 'SIGQUIT');
    expect(new Set(pidsOf(command)).size).toBe(12);
    expect(command.err).toEqual([]);
    expect(sessionsOf(command).filter(({ outcome }) => outcome === 'relayed')).toHaveLength(5);
  });

  test('HUP with a broken file: the workers stay', async () => {
    const command = await started();
    const before = pidsOf(command);
    await writeFile(file, withMain('worker_processes x;'));
    command.child.kill('SIGHUP');
    expect(await command.line(/emerg/, command.err)).toContain('"worker_processes" directive invalid value');
    await command.line(/was not reloaded/, command.err);
    await mail('dev@test.com');
    expect(pidsOf(command)).toEqual(before);
    await stopped(command);
  });

  test('HUP follows worker_processes down to one; a lab that began as one process stays one', async () => {
    const command = await started();
    await writeFile(file, withMain('worker_processes 1;'));
    command.child.kill('SIGHUP');
    await command.line(/^reloaded$/);
    expect(pidsOf(command)).toHaveLength(3);
    await mail('dev@test.com');
    await stopped(command);
    const other = await started('worker_processes 1;');
    await writeFile(file, withMain('worker_processes 2;'));
    other.child.kill('SIGHUP');
    await other.line(/^reloaded$/);
    expect(other.err).toEqual([
      'mail-lab: [warn] worker_processes 2: the lab began as one process and stays one until it is started again',
    ]);
    await mail('dev@test.com');
    await stopped(other);
  });

  test('QUIT: who is there finishes, and worker_shutdown_timeout closes relays', async () => {
    const command = await started('worker_processes 2; worker_shutdown_timeout 50ms;');
    const [early, relayed] = [await session(MAIL.slice(0, 1)), await session(MAIL.slice(0, 4))];
    command.child.kill('SIGQUIT');
    await relayed.closed();
    expect(await early.say('NOOP')).toBe('250 2.0.0 OK\r\n');
    await early.say('QUIT');
    expect(await command.ended).toBe(0);
    // They may have been in different workers, whose journals come when they come.
    expect(new Set(sessionsOf(command).map(({ outcome }) => outcome))).toEqual(new Set(['relayed', 'quit']));
  });

  test('a second signal ends what hangs', async () => {
    const command = await started();
    const clients = await Promise.all(many(4).map((nth) => session(MAIL.slice(0, nth))));
    command.child.kill('SIGQUIT');
    await command.line(/^gracefully/);
    await stopped(command);
    for (const client of clients) await client.closed();
    expect(sessionsOf(command).filter(({ error }) => error === 'session.stopped')).toHaveLength(4);
    expect(command.err).toEqual([]);
  });
});

test('a unix socket is everybody’s on this machine, shared, and gone afterwards', async () => {
  const path = join(folder, 'smtp.sock');
  text = text.replace(/listen {5}\d+;/, (one) => `${one} listen unix:${path};`);
  const command = await started();
  expect(command.out.join('\n')).toContain(`unix:${path}`);
  expect(statSync(path).mode & 0o777).toBe(0o666);
  const socket = connect(path);
  const greeting = await new Promise((resolve) => socket.setEncoding('latin1').once('data', resolve));
  expect(greeting).toBe('220 mail.test.com ESMTP ready\r\n');
  socket.destroy();
  command.child.kill('SIGHUP');
  await command.line(/^reloaded$/);
  expect(existsSync(path)).toBe(true);
  await stopped(command, 'SIGQUIT');
  expect(existsSync(path)).toBe(false);
  expect(command.err).toEqual([]);
});

test('every worker shows the same certificate of the lab, which goes away with a lab that keeps nothing', async () => {
  const { port } = listenerOf(text, 'proxy');
  text = text.replace(/listen {5}(\d+);/, 'listen $1 ssl;');
  await writeFile(file, withMain('worker_processes 3;'));
  const command = new Command(['run', file], folder);
  await command.line(/^ready$/);
  const seen = await Promise.all(
    many(12).map(async () => {
      const socket = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { fingerprint256 } = socket.getPeerCertificate();
      socket.destroy();
      return fingerprint256;
    }),
  );
  expect(new Set(seen).size).toBe(1);
  expect(readdirSync(folder).some((name) => name.startsWith('mail-lab-'))).toBe(true);
  await stopped(command, 'SIGQUIT');
  expect(readdirSync(folder).some((name) => name.startsWith('mail-lab-'))).toBe(false);
  expect(command.err).toEqual([expect.stringContaining('no "ssl_certificate" is defined')]);
});

test('a port that is taken is one line, however many workers', async () => {
  const squatter = createServer();
  const { port } = listenerOf(text, 'proxy');
  await new Promise<void>((done) => {
    squatter.listen(port, '127.0.0.1', done);
  });
  const command = await started();
  expect(command.err).toEqual([
    expect.stringContaining(`cannot listen on smtp 127.0.0.1:${port}: another program is using the port`),
  ]);
  await new Promise((done) => squatter.close(done));
  command.child.kill('SIGHUP');
  await command.line(/^reloaded$/);
  await mail('dev@test.com');
  await stopped(command);
});

test('worker_processes 0 is told, and is one process', async () => {
  const command = await started('worker_processes 0;');
  expect(command.err).toEqual([expect.stringContaining('nginx would listen and answer nobody')]);
  await mail('dev@test.com');
  await stopped(command);
  expect(pidsOf(command)).toEqual([]);
});
