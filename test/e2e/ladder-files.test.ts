/** What is saved of a session, in a real browser: the picture is drawn, the page is parsed and printed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { say } from '../../electron/cli/words.ts';
import { type SessionForm, sessionFile } from '../../shared/export/session-forms.ts';
import { pagesOf } from '../../shared/export/session-html.ts';
import { type Recorded, sheetOf } from '../../shared/export/session-sheet.ts';
import { hostile, loggedIn, tutorial } from '../fakes/sessions-to-print.ts';
import { startBrowser } from './fixtures/browser-host.ts';

let browser: Browser;
let page: Page;
let folder: string;
const asked: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  browser = await startBrowser();
  page = await (await browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
  page.on('request', (request) => asked.push(request.url()));
  page.on('dialog', (dialog) => {
    asked.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens it as a file; answers with its text. */
async function open(recorded: Recorded, form: SessionForm): Promise<string> {
  const { name, text } = sessionFile(recorded, form, { say, time: 'relative', secrets: false });
  const file = join(folder, name);
  await writeFile(file, text);
  asked.length = 0;
  await page.goto(pathToFileURL(file).href);
  // Nothing but the file itself was asked for.
  expect(asked).toEqual([pathToFileURL(file).href]);
  return text;
}

const sessions = { tutorial, loggedIn, hostile } as const;

test.each(['tutorial', 'loggedIn', 'hostile'] as const)(
  'the picture of %s is well-formed XML, and drawn',
  async (name) => {
    const text = await open(sessions[name], 'svg');
    const parsed = await page.evaluate((xml) => {
      const document = new DOMParser().parseFromString(xml, 'image/svg+xml');
      return {
        root: document.documentElement.nodeName,
        error: document.querySelector('parsererror')?.textContent ?? null,
        names: [...new Set([...document.querySelectorAll('*')].map((one) => one.nodeName))].sort(),
        title: document.querySelector('title')?.textContent,
      };
    }, text);
    const { title, rows } = sheetOf(sessions[name], { say, time: 'relative', secrets: false });
    expect(parsed.error).toBeNull();
    expect(parsed).toMatchObject({ root: 'svg', title });
    expect(
      parsed.names.filter(
        (one) => !['svg', 'g', 'title', 'desc', 'text', 'line', 'rect', 'path', 'circle'].includes(one),
      ),
    ).toEqual([]);
    // Every step's words are on the picture, within its width.
    const { width } = (await page.evaluate(() => document.documentElement.getBoundingClientRect().toJSON())) as DOMRect;
    const texts = await page.locator('text').evaluateAll((all) =>
      all.map((one) => ({
        text: one.textContent,
        left: one.getBoundingClientRect().left,
        right: one.getBoundingClientRect().right,
      })),
    );
    expect(texts.filter(({ left, right }) => left < 0 || right > width)).toEqual([]);
    for (const row of rows) expect(texts.map((one) => one.text)).toContain(`${row.number}`);
    const picture = await page.screenshot();
    // A blank page of this size takes a few kB.
    expect(picture.length).toBeGreaterThan(15_000);
  },
);

test.each(['tutorial', 'loggedIn', 'hostile'] as const)(
  'the page of %s does nothing, and says every step',
  async (name) => {
    await open(sessions[name], 'html');
    const { title, rows } = sheetOf(sessions[name], { say, time: 'relative', secrets: false });
    await expect.poll(() => page.title()).toBe(title);
    await expect.poll(() => page.locator('script, img, iframe, link, a').count()).toBe(0);
    const numbers = await page.locator('tbody tr:not(.silence) td:first-child').allTextContents();
    expect(numbers).toEqual(rows.map(({ number }) => `${number}`));
  },
);

test('on paper every piece of the chart fits on its page, in order, and the table follows', async () => {
  await open(tutorial, 'html');
  await page.emulateMedia({ media: 'print' });
  // A4 across, less the margins, at 96 dpi.
  await page.setViewportSize({ width: 1032, height: 703 });
  const figures = await page
    .locator('figure')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
  const { rows } = sheetOf(tutorial, { say, time: 'relative', secrets: false });
  expect(figures).toHaveLength(pagesOf(rows).length);
  expect(Math.max(...figures)).toBeLessThanOrEqual(703);
  const first = await page.locator('figure').first().boundingBox();
  expect((first?.y ?? 0) + (first?.height ?? 0)).toBeLessThanOrEqual(703);
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
  const pages = [...pdf.matchAll(/\/Type\s*\/Page\b(?!s)/g)];
  expect(pages.length).toBeGreaterThan(pagesOf(rows).length);
  expect(pages.length).toBeLessThanOrEqual(pagesOf(rows).length + rows.length / 4);
  // Points: 297 by 210 mm.
  const [, width, height] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf) ?? [];
  expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([842, 595]);
  await page.emulateMedia({ media: 'screen' });
});
