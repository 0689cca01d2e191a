/** Everybody can edit rules: axe finds nothing in any part of the editor, wide or narrow, in either scheme. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
const panel = (page: Page, name: string) => page.getByRole('group', { name });

/** Each part of the editor, and how to get there from the one before. */
const parts: readonly (readonly [string, (app: App) => Promise<void>])[] = [
  [
    'the list, with addresses tried',
    async ({ page }) => {
      await press(page, 'Rules');
      await page.getByRole('textbox', { name: 'recipient' }).fill('a@eng.abc.com\nb@hr.abc.com');
      await page.getByRole('region', { name: 'Results' }).waitFor();
    },
  ],
  [
    'what a rule does',
    async ({ page }) => {
      await press(page, '→ hr: change what human resources does');
      await panel(page, 'What rule human resources does').waitFor();
    },
  ],
  ['a raw answer', ({ page }) => press(page, 'Raw answer…')],
  [
    'a pattern that is wrong',
    async ({ page }) => {
      await page.keyboard.press('Escape');
      await press(page, 'recipient is *@hr.abc.com');
      await page.getByRole('textbox', { name: 'Value for recipient' }).fill('/(/');
      await page.getByText('is no regular expression').waitFor();
    },
  ],
  [
    'the conditions there are',
    async ({ page }) => {
      await page.keyboard.press('Escape');
      await press(page, 'Add a condition to engineering');
      await page.getByText('no server of the proxy speaks TLS').waitFor();
    },
  ],
  [
    'a condition of words',
    async ({ page }) => {
      await panel(page, 'Add a condition to engineering').getByRole('button', { name: 'protocol' }).click();
      await page.getByRole('checkbox', { name: 'imap' }).check();
    },
  ],
  [
    'what else can be done',
    async ({ page }) => {
      await page.keyboard.press('Escape');
      await press(page, 'More for rule engineering');
      await page.getByRole('switch', { name: 'Use rule engineering' }).click();
      await page.getByText('Runs, not saved').waitFor();
    },
  ],
  [
    'a new rule',
    async ({ page }) => {
      await press(page, 'Add rule');
      await page.getByText('2 conditions cannot be met here: why').click();
    },
  ],
  [
    'a file that another program wrote',
    async ({ page, file }) => {
      await page.keyboard.press('Escape');
      await writeFile(file, `${await readFile(file, 'utf8')}# theirs\n`);
      await page.getByRole('alert').getByText('Another program wrote').waitFor();
    },
  ],
];

describe.each([
  ['light', { width: 1280, height: 800 }],
  ['dark', { width: 1024, height: 640 }],
] as const)('axe on the rule editor, %s', (colorScheme, viewport) => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', {
      labText: tutorialText,
      context: { colorScheme, viewport, reducedMotion: 'reduce' },
    });
  });
  afterAll(() => app.close());

  test.each(parts)('%s', async (_name, go) => {
    await go(app);
    expect(await findings(app.page)).toEqual([]);
  });

  test('nothing is wider than the window', async () => {
    const wide = await app.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide).toBe(0);
  });
});
