/** Recorded sessions on screen: replayed, exported, imported, sent again and compared, with real sessions. */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';

async function mail(app: App, to: string, subject: string): Promise<void> {
  const client = await dialogue(app.listener('proxy'));
  await client.until(REPLY);
  for (const line of ['EHLO laptop', 'MAIL FROM:<dev@test.com>', `RCPT TO:<${to}>`]) await client.say(line);
  // Who is refused by the rules has no connection any more.
  if (to !== 'no@where.test') {
    await client.say('DATA');
    await client.say(`Subject: ${subject}\r\n\r\nHello!\r\n.`);
    await client.say('QUIT');
  }
  await client.closed();
}

const rows = (page: Page) => page.getByRole('listbox', { name: 'Sessions' }).getByRole('option');
const slider = (page: Page) => page.getByRole('slider', { name: 'Step of the session' });
const mark = (page: Page) =>
  page.getByRole('region', { name: 'Flow of the session' }).getByText('Replay', { exact: true });
const replayButton = (page: Page) => page.getByRole('button', { name: 'Replay', exact: true });
const menuItem = async (page: Page, row: number, name: string) => {
  await rows(page).nth(row).click({ button: 'right' });
  await page.getByRole('menuitem', { name }).click();
};
const standsAt = (page: Page, step: number) => page.locator(`[role=slider][aria-valuenow="${step}"]`).waitFor();
const dialog = (page: Page, name: RegExp | string) => page.getByRole('dialog', { name });

/** Chooses a file in the dialog of the browser or the desktop. */
async function importFile(page: Page, file: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import sessions from a file…' }).click();
  await (await chooser).setFiles(file);
}

