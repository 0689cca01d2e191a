/** `npm start` and `npm run serve`, on a machine without Electron's binary. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { withFreePorts } from './fixtures/ports.ts';

const script = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));
const absent =
  "Electron's binary is not here (npx install-electron fetches it); serving the lab in the browser instead";
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  file = join(folder, 'a.lab.yaml');
  await writeFile(file, await withFreePorts(tutorialText));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['start', [], [absent]],
  ['serve', ['serve'], []],
])('npm %s serves the lab and ends when it is told to', async (_name, command, before) => {
  const child = spawn(process.execPath, [script, ...command, file, '--db', ':memory:'], {
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.includes('http://')) break;
  }
  expect(lines).toEqual([
    ...before,
    expect.stringMatching(/^Mail Traffic Lab is at http:\/\/127\.0\.0\.1:\d+\/\?token=/),
  ]);
  const link = lines.at(-1)?.replace(/^.* /, '') ?? '';
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await expect(fetch(link)).rejects.toThrow();
});
