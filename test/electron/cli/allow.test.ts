/** `--allow HOST:PORT`, and the ports of the process itself, as somebody at a terminal meets them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { listenerOf } from '../../e2e/fixtures/listeners.ts';
import { freePorts, withFreePorts } from '../../e2e/fixtures/ports.ts';
import { type Elsewhere, startElsewhere } from '../../fakes/elsewhere.ts';
import { Command, killAll } from './command.ts';

// Each of them starts a whole process.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let elsewhere: Elsewhere;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  elsewhere = await startElsewhere();
});
afterEach(async () => {
  killAll();
  await elsewhere.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The tutorial on free ports, with its rule for eng changed. */
async function written(route: string): Promise<{ readonly file: string; readonly text: string }> {
  const text = (await withFreePorts(tutorialText)).replace('route: eng', `route: "${route}"`);
  const file = join(folder, 'a.lab.yaml');
  await writeFile(file, text);
  return { file, text };
}

/** What a recipient of eng is answered. */
async function answerTo(text: string): Promise<string> {
  const client = await dialogue(listenerOf(text, 'proxy'));
  await client.until(REPLY);
  await client.say('MAIL FROM:<a@test.com>');
  const said = await client.say('RCPT TO:<x@eng.abc.com>');
  client.end();
  return said;
}

test('a server outside of this machine is reached only with --allow', async () => {
  const at = `${elsewhere.host}:${elsewhere.port}`;
  const { file, text } = await written(at);
  const refused = new Command(['run', file], folder);
  expect(await refused.ended).toBe(1);
  expect(refused.err.join('\n')).toContain(
    `Rule "engineering" routes to ${at}, which is another machine, and real mail would be sent to it; ` +
      `if that is wanted, start the lab with --allow ${at}`,
  );
  const other = new Command(['run', file, '--allow', `${elsewhere.host}:1`], folder);
  expect(await other.ended).toBe(1);
  const command = new Command(['run', file, '--allow', at], folder);
  await command.line(/^ready$/);
  expect(await answerTo(text)).toBe('250 elsewhere\r\n');
  expect(elsewhere.calls()).toBe(1);
});

test('neither --allow-lan nor workers let the proxy talk to itself', async () => {
  const { file, text } = await written('127.0.0.1:1');
  const { port } = listenerOf(text, 'proxy');
  const looping = text.replace('127.0.0.1:1"', `127.0.0.1:${port}"`);
  await writeFile(file, looping.replace('  mail {', '  worker_processes 2;\n  mail {'));
  const command = new Command(['run', file, '--json', '--allow-lan'], folder);
  await command.line(/^ready$/);
  expect(await answerTo(looping)).toBe('451 4.3.2 Internal server error\r\n');
  expect(await command.line(/^\{/)).toContain('"error":"session.dial.own"');
});

test('no rule reaches the page of the browser host', async () => {
  const [port = 0] = await freePorts(1);
  const { file, text } = await written(`127.0.0.1:${port}`);
  const command = new Command(['serve', file, '--port', String(port), '--db', ':memory:'], folder);
  await command.line(/http:/);
  expect(await answerTo(text)).toBe('451 4.3.2 Internal server error\r\n');
});