describe.each(hosts)('recorded sessions on the %s host', (host) => {
  let app: App;
  let page: Page;
  beforeAll(async () => {
    app = await launch(host, {
      labText: tutorialText,
      context: { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' },
    });
    page = app.page;
    await mail(app, 'user@eng.abc.com', 'one');
    await mail(app, 'boss@hr.abc.com', 'two');
    await rows(page).nth(1).waitFor();
  });
  afterAll(() => app.close());

  test('R opens the replay paused at its first step; it is marked, walked, and left again', async () => {
    await rows(page).nth(0).click();
    await expect.poll(() => mark(page).count()).toBe(0);
    await page.keyboard.press('r');
    await standsAt(page, 1);
    await mark(page).waitFor();
    await expect.poll(() => replayButton(page).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.keyboard.press('ArrowRight');
    await standsAt(page, 2);
    await page.keyboard.press('Control+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    const there = Number(await slider(page).getAttribute('aria-valuenow'));
    expect(there).toBeGreaterThan(3);
    await page.keyboard.press('ArrowLeft');
    await standsAt(page, there - 1);
    await replayButton(page).click();
    await mark(page).waitFor({ state: 'detached' });
  });

  test('dragging the scrubber takes diagram, transcript and inspector along', async () => {
    await page.keyboard.press('r');
    await standsAt(page, 1);
    const box = await slider(page).boundingBox();
    if (box === null) throw new Error('the scrubber is not on screen');
    await page.mouse.move(box.x + 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 });
    const step = Number(await slider(page).getAttribute('aria-valuenow'));
    expect(step).toBeGreaterThan(8);
    await page.getByRole('region', { name: 'Inspector' }).last().getByText(`Step ${step} of `).waitFor();
    const current = page.getByRole('region', { name: 'Transcript' }).locator('[aria-current=step]');
    await expect.poll(() => current.getAttribute('aria-label')).toContain(`${step}`);
    await page.mouse.up();
    await mark(page).waitFor();
  });

  test('Shift-click compares with the selected session: only differences, and a step to look at', async () => {
    await rows(page).filter({ hasText: 'user@eng.abc.com' }).click();
    await rows(page)
      .filter({ hasText: 'boss@hr.abc.com' })
      .click({ modifiers: ['Shift'] });
    const compare = dialog(page, 'Compare two sessions');
    const said = await compare.getByRole('status').innerText();
    expect(said).toMatch(/^\d+ differences$/);
    const table = compare.getByRole('table', { name: 'Steps' });
    const all = await table.getByRole('row').count();
    await compare.getByRole('checkbox', { name: 'Only differences' }).click();
    await expect.poll(() => table.getByRole('row').count()).toBeLessThan(all);
    const total = Number(/\d+/.exec(said)?.[0]);
    await compare.getByRole('button', { name: 'Next difference' }).click();
    await compare.getByRole('status').getByText(`Difference 1 of ${total}`).waitFor();
    await compare.getByRole('button', { name: 'Previous difference' }).click();
    await compare.getByRole('status').getByText(`Difference ${total} of ${total}`).waitFor();
    await expect.poll(() => compare.getByRole('status').innerText()).toContain('Upstream');
    // The table alone moves: the dialog around it has nothing to scroll.
    await expect
      .poll(() =>
        compare.evaluate((element) =>
          [element, ...element.querySelectorAll('*')]
            .filter((one) => one.scrollTop > 0)
            .map((one) => one.getAttribute('aria-label')),
        ),
      )
      .toEqual(['What differs']);
    const rcpt = table.getByRole('row').filter({ hasText: 'RCPT TO' }).first();
    await expect.poll(() => rcpt.locator('mark').allTextContents()).toEqual(['user', 'eng', 'boss', 'hr']);
    await compare.getByRole('table', { name: 'Answer 1 of the auth service' }).getByText('Auth-Port').waitFor();
    await compare.getByRole('table', { name: 'What the proxy knew at the end' }).getByText('Upstream').waitFor();
    await compare.getByRole('checkbox', { name: 'Only differences' }).click();
    const step = rcpt.getByRole('button', { name: 'of session 1' });
    const wanted = Number(/Step (\d+)/.exec(await step.innerText())?.[1]);
    await step.click();
    await compare.waitFor({ state: 'detached' });
    await standsAt(page, wanted);
    await mark(page).waitFor();
  });

  test('D compares by keyboard; another pair is chosen there', async () => {
    await page.keyboard.press('d');
    const compare = dialog(page, 'Compare two sessions');
    const second = compare.getByRole('combobox', { name: 'Second session' });
    await compare.getByRole('combobox', { name: 'First session' }).selectOption('2');
    await second.selectOption('2');
    await compare.getByText('No differences').waitFor();
    await second.selectOption('1');
    await compare.getByRole('columnheader', { name: 'Session 1' }).first().waitFor();
    await page.keyboard.press('Escape');
    await compare.waitFor({ state: 'detached' });
  });

  test('Send again says the same to the proxy, and compares the two', async () => {
    await rows(page).filter({ hasText: 'user@eng.abc.com' }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Send again…' }).click();
    const again = dialog(page, 'Send session 1 again');
    await again.getByRole('button', { name: 'Send again' }).click();
    const compare = dialog(page, 'Compare two sessions');
    await compare.getByText('No differences').waitFor();
    await expect.poll(() => compare.getByRole('combobox', { name: 'Second session' }).inputValue()).toBe('3');
    await page.keyboard.press('Escape');
    await expect.poll(() => rows(page).count()).toBe(3);
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});

describe('sessions in files', () => {
  let app: App;
  let page: Page;
  beforeAll(async () => {
    app = await launch('browser', {
      labText: tutorialText,
      context: { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' },
    });
    page = app.page;
    await mail(app, 'user@eng.abc.com', 'one');
    await mail(app, 'boss@hr.abc.com', 'two');
    await rows(page).nth(1).waitFor();
  });
  afterAll(() => app.close());

  test('an export is a file; imported, it is listed, marked, found by its filter, and replayed', async () => {
    await menuItem(page, 0, 'Export session…');
    const form = dialog(page, 'Export sessions');
    await form.getByRole('radio', { name: 'Session 2' }).waitFor();
    await expect.poll(() => form.getByRole('checkbox', { name: 'Keep passwords' }).isChecked()).toBe(false);
    const download = page.waitForEvent('download');
    await form.getByRole('button', { name: 'Export', exact: true }).click();
    const file = join(dirname(app.file), 'kept.mailsession.json');
    await (await download).saveAs(file);
    expect((await download).suggestedFilename()).toBe('session-2.mailsession.json');
    expect(await readFile(file, 'utf8')).toContain('"format":"mail-lab sessions"');
    await importFile(page, file);
    await page.getByText('1 session imported from kept.mailsession.json').waitFor();
    await mark(page).waitFor();
    await standsAt(page, 1);
    await expect.poll(() => rows(page).first().innerText()).toContain('imported');
    await page.getByRole('textbox', { name: 'Filter sessions' }).fill('imported:kept*');
    await page.getByText('1 of 3 sessions').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
  });

  test('a file that is none is refused in one sentence, and nothing is added', async () => {
    const file = join(dirname(app.file), 'none.json');
    await writeFile(file, '{"format":"mail-lab sessions","version":7}');
    await importFile(page, file);
    const told = page.getByRole('alert').filter({ hasText: 'The file was not imported' });
    await told.getByText('none.json has format version 7, and this Mail Traffic Lab reads version 1').waitFor();
    await told.getByRole('button').click();
    await expect.poll(() => rows(page).count()).toBe(3);
  });

  test.each([20_000_001, 40_000_001])('a file of %i bytes is too large, and that is what is said', async (size) => {
    const file = join(dirname(app.file), 'large.json');
    await writeFile(file, ' '.repeat(size));
    await importFile(page, file);
    const told = page.getByRole('alert').filter({ hasText: 'The file was not imported' });
    await told.getByText('large.json is too large: a file of sessions has at most 20 MB.').waitFor();
    await told.getByRole('button').click();
    await expect.poll(() => told.count()).toBe(0);
  });

  test('of many failures the newest is seen', async () => {
    for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) {
      const file = join(dirname(app.file), `${name}.json`);
      await writeFile(file, 'none');
      await importFile(page, file);
      await page.getByRole('alert').getByText(`${name}.json is not a file of recorded sessions`).waitFor();
    }
    const told = page.getByRole('alert').filter({ hasText: 'The file was not imported' });
    await expect.poll(() => told.count()).toBe(3);
    for (const left of [2, 1, 0]) {
      await told.first().getByRole('button').click();
      await expect.poll(() => told.count()).toBe(left);
    }
  });

  test('a file may be dropped on the list', async () => {
    const text = await readFile(join(dirname(app.file), 'kept.mailsession.json'), 'utf8');
    const transfer = await page.evaluateHandle((content) => {
      const data = new DataTransfer();
      data.items.add(new File([content], 'dropped.json', { type: 'application/json' }));
      return data;
    }, text);
    const list = page.getByRole('listbox', { name: 'Sessions' });
    await list.dispatchEvent('dragover', { dataTransfer: transfer });
    await page.getByText('Drop a file of sessions here to import it').waitFor();
    await list.dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByText('1 session imported from dropped.json').waitFor();
    await page.getByText('Drop a file of sessions here to import it').waitFor({ state: 'detached' });
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});

describe.each(['light', 'dark'] as const)('axe, %s', (colorScheme) => {
  test('finds nothing in a replay, the comparison and the dialogs', async () => {
    const app = await launch('browser', {
      labText: tutorialText,
      context: { viewport: { width: 1024, height: 640 }, reducedMotion: 'reduce', colorScheme },
    });
    try {
      const { page } = app;
      await mail(app, 'user@eng.abc.com', 'one');
      await mail(app, 'no@where.test', 'two');
      await rows(page).nth(1).waitFor();
      await rows(page).nth(0).click();
      await page.keyboard.press('r');
      await mark(page).waitFor();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('d');
      await dialog(page, 'Compare two sessions').getByRole('status').waitFor();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await menuItem(page, 0, 'Export session…');
      await dialog(page, 'Export sessions').getByRole('checkbox', { name: 'Keep passwords' }).click();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await menuItem(page, 0, 'Send again…');
      await dialog(page, /^Send session/).waitFor();
      expect(await findings(page)).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
