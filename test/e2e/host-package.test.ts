/** What electron-builder packs: the app starts from it, and nothing else is in it. Electron itself is made up here. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { launch } from './fixtures/app.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const builder = join(root, 'node_modules/electron-builder/cli.js');
const asar = join(root, 'node_modules/@electron/asar/bin/asar.js');

/** Where Electron's binary keeps its fuses: a mark, a version, how many there are, and one character for each. */
const MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = `${MARK}\u0001\u00090${'1'.repeat(8)}`;

let folder: string;
const node = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: root });

/** A folder that looks like Electron's distribution. */
async function makeElectron(dist: string, version: string): Promise<void> {
  const app = join(folder, 'default-app');
  await Promise.all([
    mkdir(join(dist, 'locales'), { recursive: true }),
    mkdir(join(dist, 'resources'), { recursive: true }),
    mkdir(app),
  ]);
  const files = { electron: FUSES, version, LICENSE: '', 'LICENSES.chromium.html': '', 'locales/en-US.pak': '' };
  for (const [name, text] of Object.entries(files)) await writeFile(join(dist, name), text, 'latin1');
  await chmod(join(dist, 'electron'), 0o755);
  await writeFile(join(app, 'package.json'), '{"name":"default","main":"main.js"}');
  await writeFile(join(app, 'main.js'), '');
  await node(asar, 'pack', app, join(dist, 'resources/default_app.asar'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-pack-'));
  const dist = join(folder, 'electron');
  const manifest = JSON.parse(await readFile(join(root, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  await makeElectron(dist, manifest.version);
  const output = `-c.directories.output=${join(folder, 'dist')}`;
  await node(builder, '--linux', '--dir', '--publish=never', `-c.electronDist=${dist}`, output);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const packed = () => join(folder, 'dist/linux-unpacked');

test('only the built app and its manifest are packed', async () => {
  const { stdout } = await node(asar, 'list', join(packed(), 'resources/app.asar'));
  const files = stdout
    .trim()
    .split(/\r?\n/)
    .map((name) => name.replaceAll('\\', '/'));
  expect(files.filter((name) => !name.startsWith('/out') && name !== '/package.json')).toEqual([]);
  for (const name of ['/out/main/index.js', '/out/preload/index.cjs', '/out/renderer/index.html'])
    expect(files).toContain(name);
});

test('the fuses are set', async () => {
  const binary = await readFile(join(packed(), 'mail-traffic-lab'), 'latin1');
  const at = binary.indexOf(MARK) + MARK.length + 2;
  // In Electron's order: no RunAsNode, encrypted cookies, no NODE_OPTIONS, no inspector, checked asar, only asar, one
  // snapshot, no privileges for file:. The ninth is Electron's own.
  expect(binary.slice(at, at + 8)).toBe('01001100');
});

test('the packed app starts', async () => {
  const extracted = join(folder, 'app');
  await node(asar, 'extract', join(packed(), 'resources/app.asar'), extracted);
  const app = await launch('desktop', { labText: tutorialText, appFolder: extracted });
  await app.page.getByText('NGINX mail proxy tutorial').first().waitFor();
  expect(app.errors).toEqual([]);
  await app.close();
});
