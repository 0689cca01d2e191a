/** The command line as a user meets it: a process with real ports. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { listenerOf } from '../../e2e/fixtures/listeners.ts';
import { freePorts, withFreePorts } from '../../e2e/fixtures/ports.ts';
import { Command, killAll } from './command.ts';

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

async function finish(...args: string[]): Promise<{ code: number | null; out: string[]; err: string[] }> {
  const command = new Command(args, folder);
  const code = await command.ended;
  return { code, out: command.out, err: command.err };
}

async function mail(rcpt: string): Promise<void> {
  const client = await dialogue(listenerOf(text, 'proxy'));
  await client.until(REPLY);
  for (const line of ['HELO laptop', 'MAIL FROM:<dev@test.com>', `RCPT TO:<${rcpt}>`, 'QUIT']) await client.say(line);
  await client.closed();
}

const addressOf = (role: string) => {
  const { host, port } = listenerOf(text, role);
  return `${host}:${port}`;
};

describe('run', () => {
  test('lists what listens, says ready, prints each session, and stops cleanly', async () => {
    const db = join(folder, 'journal.db');
    const command = new Command(['run', file, '--json', '--db', db], folder);
    await command.line(/^ready$/);
    expect(command.out.slice(0, 1)).toEqual([`listening smtp ${addressOf('proxy')}`]);
    expect(command.out).toContain(`listening auth ${addressOf('auth')}`);
    expect(command.out).toContain(`listening upstream eng smtp ${addressOf('eng')}`);
    expect(command.out).toContain(`listening upstream hr smtp ${addressOf('hr')}`);
    await mail('user@hr.abc.com');
    const session: unknown = JSON.parse(await command.line(/^\{.*\}$/));
    expect(session).toEqual({
      id: 1,
      protocol: 'smtp',
      listener: addressOf('proxy'),
      client: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      user: null,
      from: 'dev@test.com',
      to: ['user@hr.abc.com'],
      rule: 'human resources',
      upstream: 'hr',
      outcome: 'relayed',
      reply: 250,
      authCalls: 1,
      bytesIn: expect.any(Number),
      bytesOut: expect.any(Number),
      ms: expect.any(Number),
      error: null,
    });
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.err).toEqual([]);
    const journal = new DatabaseSync(db, { readOnly: true });
    expect(journal.prepare('SELECT count(*) AS n FROM sessions').get()).toEqual({ n: 1 });
    journal.close();
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends open sessions, and exits with 0', async (signal) => {
    const command = new Command(['run', file, '--json'], folder);
    await command.line(/^ready$/);
    const client = await dialogue(listenerOf(text, 'proxy'));
    await client.until(REPLY);
    command.child.kill(signal);
    await client.closed();
    expect(await command.ended).toBe(0);
    expect(command.out.filter((line) => line.startsWith('{'))).toHaveLength(1);
  });

  test('SIGHUP reloads the file; a broken one leaves everything as it was', async () => {
    const command = new Command(['run', file], folder);
    await command.line(/^ready$/);
    await writeFile(file, text.replace('smtp_auth', 'smpt_auth'));
    command.child.kill('SIGHUP');
    await once(createInterface({ input: command.child.stderr ?? process.stdin }), 'line');
    await mail('user@hr.abc.com');
    const [port] = await freePorts(1);
    text = text.replace(addressOf('hr'), `127.0.0.1:${port}`);
    await writeFile(file, text);
    command.child.kill('SIGHUP');
    await command.line(/^reloaded$/);
    expect(command.out.at(-2)).toBe(`listening upstream hr smtp 127.0.0.1:${port}`);
    await mail('user@hr.abc.com');
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    const line = text.split('\n').findIndex((one) => one.includes('smtp_auth')) + 1;
    expect(command.err).toEqual([
      `mail-lab: [emerg] unknown directive "smpt_auth" in ${file}:${line}`,
      `mail-lab: ${file} was not reloaded; the lab runs on as it was`,
    ]);
  });

  test('a journal that cannot be kept any more is one line, and so is its return', async () => {
    const db = join(folder, 'j.db');
    const command = new Command(['run', file, '--db', db], folder);
    await command.line(/^ready$/);
    const other = new DatabaseSync(db);
    other.exec('BEGIN IMMEDIATE');
    await mail('user@eng.abc.com');
    expect(await command.line(/locked/, command.err)).toContain(`${db} is locked by another program`);
    other.exec('ROLLBACK');
    other.close();
    await command.line(/The journal is being written again\./, command.err);
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.err).toHaveLength(2);
  });

  test('a port in use is one line; the other listeners are up', async () => {
    const squatter = createServer();
    const { port } = listenerOf(text, 'auth');
    await new Promise<void>((done) => {
      squatter.listen(port, '127.0.0.1', done);
    });
    const command = new Command(['run', file], folder);
    await command.line(/^ready$/);
    await mail('user@eng.abc.com');
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.err).toEqual([
      `mail-lab: cannot listen on auth 127.0.0.1:${port}: another program is using the port; ` +
        'stop that program, or change the port in the file',
    ]);
    await new Promise((done) => squatter.close(done));
  });

  test('with nothing to listen on it says so and exits with 1', async () => {
    const squatter = createServer();
    const conf = join(folder, 'nginx.conf');
    const [port, auth] = await freePorts(2);
    const server = `server { listen 127.0.0.1:${port}; protocol smtp; smtp_auth none; }`;
    await writeFile(conf, `events { }\nmail { auth_http 127.0.0.1:${auth}; ${server} }\n`);
    await new Promise<void>((done) => {
      squatter.listen(port, '127.0.0.1', done);
    });
    const { code, out, err } = await finish('run', conf);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err).toEqual([
      expect.stringContaining(`cannot listen on smtp 127.0.0.1:${port}: another program is using the port`),
      expect.stringContaining('could be listened on'),
    ]);
    await new Promise((done) => squatter.close(done));
  });

  test('a broken file: every problem with its place, nothing bound, exit 1', async () => {
    await writeFile(file, text.replace('smtp_auth', 'smpt_auth').replace('transport:', 'transprot:'));
    const { code, out, err } = await finish('run', file);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err).toEqual(
      expect.arrayContaining([expect.stringMatching(/^mail-lab: \[emerg\] .*transprot.* in .*:\d+$/)]),
    );
  });
});

describe('check', () => {
  test('a good file is ok', async () => {
    expect(await finish('check', file)).toEqual({ code: 0, out: [`mail-lab: ${file} is ok`], err: [] });
  });

  test('a bad nginx.conf gets the words of nginx -t', async () => {
    const conf = join(folder, 'nginx.conf');
    await writeFile(conf, 'events { }\nmail {\n  auth_http 127.0.0.1:1;\n  server { listne 1; }\n}\n');
    const { code, err } = await finish('check', 'nginx.conf');
    expect(code).toBe(1);
    expect(err[0]).toBe('mail-lab: [emerg] unknown directive "listne" in nginx.conf:4');
  });

  test('a file that is not there is one line', async () => {
    expect(await finish('check', 'none.yaml')).toEqual({
      code: 1,
      out: [],
      err: ['mail-lab: Cannot read none.yaml: there is no such file.'],
    });
  });
});

describe('route', () => {
  test('shows the trail, the verdict and the exact answer', async () => {
    const { code, out } = await finish('route', file, '--rcpt', 'user@hr.abc.com');
    expect(code).toBe(0);
    expect(out[0]).toMatch(/^1 .*no match.*engineering.*user@hr\.abc\.com.*\*@eng\.abc\.com/);
    expect(out).toContain('rule: human resources');
    expect(out).toContain(`verdict: route ${addressOf('hr')} (hr)`);
    expect(out.slice(out.indexOf('answer:'))).toEqual([
      'answer:',
      '  HTTP/1.0 200 OK',
      '  Auth-Status: OK',
      '  Auth-Server: 127.0.0.1',
      `  Auth-Port: ${listenerOf(text, 'hr').port}`,
    ]);
  });

  test('--json is one object', async () => {
    const { out } = await finish('route', file, '--rcpt', 'x@y.z', '--from', 'a@b.c', '--helo', 'h', '--json');
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      rule: 'otherwise',
      verdict: 'reject 550 5.1.1 no such recipient here',
      request: expect.stringContaining('Auth-SMTP-From: MAIL FROM:<a@b.c>\r\n'),
    });
  });

  test('a reader that wants no more, such as head, is no fault', async () => {
    const command = new Command(['route', file, '--rcpt', 'user@eng.abc.com'], folder);
    command.child.stdout?.destroy();
    expect(await command.ended).toBe(0);
    expect(command.err).toEqual([]);
  });

  test("a client that is no address is the user's to mend", async () => {
    const command = new Command(['route', file, '--rcpt', 'user@eng.abc.com', '--client', 'here'], folder);
    expect(await command.ended).toBe(1);
    expect(command.err).toEqual([expect.stringContaining('"here" is no IP address')]);
  });

  test('needs something to look up', async () => {
    expect(await finish('route', file)).toMatchObject({ code: 1, err: [expect.stringContaining('--rcpt ADDRESS')] });
  });
});

describe('serve', () => {
  test('prints one line with the link, serves it, and stops cleanly', async () => {
    const command = new Command(['serve', file, '--db', ':memory:'], folder);
    const line = await command.line(/http/);
    expect(line).toMatch(/http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
    const link = line.slice(line.indexOf('http'));
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
    expect((await fetch(new URL('/', link))).status).toBe(403);
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.out).toEqual([line]);
    expect(command.err).toEqual([]);
    expect(existsSync(join(folder, ':memory:'))).toBe(false);
  });

  test('a port in use is one line', async () => {
    const squatter = createServer();
    const [port = 0] = await freePorts(1);
    await new Promise<void>((done) => {
      squatter.listen(port, '127.0.0.1', done);
    });
    const { code, err } = await finish('serve', file, '--db', ':memory:', '--port', String(port));
    expect({ code, err }).toEqual({
      code: 1,
      err: [`mail-lab: Cannot serve on port ${port}: another program is using the port; give another one with --port.`],
    });
    await new Promise((done) => squatter.close(done));
  });
});

test.each([
  [['bogus'], "unknown command 'bogus'"],
  [['check'], "missing required argument 'FILE'"],
  [['run', 'x', '--nonsense'], "unknown option '--nonsense'"],
  [['serve', '--port', '99999'], 'It must be from 0 to 65535.'],
  [['run', 'x', '--allow', 'there'], 'It must be HOST:PORT.'],
])('bad usage %j: one line, exit 2', async (args, sentence) => {
  const { code, out, err } = await finish(...args);
  expect({ code, out }).toEqual({ code: 2, out: [] });
  expect(err).toEqual([expect.stringContaining(sentence)]);
  expect(err[0]).toMatch(/^mail-lab: /);
});

test('help and version go to standard output, exit 0', async () => {
  const help = await finish('--help');
  expect(help).toMatchObject({ code: 0, err: [] });
  for (const name of ['run', 'serve', 'check', 'route']) expect(help.out.join('\n')).toContain(`  ${name} `);
  expect(await finish('--version')).toMatchObject({ code: 0, out: [expect.stringMatching(/^\d+\.\d+\.\d+$/)] });
});
