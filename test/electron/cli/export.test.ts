/** `mail-lab export` as a person in a terminal meets it. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../../shared/lab/tutorial.ts';

const cli = fileURLToPath(new URL('../../../electron/cli/cli.ts', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  await writeFile(join(folder, 'my.lab.yaml'), tutorialText);
  await writeFile(join(folder, 'nginx.conf'), 'events { }\nmail { auth_http 127.0.0.1:9; server { listen 25; } }\n');
  await writeFile(join(folder, 'bad.lab.yaml'), tutorialText.replace('route: eng', 'route: nowhere'));
  await writeFile(
    join(folder, 'no-auth.lab.yaml'),
    tutorialText.replace(/auth:[\s\S]*?(?=\nupstreams:)/, '').replace(/tests:[\s\S]*/, ''),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, 'export', ...args], { cwd: folder }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

const toNginx = (file: string, out: string, ...more: readonly string[]) =>
  run(file, '--to', 'nginx', '--out', out, ...more);

describe('export', () => {
  test('writes each file and says so', async () => {
    const { code, out } = await toNginx('my.lab.yaml', 'deep/er');
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe('wrote deep/er/nginx.conf: the whole configuration of nginx');
    const names = ['README.md', 'auth-service.mjs', 'compose.yaml', 'logs', 'nginx.compose.conf', 'nginx.conf'];
    expect((await readdir(join(folder, 'deep/er'))).sort()).toEqual(names);
  });

  test('leaves a folder that is not empty alone, unless it is forced', async () => {
    const out = join(folder, 'full');
    await mkdir(out);
    await writeFile(join(out, 'mine.txt'), 'mine');
    await writeFile(join(out, 'elsewhere'), 'untouched');
    await symlink('elsewhere', join(out, 'auth-service.mjs'));
    const refused = await toNginx('my.lab.yaml', 'full');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/^mail-lab: full is not empty: choose another folder, or write over .* --force\.\n$/);
    expect(await toNginx('my.lab.yaml', 'full', '--force')).toMatchObject({ code: 0 });
    expect(await readFile(join(out, 'mine.txt'), 'utf8')).toBe('mine');
    // A link is replaced, not written through; and what may hold passwords is for its owner.
    expect(await readFile(join(out, 'elsewhere'), 'utf8')).toBe('untouched');
    expect((await stat(join(out, 'auth-service.mjs'))).mode & 0o777).toBe(0o600);
    await chmod(join(out, 'auth-service.mjs'), 0o644);
    expect(await toNginx('my.lab.yaml', 'full', '--force')).toMatchObject({ code: 0 });
    expect((await stat(join(out, 'auth-service.mjs'))).mode & 0o777).toBe(0o600);
  });

  test.each([
    [
      'an nginx.conf',
      ['nginx.conf', '--to', 'nginx', '--out', 'a'],
      1,
      /nginx\.conf already: there is nothing to export but a lab file/,
    ],
    [
      'a lab with mistakes',
      ['bad.lab.yaml', '--to', 'nginx', '--out', 'a'],
      1,
      /\[emerg\] there is no upstream "nowhere".* in bad\.lab\.yaml:20/,
    ],
    [
      'a lab without rules',
      ['no-auth.lab.yaml', '--to', 'nginx', '--out', 'a'],
      1,
      /no auth service of its own, so it has no rules to export/,
    ],
    [
      'no such file',
      ['gone.lab.yaml', '--to', 'nginx', '--out', 'a'],
      1,
      /Cannot read gone\.lab\.yaml: there is no such file/,
    ],
    [
      'a file as folder',
      ['my.lab.yaml', '--to', 'nginx', '--out', 'nginx.conf'],
      1,
      /nginx\.conf is a file: name a folder, which need not be there yet/,
    ],
    [
      'a folder that cannot be',
      ['my.lab.yaml', '--to', 'nginx', '--out', 'nginx.conf/x'],
      1,
      /a part of its path is not a folder/,
    ],
    ['another kind', ['my.lab.yaml', '--to', 'postfix', '--out', 'a'], 2, /Allowed choices are nginx/],
    ['no folder', ['my.lab.yaml', '--to', 'nginx'], 2, /--out/],
    ['no kind', ['my.lab.yaml', '--out', 'a'], 2, /--to/],
  ])('%s gets one sentence, and nothing is written', async (_, args, code, sentence) => {
    const ended = await run(...args);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toMatch(sentence);
    expect(ended.err).not.toMatch(/\n\s+at |internal error/);
    expect(await readdir(folder)).not.toContain('a');
  });
});
