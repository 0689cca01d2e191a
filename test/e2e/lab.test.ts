/** The Lab file in the window: broken, applied, reverted; rules to try; and a port that somebody else has. */
import { createServer } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { withFreePorts } from './fixtures/ports.ts';

const editor = (page: Page) => page.getByRole('textbox', { name: 'Lab file' });

async function replace(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

describe.each(hosts)('the lab file on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText });
    await app.page.getByRole('button', { name: 'Lab file' }).click();
    await editor(app.page).waitFor();
  });
  afterAll(() => app.close());

  test('what runs has no problems, and there is nothing to apply', async () => {
    await app.page.getByText('No problems. This is what runs.').waitFor();
    await expect.poll(() => app.page.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
  });

  test('problems appear while typing, each with its place, and a click goes there', async () => {
    const { page } = app;
    const broken = app.labText.replace('route: hr', 'rout: hr');
    const at = broken.slice(0, broken.indexOf('rout: hr')).split('\n').length;
    await replace(page, broken);
    const problems = page.getByRole('region', { name: 'Problems' });
    const problem = problems.getByRole('button', { name: /rout\b/ });
    await problem.waitFor();
    await expect.poll(() => problem.innerText()).toMatch(new RegExp(`^${at}:\\d+`));
    await problem.click();
    await expect.poll(() => page.locator('.cm-activeLine').innerText()).toContain('rout: hr');
    await expect.poll(() => page.locator('.cm-lintRange-error').count()).toBeGreaterThan(0);
  });

  test('Apply with errors changes nothing and says so; the lab runs on', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Apply' }).click();
    await page
      .getByRole('alert')
      .getByText(/^Not applied: \d+ errors?\. The lab runs on unchanged\.$/)
      .waitFor();
    await page.getByRole('button', { name: 'Sessions', exact: true }).click();
    await page.getByRole('button', { name: 'Send a sample mail' }).click();
    await page.getByRole('option', { name: /relayed 250/ }).waitFor();
  });

  test('the edits outlive the drawer, and Revert drops them', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^Lab file/ }).click();
    await editor(page).getByText('rout: hr').waitFor();
    await page.getByRole('button', { name: 'Revert' }).click();
    await page.getByText('No problems. This is what runs.').waitFor();
    await expect.poll(() => editor(page).innerText()).toContain('route: hr');
  });

  test('a good change is run at once', async () => {
    const { page } = app;
    await replace(
      page,
      app.labText
        .replace('name: NGINX mail proxy tutorial', 'name: My own lab')
        .replace('*@hr.abc.com', '*@people.test'),
    );
    await page.getByText('No problems. Apply to run it.').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { level: 1, name: 'My own lab' }).waitFor();
    await page.getByRole('status').getByText('The lab runs as written.').waitFor();
    await page.getByText('No problems. This is what runs.').waitFor();
  });

  test('the rules follow, and an address can be tried on them', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Rules' }).click();
    const list = page.getByRole('list', { name: 'Rules in order' });
    await list.getByText('*@people.test').waitFor();
    const address = page.getByRole('textbox', { name: 'recipient' });
    await address.fill('Ann@People.test');
    const rules = list.getByRole('listitem');
    await rules.nth(1).getByText('matched: this rule decides').waitFor();
    await rules.nth(0).getByText('recipient “ann@people.test” is not *@eng.abc.com').waitFor();
    await rules.nth(2).getByText('not tried: an earlier rule decided').waitFor();
    await page.getByText('The HTTP request and answer').click();
    await page.getByText('Auth-Status: OK').first().waitFor();
    await page.getByText('Auth-SMTP-To: RCPT TO:<Ann@People.test>').waitFor();
    await address.fill('who@nowhere.invalid');
    await page.getByText('No rule matched, Otherwise decides:').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => address.inputValue()).toBe('');
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'hidden' });
  });

  test('going back to the tutorial asks before edits are lost', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Lab file' }).click();
    await replace(page, 'lab: 1\n');
    await page.getByRole('button', { name: 'Back to the tutorial' }).click();
    const question = page.getByRole('dialog', { name: 'Discard your edits?' });
    await question.getByRole('button', { name: 'Keep editing' }).click();
    await question.waitFor({ state: 'hidden' });
    await expect.poll(() => editor(page).innerText()).toContain('lab: 1');
    await page.getByRole('button', { name: 'Revert' }).click();
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});

describe.each(hosts)('a port in use, on the %s', (host) => {
  const squatter = createServer();
  let app: App;
  let port = 0;
  beforeAll(async () => {
    const labText = await withFreePorts(tutorialText);
    port = Number(/listen\s+(\d+)/.exec(labText)?.[1]);
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    app = await launch(host, {
      labText: labText.replace(`listen     ${port}`, `listen 127.0.0.1:${port}`),
      keepPorts: true,
    });
  });
  afterAll(async () => {
    await app.close();
    if (squatter.listening) await new Promise((resolve) => squatter.close(resolve));
  });

  test('a card names the port and how to free it; the other listeners are up', async () => {
    const { page } = app;
    const card = page.getByRole('alert').filter({ hasText: `The proxy cannot listen on port ${port}` });
    await card.getByText('EADDRINUSE').waitFor();
    await card.getByText('How to free it').click();
    await card.getByText(`ss -ltnp | grep :${port}`).waitFor();
    await page.getByRole('button', { name: new RegExp(`^smtp 127\\.0\\.0\\.1:${port} not listening`) }).waitFor();
    await page.getByRole('button', { name: /^auth 127.* listening/ }).waitFor();
    await page.getByText('Nothing listens.').waitFor();
  });

  test('Retry says when it is still not possible, and works when the port is free', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('Still not possible.').waitFor();
    await new Promise((resolve) => squatter.close(resolve));
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('button', { name: new RegExp(`^smtp 127\\.0\\.0\\.1:${port} listening`) }).waitFor();
    await expect.poll(() => page.getByText('The proxy cannot listen').count()).toBe(0);
    await page.getByRole('button', { name: 'Send a sample mail' }).click();
    await page.getByRole('option', { name: /relayed 250/ }).waitFor();
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});
