/** The built command line in several processes: what is in a package, not the sources. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { BUILT, Command, killAll } from '../electron/cli/command.ts';
import { loadOn } from '../electron/cli/load.ts';
import { listenerOf } from './fixtures/listeners.ts';
import { withFreePorts } from './fixtures/ports.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
});
afterEach(async () => {
  killAll();
  await rm(folder, { recursive: true, force: true });
});

test('the built command line starts workers of itself, replaces them and ends them', async () => {
  const text = (await withFreePorts(tutorialText)).replace('  mail {', '  worker_processes 2;\n  mail {');
  await writeFile(join(folder, 'a.lab.yaml'), text);
  const command = new Command(['run', 'a.lab.yaml', '--json'], folder, BUILT);
  await command.line(/^ready$/);
  const load = loadOn(listenerOf(text, 'proxy'), 2);
  await load.reached(10);
  command.child.kill('SIGHUP');
  await command.line(/^reloaded$/);
  const { sessions, failures } = await load.stop();
  expect(failures).toEqual([]);
  command.child.kill('SIGQUIT');
  expect(await command.ended).toBe(0);
  expect(command.out.filter((line) => line.startsWith('start worker process '))).toHaveLength(4);
  expect(command.out.filter((line) => line.startsWith('{'))).toHaveLength(sessions);
  expect(command.err).toEqual([]);
});
