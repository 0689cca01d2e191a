/** Taking the lab out of the lab, from the window. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';

describe.each(hosts)('the export on the %s', (host) => {
  let app: App;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'exported-'));
    app = await launch(host, { labText: tutorialText });
    await app.page.getByRole('button', { name: /^Lab file/ }).click();
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('is written into the folder that was typed, and its files are told of', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Export…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export to nginx' });
    await dialog.getByRole('textbox', { name: 'Folder' }).fill(join(folder, 'out'));
    await page.keyboard.press('Enter');
    await dialog
      .getByRole('status')
      .getByText(`Written to ${join(folder, 'out')}`)
      .waitFor();
    const names = await dialog.getByRole('list', { name: 'Files written' }).getByRole('code').allInnerTexts();
    expect(names.sort()).toEqual((await readdir(join(folder, 'out'))).filter((name) => name !== 'logs'));
    await dialog
      .getByRole('region', { name: 'Before it runs' })
      .getByText(/The lab plays eng, hr itself/)
      .waitFor();
    expect((await stat(join(folder, 'out/auth-service.mjs'))).mode & 0o777).toBe(0o600);
    const listen = /listen +\d+;/.exec(app.labText)?.[0] ?? 'no listen';
    expect(await readFile(join(folder, 'out/nginx.conf'), 'utf8')).toContain(listen);
  });

  test('a folder that is not empty is left alone, until that is wanted', async () => {
    const { page } = app;
    const dialog = page.getByRole('dialog', { name: 'Export to nginx' });
    await dialog.getByRole('button', { name: 'Export again' }).click();
    await page.keyboard.insertText(join(folder, 'out'));
    await dialog.getByRole('button', { name: 'Write', exact: true }).click();
    await dialog
      .getByRole('alert')
      .getByText(/is not empty: choose another folder/)
      .waitFor();
    await dialog.getByRole('checkbox', { name: 'Write over files of an earlier export' }).check();
    await dialog.getByRole('button', { name: 'Write', exact: true }).click();
    await dialog.getByRole('status').waitFor();
    // The keyboard is where it goes on.
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Export…' }).click();
    await dialog.getByRole('textbox', { name: 'Folder' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(app.errors).toEqual([]);
  });
});
