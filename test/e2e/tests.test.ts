/** The lab's tests in the window: run on every edit, mails when asked for, coverage, and saving what was seen as one. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';

const rail = (page: Page, name: string | RegExp) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name });
const list = (page: Page) => page.getByRole('list', { name: 'Tests, failed ones first' });
const row = (page: Page, name: string) =>
  list(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name }) });
const coverage = (page: Page) => page.getByRole('region', { name: 'Coverage' });
const editor = (page: Page) => page.getByRole('textbox', { name: 'Lab file' });

async function replace(page: Page, text: string): Promise<void> {
  await rail(page, /^Lab file/).click();
  await editor(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

describe.each(hosts)('the tests on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText });
    await rail(app.page, 'Tests').click();
    await list(app.page).waitFor();
  });
  afterAll(async () => {
    expect(app.errors).toEqual([]);
    await app.close();
  });

  test('lookups have run, mails wait, and the coverage says what nothing reaches', async () => {
    const { page } = app;
    await page.getByText('1 passed').waitFor();
    await page.getByText('1 mail not sent yet').waitFor();
    await row(page, 'engineering mail goes to eng').getByText('passed', { exact: true }).waitFor();
    await row(page, 'a whole session to hr').getByText('not run').waitFor();
    await coverage(page).getByText('1 of 3 rules are hit by a test.').waitFor();
    await expect
      .poll(() => coverage(page).getByRole('button').allInnerTexts())
      .toEqual(['human resources', 'Otherwise']);
  });

  test('the mails are sent through a proxy of their own, and count for the coverage', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Send the mail' }).click();
    await page.getByText('2 passed').waitFor();
    await coverage(page).getByText('2 of 3 rules are hit by a test.').waitFor();
    // No session of theirs is among those of the lab.
    await rail(page, 'Sessions').click();
    await expect.poll(() => page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').count()).toBe(0);
    await rail(page, 'Tests').click();
  });

  test('why a lookup went where it went is told on demand', async () => {
    const { page } = app;
    const one = row(page, 'engineering mail goes to eng');
    await one.getByRole('button', { name: 'Why: engineering mail goes to eng' }).click();
    await one.getByText('rule engineering: route 127.0.0.1:').waitFor();
    await expect.poll(() => one.getByRole('list').getByRole('listitem').count()).toBe(3);
    await one.getByRole('button', { name: /^Why/ }).click();
    await one.getByText('rule engineering: route').waitFor({ state: 'hidden' });
  });

  test('an edit that breaks a test is seen at once, in the rail too, before it is applied', async () => {
    const { page } = app;
    await replace(page, app.labText.replace('*@eng.abc.com', '*@engineering.abc.com'));
    await rail(page, 'Tests, 1 fails').click();
    await page.getByText('Tested as edited in the Lab file; not applied yet.').waitFor();
    const one = row(page, 'engineering mail goes to eng');
    await one.getByText('rule: expected engineering, got otherwise').waitFor();
    await one.getByText('route: expected eng, got reject 550 5.1.1 no such recipient here').waitFor();
    await one.getByRole('button', { name: /^Why/ }).click();
    await one.getByText('*@engineering.abc.com').first().waitFor();
    await page.getByText('1 failed').waitFor();
  });

  test('a file with problems keeps the last results, and says so', async () => {
    const { page } = app;
    await replace(page, app.labText.replace('route: hr', 'rout: hr'));
    await rail(page, /^Tests/).click();
    await page.getByText('The Lab file has problems. These results are from before.').waitFor();
    await rail(page, /^Lab file/).click();
    await page.getByRole('button', { name: 'Revert' }).click();
    await rail(page, 'Tests').click();
    await page.getByText('1 passed').waitFor();
    await page.getByText('1 failed').waitFor({ state: 'hidden' });
  });

  test('a click on a rule that no test reaches goes to the rule', async () => {
    const { page } = app;
    await coverage(page).getByRole('button', { name: 'human resources' }).click();
    await page.getByRole('heading', { name: 'Rules', level: 2 }).waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('[data-rule]')?.getAttribute('data-rule')))
      .toBe('human resources');
  });

  test('what was tried on the rules is saved as a test, with the comments of the file kept', async () => {
    const { page } = app;
    await rail(page, 'Rules').click();
    await rail(page, 'Rules').click();
    await page.getByRole('textbox', { name: 'recipient' }).fill('somebody@hr.abc.com');
    await page.getByRole('button', { name: 'Save as test…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save as test' });
    const name = dialog.getByRole('textbox', { name: 'Name' });
    await expect.poll(() => name.inputValue()).toBe('somebody@hr.abc.com goes to hr');
    await name.fill('');
    await dialog.getByRole('button', { name: 'Save test' }).click();
    await dialog.getByRole('alert').getByText('Give the test a name.').waitFor();
    await name.fill('tried: hr');
    await name.press('Enter');
    await page.getByRole('status').getByText('Saved as test “tried: hr”.').waitFor();
    await rail(page, 'Tests').click();
    await row(page, 'tried: hr').getByText('passed', { exact: true }).waitFor();
    await rail(page, 'Lab file').click();
    await page.keyboard.press('Control+End');
    await editor(page).getByText('tried: hr').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(() => readFile(app.file, 'utf8')).toContain('tried: hr');
    const saved = await readFile(app.file, 'utf8');
    expect(saved.startsWith(app.labText)).toBe(true);
    expect(saved.slice(app.labText.length)).toBe(
      [
        '  - name: "tried: hr"',
        '    lookup: { protocol: smtp, rcpt: somebody@hr.abc.com }',
        '    expect: { rule: human resources, route: hr }',
        '',
      ].join('\n'),
    );
  });

  test('a recorded session becomes a lookup, or a whole mail', async () => {
    const { page } = app;
    await rail(page, 'Sessions').click();
    await page.getByRole('button', { name: 'Send a sample mail' }).click();
    const session = page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').first();
    await session.waitFor();
    await expect.poll(() => session.innerText()).toMatch(/250/);
    await session.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Save as test…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save as test' });
    await dialog.getByRole('radio', { name: 'The whole mail, through a proxy of its own' }).check();
    await dialog.getByText(/authCalls 1 · outcome relayed$/).waitFor();
    const name = await dialog.getByRole('textbox', { name: 'Name' }).inputValue();
    await dialog.getByRole('button', { name: 'Save test' }).click();
    await page.getByRole('status').getByText(`Saved as test “${name}”.`).waitFor();
    await rail(page, 'Tests').click();
    await row(page, name).getByText('not run').waitFor();
    await page.getByRole('button', { name: 'Send 2 mails' }).click();
    await page.getByText('4 passed').waitFor();
  });
});

test('a lab without tests says how to get one', async () => {
  const text = tutorialText.slice(0, tutorialText.indexOf('tests:'));
  const app = await launch('browser', { labText: text });
  try {
    await rail(app.page, 'Tests').click();
    await app.page.getByText('This lab has no tests yet.').waitFor();
    await app.page.getByRole('button', { name: 'Try an address' }).click();
    await app.page.getByRole('textbox', { name: 'recipient' }).fill('x@y');
    await app.page.getByRole('button', { name: 'Save as test…' }).click();
    await app.page.getByRole('button', { name: 'Save test' }).click();
    await rail(app.page, 'Tests').click();
    await row(app.page, 'x@y is refused with 550').getByText('passed', { exact: true }).waitFor();
  } finally {
    await app.close();
  }
});
